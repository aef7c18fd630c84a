package programme

import (
	"fmt"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

// question is what a count asks of the ledger.
func (c PackCount) question(network, programme string, asOf db.Date) ledger.Question {
	return ledger.Question{Network: network, Programme: programme, Measure: c.Measure, Unit: c.Unit,
		Activities: c.Activities, Mode: ledger.Mode(c.Mode), AsOf: asOf}
}

// key tells counts apart: those with the same key count the same.
func (c PackCount) key() string {
	return fmt.Sprintf("%s %s %s %q", c.Measure, c.Unit, c.Mode, slices.Sorted(slices.Values(c.Activities)))
}

// holds tells whether all that other counts is counted here too.
func (c PackCount) holds(other PackCount) bool {
	within := len(c.Activities) == 0 || len(other.Activities) > 0 &&
		!slices.ContainsFunc(other.Activities, func(a string) bool { return !slices.Contains(c.Activities, a) })
	return within && (c.Mode == "" || c.Mode == other.Mode) && c.key() != other.key()
}

// guarded tells whether small figures in a unit can point at a family; operators,
// organisations, events and minutes never do (design, decision 8).
func guarded(u ledger.Unit) bool {
	return u == ledger.Persons || u == ledger.Households || u == ledger.Citizens
}

// besidePeople tells whether the programme counts people in the same work that a
// count of something else is of: then that says something of them.
func (p *Pack) besidePeople(c PackCount) bool {
	if guarded(c.Unit) {
		return false
	}
	for i := range p.Indicators {
		for _, other := range p.Indicators[i].Counts() {
			if other.Measure == c.Measure && guarded(other.Unit) {
				return true
			}
		}
	}
	return false
}

// relative is a count of people beside others of the same measure.
type relative struct {
	PackCount
	indicator string // the first that counts it
	in        []int  // the places in the family of those that hold it, the widest first
}

// families returns the distinct counts of people that the programme declares, by
// measure and unit: within a family one may hold another.
func (p *Pack) families() (out [][]relative) {
	seen, place := map[string]bool{}, map[string]int{}
	for i := range p.Indicators {
		n := &p.Indicators[i]
		for _, c := range n.Counts() {
			if !guarded(c.Unit) || seen[c.key()] {
				continue
			}
			seen[c.key()] = true
			name := c.Measure + " " + string(c.Unit)
			if _, ok := place[name]; !ok {
				place[name] = len(out)
				out = append(out, nil)
			}
			out[place[name]] = append(out[place[name]], relative{PackCount: c, indicator: n.Code})
		}
	}
	for _, family := range out {
		for i := range family {
			family[i].in = holders(family, i)
		}
	}
	return out
}

func holders(family []relative, i int) (in []int) {
	for j, c := range family {
		if c.holds(family[i].PackCount) {
			in = append(in, j)
		}
	}
	slices.SortStableFunc(in, func(a, b int) int {
		switch {
		case family[a].holds(family[b].PackCount):
			return -1
		case family[b].holds(family[a].PackCount):
			return 1
		}
		return 0
	})
	return in
}
