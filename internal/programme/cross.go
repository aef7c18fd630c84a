package programme

import (
	"slices"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
)

// Cross is a figure by two dimensions at once, as far as the actor may know it.
// The sums of its rows and columns are what each dimension says by itself.
type Cross struct {
	By         [2]ledger.Dimension // of the rows, of the columns
	Rows, Cols []Part
	Cells      [][]disclosure.Cell // by row, by column
}

// cross answers one table. Who may not see it all gets, where hiding figures is
// not enough, one without rows.
func (a *answers) cross(c PackCount, total tally, by [2]ledger.Dimension, least int64) (Cross, error) {
	out := Cross{By: by}
	found, err := a.m.ledger.Cross(a.ctx, a.tx, a.question(c), by[0], by[1])
	if err != nil || total.Hidden() {
		return out, err
	}
	rows, cols := ledger.Margin(found, 0), ledger.Margin(found, 1)
	parts := make([][]int64, len(rows))
	for i := range parts {
		parts[i] = make([]int64, len(cols))
	}
	at := func(list []ledger.Part, value string) int {
		return slices.IndexFunc(list, func(p ledger.Part) bool { return p.Value == value })
	}
	for _, cell := range found {
		parts[at(rows, cell.Values[0])][at(cols, cell.Values[1])] = cell.Count
	}
	table, ok := disclosure.Cross(parts, least)
	if !ok {
		return out, nil
	}
	named := func(list []ledger.Part, sums []disclosure.Cell) (out []Part) {
		for i, p := range list {
			out = append(out, Part{p.Value, a.names[p.Value], sums[i]})
		}
		return out
	}
	out.Rows, out.Cols, out.Cells = named(rows, table.Rows), named(cols, table.Cols), table.Cells
	return out, nil
}

// crosses adds the tables of two dimensions that the pack declares, and the
// breakdowns that are their sums: what one hides the other must hide.
func (a *answers) crosses(f *Figure, c PackCount, total tally) error {
	for _, pair := range f.PackIndicator.Cross {
		by := [2]ledger.Dimension{ledger.Dimension(pair[0]), ledger.Dimension(pair[1])}
		if !slices.Contains(a.v.By, by[0]) && !slices.Contains(a.v.By, by[1]) || !a.inFull(c) && f.Held != "" {
			continue
		}
		t, err := a.cross(c, total, by, f.Least)
		if err != nil {
			return err
		}
		f.Crosses = append(f.Crosses, t)
		for i, parts := range [][]Part{t.Rows, t.Cols} {
			if slices.Contains(a.v.By, by[i]) {
				f.Breakdown[by[i]] = append([]Part{}, parts...)
			}
		}
	}
	return nil
}
