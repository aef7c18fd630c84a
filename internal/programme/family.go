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
	return c.Measure == other.Measure && c.Unit == other.Unit && within && (c.Mode == "" || c.Mode == other.Mode) && c.key() != other.key()
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

// relative is a count of people beside the others of its programme.
type relative struct {
	PackCount
	indicator string // the first that says it; empty where only ratios count it
	in        []int  // the places of those that hold it, the widest first
	of        []int  // the places of those of which a ratio tells its share
}

// people returns the distinct counts of people that the programme declares, and
// how they hang together.
func (p *Pack) people() (out []relative) {
	at := map[string]int{}
	for i := range p.Indicators {
		n := &p.Indicators[i]
		for _, c := range n.Counts() {
			if !guarded(c.Unit) {
				continue
			}
			if _, seen := at[c.key()]; !seen {
				at[c.key()] = len(out)
				out = append(out, relative{PackCount: c})
			}
			if known := &out[at[c.key()]]; n.Unit != ledger.Ratio && known.indicator == "" {
				known.indicator = n.Code
			}
		}
	}
	for i := range out {
		out[i].in = holders(out, i)
	}
	for i := range p.Indicators {
		if n := &p.Indicators[i]; n.Numerator != nil && guarded(n.Numerator.Unit) && n.Numerator.Unit == n.Denominator.Unit {
			above := &out[at[n.Numerator.key()]]
			above.of = append(above.of, at[n.Denominator.key()])
		}
	}
	return out
}

// teller is the indicator that alone is told in parts, where one holds the i-th
// count or a ratio tells the share of it: the parts of both would tell of the rest.
func teller(counts []relative, i int) string {
	for _, j := range slices.Concat(counts[i].in, counts[i].of) {
		if counts[j].indicator != "" {
			return counts[j].indicator
		}
	}
	return ""
}

func holders(counts []relative, i int) (in []int) {
	for j, c := range counts {
		if c.holds(counts[i].PackCount) {
			in = append(in, j)
		}
	}
	slices.SortStableFunc(in, func(a, b int) int {
		switch {
		case counts[a].holds(counts[b].PackCount):
			return -1
		case counts[b].holds(counts[a].PackCount):
			return 1
		}
		return 0
	})
	return in
}
