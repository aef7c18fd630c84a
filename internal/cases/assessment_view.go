package cases

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
)

func (w Wording) say(ctx context.Context) string { return w.In(i18n.Lang(ctx)) }

// levelWord says a level; where the levels are numbers that people use, with its number.
func (in *Instrument) levelWord(ctx context.Context, level int) string {
	switch {
	case level == NotScored:
		return i18n.T(ctx, "assessment.level_none")
	case in.NotApplicable && level == 0:
		return i18n.T(ctx, "assessment.not_applicable")
	}
	for _, l := range in.Levels {
		if l.Value == level {
			return itoa(level) + " · " + l.Title.say(ctx)
		}
	}
	return itoa(level)
}

// levelKind colours a level by its place between the worst and the best; it is always
// said in words too.
func (in *Instrument) levelKind(level int) string {
	if !in.Counts(level) {
		return ui.Neutral
	}
	at := slices.IndexFunc(in.Levels, func(l InstrumentLevel) bool { return l.Value == level })
	if in.Better == "lower" {
		at = len(in.Levels) - 1 - at
	}
	kinds := []string{ui.Danger, ui.Warning, ui.Info, ui.Success, ui.Success}
	return kinds[at*(len(kinds)-1)/(len(in.Levels)-1)]
}

// levelOptions are the answers for a domain, with what each looks like there.
func (in *Instrument) levelOptions(ctx context.Context, d *InstrumentDomain) (out []ui.Option) {
	if in.NotApplicable {
		out = append(out, ui.Option{Value: "0", Label: in.levelWord(ctx, 0)})
	}
	for _, l := range in.Levels {
		o := ui.Option{Value: itoa(l.Value), Label: in.levelWord(ctx, l.Value)}
		for _, of := range d.Levels {
			if of.Value == l.Value {
				o.Hint = of.Text.say(ctx)
			}
		}
		out = append(out, o)
	}
	return out
}

// selfOptions are the answers of the family, by itself.
func (in *Instrument) selfOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "assessment.self_none")}}
	if in.NotApplicable {
		out = append(out, ui.Option{Value: "0", Label: in.levelWord(ctx, 0)})
	}
	for _, l := range in.Levels {
		out = append(out, ui.Option{Value: itoa(l.Value), Label: in.levelWord(ctx, l.Value)})
	}
	return out
}

// evidenceHint says when a level needs a note of what it rests on.
func (in *Instrument) evidenceHint(ctx context.Context) string {
	var parts []string
	if len(in.Evidence.Levels) > 0 {
		var levels []string
		for _, l := range in.Evidence.Levels {
			levels = append(levels, itoa(l))
		}
		parts = append(parts, i18n.T(ctx, "assessment.evidence_at", "Levels", i18n.List(ctx, levels)))
	}
	if in.Evidence.Jump > 0 {
		parts = append(parts, i18n.N(ctx, "assessment.evidence_jump", in.Evidence.Jump))
	}
	return strings.Join(parts, " ")
}

func levelValue(n int) string {
	if n == NotScored {
		return ""
	}
	return itoa(n)
}

// change says in words how a domain changed.
func (in *Instrument) change(ctx context.Context, before, after int) (kind, text string) {
	by, known := in.Change(before, after)
	switch {
	case !known:
		return "", ""
	case by > 0:
		return ui.Success, i18n.N(ctx, "assessment.better", by)
	case by < 0:
		return ui.Warning, i18n.N(ctx, "assessment.worse", -by)
	}
	return ui.Neutral, i18n.T(ctx, "assessment.same")
}

// subjectName says whom an assessment is about.
func (s Subject) label(ctx context.Context) string {
	switch {
	case s.Kind == OfHousehold:
		return i18n.T(ctx, "assessment.subject.household")
	case s.Name == "":
		return i18n.T(ctx, "assessment.subject.gone")
	}
	return s.Name
}

