package linkage

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// Block is how many entries of an index a Posting speaks of: entry n is the one at
// n % Block of block n / Block.
const Block = 1 << 16

// Posting is who has the token of a lead, of the entries of one block.
type Posting struct {
	Lead    int // its place in the list of leads
	Block   int64
	Holders []uint16
}

// alsoWorth is what a second token of the same word is worth beside the rarest:
// who agrees in its end has mostly agreed in its sound already.
const alsoWorth = 0.2

// Rank returns the entries, at most so many, to which the rarest leads of most words
// lead, the likeliest first: among is how many entries the index holds. An entry is
// looked at in no other way than by who has what, so that a token may be as common
// as it likes.
func Rank(leads []Lead, postings []Posting, among int64, most int) []int64 {
	holders := make([]int, len(leads))
	for _, p := range postings {
		holders[p.Lead] += len(p.Holders)
	}
	worth := make([]float32, len(leads))
	for i, n := range holders {
		worth[i] = float32(leads[i].Worth * math.Log2(1+float64(among)/float64(max(1, n))))
	}
	postings = slices.SortedFunc(slices.Values(postings), func(a, b Posting) int {
		return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(leads[a.Lead].Of, leads[b.Lead].Of), cmp.Compare(worth[b.Lead], worth[a.Lead]))
	})
	found := ranking{most: most}
	sheet := sheets.Get().(*sheet)
	defer sheets.Put(sheet)
	for i, p := range postings {
		sheet.add(p.Holders, worth[p.Lead], uint8(leads[p.Lead].Of))
		if i+1 == len(postings) || postings[i+1].Block != p.Block {
			sheet.empty(func(at uint16, score float32) { found.add(p.Block*Block+int64(at), score) })
		}
	}
	return found.entries()
}

// sheet adds up what leads to each entry of a block.
type sheet struct {
	score   [Block]float32
	of      [Block]uint8 // the word that counted last
	touched []uint16
}

var sheets = sync.Pool{New: func() any { return new(sheet) }}

func (s *sheet) add(holders []uint16, worth float32, of uint8) {
	for _, at := range holders {
		switch {
		case s.score[at] == 0:
			s.touched = append(s.touched, at)
			fallthrough
		case s.of[at] != of:
			s.score[at] += worth
			s.of[at] = of
		default:
			s.score[at] += worth * alsoWorth
		}
	}
}

func (s *sheet) empty(tell func(at uint16, score float32)) {
	for _, at := range s.touched {
		tell(at, s.score[at])
		s.score[at], s.of[at] = 0, 0
	}
	s.touched = s.touched[:0]
}

// ranking keeps the entries with the highest scores.
type ranking struct {
	most int
	list []scored
	over float32 // whoever has less is not among them
}

type scored struct {
	entry int64
	score float32
}

func (r *ranking) add(entry int64, score float32) {
	if score < r.over {
		return
	}
	if r.list = append(r.list, scored{entry, score}); len(r.list) >= 4*r.most {
		r.cut()
	}
}

func (r *ranking) cut() {
	slices.SortFunc(r.list, func(a, c scored) int { return cmp.Or(cmp.Compare(c.score, a.score), cmp.Compare(a.entry, c.entry)) })
	if len(r.list) > r.most {
		r.list = r.list[:r.most]
		r.over = r.list[r.most-1].score
	}
}

func (r *ranking) entries() []int64 {
	r.cut()
	out := make([]int64, len(r.list))
	for i, s := range r.list {
		out[i] = s.entry
	}
	return out
}
