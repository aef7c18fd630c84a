package linkage

import (
	"math"
	"runtime"
	"sync"
)

// Pair is two records that may be of one person: their numbers in the set, the
// weight of all that was compared in bits, and the probability.
type Pair struct {
	A, B        uint32
	Bits        float32
	Probability float32
	Conflict    bool // both have a number of the same kind, and it differs
}

// FieldWeight is what one field says of a pair, in bits: for a page that shows
// why two records may be of one person.
type FieldWeight struct {
	Field Field
	Level Level
	Bits  float64
}

// candidateSample is how many pairs are enough to learn the prior from.
const candidateSample = 400_000

// candidateCounts counts the patterns of the pairs that blocks make; of many,
// those of some blocks, spread evenly, stand for all.
func (s *Set) candidateCounts(b *Blocks) (c counts) {
	seen, every, pairs := map[pattern]float64{}, 1+b.most()/candidateSample, &comparer{Set: s}
	for n := 0; n < b.Len(); n += every {
		b.Pairs(n, n+1, func(i, j uint32) { seen[pairs.compare(i, j)] += float64(every) })
	}
	c.of(seen)
	return c
}

// most is at most how many pairs the blocks make.
func (b *Blocks) most() (pairs int) {
	for n := range b.Len() {
		if key, members := b.block(n); len(members) <= rules[ruleOf(key)].most {
			pairs += len(members) * (len(members) - 1) / 2
		}
	}
	return pairs
}

// scorer scores the pairs of one population with one model.
type scorer struct {
	pairs comparer
	model *Model
	table table
	doubt float64
}

// Score compares the pairs of the blocks from, to and returns those of at least
// a probability, in the order of blocks. A job works in stages: Train once and
// keep the model as JSON; then score some blocks, keep the pairs and how far it
// came. After a pause it makes set and blocks again from the same records in
// the same order (Set.Digest tells) and goes on: parts scored one after another
// are what would be scored at once.
func Score(s *Set, b *Blocks, m *Model, from, to int, least float64) []Pair {
	parts := make([][]Pair, 4*runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for p := range parts {
		lo, hi := from+(to-from)*p/len(parts), from+(to-from)*(p+1)/len(parts)
		wait.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			sc := &scorer{pairs: comparer{Set: s}, model: m, table: m.table(), doubt: tooSure(s.Len())}
			b.Pairs(lo, hi, func(i, j uint32) {
				if pair := sc.pair(i, j); float64(pair.Probability) >= least {
					parts[p] = append(parts[p], pair)
				}
			})
		})
	}
	wait.Wait()
	var out []Pair
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// tooSure is by how many bits a model of so many records is surer than it should be:
// fields depend on each other more than it knows, families share names, towns and
// phones, and the more records there are, the more often that happens to two of them.
// It was read off populations whose truth is known (docs/adr/0024).
func tooSure(records int) float64 { return max(0, 0.09*math.Log2(float64(records)/1000)) }

func (sc *scorer) pair(i, j uint32) Pair {
	p := sc.pairs.compare(i, j)
	bits := sc.table.sum(p)
	for _, more := range sc.pairs.rarity(sc.model, p, &sc.pairs.rows[i], &sc.pairs.rows[j]) {
		bits += more
	}
	return Pair{A: i, B: j, Bits: float32(bits), Probability: float32(probability(sc.table.prior + bits - sc.doubt)),
		Conflict: p.level(Identification) == ValueDiffers}
}

// Explain says what each field says of a pair of records. What one of the two
// does not know is left out.
func Explain(s *Set, m *Model, i, j uint32) (out []FieldWeight) {
	p := (&comparer{Set: s}).compare(i, j)
	rarity := s.rarity(m, p, &s.rows[i], &s.rows[j])
	for f := range fields {
		if l := p.level(f); l != 0 {
			out = append(out, FieldWeight{f, l, m.weight(p, f) + rarity[f]})
		}
	}
	return out
}