// state says where an assessment stands.
func (a *Assessment) state(ctx context.Context) (kind, text string) {
	switch {
	case a.Revision == 0:
		return ui.Warning, i18n.T(ctx, "assessment.draft")
	case a.Revision > 1:
		return ui.Success, i18n.N(ctx, "assessment.corrected", a.Revision-1)
	}
	return ui.Success, i18n.T(ctx, "assessment.closed")
}

func (a *Assessment) title(ctx context.Context) string { return a.Instrument.Title.say(ctx) }

func (a *Assessment) path(rest string) string {
	return "/cases/" + a.CaseID + "/assessments/" + a.ID + rest
}

// others are the assessments of a case beside its preliminary analysis, the newest
// first.
func (f *File) others() (out []Assessment) {
	for _, a := range f.Assessments {
		if !a.Instrument.preliminary() {
			out = append(out, a)
		}
	}
	slices.Reverse(out)
	return out
}

// mayAssess tells whether to offer a new assessment: after the end of a case, only a
// follow-up is one.
func (f *File) mayAssess(ctx context.Context) bool {
	return f.worked(ctx) && f.Open[policy.Overview] && policy.From(ctx).May(policy.AnalysisWrite)
}

// mayWrite tells whether to offer to write into an assessment.
func (f *File) mayWrite(ctx context.Context, a *Assessment) bool {
	return f.mayAssess(ctx) && (!f.closed() || a.Moment == followUp)
}

func assessmentRows(ctx context.Context, list []Assessment) (out [][]ui.Cell) {
	for i := range list {
		a := &list[i]
		kind, state := a.state(ctx)
		out = append(out, []ui.Cell{
			{Text: a.title(ctx), Href: a.path("")},
			{Text: a.Subject.label(ctx)},
			{Text: i18n.T(ctx, "assessment.moment."+string(a.Moment))},
			{Text: i18n.Date(ctx, a.On.Time())},
			{Body: ui.Badge(kind, state)},
		})
	}
	return out
}

// SaidText is what an assessment says of a domain, in words.
type SaidText struct{ Domain, Text string }

// Said says in words what stands in an assessment, domain by domain.
func (a *Assessment) Said(ctx context.Context) (out []SaidText) {
	for _, s := range a.Scores {
		if s.Version == 0 {
			continue
		}
		parts := []string{a.Instrument.levelWord(ctx, s.Level)}
		if s.Self != NotScored {
			parts = append(parts, i18n.T(ctx, "assessment.self")+": "+a.Instrument.levelWord(ctx, s.Self))
		}
		for _, text := range []string{s.Notes, s.Evidence} {
			if text != "" {
				parts = append(parts, text)
			}
		}
		out = append(out, SaidText{a.Instrument.domain(s.Domain).Title.say(ctx), strings.Join(parts, "; ")})
	}
	return out
}

// resultView is the page of an assessment, held against another.
type resultView struct {
	*File
	at     *Assessment
	before *Assessment // nil when there is nothing to compare
}

// radar draws the levels of today, against those of before or else against what the
// family says.
func (v resultView) radar(ctx context.Context) ui.RadarProps {
	in := v.at.Instrument
	p := ui.RadarProps{ID: "radar", Title: v.at.title(ctx), Text: i18n.T(ctx, "assessment.radar_text"), Axes: len(v.at.Scores),
		Levels: in.Levels[len(in.Levels)-1].Value}
	now := ui.RadarSeries{Label: i18n.T(ctx, "assessment.worker"), Values: v.values(func(s Score) int { return s.Level })}
	switch {
	case v.before != nil:
		now.Label = momentOn(ctx, v.at)
		then := ui.RadarSeries{Label: momentOn(ctx, v.before), Faint: true, Values: v.values(func(s Score) int { return v.before.score(s.Domain).Level })}
		p.Series = append(p.Series, then)
	case slices.ContainsFunc(v.at.Scores, func(s Score) bool { return in.Counts(s.Self) }):
		p.Series = append(p.Series, ui.RadarSeries{Label: i18n.T(ctx, "assessment.self"), Faint: true, Values: v.values(func(s Score) int { return s.Self })})
	}
	p.Series = append(p.Series, now)
	return p
}

