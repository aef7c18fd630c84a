package linkage_test

import (
	"slices"
	"testing"

	"tessuto/internal/linkage"
)

func pair(a, b uint32, p float32) linkage.Pair {
	return linkage.Pair{A: a, B: b, Probability: p, Bits: p * 20}
}

// together lists the groups of more than one.
func together(records int, pairs ...linkage.Pair) (out [][]int) {
	by := map[uint32][]int{}
	for i, g := range linkage.Clusters(records, pairs, 0.5) {
		by[g] = append(by[g], i)
	}
	for _, g := range by {
		if len(g) > 1 {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b []int) int { return a[0] - b[0] })
	return out
}

func TestClusters(t *testing.T) {
	t.Parallel()
	conflict := pair(0, 2, 0.02)
	conflict.Conflict = true
	for what, c := range map[string]struct {
		got  [][]int
		want [][]int
	}{
		"strong pairs make a person":            {together(4, pair(0, 1, 0.99), pair(1, 2, 0.98), pair(0, 2, 0.9)), [][]int{{0, 1, 2}}},
		"a pair that was not compared is no no": {together(3, pair(0, 1, 0.99), pair(1, 2, 0.98)), [][]int{{0, 1, 2}}},
		"a chain of weak pairs joins nobody":    {together(4, pair(0, 1, 0.95), pair(2, 3, 0.95), pair(1, 2, 0.6)), [][]int{{0, 1}, {2, 3}}},
		"other numbers keep apart":              {together(3, pair(0, 1, 0.99), pair(1, 2, 0.99), conflict), [][]int{{0, 1}}},
		"unlikely pairs join nobody":            {together(2, pair(0, 1, 0.4)), nil},
	} {
		if !slices.EqualFunc(c.got, c.want, slices.Equal) {
			t.Errorf("%s: %v, want %v", what, c.got, c.want)
		}
	}
}
