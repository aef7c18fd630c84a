package exchange

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/table"
	"tessuto/internal/platform/web"
)

// fate is what becomes of a row.
type fate string

// The fates.
const (
	fresh   fate = "new"
	there   fate = "there"
	refused fate = "refused"
)

// planned is a row with its fate.
type planned struct {
	table.Row
	fate
	reason string // why it is refused
	make   func(context.Context) error
}

// plan is what an import would do now.
type plan struct {
	rows  []planned
	count map[fate]int
}

// plan looks at every row, and changes nothing. What the table says twice is
// refused the second time, with the row that said it first: the two may differ,
// and nobody but who sent them knows which holds.
func (m *Module) plan(ctx context.Context, imp Import, p mapping, rows *table.Rows) (*plan, error) {
	out := &plan{count: map[fate]int{}}
	err := m.db.Read(ctx, func(tx *db.Tx) error {
		work, err := imp.Begin(ctx, tx)
		if err != nil {
			return err
		}
		said := map[string]int{} // in which row
		for _, row := range rows.Rows {
			r := p.row(imp.Fields, row)
			key, make := work.Row(ctx, r)
			one := planned{Row: row, fate: fresh, make: make}
			switch {
			case len(r.Problem) > 0:
				one.fate, one.reason = refused, reason(ctx, imp, r.Problem.Err())
			case said[key] != 0:
				one.fate, one.reason = refused, i18n.T(ctx, imp.Same, "Row", said[key])
			case work.Known[key]:
				one.fate = there
			}
			if one.fate != refused {
				said[key] = row.Number
			}
			out.count[one.fate]++
			out.rows = append(out.rows, one)
		}
		return nil
	})
	return out, err
}

// reason says what is wrong with a row, field by field.
func reason(ctx context.Context, imp Import, err error) string {
	problems := web.Problems(ctx, err)
	var out []string
	for _, f := range imp.Fields {
		if p, ok := problems[f.Name]; ok {
			out = append(out, i18n.T(ctx, "exchange.problem", "Field", i18n.T(ctx, f.Key), "Problem", p))
			delete(problems, f.Name)
		}
	}
	var rest []string
	for _, p := range problems {
		rest = append(rest, p)
	}
	slices.Sort(rest)
	return strings.Join(append(out, rest...), "; ")
}

// refusal tells whether a use case refused the row itself: whoever runs the
// import again meets the same.
func refusal(err error) bool {
	var e *errs.Error
	return errors.As(err, &e) && e.Code != errs.Busy && e.Code != errs.Internal
}

// rejected are the rows that were refused, as a table with a column of reasons.
func (p *plan) rejected(ctx context.Context, titles []string, w table.Writer) error {
	for _, r := range p.rows {
		if r.fate != refused {
			continue
		}
		cells := make([]any, len(titles)+2)
		cells[0], cells[1] = r.reason, r.Number
		for i := range titles {
			if i < len(r.Cells) {
				cells[i+2] = r.Cells[i]
			}
		}
		if err := w.Row(cells...); err != nil {
			return err
		}
	}
	return w.Close()
}

// rejectedSheet describes that table: mended, it can be sent again as it is.
func rejectedSheet(ctx context.Context, imp Import, titles []string) table.Sheet {
	s := table.Sheet{Name: i18n.T(ctx, "exchange.refused"), Columns: []table.Column{
		{Title: i18n.T(ctx, "exchange.reason"), Kind: table.Text}, {Title: i18n.T(ctx, "exchange.row"), Kind: table.Number}}}
	for _, t := range titles {
		s.Columns = append(s.Columns, table.Column{Title: t, Kind: table.Text})
	}
	return s
}