// values are levels in the order of the domains; what does not count is not known.
func (v resultView) values(of func(Score) int) (out []int) {
	for _, s := range v.at.Scores {
		out = append(out, v.known(of(s)))
	}
	return out
}

func (v resultView) known(level int) int {
	if v.at.Instrument.Counts(level) {
		return level
	}
	return NotScored
}

func (v resultView) span(s Score) ui.SpanProps {
	levels := v.at.Instrument.Levels
	p := ui.SpanProps{Lowest: levels[0].Value, Highest: levels[len(levels)-1].Value, Before: NotScored, After: v.known(s.Level)}
	if v.before != nil {
		p.Before = v.known(v.before.score(s.Domain).Level)
	}
	return p
}

// balance says in a sentence in how many domains things changed.
func (v resultView) balance(ctx context.Context) string {
	better, worse, same := 0, 0, 0
	for _, s := range v.at.Scores {
		by, known := v.at.Instrument.Change(v.before.score(s.Domain).Level, s.Level)
		switch {
		case !known:
		case by > 0:
			better++
		case by < 0:
			worse++
		default:
			same++
		}
	}
	return i18n.T(ctx, "assessment.balance", "Since", momentOn(ctx, v.before), "Better", better, "Worse", worse, "Same", same)
}

func momentOn(ctx context.Context, a *Assessment) string {
	return i18n.T(ctx, "assessment.moment."+string(a.Moment)) + ", " + i18n.Date(ctx, a.On.Time())
}

// rivals are the closed assessments that this one can be held against, the newest first.
func (v resultView) rivals(ctx context.Context) (out []ui.Option) {
	for i := range v.Assessments {
		if o := &v.Assessments[i]; o.ID != v.at.ID && o.Revision > 0 && v.at.comparable(o) {
			out = append(out, ui.Option{Value: o.ID, Label: momentOn(ctx, o)})
		}
	}
	slices.Reverse(out)
	return out
}

// rows are the domains with their levels, then and now; the numbers are those of the
// drawing.
func (v resultView) rows(ctx context.Context) (out [][]ui.Cell) {
	in := v.at.Instrument
	for i, s := range v.at.Scores {
		row := []ui.Cell{{Text: itoa(i+1) + ". " + in.domain(s.Domain).Title.say(ctx)}}
		if v.before != nil {
			row = append(row, ui.Cell{Text: in.levelWord(ctx, v.before.score(s.Domain).Level)})
		}
		row = append(row, ui.Cell{Body: levelBadge(in, s.Level)}, ui.Cell{Body: ui.Span(v.span(s))})
		if v.before != nil {
			changed := ui.Cell{}
			if _, text := in.change(ctx, v.before.score(s.Domain).Level, s.Level); text != "" {
				changed.Body = changeBadge(v, s)
			}
			row = append(row, changed)
		}
		if !in.preliminary() {
			row = append(row, ui.Cell{Text: in.selfWord(ctx, s.Self)})
		}
		notes := ui.Cell{}
		if s.Evidence != "" || s.Notes != "" {
			notes.Body = scoreNotes(s)
		}
		out = append(out, append(row, notes))
	}
	return out
}

// head names the columns of rows.
func (v resultView) head(ctx context.Context) (out []string) {
	keys := []string{"assessment.domain", "assessment.now", "assessment.where"}
	if v.before != nil {
		keys = []string{"assessment.domain", "assessment.before", "assessment.now", "assessment.where", "assessment.change"}
	}
	if !v.at.Instrument.preliminary() {
		keys = append(keys, "assessment.self")
	}
	for _, key := range append(keys, "assessment.more") {
		out = append(out, i18n.T(ctx, key))
	}
	return out
}
