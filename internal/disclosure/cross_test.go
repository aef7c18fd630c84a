package disclosure_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tessuto/internal/disclosure"
	"tessuto/internal/disclosure/disclosuretest"
)

func TestCross(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why        string
		parts      [][]int64
		cells      [][]int64
		rows, cols []int64
		total      int64
	}{
		{"nothing is small", [][]int64{{5, 3}, {4, 0}}, [][]int64{{5, 3}, {4, 0}}, []int64{8, 4}, []int64{9, 3}, 12},
		{
			"a ring of four: whoever has the sums has three of them from the fourth alone",
			[][]int64{{1, 6, 9}, {7, 8, 9}, {9, 9, 9}},
			[][]int64{{h, h, 9}, {h, h, 9}, {9, 9, 9}},
			[]int64{16, 24, 27}, []int64{17, 23, 27}, 67,
		},
		{
			"a small sum is hidden with its parts, the zeros too, and another sum with it",
			[][]int64{{2, 0}, {7, 8}},
			[][]int64{{h, h}, {h, h}},
			[]int64{h, h}, []int64{9, 8}, 17,
		},
		{"so few that any pattern would tell", [][]int64{{2, 0}, {0, 3}}, nil, nil, nil, h},
	} {
		got, ok := disclosure.Cross(c.parts, 3)
		if !ok {
			if c.total != h {
				t.Errorf("%s: no table", c.why)
			}
			continue
		}
		for i, row := range got.Cells {
			if line := all(row); !slices.Equal(line, c.cells[i]) {
				t.Errorf("%s: row %d is %v, want %v", c.why, i, line, c.cells[i])
			}
		}
		if r, s := all(got.Rows), all(got.Cols); !slices.Equal(r, c.rows) || !slices.Equal(s, c.cols) || plain(got.Total) != c.total {
			t.Errorf("%s: sums %v and %v of %d", c.why, r, s, plain(got.Total))
		}
	}
}

func all(cells []disclosure.Cell) (out []int64) {
	for _, c := range cells {
		out = append(out, plain(c))
	}
	return out
}

// An attacker has everything that is shown, how it adds up, and that what is
// hidden is not zero but where a whole row or column is. By linear programming,
// which the package does not use, no small figure can be narrowed: each can be 1
// and one less than the threshold.
func TestCrossAttacker(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		k := rapid.Int64Range(3, 10).Draw(r, "threshold")
		rows, cols := rapid.IntRange(1, 5).Draw(r, "rows"), rapid.IntRange(1, 6).Draw(r, "cols")
		n := rapid.OneOf(rapid.Int64Range(0, k), rapid.Int64Range(0, 3*k), rapid.Just(int64(0)))
		parts := make([][]int64, rows)
		for i := range parts {
			parts[i] = rapid.SliceOfN(n, cols, cols).Draw(r, "row")
		}
		parts = present(parts)
		if len(parts) > 0 {
			attackCross(r, parts, k)
		}
	})
}

// present leaves out rows and columns of nothing, as a breakdown does.
func present(parts [][]int64) (out [][]int64) {
	var keep []int
	for j := range parts[0] {
		if slices.ContainsFunc(parts, func(row []int64) bool { return row[j] > 0 }) {
			keep = append(keep, j)
		}
	}
	for _, row := range parts {
		var line []int64
		for _, j := range keep {
			line = append(line, row[j])
		}
		if slices.Max(row) > 0 {
			out = append(out, line)
		}
	}
	return out
}

func attackCross(t failer, parts [][]int64, k int64) {
	table, ok := disclosure.Cross(parts, k)
	if !ok {
		return
	}
	var a disclosuretest.Attacker
	total := a.Shown(plain(table.Total))
	var small []disclosuretest.Var
	know := func(c disclosure.Cell, n, least int64) disclosuretest.Var {
		if told, shown := c.Number(); shown {
			if told != n || n > 0 && n < k {
				t.Fatalf("%v under %d: %d is shown as %d", parts, k, n, told)
			}
			return a.Shown(n)
		}
		v := a.Hidden(least)
		if n > 0 && n < k {
			small = append(small, v)
		}
		return v
	}
	rows, cols := make([]disclosuretest.Var, len(parts)), make([]disclosuretest.Var, len(parts[0]))
	down := make([][]disclosuretest.Var, len(cols))
	fewIn := make([]int64, len(cols))
	for _, row := range parts {
		for j, n := range row {
			fewIn[j] += n
		}
	}
	for j, n := range fewIn {
		cols[j] = know(table.Cols[j], n, 1)
	}
	for i, row := range parts {
		var sum int64
		for _, n := range row {
			sum += n
		}
		rows[i] = know(table.Rows[i], sum, 1)
		var line []disclosuretest.Var
		for j, n := range row {
			least := int64(1)
			if sum < k || fewIn[j] < k {
				least = 0
			}
			v := know(table.Cells[i][j], n, least)
			line, down[j] = append(line, v), append(down[j], v)
		}
		a.Sum(rows[i], line...)
	}
	for j := range cols {
		a.Sum(cols[j], down[j]...)
	}
	a.Sum(total, rows...)
	a.Sum(total, cols...)
	for _, v := range small {
		low, high, err := a.Interval(v)
		if err != nil || low > 1 || high < float64(k-1) {
			t.Fatalf("%v under %d is shown as %+v: a small figure is between %v and %v (%v)", parts, k, table, low, high, err)
		}
	}
}
