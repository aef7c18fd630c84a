package cases

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
)

func whoOptions(ctx context.Context, f *File, a Action) []ui.Option {
	out := []ui.Option{{Value: family, Label: i18n.T(ctx, "plan.who_family")}}
	for _, t := range f.inTeam() {
		out = append(out, ui.Option{Value: t.AccountID, Label: t.Name + " (" + i18n.T(ctx, "mandate."+string(t.Mandate)) + ")"})
	}
	out = append(out, ui.Option{Value: otherBody, Label: i18n.T(ctx, "plan.who_body")})
	// Who has left the team stays in the list until somebody takes over: an
	// action never changes hands by itself.
	if !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == whoValue(a) }) {
		out = append(out, ui.Option{Value: a.AccountID, Label: i18n.T(ctx, "plan.who_left", "Who", a.Who)})
	}
	return out
}

func whoValue(a Action) string {
	switch {
	case a.AccountID != "":
		return a.AccountID
	case a.Body != "":
		return otherBody
	}
	return family
}

// who names who does an action.
func (a *Action) who(ctx context.Context) string {
	if a.OfFamily() {
		return i18n.T(ctx, "plan.who_family")
	}
	return cmp.Or(a.Body, a.Who)
}

// note says of an action who, by when, with which resource and which fund.
func (a *Action) note(ctx context.Context, f *File) string {
	parts := []string{i18n.T(ctx, "plan.who_by", "Who", a.who(ctx), "Date", i18n.Date(ctx, a.DueOn.Time()))}
	if a.Resource != "" {
		parts = append(parts, i18n.T(ctx, "plan.resource_is", "Resource", a.Resource))
	}
	if a.Fund != "" {
		parts = append(parts, i18n.T(ctx, "plan.fund_is", "Fund", f.fundOf(ctx, a.Fund)))
	}
	return strings.Join(parts, " · ")
}

// steps are the actions of the family, or those of the others.
func (o *Objective) steps(ofFamily bool) (out []Action) {
	for _, a := range o.Actions {
		if a.OfFamily() == ofFamily {
			out = append(out, a)
		}
	}
	return out
}

// fundOf names a fund: the activity of a programme, or a line of the list.
func (f *File) fundOf(ctx context.Context, fund string) string {
	for _, p := range f.PlaceOptions {
		if p.Key == fund {
			return p.Label
		}
	}
	return codelist.Word(ctx, FundingList, fund)
}

// funds are those that an action can name.
func (v planView) funds(ctx context.Context, a Action) []ui.Option {
	out := placeAnswers(ctx, v.PlaceOptions, ui.Option{Label: i18n.T(ctx, "plan.fund_none")})
	for _, p := range v.PlaceOptions {
		if p.Key == a.Fund && !p.Mine {
			out = append(out, ui.Option{Value: p.Key, Label: p.Label})
		}
	}
	return append(out, codelist.Options(ctx, FundingList, "", lineOf(a.Fund))...)
}

// lineOf is a fund that is of the list of lines.
func lineOf(fund string) string {
	if strings.Contains(fund, "/") {
		return ""
	}
	return fund
}

// sources are the domains that an objective can cite: of the last assessment of
// each series, those of which something was said.
func (v planView) sources(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "plan.source_none")}}
	cited := map[string]bool{}
	for _, o := range v.form.Objectives {
		id, _, _ := strings.Cut(o.Source, "/")
		cited[id] = true
	}
	for i := len(v.Assessments) - 1; i >= 0; i-- {
		a := &v.Assessments[i]
		later := slices.ContainsFunc(v.Assessments[i+1:], func(o Assessment) bool {
			return o.Instrument.key() == a.Instrument.key() && o.Subject.ID == a.Subject.ID
		})
		if later && !cited[a.ID] {
			continue
		}
		for _, s := range a.Scores {
			if s.Version > 0 {
				source := SourceOf(a.ID, s.Domain)
				out = append(out, ui.Option{Value: source, Label: v.sourceText(ctx, source)})
			}
		}
	}
	return out
}

// sourceText names a domain that an objective cites; empty when it is not open to
// the reader.
func (f *File) sourceText(ctx context.Context, source string) string {
	c := f.domain(source)
	if c == nil {
		return ""
	}
	return i18n.T(ctx, "plan.source_of", "Domain", c.Title.say(ctx), "Instrument", c.from.Instrument.Title.say(ctx), "Date", i18n.Date(ctx, c.from.On.Time()))
}

// cited is a domain of an assessment that an objective cites.
type cited struct {
	*InstrumentDomain
	from *Assessment
}

// domain is what a source names, or nil when it is not open to the reader.
func (f *File) domain(source string) *cited {
	id, code, _ := strings.Cut(source, "/")
	a, err := pick(f.Assessments, id)
	if err != nil {
		return nil
	}
	if d := a.Instrument.domain(code); d != nil && f.Open[d.Section] {
		return &cited{d, a}
	}
	return nil
}

// subjects are those whose plan it can be.
func (v planView) subjects(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "plan.subject_household")}}
	for _, mb := range v.Household.Members {
		out = append(out, ui.Option{Value: mb.PersonID, Label: i18n.T(ctx, "plan.subject_person", "Name", mb.Person.Name())})
	}
	return out
}

// personName names who lives in the household or signs, as far as the reader may know.
func (f *File) personName(ctx context.Context, id string) string {
	for _, mb := range f.Household.Members {
		if mb.PersonID == id && mb.Person.Name() != "" {
			return mb.Person.Name()
		}
	}
	if p, open := f.Signed[id]; open && p.Name() != "" {
		return p.Name()
	}
	return i18n.T(ctx, "plan.somebody")
}

func (v planView) title() string {
	if v.Plan.Signed() && v.Draft == nil {
		return "plan.new_edition"
	}
	return "case.plan"
}

// step is something to do on a case.
type step struct {
	to, key    string
	permission policy.Permission
}

// draftStep is what the draft of the plan waits for.
func (f *File) draftStep() step {
	if f.Alone || f.Writing().Approval.At != nil {
		return step{"/signature", "case.do_sign", policy.PlanSign}
	}
	return step{"/approval", "case.do_approval", policy.PlanWrite}
}
