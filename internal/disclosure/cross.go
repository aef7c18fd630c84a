package disclosure

import "slices"

// CrossTable is a table of two dimensions with its margins, as it may leave:
// what is hidden can be worked out from none of it.
type CrossTable struct {
	Cells      [][]Cell // by row, by column
	Rows, Cols []Cell   // the sums of each row and of each column
	Total      Cell
}

// Cross protects a table of two dimensions that is shown with the sums of its
// rows and columns, which are the tables of one dimension, and with its total.
// Small figures are hidden, the sums among them; then others with them, until
// whoever knows everything shown and the threshold finds that each small one can
// still be anything from 1 to one less than the threshold. Where that cannot be,
// or so few are in it that any pattern would tell, there is no table.
//
// Which figures go along depends on places, not on sizes: parts come in an order
// that does not depend on the figures.
func Cross(parts [][]int64, threshold int64) (t CrossTable, ok bool) {
	if len(parts) == 0 || len(parts[0]) == 0 {
		return t, false
	}
	g := newGrid(parts, threshold)
	if total := g.n[g.rows][g.cols]; total > 0 && total < 2*threshold && threshold > 1 {
		return t, false
	}
	for {
		i, j, found := g.unsafe()
		if !found {
			return g.table(), true
		}
		if !g.hideNear(i, j) {
			return t, false
		}
	}
}

// grid is a table with its sums in one more row and column. Every row adds up to
// its last place, and every column to its.
type grid struct {
	n         [][]int64
	hidden    [][]bool
	threshold int64
	rows      int // without the sums
	cols      int
}

func newGrid(parts [][]int64, threshold int64) *grid {
	g := &grid{threshold: threshold, rows: len(parts), cols: len(parts[0])}
	sums := make([]int64, g.cols+1)
	for _, row := range parts {
		line := append(slices.Clone(row), 0)
		for j, n := range row {
			line[g.cols] += n
			sums[j] += n
		}
		sums[g.cols] += line[g.cols]
		g.n = append(g.n, line)
	}
	g.n = append(g.n, sums)
	for i, row := range g.n {
		small := make([]bool, len(row))
		for j, n := range row {
			// Where a sum is small its zeros would tell how many the others are.
			small[j] = g.small(n) || g.small(g.n[i][g.cols]) || g.small(sums[j])
		}
		g.hidden = append(g.hidden, small)
	}
	return g
}

func (g *grid) small(n int64) bool { return n > 0 && n < g.threshold }

// unsafe finds a small figure that could be worked out, at least in part.
func (g *grid) unsafe() (i, j int, found bool) {
	for i, row := range g.n {
		for j, n := range row {
			if !g.small(n) {
				continue
			}
			if low, high := g.bounds(i, j); low > 1 || high < g.threshold-1 {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// hideNear hides the first place that helps: where a row or a column hides one
// place alone, another in it, if there is one that leaves none alone; then any in
// the row and the column of the figure, then any.
func (g *grid) hideNear(i, j int) bool {
	for _, fits := range []func(a, b int) bool{
		func(a, b int) bool { return g.inRow(a) == 1 && g.inCol(b) > 0 || g.inCol(b) == 1 && g.inRow(a) > 0 },
		func(a, b int) bool { return g.inRow(a) == 1 || g.inCol(b) == 1 },
		func(a, b int) bool { return a == i || b == j },
		func(a, b int) bool { return true },
	} {
		for a, row := range g.n {
			for b, n := range row {
				// The total is told elsewhere too: it stays.
				if total := a == g.rows && b == g.cols; n > 0 && !g.hidden[a][b] && !total && fits(a, b) {
					g.hidden[a][b] = true
					return true
				}
			}
		}
	}
	return false
}

// inRow and inCol count what is hidden there.
func (g *grid) inRow(a int) (n int) {
	for _, hidden := range g.hidden[a] {
		if hidden {
			n++
		}
	}
	return n
}

func (g *grid) inCol(b int) (n int) {
	for _, row := range g.hidden {
		if row[b] {
			n++
		}
	}
	return n
}

// bounds are the least and the most that a hidden place can be, for whoever knows
// every shown place, that rows and columns add up, and that what is hidden is not
// zero. A table with its sums is a circulation: each place is an arc between its
// row and its column, the sums run back, so the bounds are two flows.
func (g *grid) bounds(i, j int) (low, high int64) {
	from, to := g.ends(i, j)
	n := g.n[i][j]
	most := g.threshold // more need not be known
	return n - g.flow(i, j, from, to, n-g.least(i, j)), n + g.flow(i, j, to, from, most)
}

// least is what a hidden place is at the least: a zero is hidden with a small
// sum alone.
func (g *grid) least(i, j int) int64 {
	if i < g.rows && j < g.cols && (g.small(g.n[i][g.cols]) || g.small(g.n[g.rows][j])) {
		return 0
	}
	return 1
}

// ends are the nodes of an arc: rows first, columns after them.
func (g *grid) ends(i, j int) (from, to int) {
	row, col := i, g.rows+1+j
	if (i == g.rows) != (j == g.cols) { // a sum runs back
		return col, row
	}
	return row, col
}

// flow is how much can be moved from a node to another along hidden places but
// (i, j), up to limit: forward without end, backward until a place is 1.
func (g *grid) flow(i, j, from, to int, limit int64) (moved int64) {
	left := make([][]int64, g.rows+1) // what was moved along each arc
	for a := range left {
		left[a] = make([]int64, g.cols+1)
	}
	for moved < limit {
		path := g.path(left, i, j, from, to)
		if path == nil {
			return moved
		}
		step := limit - moved
		for _, p := range path {
			if !p.forward {
				step = min(step, g.n[p.i][p.j]-g.least(p.i, p.j)+left[p.i][p.j])
			}
		}
		for _, p := range path {
			if p.forward {
				left[p.i][p.j] += step
			} else {
				left[p.i][p.j] -= step
			}
		}
		moved += step
	}
	return moved
}

// hop is one arc of a path.
type hop struct {
	i, j    int
	forward bool
}

// path finds a shortest way from a node to another.
func (g *grid) path(left [][]int64, i, j, from, to int) []hop {
	came := map[int]hop{}
	before := map[int]int{from: -1}
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if at == to {
			break
		}
		for a, row := range g.hidden {
			for b, hidden := range row {
				if !hidden || a == i && b == j {
					continue
				}
				s, t := g.ends(a, b)
				next, forward := t, true
				switch {
				case s == at:
				case t == at && g.n[a][b]-g.least(a, b)+left[a][b] > 0:
					next, forward = s, false
				default:
					continue
				}
				if _, seen := before[next]; !seen {
					before[next], came[next] = at, hop{a, b, forward}
					queue = append(queue, next)
				}
			}
		}
	}
	var out []hop
	for at := to; at != from; at = before[at] {
		h, ok := came[at]
		if !ok {
			return nil
		}
		out = append(out, h)
	}
	return out
}

func (g *grid) table() (t CrossTable) {
	cell := func(i, j int) Cell {
		if g.hidden[i][j] {
			return Cell{}
		}
		return Show(g.n[i][j])
	}
	for i := range g.rows {
		row := make([]Cell, g.cols)
		for j := range row {
			row[j] = cell(i, j)
		}
		t.Cells = append(t.Cells, row)
		t.Rows = append(t.Rows, cell(i, g.cols))
	}
	for j := range g.cols {
		t.Cols = append(t.Cols, cell(g.rows, j))
	}
	t.Total = cell(g.rows, g.cols)
	return t
}
