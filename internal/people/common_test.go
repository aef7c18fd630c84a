package people

import (
	"slices"
	"testing"
)

// What is kept of a token is taken again as it was, and of the blocks that changed
// since it is said that they did; when too much is kept all is let go.
func TestCommonLists(t *testing.T) {
	t.Parallel()
	var l commonLists
	list := []posting{{token: 7, block: 0, holders: []uint16{1, 2}}, {token: 7, block: 1, holders: []uint16{3}}}
	l.keep(7, list, blocks{0: 10, 1: 11})
	kept, others := l.take([]int64{7, 8})
	if len(kept) != 1 || !slices.Equal(others, []int64{8}) {
		t.Fatalf("kept %v, others %v", kept, others)
	}
	if changed := kept[7].changed(blocks{0: 10, 1: 11}); len(changed) != 0 {
		t.Errorf("%v changed, and nothing did", changed)
	}
	changed := kept[7].changed(blocks{0: 10, 1: 12, 2: 13})
	slices.Sort(changed)
	if !slices.Equal(changed, []int64{1, 2}) {
		t.Errorf("%v changed, want 1 and the new 2", changed)
	}
	again := kept[7].renewed(changed, []posting{{token: 7, block: 2, holders: []uint16{4, 5}}})
	if holdersOfAll(again) != 4 || holdersOfAll(kept[7].list) != 3 {
		t.Errorf("%d holders again, and %d before", holdersOfAll(again), holdersOfAll(kept[7].list))
	}
	l.keep(9, []posting{{token: 9, holders: make([]uint16, mostKept)}}, blocks{})
	if kept, _ := l.take([]int64{7, 9}); kept[7] != nil || kept[9] == nil {
		t.Errorf("of too many are kept: 7 %t, 9 %t", kept[7] != nil, kept[9] != nil)
	}
}
