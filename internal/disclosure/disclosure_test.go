package disclosure_test

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tessuto/internal/disclosure"
)

func TestThreshold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class  disclosure.Class
		public bool
		want   int64
	}{
		{disclosure.C2, false, 3}, {disclosure.C2, true, 5}, {disclosure.C3, false, 5}, {disclosure.C3, true, 5},
		{disclosure.C4, false, 10}, {disclosure.C4, true, 10}, {"C9", false, 10}, {"", false, 10},
	} {
		if got := disclosure.Threshold(c.class, c.public); got != c.want {
			t.Errorf("%q, public %v: %d, want %d", c.class, c.public, got, c.want)
		}
	}
}

func TestOne(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]int64{0: 0, 1: h, 4: h, 5: 5, 6: 6} {
		if got := plain(disclosure.One(n, 5)); got != want {
			t.Errorf("%d: %d", n, got)
		}
	}
}

// What nobody filled in is hidden, and hidden is no number anywhere.
func TestHiddenIsNoNumber(t *testing.T) {
	t.Parallel()
	var c disclosure.Cell
	if _, shown := c.Number(); shown || !c.Hidden() || c == disclosure.Show(0) {
		t.Errorf("%+v", c)
	}
	got, err := json.Marshal([]disclosure.Cell{c, disclosure.Show(0), disclosure.Show(7)})
	if err != nil || string(got) != "[null,0,7]" {
		t.Errorf("%s, %v", got, err)
	}
}

// h is a hidden cell in the tables below.
const h = -1

func TestTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why         string
		parts, want []int64
		total       int64
	}{
		{"nothing is small", []int64{3, 5, 0}, []int64{3, 5, 0}, 8},
		{"no parts", nil, nil, 0},
		{"the total is small", []int64{1, 1, 0}, []int64{h, h, 0}, h},
		{"1 would follow from 11", []int64{1, 0, 4, 6}, []int64{h, 0, h, 6}, 11},
		{"the first large goes along, not the smallest", []int64{1, 6, 4}, []int64{h, h, 4}, 11},
		{"one large is not enough: 4 less at least 3 is 1", []int64{1, 3, 4}, []int64{h, h, h}, 8},
		{"nor are all: 7 less two of at least 3 is 1", []int64{1, 3, 3}, []int64{h, h, h}, h},
		{"1 and 2 could be 2 and 1", []int64{1, 2}, []int64{h, h}, 3},
		{"any of them could be the 1", []int64{1, 2, 2, 2}, []int64{h, h, h, h}, 7},
		{"2, 2 and 2 could be nothing else", []int64{2, 2, 2}, []int64{h, h, h}, h},
		{"2 and 3 could be 1 and 4", []int64{0, 2, 3}, []int64{0, h, h}, 5},
		{"a small part alone", []int64{0, 2, 0}, []int64{0, h, 0}, h},
	} {
		var sum int64
		for _, n := range c.parts {
			sum += n
		}
		total, cells := disclosure.Table(sum, c.parts, 3)
		got := make([]int64, 0, len(cells))
		for _, cell := range cells {
			got = append(got, plain(cell))
		}
		if plain(total) != c.total || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v gives %v of %d, want %v of %d", c.why, c.parts, got, plain(total), c.want, c.total)
		}
	}
}

func plain(c disclosure.Cell) int64 {
	n, shown := c.Number()
	if !shown {
		return h
	}
	return n
}

// An attacker has the total, what is shown, the threshold and this very program,
// and tries every table that would have been shown alike. Each small part that
// is hidden must still be able to be anything from 1 to one less than the
// threshold.
func TestAttacker(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		k := rapid.Int64Range(2, 6).Draw(r, "threshold")
		small := rapid.Int64Range(0, k+2)
		parts := rapid.SliceOfN(rapid.OneOf(small, small, rapid.Int64Range(0, 12)), 1, 5).Draw(r, "parts")
		attack(r, parts, k)
	})
}

// The same for every table of three parts up to 9 and four up to 6.
func TestAttackerOnAllSmallTables(t *testing.T) {
	t.Parallel()
	for size, top := range map[int]int64{1: 12, 2: 12, 3: 9, 4: 6} {
		parts := make([]int64, size)
		for {
			for k := int64(2); k <= 5; k++ {
				attack(t, parts, k)
			}
			i := 0
			for i < size && parts[i] == top {
				parts[i], i = 0, i+1
			}
			if i == size {
				break
			}
			parts[i]++
		}
	}
}

type failer interface {
	Fatalf(format string, args ...any)
}

func attack(t failer, parts []int64, k int64) {
	var sum int64
	for _, n := range parts {
		sum += n
	}
	total, cells := disclosure.Table(sum, parts, k)
	var hidden []int
	rest := sum
	for i, c := range cells {
		n, shown := c.Number()
		switch {
		case shown && n != parts[i]:
			t.Fatalf("%v under %d: cell %d is %+v", parts, k, i, c)
		case !shown && parts[i] == 0:
			t.Fatalf("%v under %d: zero %d is hidden", parts, k, i)
		case shown && n > 0 && n < k:
			t.Fatalf("%v under %d: %d is shown", parts, k, n)
		case !shown:
			hidden = append(hidden, i)
		}
		rest -= n
	}
	if total.Hidden() {
		if sum == 0 {
			t.Fatalf("%v under %d: a total of nothing is hidden", parts, k)
		}
		return
	}
	if plain(total) != sum {
		t.Fatalf("%v under %d: total %+v", parts, k, total)
	}
	could := make([]map[int64]bool, len(parts))
	for _, i := range hidden {
		could[i] = map[int64]bool{}
	}
	guess := slices.Clone(parts)
	try(guess, hidden, rest, func() {
		if _, same := disclosure.Table(sum, guess, k); slices.Equal(same, cells) {
			for _, i := range hidden {
				could[i][guess[i]] = true
			}
		}
	})
	for _, i := range hidden {
		for v := int64(1); v < k && parts[i] < k; v++ {
			if !could[i][v] {
				t.Fatalf("%v under %d is shown as %v: part %d cannot be %d, only %v", parts, k, cells, i, v, could[i])
			}
		}
	}
}

// try fills the hidden parts in every way that adds up to rest.
func try(guess []int64, hidden []int, rest int64, found func()) {
	if len(hidden) == 0 {
		if rest == 0 {
			found()
		}
		return
	}
	for v := int64(1); v <= rest; v++ {
		guess[hidden[0]] = v
		try(guess, hidden[1:], rest-v, found)
	}
}
