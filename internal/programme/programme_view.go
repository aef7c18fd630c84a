package programme

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
)

// programmeView is what the page of a programme shows.
type programmeView struct {
	Programme
	Figures  []Figure
	Loaded   []string // codes of the programmes of the network
	Partners []Partner
}

// at returns the figures of a logframe node; those of no node under "".
func (v *programmeView) at(node string) []Figure {
	var out []Figure
	for _, f := range v.Figures {
		if f.Node == node {
			out = append(out, f)
		}
	}
	return out
}

// tree is the logframe as the kit draws it.
func (v *programmeView) tree(ctx context.Context, nodes []PackNode) []ui.TreeNode {
	out := make([]ui.TreeNode, 0, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		t := ui.TreeNode{Kind: i18n.T(ctx, "programme.node."+n.Kind), Code: n.Code, Title: say(ctx, n.Title),
			Children: v.tree(ctx, n.Nodes)}
		if n.Assumed {
			t.Badge = i18n.T(ctx, "programme.assumed.short")
		}
		if len(n.Partners) > 0 || len(v.at(n.Code)) > 0 {
			t.Body = nodeBody(v, n)
		}
		out = append(out, t)
	}
	return out
}

// assumes tells whether the logframe or the indicators hold what the source
// does not say, so that the mark on them is explained once.
func (v *programmeView) assumes() bool {
	for s := range v.Steps() {
		if s.Assumed {
			return true
		}
	}
	return slices.ContainsFunc(v.Indicators, func(i PackIndicator) bool { return i.Assumed })
}

// orgNames are the names of organisations by their codes.
func (v *programmeView) orgNames(codes ...string) string {
	var names []string
	for _, c := range codes {
		if o := v.Organisation(c); o != nil {
			names = append(names, o.Name)
		}
	}
	return joined(names)
}

// nodeName says a node of the logframe by code and title.
func (v *programmeView) nodeName(ctx context.Context, code string) string {
	n := v.Node(code)
	if n == nil {
		return code
	}
	return n.Code + " " + say(ctx, n.Title)
}

// leadName is the name of the organisation that leads.
func leadName(p *Pack) string {
	if o := p.Lead(); o != nil {
		return o.Name
	}
	return ""
}

// fundLine says who pays, in the fund's own codes.
func fundLine(ctx context.Context, f PackFund) string {
	words := []string{f.Programme}
	for _, part := range []struct{ key, value string }{
		{"programme.fund.specific", f.SpecificObjective},
		{"programme.fund.national", f.NationalObjective},
		{"programme.fund.letter", f.Letter},
	} {
		if part.value != "" {
			words = append(words, i18n.T(ctx, part.key, "Code", part.value))
		}
	}
	return joined(words)
}

// periodText says from when to when, or that the source does not.
func periodText(ctx context.Context, p *PackPeriod) string {
	if p == nil {
		return i18n.T(ctx, "programme.period.none")
	}
	text := days(ctx, p.From, p.To)
	if p.Assumed {
		text += " (" + i18n.T(ctx, "programme.assumed.short") + ")"
	}
	return text
}

// days says a stretch of time of which either end may be unknown.
func days(ctx context.Context, from, to string) string {
	first, last := i18n.Date(ctx, db.Date(from).Time()), i18n.Date(ctx, db.Date(to).Time())
	switch {
	case from == "" && to == "":
		return i18n.T(ctx, "programme.days.none")
	case to == "":
		return i18n.T(ctx, "programme.days.from", "From", first)
	case from == "":
		return i18n.T(ctx, "programme.days.to", "To", last)
	}
	return i18n.T(ctx, "programme.days", "From", first, "To", last)
}

// recipientKind is the programme's own word for a kind of recipients, or ours.
func recipientKind(ctx context.Context, p *Pack, kind string) string {
	if w, ok := p.Word("recipients."+kind, i18n.Lang(ctx)); ok {
		return w
	}
	return i18n.T(ctx, "programme.recipient."+kind)
}

// recipientNumber says how many, as sure as the source is of it.
func recipientNumber(ctx context.Context, r PackRecipient) string {
	if r.Number == 0 {
		return i18n.T(ctx, "programme.number.none")
	}
	return hedged(ctx, amount(ctx, r.Unit, int64(r.Number)), r.Approximate, r.AtLeast)
}

// memberText says a seat of a body: 1 × assistente sociale (ASP).
func (v *programmeView) memberText(ctx context.Context, m PackMember) string {
	text := say(ctx, m.Title)
	if m.Number > 0 {
		text = i18n.Number(ctx, int64(m.Number)) + " × " + text
	}
	if m.Organisation != "" {
		text += " (" + v.orgNames(m.Organisation) + ")"
	}
	return text
}

// words translates codes and writes them as one list.
func words(ctx context.Context, prefix string, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = word(ctx, prefix, c)
	}
	return joined(out)
}

