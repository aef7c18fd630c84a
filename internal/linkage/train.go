package linkage

import (
	"math/rand/v2"
	"slices"
	"sync"
)

// How much training looks at.
const (
	chancePairs  = 500_000 // random pairs, for agreement by chance
	chanceEach   = 40      // and at most so many for each record
	sessionPairs = 400_000 // pairs of a session, for agreement of one person
	sessionBlock = 60      // records of a block that a session compares
	fewPairs     = 30      // below it a session teaches nothing
	rounds       = 100     // of expectation and maximisation, at most
	settled      = 1e-5    // change of a share at which it has converged
	noWitness    = 1e-6    // share of a level that was never seen
)

// session learns from the pairs that one rule makes. What the rule asks for
// agrees in all of them, and is learnt in the others.
type session struct {
	rule     int
	excludes []Field
}

var sessions = [...]session{
	{ruleIdentifier, []Field{Identification}},
	{rulePhone, []Field{Phone}},
	{ruleBirth, []Field{BirthDate}},
	{ruleNames, []Field{GivenName, FamilyName, NameOrder}},
}

// counts are how many pairs have each pattern, in a fixed order.
type counts struct {
	patterns []pattern
	n        []float64
}

func (c *counts) of(seen map[pattern]float64) {
	for p := range seen {
		c.patterns = append(c.patterns, p)
	}
	slices.Sort(c.patterns)
	for _, p := range c.patterns {
		c.n = append(c.n, seen[p])
	}
}

// Train learns a model from a population without being told who is who: chance
// agreement from random pairs, agreement of one person by expectation and
// maximisation over the pairs of several rules, each leaving out what its rule
// asks for. The same population and seed give the same model.
func Train(s *Set, b *Blocks, seed uint64) *Model {
	e := s.look(b, seed)
	m := &Model{}
	m.learnChance(anyGiven, e.chance, nil)
	m.learnChance(sameGiven, e.within, nil)
	for range 3 { // what is one person blurs what is chance: the better one is known, the better the other
		m.learnPersons(e)
		m.fitPrior(s, e.candidates)
		doubt := m.doubt()
		m.learnChance(anyGiven, e.chance, doubt)
		m.learnChance(sameGiven, e.within, doubt)
	}
	m.fitPrior(s, e.candidates)
	return m
}

// evidence is what training saw: patterns, counted.
type evidence struct {
	chance, within, candidates counts
	sessions                   [len(sessions)]counts
}

// look compares the pairs that training learns from, several kinds at once, each
// with random numbers of its own so that the order of work changes nothing.
func (s *Set) look(b *Blocks, seed uint64) *evidence {
	var e evidence
	var wait sync.WaitGroup
	random := func(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }
	wait.Go(func() { e.chance = s.chance(random(1)) })
	wait.Go(func() { e.within = s.chanceWithinNames(random(2)) })
	wait.Go(func() { e.candidates = s.candidateCounts(b) })
	for i := range sessions {
		wait.Go(func() { e.sessions[i] = s.sessionCounts(b, sessions[i].rule, random(uint64(3+i))) })
	}
	wait.Wait()
	return &e
}

// learnPersons sets how often fields agree in pairs of one person.
func (m *Model) learnPersons(e *evidence) {
	var learnt [fields][]shares
	for i, session := range sessions {
		for f, share := range m.expect(e.sessions[i], session.excludes) {
			learnt[f] = append(learnt[f], share)
		}
	}
	for f := range fields {
		m.M[f] = mean(learnt[f], levelsOf[f])
	}
}

// chance compares random pairs.
func (s *Set) chance(random *rand.Rand) (c counts) {
	seen, n, pairs := map[pattern]float64{}, len(s.rows), &comparer{Set: s}
	if n < 2 {
		return c
	}
	for range min(chancePairs, n*chanceEach) {
		i, j := random.IntN(n), random.IntN(n-1)
		if j >= i {
			j++
		}
		seen[pairs.compare(uint32(i), uint32(j))]++
	}
	c.of(seen)
	return c
}

// chanceWithinNames compares random pairs among those whose given names sound
// alike, each name as often as it makes such pairs.
func (s *Set) chanceWithinNames(random *rand.Rand) (c counts) {
	bySound := map[uint32][]uint32{}
	for i := range s.rows {
		for _, k := range s.names[s.rows[i].given].sound {
			bySound[k] = append(bySound[k], uint32(i))
		}
	}
	seen, pairs := map[pattern]float64{}, &comparer{Set: s}
	for range min(chancePairs/2, len(s.rows)*chanceEach/2) {
		sounds := s.names[s.rows[random.IntN(len(s.rows))].given].sound
		if len(sounds) == 0 {
			continue
		}
		// a record drawn at random has its name as often as the name is met,
		// so that a common name makes as many pairs as it should
		same := bySound[sounds[random.IntN(len(sounds))]]
		i, j := same[random.IntN(len(same))], same[random.IntN(len(same))]
		if i != j {
			seen[pairs.compare(i, j)]++
		}
	}
	c.of(seen)
	return c
}

// learnChance sets agreement by chance, leaving out what is likely one person.
func (m *Model) learnChance(cond int, c counts, doubt func(pattern) float64) {
	var sums [fields]shares
	for i, p := range c.patterns {
		n := c.n[i]
		if doubt != nil {
			n *= doubt(p)
		}
		for f := range fields {
			sums[f][p.level(f)] += n
		}
	}
	for f := range fields {
		m.U[cond][f] = normal(sums[f], levelsOf[f])
	}
}

// doubt is the probability that a pair is not of one person.
func (m *Model) doubt() func(pattern) float64 {
	t := m.table()
	return func(p pattern) float64 { return 1 - probability(t.prior+t.sum(p)) }
}

// normal turns sums into shares of the levels 1 to last. A level never seen has
// a small share: what did not happen here may happen.
func normal(sums shares, last Level) (out shares) {
	whole := 0.0
	for l := Level(1); l <= last; l++ {
		whole += sums[l]
	}
	for l := Level(1); l <= last; l++ {
		out[l] = 1 / float64(last)
		if whole > 0 {
			out[l] = max(sums[l]/whole, noWitness)
		}
	}
	return out
}

// mean is the mean of what the sessions learnt of a field.
func mean(of []shares, last Level) (out shares) {
	for _, o := range of {
		for l := range o {
			out[l] += o[l]
		}
	}
	return normal(out, last)
}

// sessionCounts compares the pairs of the blocks of one rule, in random order
// until enough were seen, large blocks in part.
func (s *Set) sessionCounts(b *Blocks, rule int, random *rand.Rand) (c counts) {
	lo, hi := b.ofRule(rule)
	seen, done, pairs := map[pattern]float64{}, 0, &comparer{Set: s}
	for _, n := range random.Perm(hi - lo) {
		_, members := b.block(lo + n)
		members = members[:min(len(members), sessionBlock)]
		for x, i := range members {
			for _, j := range members[x+1:] {
				seen[pairs.compare(uint32(i), uint32(j))]++
				done++
			}
		}
		if done > sessionPairs {
			break
		}
	}
	c.of(seen)
	return c
}

// ofRule finds the blocks of a rule: keys are sorted by it.
func (b *Blocks) ofRule(rule int) (lo, hi int) {
	find := func(rule int) int {
		n, _ := slices.BinarySearchFunc(b.starts[:b.Len()], rule, func(start, rule int) int {
			return ruleOf(uint32(b.members[start]>>32)) - rule
		})
		return n
	}
	return find(rule), find(rule + 1)
}
