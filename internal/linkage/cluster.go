package linkage

import (
	"cmp"
	"slices"
)

// Clusters groups records into persons: strongest pairs first, two groups become
// one only while what is known between them speaks for it on the whole. A chain
// of weak pairs joins nobody, and two groups with different numbers of the same
// kind stay apart. Pairs under least are evidence only. It returns, by record,
// the number of its group; alone, its own.
func Clusters(records int, pairs []Pair, least float64) []uint32 {
	g := newGroups(records, pairs)
	order := make([]int, 0, len(pairs))
	for i, p := range pairs {
		if float64(p.Probability) >= least {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(cmp.Compare(pairs[y].Bits, pairs[x].Bits), cmp.Compare(pairs[x].A, pairs[y].A), cmp.Compare(pairs[x].B, pairs[y].B))
	})
	for _, i := range order {
		g.try(pairs[i].A, pairs[i].B)
	}
	out := make([]uint32, records)
	for i := range out {
		out[i] = g.of[i]
	}
	return out
}

// groups are the groups so far: of which each record is, who is in it, and the
// pairs of each record.
type groups struct {
	of      []uint32
	members map[uint32][]uint32
	pairs   []Pair
	edges   map[uint32][]uint32
}

func newGroups(records int, pairs []Pair) *groups {
	g := &groups{of: make([]uint32, records), members: map[uint32][]uint32{}, pairs: pairs, edges: map[uint32][]uint32{}}
	for i := range g.of {
		g.of[i] = uint32(i)
	}
	for i, p := range pairs {
		g.edges[p.A] = append(g.edges[p.A], uint32(i))
		g.edges[p.B] = append(g.edges[p.B], uint32(i))
	}
	return g
}

func (g *groups) in(group uint32) []uint32 {
	if m := g.members[group]; m != nil {
		return m
	}
	return []uint32{group}
}

// try joins the groups of two records when what is known between them allows.
func (g *groups) try(a, b uint32) {
	x, y := g.of[a], g.of[b]
	if x == y {
		return
	}
	small, large := g.in(x), g.in(y)
	if len(small) > len(large) {
		small, large, x, y = large, small, y, x
	}
	if !g.agree(small, y, len(small)*len(large)) {
		return
	}
	all := append(slices.Clone(large), small...)
	for _, r := range small {
		g.of[r] = y
	}
	g.members[y] = all
	delete(g.members, x)
}

// supported is the least mean probability between two groups, where a pair that
// was never compared counts as nothing.
const supported = 0.4

// agree tells whether the pairs between two groups speak for one person.
func (g *groups) agree(small []uint32, other uint32, between int) bool {
	sum := 0.0
	for _, r := range small {
		for _, e := range g.edges[r] {
			p := g.pairs[e]
			far := p.A
			if far == r {
				far = p.B
			}
			if g.of[far] != other {
				continue
			}
			if p.Conflict {
				return false
			}
			sum += float64(p.Probability)
		}
	}
	return sum >= supported*float64(between)
}
