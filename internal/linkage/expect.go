package linkage

import "math"

// expect runs expectation and maximisation over counted patterns: chance
// agreement stays as it was learnt, the share of one person's pairs and their
// agreement are found. It returns what was learnt of each field that is not left
// out; nothing when there was too little to learn from.
func (m *Model) expect(c counts, excludes []Field) map[Field]shares {
	var used []Field
	for f := range fields {
		if !has(excludes, f) {
			used = append(used, f)
		}
	}
	lambda, learnt := 0.1, start()
	matched := 0.0
	for range rounds {
		var sums [fields]shares
		whole := 0.0
		matched = 0
		for i, p := range c.patterns {
			odds := lambda / (1 - lambda)
			for _, f := range used {
				if l := p.level(f); l != 0 {
					odds *= learnt[f][l] / m.U[condition(p, f)][f][l]
				}
			}
			likely := c.n[i] * odds / (1 + odds)
			whole, matched = whole+c.n[i], matched+likely
			for _, f := range used {
				sums[f][p.level(f)] += likely
			}
		}
		if whole < fewPairs || matched < 1 {
			return nil
		}
		lambda = min(0.999, matched/whole)
		moved := 0.0
		for _, f := range used {
			next := normal(sums[f], levelsOf[f])
			for l := range next {
				moved = max(moved, math.Abs(next[l]-learnt[f][l]))
			}
			learnt[f] = next
		}
		if moved < settled {
			break
		}
	}
	out := map[Field]shares{}
	for _, f := range used {
		if known := c.known(f); matched >= fewPairs && known {
			out[f] = learnt[f]
		}
	}
	return out
}

// known tells whether any pair says something of a field.
func (c *counts) known(f Field) bool {
	for _, p := range c.patterns {
		if p.level(f) != 0 {
			return true
		}
	}
	return false
}

func has(all []Field, f Field) bool {
	for _, o := range all {
		if o == f {
			return true
		}
	}
	return false
}

// start is what agreement of one person is taken to be before anything is
// learnt: nearly always the best level.
func start() (out [fields]shares) {
	for f := range fields {
		rest := 0.1 / float64(levelsOf[f]-1)
		for l := Level(1); l <= levelsOf[f]; l++ {
			out[f][l] = rest
		}
		out[f][1] = 0.9
	}
	return out
}

// fitPrior finds the share of all pairs that are of one person, so that it
// agrees with what the model makes of the pairs that were compared.
func (m *Model) fitPrior(s *Set, compared counts) {
	all, t := max(2, float64(len(s.rows))*float64(len(s.rows)-1)/2), m.table()
	m.Prior = 1 / all
	for range rounds {
		matched, odds := 0.0, math.Log2(m.Prior/(1-m.Prior))
		for i, p := range compared.patterns {
			matched += compared.n[i] * probability(odds+t.sum(p))
		}
		next := min(0.5, max(matched, 0.5)/all)
		if math.Abs(next-m.Prior) < settled*m.Prior {
			return
		}
		m.Prior = next
	}
}
