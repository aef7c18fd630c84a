package programme

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
)

const monthForm = "2006-01"

// monthName says a month: marzo 2026.
func monthName(ctx context.Context, month string) string {
	t, err := time.Parse(monthForm, month)
	if err != nil {
		return month
	}
	return i18n.T(ctx, "month."+strconv.Itoa(int(t.Month()))) + " " + strconv.Itoa(t.Year())
}

// monthShort says a month in few signs: 3/26.
func monthShort(month string) string {
	t, err := time.Parse(monthForm, month)
	if err != nil {
		return month
	}
	return fmt.Sprintf("%d/%02d", t.Month(), t.Year()%100)
}

// months are the parts of a figure by month, with those in which nothing new
// came between the first and the last.
func months(parts []Part) (out []Part) {
	for _, p := range parts {
		for len(out) > 0 {
			next, err := time.Parse(monthForm, out[len(out)-1].Value)
			if err != nil || len(out) > 1200 {
				break
			}
			between := next.AddDate(0, 1, 0).Format(monthForm)
			if between >= p.Value {
				break
			}
			out = append(out, none(between))
		}
		out = append(out, p)
	}
	return out
}

// hiddenKey says why parts of a figure are hidden.
func hiddenKey(ctx context.Context, f *Figure) string {
	return i18n.T(ctx, "figure.hidden.rows", "Least", f.Least)
}

// trend draws the parts of a figure by month.
func (v *indicatorView) trend(ctx context.Context) ui.ChartProps {
	props := ui.ChartProps{ID: "trend", Title: i18n.T(ctx, "figure.by.month"), Columns: true, Key: hiddenKey(ctx, &v.Figure),
		Head: []string{i18n.T(ctx, "figure.dimension.month"), i18n.T(ctx, "programme.unit."+string(v.Figure.Unit))}}
	for _, p := range months(v.Figure.Breakdown[ledger.ByMonth]) {
		n, told := p.Number()
		props.Items = append(props.Items, ui.ChartItem{Label: monthName(ctx, p.Value), Short: monthShort(p.Value), Value: n, Hidden: !told})
	}
	if n := len(props.Items); n > 0 {
		props.Text = i18n.T(ctx, "figure.trend.text", "From", props.Items[0].Label, "To", props.Items[n-1].Label)
	}
	return props
}

// shares draws what a ratio was at the end of each month.
func (v *indicatorView) shares(ctx context.Context) ui.ChartProps {
	parts := v.Figure.Shares
	props := ui.ChartProps{ID: "trend", Title: i18n.T(ctx, "figure.share.by_month"), Columns: true,
		Head: []string{i18n.T(ctx, "figure.dimension.month"), i18n.T(ctx, "programme.unit."+string(v.Figure.Unit))},
		Text: i18n.T(ctx, "figure.trend.text", "From", monthName(ctx, parts[0].Value), "To", monthName(ctx, parts[len(parts)-1].Value))}
	for _, p := range parts {
		n, _ := p.Number()
		props.Items = append(props.Items, ui.ChartItem{Label: monthName(ctx, p.Value), Short: monthShort(p.Value), Value: n, Said: plain(ctx, v.Figure.Unit, n)})
	}
	return props
}

// parts draws the parts of a figure by another dimension.
func (v *indicatorView) parts(ctx context.Context, d ledger.Dimension) ui.ChartProps {
	total := number(&v.Figure)
	props := ui.ChartProps{ID: "by-" + string(d), Title: i18n.T(ctx, "figure.by."+string(d)), Total: &total, Key: hiddenKey(ctx, &v.Figure),
		Head: []string{i18n.T(ctx, "figure.dimension."+string(d)), i18n.T(ctx, "programme.unit."+string(v.Figure.Unit)), i18n.T(ctx, "figure.share")}}
	for _, r := range rowsOf(ctx, d, v.Figure.Breakdown[d]) {
		item := ui.ChartItem{Label: r.Name, Hidden: r.Hidden()}
		if n, told := r.Number(); told {
			item.Value, item.Share = n, percent(ctx, n, total)
		}
		props.Items = append(props.Items, item)
	}
	return props
}
