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

// namedByRare is how many holders the rarest leads have that name entries. The others,
// which say little, only add to what leads to these.
const namedByRare = 30_000

// Ranked is an entry and how much leads to it.
type Ranked struct {
	Entry int64
	Score float32
}

// Rank returns the entries, at most so many, to which the rarest leads of most words
// lead, the likeliest first: among is how many entries the index holds. An entry is
// looked at in no other way than by who has what, so that a token may be as common
// as it likes.
func Rank(leads []Lead, postings []Posting, among int64, most int) []Ranked {
	told := tell(leads, postings, among)
	postings = slices.SortedFunc(slices.Values(postings), func(a, b Posting) int {
		return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(told[a.Lead].place, told[b.Lead].place))
	})
	found := ranking{most: most}
	sheet := sheets.Get().(*sheet)
	defer sheets.Put(sheet)
	for i, p := range postings {
		sheet.add(p.Holders, told[p.Lead])
		if i+1 == len(postings) || postings[i+1].Block != p.Block {
			sheet.empty(func(at uint16, score float32) { found.add(p.Block*Block+int64(at), score) })
		}
	}
	found.cut()
	return found.list
}

// tells is what a lead tells of an entry.
type tells struct {
	place int     // among all leads, the one that tells most first
	worth float32 // in bits
	word  uint16  // a bit for the word that it is of
	names bool    // entries to which no other leads
}

func tell(leads []Lead, postings []Posting, among int64) []tells {
	holders, order, out := make([]int, len(leads)), make([]int, len(leads)), make([]tells, len(leads))
	for _, p := range postings {
		holders[p.Lead] += len(p.Holders)
	}
	for i, n := range holders {
		order[i] = i
		out[i].word = 1 << (leads[i].Of % 16)
		out[i].worth = float32(leads[i].Worth * math.Log2(1+float64(among)/float64(max(1, n))))
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(out[b].worth, out[a].worth), cmp.Compare(a, b)) })
	named := 0
	for place, i := range order {
		out[i].place, out[i].names = place, named < namedByRare
		named += holders[i]
	}
	return out
}

// sheet adds up what leads to each entry of a block.
type sheet struct {
	score   [Block]float32
	words   [Block]uint16 // that counted
	touched []uint16
}

var sheets = sync.Pool{New: func() any { return new(sheet) }}

func (s *sheet) add(holders []uint16, by tells) {
	for _, at := range holders {
		switch {
		case s.words[at] == 0:
			if !by.names {
				continue
			}
			s.touched = append(s.touched, at)
			fallthrough
		case s.words[at]&by.word == 0:
			s.score[at] += by.worth
			s.words[at] |= by.word
		default:
			s.score[at] += by.worth * alsoWorth
		}
	}
}

func (s *sheet) empty(tell func(at uint16, score float32)) {
	for _, at := range s.touched {
		tell(at, s.score[at])
		s.score[at], s.words[at] = 0, 0
	}
	s.touched = s.touched[:0]
}

// ranking keeps the entries with the highest scores.
type ranking struct {
	most int
	list []Ranked
	over float32 // whoever has less is not among them
}

func (r *ranking) add(entry int64, score float32) {
	if score < r.over {
		return
	}
	if r.list = append(r.list, Ranked{entry, score}); len(r.list) >= 4*r.most {
		r.cut()
	}
}

func (r *ranking) cut() {
	slices.SortFunc(r.list, func(a, c Ranked) int { return cmp.Or(cmp.Compare(c.Score, a.Score), cmp.Compare(a.Entry, c.Entry)) })
	if len(r.list) > r.most {
		r.list = r.list[:r.most]
		r.over = r.list[r.most-1].Score
	}
}
