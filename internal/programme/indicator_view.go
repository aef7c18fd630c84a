package programme

import (
	"context"
	"net/url"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
)

// indicatorView is what the page of an indicator shows. Records is empty for
// who may read figures only.
type indicatorView struct {
	programmeView
	Figure  Figure
	Records RecordPage
	Said    []Declaration // of a declared one, the last first

	Asked, Problem string  // the day as it was typed, and what is wrong with it
	AsOf           db.Date // empty: now
	Today          Figure  // beside that of a past day
}

// then says that a figure is of a past day, and what it is today.
func (v *indicatorView) then(ctx context.Context) string {
	return i18n.T(ctx, "figure.then", "Date", i18n.Date(ctx, v.AsOf.Time()), "Today", amount(ctx, v.Figure.Unit, number(&v.Today)))
}

// facts say what the figure is, in words.
func (v *indicatorView) facts(ctx context.Context) []ui.Pair {
	f := &v.Figure
	pairs := []ui.Pair{
		{Label: i18n.T(ctx, "indicator.definition"), Body: long(say(ctx, f.Definition))},
		{Label: i18n.T(ctx, "indicator.unit"), Value: i18n.T(ctx, "programme.unit."+string(f.Unit))},
		{Label: i18n.T(ctx, "indicator.fed_by"), Value: v.source(ctx)},
	}
	if f.Node != "" {
		pairs = append(pairs, ui.Pair{Label: i18n.T(ctx, "indicator.node"), Value: v.nodeName(ctx, f.Node)})
	}
	if len(f.Activities) > 0 {
		pairs = append(pairs, ui.Pair{Label: i18n.T(ctx, "indicator.activities"), Body: textLines(v.activities(ctx))})
	}
	if f.Mode != "" {
		pairs = append(pairs, ui.Pair{Label: i18n.T(ctx, "indicator.mode"), Value: word(ctx, "programme.mode.", f.Mode)})
	}
	return append(pairs, ui.Pair{Label: i18n.T(ctx, "indicator.target"), Value: targetText(ctx, f)})
}

func (v *indicatorView) activities(ctx context.Context) []string {
	out := make([]string, len(v.Figure.Activities))
	for i, code := range v.Figure.Activities {
		out[i] = v.nodeName(ctx, code)
	}
	return out
}

// source says which records feed the figure.
func (v *indicatorView) source(ctx context.Context) string {
	n := &v.Figure.PackIndicator
	if n.Declared {
		return i18n.T(ctx, "declared.source")
	}
	if !n.Fed() {
		return i18n.T(ctx, "figure.state.not_fed", "Area", word(ctx, "programme.area.", n.FeedsFrom))
	}
	counts := n.Counts()
	if len(counts) == 2 {
		return i18n.T(ctx, "indicator.over", "Above", word(ctx, "programme.measure.", counts[0].Measure),
			"Below", word(ctx, "programme.measure.", counts[1].Measure))
	}
	return word(ctx, "programme.measure.", n.Measure)
}

// indicatorTitle names another indicator of the programme.
func (v *indicatorView) indicatorTitle(ctx context.Context, code string) string {
	if i := v.Indicator(code); i != nil {
		return say(ctx, i.Title)
	}
	return code
}

// declared are the breakdowns of the pack that were answered, in its order.
func (v *indicatorView) declared() []ledger.Dimension {
	var out []ledger.Dimension
	for _, by := range v.Figure.By {
		if _, ok := v.Figure.Breakdown[ledger.Dimension(by)]; ok {
			out = append(out, ledger.Dimension(by))
		}
	}
	return out
}

// listed says how many rows the list has, and that the figure says the same.
func (v *indicatorView) listed(ctx context.Context) string {
	p := &v.Records
	key := "record.listed"
	switch {
	case p.Unit == ledger.Minutes:
		key = "record.listed.minutes"
	case v.Figure.Unit == ledger.Ratio:
		key = "record.listed.ratio"
	}
	return i18n.N(ctx, key, int(p.Total), "Amount", amount(ctx, p.Unit, p.Total), "Count", i18n.Number(ctx, p.Total))
}

// span says which rows of how many this page has.
func (v *indicatorView) span(ctx context.Context) string {
	p := &v.Records
	from, to := p.Start+1, p.Start+int64(len(p.Items))
	if p.Unit == ledger.Minutes {
		return i18n.T(ctx, "record.span.minutes", "From", i18n.Number(ctx, from), "To", i18n.Number(ctx, to))
	}
	return i18n.T(ctx, "record.span", "From", i18n.Number(ctx, from), "To", i18n.Number(ctx, to), "Total", i18n.Number(ctx, p.Total))
}

// next is the address of the records that follow.
func (v *indicatorView) next() string {
	if v.Records.Next == "" {
		return ""
	}
	query := url.Values{"cursor": {v.Records.Next}}
	if v.AsOf != "" {
		query.Set("as_of", string(v.AsOf))
	}
	return indicatorHref(v.Code, v.Figure.Code) + "?" + query.Encode() + "#records"
}

// opens tells whether any record of this page may be opened by this reader.
func (v *indicatorView) opens() bool {
	return slices.ContainsFunc(v.Records.Items, func(r Record) bool { return r.Href != "" })
}

// recordHead names the columns of the list.
func (v *indicatorView) recordHead(ctx context.Context) []string {
	last := "record.quantity"
	if v.Records.Unit == ledger.Minutes {
		last += ".minutes"
	}
	head := headOf(ctx, "record.subject", "record.date", "record.organisation", "record.territory",
		"record.mode", "record.activity", last)
	if v.opens() {
		head = append(head, i18n.T(ctx, "record.open"))
	}
	return head
}

func (v *indicatorView) recordRows(ctx context.Context) [][]ui.Cell {
	out := make([][]ui.Cell, len(v.Records.Items))
	for i, r := range v.Records.Items {
		out[i] = []ui.Cell{{Body: recordSubject(r)}, {Text: i18n.Date(ctx, r.First.Time())}, {Text: r.OrgName}, {Text: r.Territory},
			{Text: modeText(ctx, r.Mode)}, {Text: v.nodeName(ctx, r.Activity)},
			{Text: i18n.Number(ctx, quantityOf(v.Records.Unit, r)), Numeric: true}}
		if v.opens() {
			out[i] = append(out[i], ui.Cell{Body: recordLink(r)})
		}
	}
	return out
}

// emptyBreakdown is the key of why a breakdown has no rows.
func emptyBreakdown(f *Figure) string {
	if shown(f) && number(f) == 0 {
		return "figure.breakdown.none"
	}
	return "figure.breakdown.hidden"
}

func modeText(ctx context.Context, m ledger.Mode) string {
	if m == "" {
		return ""
	}
	return word(ctx, "programme.mode.", string(m))
}

// quantityOf is the last number of a row: its minutes where minutes are added
// up, elsewhere how many facts stand behind the one thing that counts.
func quantityOf(u ledger.Unit, r Record) int64 {
	if u == ledger.Minutes {
		return r.Quantity
	}
	return r.Facts
}
