package linkage_test

import (
	"slices"
	"testing"

	"tessuto/internal/linkage"
)

// Whoever shares most of what tells apart comes first: of what is said of one word
// the rarest counts, and little of the rest.
func TestRank(t *testing.T) {
	t.Parallel()
	leads := []linkage.Lead{{"sound of a", 1, 1}, {"end of a", 1, 1}, {"sound of b", 2, 1}, {"year", 3, 1}, {"edited", 2, 0.5}}
	many := make([]uint16, 1000)
	for i := range many {
		many[i] = uint16(i)
	}
	postings := []linkage.Posting{
		{Lead: 3, Block: 0, Holders: many},              // the year says little
		{Lead: 0, Block: 0, Holders: []uint16{7, 8, 9}}, // one word, twice
		{Lead: 1, Block: 0, Holders: []uint16{7, 8}},
		{Lead: 2, Block: 0, Holders: []uint16{9, 12}}, // the other word
		{Lead: 4, Block: 0, Holders: []uint16{11}},
		{Lead: 2, Block: 3, Holders: []uint16{5}},
		{Lead: 0, Block: 3, Holders: []uint16{5}},
	}
	far := int64(3*linkage.Block + 5)
	for most, want := range map[int][]int64{1: {9}, 4: {9, far, 7, 8}, 7: {9, far, 7, 8, 12, 11, 0}} {
		if got := entries(linkage.Rank(leads, postings, 100_000, most)); !slices.Equal(got, want) {
			t.Errorf("the first %d are %v, want %v", most, got, want)
		}
	}
	if got := linkage.Rank(leads, postings, 100_000, 5000); len(got) != 1001 {
		t.Errorf("%d of 1001 are found", len(got))
	}
	if got := linkage.Rank(leads, commonToo(), 1<<20, 40_000); len(got) != 30_000 || got[0].Entry != 1 {
		t.Errorf("%d are named by the rare and not by the common, the first %d", len(got), got[0].Entry)
	}
	if got := linkage.Rank(leads, nil, 0, 10); len(got) != 0 {
		t.Errorf("nothing leads to %v", got)
	}
}

func entries(list []linkage.Ranked) (out []int64) {
	for _, r := range list {
		out = append(out, r.Entry)
	}
	return out
}

// commonToo are the postings of two leads: thirty thousand of the first, who are
// enough to look among, and twice as many of the second, of whom one has both.
func commonToo() []linkage.Posting {
	rare, common := make([]uint16, 30_000), []uint16{1}
	for i := range rare {
		rare[i] = uint16(i)
		common = append(common, uint16(i+30_000))
	}
	return []linkage.Posting{{Lead: 0, Holders: rare}, {Lead: 3, Holders: common}}
}
