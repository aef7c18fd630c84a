package linkage

import "math"

// Model is what was learnt of a population: how often fields agree for entries
// of one person (M) and of different persons (U), by field and level. It knows
// nobody, and is kept as JSON between the stages of a job.
type Model struct {
	Prior float64                    `json:"prior"` // the share of all pairs that are one person
	M     [fields]shares             `json:"m"`
	U     [conditions][fields]shares `json:"u"`
}

// shares are the shares of pairs at each level of a field; that of level 0 is
// not used.
type shares [1 << bitsOf]float64

// Chance agreement depends on the given name: who shares one mostly shares sex
// and often citizenship and family name too, without being the same person.
const (
	anyGiven = iota
	sameGiven
	conditions
)

func condition(p pattern, f Field) int {
	if l := p.level(GivenName); f != GivenName && f != NameOrder && l >= NameSame && l <= NamePart {
		return sameGiven
	}
	return anyGiven
}

// weight is what the level of a field says, in bits: one doubles the odds that
// both entries are of one person, minus one halves them.
func (m *Model) weight(p pattern, f Field) float64 {
	l := p.level(f)
	if l == 0 {
		return 0
	}
	return math.Log2(m.M[f][l] / m.chance(p, f))
}

// table holds the weights of a model, so that a pair costs no logarithm.
type table struct {
	bits  [conditions][fields]shares
	prior float64
}

func (m *Model) table() (t table) {
	for c := range t.bits {
		for f := range fields {
			for l := Level(1); l <= levelsOf[f]; l++ {
				t.bits[c][f][l] = math.Log2(m.M[f][l] / m.U[c][f][l])
			}
		}
	}
	t.prior = math.Log2(m.Prior / (1 - m.Prior))
	return t
}

func (t *table) sum(p pattern) (bits float64) {
	for f := range fields {
		if l := p.level(f); l != 0 {
			bits += t.bits[condition(p, f)][f][l]
		}
	}
	return bits
}

// probability turns bits into a probability.
func probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// chance is how often two persons agree at the level of a field.
func (m *Model) chance(p pattern, f Field) float64 { return m.U[condition(p, f)][f][p.level(f)] }