// manyParts is from how many on the parts of a territory are folded away.
const manyParts = 8

// open are the parts of a territory to show at once: all when they are few,
// else those of which the source says something.
func (t *PackTerritory) open() (shown, folded []PackTerritory) {
	if len(t.Parts) <= manyParts {
		return t.Parts, nil
	}
	for _, p := range t.Parts {
		if p.Assumed && len(p.Parts) == 0 {
			folded = append(folded, p)
		} else {
			shown = append(shown, p)
		}
	}
	return shown, folded
}

// partsText says how many parts of a kind there are: 35 Ambiti territoriali.
func partsText(ctx context.Context, kind string, n int) string {
	return i18n.N(ctx, "programme.parts."+kind, n)
}

// partsKind is the kind of the parts of a territory.
func partsKind(parts []PackTerritory) string {
	if len(parts) == 0 {
		return ""
	}
	return parts[0].Kind
}

// fedText says how many indicators the records feed already.
func fedText(ctx context.Context, s *Standing) string {
	return i18n.T(ctx, "figure.of", "Actual", i18n.Number(ctx, int64(s.Fed)),
		"Target", i18n.Number(ctx, int64(len(s.Indicators))))
}

// reachedText says how many targets are reached, if the source gives any.
func reachedText(ctx context.Context, s *Standing) string {
	if s.Targets == 0 {
		return i18n.T(ctx, "programme.targets.none")
	}
	return i18n.N(ctx, "programme.targets", s.Targets, "Reached", s.Reached)
}

// leadsOn tells whether a figure leads this reader to the records behind it.
func (f *Figure) leadsOn(ctx context.Context, programme string) bool {
	return f.Fed && !f.Untold && mayReadRecords(ctx, programme)
}

// mayReadRecords tells whether the numbers of a programme lead this reader to
// records.
func mayReadRecords(ctx context.Context, programme string) bool {
	return policy.From(ctx).MayIn(policy.RecordsRead, programme)
}

func programmeHref(code string) string { return "/programmes/" + code }

func indicatorHref(programme, indicator string) string {
	return programmeHref(programme) + "/indicators/" + indicator
}

// lines are texts of a pack, each for a line of its own.
func lines(ctx context.Context, all []Text) []string {
	out := make([]string, len(all))
	for i, t := range all {
		out[i] = say(ctx, t)
	}
	return out
}

// facts say what the programme is.
func (v *programmeView) facts(ctx context.Context) []ui.Pair {
	pairs := []ui.Pair{
		{Label: i18n.T(ctx, "programme.lead"), Value: leadName(v.Pack)},
		{Label: i18n.T(ctx, "programme.fund"), Value: fundLine(ctx, v.Fund)},
	}
	if v.ProjectNumber != "" {
		pairs = append(pairs, ui.Pair{Label: i18n.T(ctx, "programme.number"), Value: v.ProjectNumber})
	}
	return append(pairs,
		ui.Pair{Label: i18n.T(ctx, "programme.territory"), Value: v.Territory.Name},
		ui.Pair{Label: i18n.T(ctx, "programme.period"), Value: periodText(ctx, v.Period)},
		ui.Pair{Label: i18n.T(ctx, "programme.need"), Body: long(say(ctx, v.Need))},
		ui.Pair{Label: i18n.T(ctx, "programme.objective"), Body: long(say(ctx, v.GeneralObjective))},
		ui.Pair{Label: i18n.T(ctx, "programme.method"), Body: long(say(ctx, v.Method))})
}

// parts are the sections that the page has, by the key of their heading.
func (v *programmeView) parts() []ui.Crumb {
	all := []struct {
		key, id string
		has     bool
	}{
		{"programme.logframe", "logframe", true},
		{"programme.partners", "partners", true},
		{"programme.recipients", "recipients", true},
		{"programme.territory", "territory", true},
		{"programme.bodies", "bodies", len(v.Bodies) > 0},
		{"programme.changes", "changes", len(v.Changes) > 0},
		{"programme.next_steps", "next-steps", len(v.NextSteps) > 0},
		{"programme.sisters", "sisters", len(v.SisterProgrammes) > 0},
		{"programme.source", "source", v.Source.Note != nil},
	}
	var out []ui.Crumb
	for _, p := range all {
		if p.has {
			out = append(out, ui.Crumb{Label: p.key, Href: "#" + p.id})
		}
	}
	return out
}

func (v *programmeView) memberLines(ctx context.Context, members []PackMember) []string {
	out := make([]string, len(members))
	for i, m := range members {
		out[i] = v.memberText(ctx, m)
	}
	return out
}

// headOf translates the heads of a table.
func headOf(ctx context.Context, keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = i18n.T(ctx, k)
	}
	return out
}
