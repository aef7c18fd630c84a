package linkage

import (
	"cmp"
	"slices"
	"sync"
)

// A rule says which records are compared: those that it gives a key in common.
// Blocks with more records than most are left out: what so many share says
// nothing, and a rarer rule finds those who belong together.
type rule struct {
	of   func(s *Set, e *entry, put func(...uint32))
	most int
}

// rules in their order: a pair is counted under the first that makes it.
var rules = [...]rule{
	{byIdentifier, 100},
	{byPhone, 60},
	{byBirthAndName, 100},
	{byNamesAndYear, 60},
	{byNames, 20},
	{byNamesAndComune, 40},
	{bySlavicNames, 20},
	{byBirth, 10},
	{byBirthAndComune, 60},
	{byNameComuneYear, 20},
	{byBeginnings, 40},
	{byNameAndComune, 10},
	{byNameAndAddress, 30},
	{byAddress, 20},
	{byIdentifierLetters, 10},
}

// The rules that training uses, by their place above.
const (
	ruleIdentifier = 0
	rulePhone      = 1
	ruleNames      = 4
	ruleBirth      = 7
)

func byIdentifier(_ *Set, e *entry, put func(...uint32)) {
	for _, id := range e.identifiers {
		put(id)
	}
}

// byIdentifierLetters joins numbers with the same signs in another order: two
// of them exchanged is how numbers are mostly copied wrong.
func byIdentifierLetters(s *Set, e *entry, put func(...uint32)) {
	for _, id := range e.identifiers {
		sum := uint32(0)
		for i := range len(s.texts[id]) {
			sum += mix(uint32(s.texts[id][i]))
		}
		put(sum)
	}
}

func byPhone(_ *Set, e *entry, put func(...uint32)) {
	if e.phone != 0 {
		put(e.phone)
	}
}

func byBirth(_ *Set, e *entry, put func(...uint32)) {
	if !e.birth.attributed() {
		put(uint32(e.birth))
	}
}

func byBirthAndComune(_ *Set, e *entry, put func(...uint32)) {
	if !e.birth.attributed() && e.comune != 0 {
		put(uint32(e.birth), e.comune)
	}
}

func byBirthAndName(s *Set, e *entry, put func(...uint32)) {
	if e.birth.attributed() {
		return
	}
	for k := range s.sounds(e) {
		put(uint32(e.birth), k)
	}
}

func byNames(s *Set, e *entry, put func(...uint32)) {
	for k := range couples(s.names[e.given].sound, s.names[e.family].sound) {
		put(k)
	}
}

func bySlavicNames(s *Set, e *entry, put func(...uint32)) {
	for k := range couples(s.names[e.given].slavic, s.names[e.family].slavic) {
		put(k)
	}
}

func byNamesAndYear(s *Set, e *entry, put func(...uint32)) {
	if e.birth == 0 {
		return
	}
	for k := range couples(s.names[e.given].sound, s.names[e.family].sound) {
		put(k, uint32(e.birth.year()))
	}
}

func byNamesAndComune(s *Set, e *entry, put func(...uint32)) {
	if e.comune == 0 {
		return
	}
	for k := range couples(s.names[e.given].sound, s.names[e.family].sound) {
		put(k, e.comune)
	}
}

func byNameComuneYear(s *Set, e *entry, put func(...uint32)) {
	if e.comune == 0 || e.birth == 0 {
		return
	}
	for k := range s.sounds(e) {
		put(k, e.comune, uint32(e.birth.year()))
	}
}

func byNameAndComune(s *Set, e *entry, put func(...uint32)) {
	if e.comune == 0 {
		return
	}
	for k := range s.sounds(e) {
		put(k, e.comune)
	}
}

func byNameAndAddress(s *Set, e *entry, put func(...uint32)) {
	if e.address == 0 {
		return
	}
	for k := range s.sounds(e) {
		put(k, e.address)
	}
}

func byAddress(_ *Set, e *entry, put func(...uint32)) {
	if e.comune != 0 && e.address != 0 {
		put(e.comune, e.address)
	}
}

// byBeginnings joins the first letters of both names with the year.
func byBeginnings(s *Set, e *entry, put func(...uint32)) {
	g, f := s.names[e.given].words, s.names[e.family].words
	if len(g) == 0 || len(f) == 0 || e.birth == 0 {
		return
	}
	put(hash(pair("", g[0].prefix(3), f[0].prefix(3))), uint32(e.birth.year()))
}

// sounds are the usual sounds of all words of both names.
func (s *Set) sounds(e *entry) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for _, n := range [2]uint32{e.given, e.family} {
			for _, k := range s.names[n].sound {
				if !yield(k) {
					return
				}
			}
		}
	}
}

// couples joins each sound of a given name with each of a family name,
// whichever way round.
func couples(given, family []uint32) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for _, g := range given {
			for _, f := range family {
				if !yield(mix(min(g, f), max(g, f))) {
					return
				}
			}
		}
	}
}

// mix joins numbers into one that hardly two other rows of numbers share.
func mix(numbers ...uint32) uint32 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, n := range numbers {
		h = (h ^ uint64(n)) * 0xbf58476d1ce4e5b9
		h ^= h >> 29
	}
	return uint32(h >> 32)
}

