package disclosure_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tessuto/internal/disclosure"
	"tessuto/internal/disclosure/disclosuretest"
)

func TestNest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why    string
		counts []int64 // the first is the whole
		want   []int64
	}{
		{"nothing is small", []int64{40, 20, 30}, []int64{40, 20, 30}},
		{"9 could be 1: the other part may hold them all", []int64{40, 9, 40}, []int64{40, h, 40}},
		{"42 less 38 is at least 4", []int64{42, 4, 38}, []int64{42, h, h}},
		{"one of two goes along", []int64{42, 4, 20, 20}, []int64{42, h, h, 20}},
		{"with nobody else to hide, the whole goes", []int64{12, 4, 0}, []int64{h, h, 0}},
		{"two small parts hide each other only as far as nine goes", []int64{12, 4, 9}, []int64{h, h, h}},
		{"the whole is small", []int64{3, 2, 1}, []int64{h, h, h}},
	} {
		figures := make([]disclosure.Nested, len(c.counts))
		for i, n := range c.counts {
			figures[i].Count = n
			if i > 0 {
				figures[i].In = []int{0}
			}
		}
		if got := all(disclosure.Nest(figures, 10)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v gives %v, want %v", c.why, c.counts, got, c.want)
		}
	}
}

// The attacker takes it that the parts cover the whole, and knows which of the
// hidden ones are small.
func TestNestAttacker(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		k := rapid.Int64Range(3, 10).Draw(r, "threshold")
		parts := rapid.SliceOfN(rapid.Int64Range(0, 3*k), 1, 5).Draw(r, "parts")
		var sum int64
		for _, n := range parts {
			sum += n
		}
		whole := rapid.Int64Range(slices.Max(parts), sum).Draw(r, "whole")
		figures := []disclosure.Nested{{Count: whole}}
		for _, n := range parts {
			figures = append(figures, disclosure.Nested{Count: n, In: []int{0}})
		}
		cells := disclosure.Nest(figures, k)
		var a disclosuretest.Attacker
		vars := make([]disclosuretest.Var, len(cells))
		for i, c := range cells {
			if n, shown := c.Number(); shown {
				vars[i] = a.Shown(n)
				continue
			}
			vars[i] = a.Hidden(1)
			if figures[i].Count < k {
				a.AtMost(vars[i], a.Shown(k-1))
			}
		}
		for _, v := range vars[1:] {
			a.AtMost(v, vars[0])
		}
		a.AtMost(vars[0], vars[1:]...)
		for i, f := range figures {
			if f.Count == 0 || f.Count >= k || whole < k {
				continue
			}
			if low, high, err := a.Interval(vars[i]); err != nil || low > 1 || high < float64(k-1) {
				r.Fatalf("%v under %d is shown as %v: figure %d is between %v and %v (%v)", figures, k, all(cells), i, low, high, err)
			}
		}
	})
}

// Of whoever was taken in charge, the share that reached something: where few are
// left over, neither the share nor what bounds it is told.
func TestNestShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why                 string
		taken, share, wider int64 // wider counts what the share does on more of the work
		want                []int64
	}{
		{"many reached it, and many did not", 20, 12, 12, []int64{20, 12, 12}},
		{"all did", 20, 20, 25, []int64{20, 20, 25}},
		{"none did", 20, 0, 0, []int64{20, 0, 0}},
		{"two did not", 20, 18, 18, []int64{20, h, h}},
		{"two did", 20, 2, 18, []int64{20, h, h}},
		{"so few were taken that both are small", 6, 2, 2, []int64{6, h, h}},
		{"few were taken", 4, 4, 6, []int64{h, h, h}},
	} {
		figures := []disclosure.Nested{{Count: c.taken}, {Count: c.share, In: []int{2}, Of: []int{0}}, {Count: c.wider}}
		if got := all(disclosure.Nest(figures, 5)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
	}
}

// The attacker knows how the parts of each of two wholes hang together, that a
// share is part of what it is told of, and that what is left over is not nobody.
func TestNestShareAttacker(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		k := rapid.Int64Range(3, 10).Draw(r, "threshold")
		var figures []disclosure.Nested
		family := func(name string, most int64) (first, count int) {
			parts := rapid.SliceOfN(rapid.Int64Range(0, most), 1, 4).Draw(r, name)
			var sum int64
			for _, n := range parts {
				sum += n
			}
			first = len(figures)
			figures = append(figures, disclosure.Nested{Count: rapid.Int64Range(slices.Max(parts), sum).Draw(r, name+" in all")})
			for _, n := range parts {
				figures = append(figures, disclosure.Nested{Count: n, In: []int{first}})
			}
			return first, 1 + len(parts)
		}
		takenAt, taken := family("taken in charge", 3*k)
		shareAt, shares := family("reached", 3*k)
		whole := takenAt + rapid.IntRange(0, taken-1).Draw(r, "whole")
		share := shareAt + rapid.IntRange(0, shares-1).Draw(r, "share")
		rest := figures[whole].Count - figures[share].Count
		if rest < 0 {
			return
		}
		figures[share].Of = []int{whole}
		cells := disclosure.Nest(figures, k)

		var a disclosuretest.Attacker
		vars := make([]disclosuretest.Var, len(cells))
		for i, c := range cells {
			if n, shown := c.Number(); shown {
				vars[i] = a.Shown(n)
			} else {
				vars[i] = a.Hidden(1)
			}
		}
		for _, at := range [][2]int{{takenAt, taken}, {shareAt, shares}} {
			parts := vars[at[0]+1 : at[0]+at[1]]
			for _, v := range parts {
				a.AtMost(v, vars[at[0]])
			}
			a.AtMost(vars[at[0]], parts...)
		}
		left := a.Hidden(min(rest, 1)) // somebody is left over, or nobody
		a.Sum(vars[whole], vars[share], left)
		for name, f := range map[string]struct {
			n int64
			disclosuretest.Var
		}{"share": {figures[share].Count, vars[share]}, "rest": {rest, left}} {
			if f.n == 0 || f.n >= k {
				continue
			}
			if low, high, err := a.Interval(f.Var); err != nil || low > 1 || high < float64(k-1) {
				r.Fatalf("%v under %d is shown as %v: the %s is between %v and %v (%v)", figures, k, all(cells), name, low, high, err)
			}
		}
	})
}
