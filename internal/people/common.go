package people

import (
	"slices"
	"sync"
)

// commonFrom is how many holders a token has whose lists are kept in memory: so many
// that they say nothing of anybody. Tests keep all.
var commonFrom = 4096

// mostKept is how many holders are kept in all, at two bytes each.
const mostKept = 32 << 20

// blocks are the states of the blocks of the index: a list is as it was as long as
// its block is.
type blocks map[int64]int64

// common are the lists of a common token, as they were in some state of the blocks.
type common struct {
	list []posting
	in   blocks
}

// changed are the blocks that are not now as they were.
func (c *common) changed(now blocks) (out []int64) {
	for block, state := range now {
		if was, known := c.in[block]; !known || was != state {
			out = append(out, block)
		}
	}
	return out
}

// commonLists keeps who has the commonest tokens, so that a search does not read
// them again. What it keeps is never changed, only replaced.
type commonLists struct {
	sync.Mutex
	byToken map[int64]*common
	holders int
}

// take returns what is kept of those of the tokens that are common, and the others.
func (l *commonLists) take(tokens []int64) (kept map[int64]*common, others []int64) {
	l.Lock()
	defer l.Unlock()
	kept = map[int64]*common{}
	for _, t := range tokens {
		if c := l.byToken[t]; c != nil {
			kept[t] = c
		} else {
			others = append(others, t)
		}
	}
	return kept, others
}

// keep keeps the lists of a token if it is common. When there are too many, all are
// let go: those that are asked for are soon there again.
func (l *commonLists) keep(token int64, list []posting, in blocks) {
	n := holdersOfAll(list)
	if n < commonFrom {
		return
	}
	l.Lock()
	defer l.Unlock()
	if was := l.byToken[token]; was != nil {
		l.holders -= holdersOfAll(was.list)
	}
	if l.holders += n; l.byToken == nil || l.holders > mostKept {
		l.byToken, l.holders = map[int64]*common{}, n
	}
	l.byToken[token] = &common{list: list, in: in}
}

func holdersOfAll(list []posting) (n int) {
	for _, p := range list {
		n += len(p.holders)
	}
	return n
}

// renewed is a token's list with what was read of some blocks in the place of what
// was kept of them.
func (c *common) renewed(of []int64, read []posting) []posting {
	list := slices.DeleteFunc(slices.Clone(c.list), func(p posting) bool { return slices.Contains(of, p.block) })
	return append(list, read...)
}