// Blocks are the records of a population by the keys they share.
type Blocks struct {
	members []uint64 // key, then record: sorted
	starts  []int    // where each block begins, and the end
	keysOf  []uint32 // the keys of each record, one record after another, sorted
	from    []uint32 // where those of each record begin, and the end
}

// keyBits of a key are the hash; those above say the rule.
const keyBits = 28

func ruleOf(key uint32) int { return int(key >> keyBits) }

// Blocks brings together the records that are worth comparing.
func (s *Set) Blocks() *Blocks {
	s.given.sum(s.names)
	s.family.sum(s.names)
	b := &Blocks{from: make([]uint32, 0, len(s.rows)+1)}
	var sizes [len(rules)]int
	for i := range s.rows {
		begin := len(b.keysOf)
		b.from = append(b.from, uint32(begin))
		for n, r := range rules {
			r.of(s, &s.rows[i], func(numbers ...uint32) {
				b.keysOf = append(b.keysOf, uint32(n)<<keyBits|mix(numbers...)>>(32-keyBits))
			})
		}
		slices.Sort(b.keysOf[begin:])
		b.keysOf = b.keysOf[:begin+len(slices.Compact(b.keysOf[begin:]))]
		for _, k := range b.keysOf[begin:] {
			sizes[ruleOf(k)]++
		}
	}
	b.from = append(b.from, uint32(len(b.keysOf)))
	b.gather(sizes)
	b.cut()
	return b
}

// gather puts the records of each key side by side. Keys of one rule stand
// together, so that rules are sorted at the same time.
func (b *Blocks) gather(sizes [len(rules)]int) {
	b.members = make([]uint64, len(b.keysOf))
	var next, begin [len(rules)]int
	for n := 1; n < len(rules); n++ {
		begin[n] = begin[n-1] + sizes[n-1]
	}
	next = begin
	for i := range b.from[1:] {
		for _, k := range b.keysOf[b.from[i]:b.from[i+1]] {
			b.members[next[ruleOf(k)]] = uint64(k)<<32 | uint64(i)
			next[ruleOf(k)]++
		}
	}
	var wait sync.WaitGroup
	for n := range rules {
		wait.Go(func() { slices.Sort(b.members[begin[n]:next[n]]) })
	}
	wait.Wait()
}

// cut finds where blocks begin, leaves out those of one record, and takes from
// the records the keys of blocks that are too large.
func (b *Blocks) cut() {
	kept := b.members[:0]
	for from := 0; from < len(b.members); {
		to, key := from+1, uint32(b.members[from]>>32)
		for to < len(b.members) && uint32(b.members[to]>>32) == key {
			to++
		}
		if to-from > 1 {
			b.starts = append(b.starts, len(kept))
			kept = append(kept, b.members[from:to]...)
			if to-from > rules[ruleOf(key)].most {
				for _, m := range kept[len(kept)-(to-from):] {
					b.forget(uint32(m), key)
				}
			}
		}
		from = to
	}
	b.members = slices.Clip(kept)
	b.starts = append(b.starts, len(kept))
}

// forget takes a key from a record: it goes behind all others.
func (b *Blocks) forget(record, key uint32) {
	keys := b.keysOf[b.from[record]:b.from[record+1]]
	i, found := slices.BinarySearch(keys, key)
	if !found {
		return
	}
	copy(keys[i:], keys[i+1:])
	keys[len(keys)-1] = forgotten
}

const forgotten = ^uint32(0)

// first is the first key two records share, by the order of the rules.
func (b *Blocks) first(i, j uint32) uint32 {
	x, y := b.keysOf[b.from[i]:b.from[i+1]], b.keysOf[b.from[j]:b.from[j+1]]
	for len(x) > 0 && len(y) > 0 {
		switch cmp.Compare(x[0], y[0]) {
		case -1:
			x = x[1:]
		case 1:
			y = y[1:]
		default:
			return x[0]
		}
	}
	return forgotten
}

// block is the n-th block: its key and its records.
func (b *Blocks) block(n int) (key uint32, members []uint64) {
	members = b.members[b.starts[n]:b.starts[n+1]]
	return uint32(members[0] >> 32), members
}

// Len is how many blocks there are.
func (b *Blocks) Len() int { return len(b.starts) - 1 }

// Pairs calls fn for each pair of the blocks from, to, each pair once in all
// blocks: under the first key that both records have.
func (b *Blocks) Pairs(from, to int, fn func(i, j uint32)) {
	for n := from; n < to; n++ {
		key, members := b.block(n)
		if len(members) > rules[ruleOf(key)].most {
			continue
		}
		for x, m := range members {
			for _, o := range members[x+1:] {
				if i, j := uint32(m), uint32(o); b.first(i, j) == key {
					fn(i, j)
				}
			}
		}
	}
}

func (w Word) prefix(n int) string { return w.Text[:min(len(w.Text), n)] }

// pair joins two parts whichever way round.
func pair(kind, a, b string) string {
	if a > b {
		a, b = b, a
	}
	return kind + ":" + a + "+" + b
}
