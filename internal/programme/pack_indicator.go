package programme

import (
	"fmt"
	"slices"
	"strings"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/policy"
)

// checkIndicators reports figures that could not be counted as declared.
func (c *packChecker) checkIndicators() {
	for i := range c.pack.Indicators {
		n, at := &c.pack.Indicators[i], fmt.Sprintf("/indicators/%d", i)
		c.known(c.nodes, n.Node, at+"/node", "pack.node.unknown")
		c.activities(n.Activities, at)
		c.source(n, at)
		c.breakdowns(n, at)
		c.crosses(n, at)
		if n.Approximate && n.AtLeast {
			c.addKey(at+"/at_least", "pack.recipient.number", nil)
		}
	}
}

// source checks what feeds the figure, and that the unit agrees with it.
func (c *packChecker) source(n *PackIndicator, at string) {
	halves := n.Numerator != nil
	if halves && n.Unit != ledger.Ratio || n.Unit == ledger.Ratio && n.Measure != "" {
		c.add(at+"/unit", "pack.indicator.ratio", nil)
		return
	}
	if n.Declared {
		c.uncounted(n, at)
	}
	switch {
	case halves:
		c.activities(n.Numerator.Activities, at+"/numerator")
		c.activities(n.Denominator.Activities, at+"/denominator")
		c.measured(n.Numerator.Measure, n.Numerator.Unit, at+"/numerator")
		c.measured(n.Denominator.Measure, n.Denominator.Unit, at+"/denominator")
	case n.Fed():
		c.measured(n.Measure, n.Unit, at)
	}
}

// uncounted refuses what only something counted can have.
func (c *packChecker) uncounted(n *PackIndicator, at string) {
	for field, there := range map[string]bool{"activities": len(n.Activities) > 0, "mode": n.Mode != "", "by": len(n.By) > 0} {
		if there {
			c.addKey(at+"/"+field, "pack.indicator.declared", map[string]any{"field": field})
		}
	}
}

// measured checks that some area declares the measure, and that it counts unit.
func (c *packChecker) measured(code string, unit ledger.Unit, at string) {
	m, ok := c.measures.Find(code)
	switch {
	case !ok:
		c.add(at+"/measure", "pack.measure.unknown", map[string]any{"measure": code})
	case m.VeryRestricted && policy.Class(c.pack.Confidentiality) != policy.VeryRestricted:
		c.add(at+"/measure", "pack.measure.class", map[string]any{"measure": code})
	case !m.CanCount(unit):
		c.add(at+"/unit", "pack.measure.unit", map[string]any{"measure": code, "unit": string(unit)})
	}
}

// activities checks that each code is an activity of the logframe: facts are
// posted on activities, so a higher node would silently count nothing.
func (c *packChecker) activities(codes []string, at string) {
	for j, code := range codes {
		pointer := fmt.Sprintf("%s/activities/%d", at, j)
		kind, ok := c.kinds[code]
		switch {
		case !ok:
			c.add(pointer, "pack.activity.unknown", map[string]any{"code": code})
		case kind != NodeActivity:
			c.add(pointer, "pack.activity.kind", map[string]any{"code": code, "kind": kind})
		}
	}
}

// breakdowns refuses sex, age, citizenship and profession where the figure is not made of
// single people: a household has no sex.
func (c *packChecker) breakdowns(n *PackIndicator, at string) {
	for j, by := range n.By {
		ofPeople := by == "sex" || by == "age_class" || by == "citizenship" || by == "profession"
		if ofPeople && !n.ofPeople() {
			c.add(fmt.Sprintf("%s/by/%d", at, j), "pack.indicator.breakdown",
				map[string]any{"unit": string(n.Unit), "by": by})
		}
	}
}

// crosses refuses a table of what the figure is not broken down by, and two that
// share a breakdown: what each may show would depend on the other.
func (c *packChecker) crosses(n *PackIndicator, at string) {
	taken := map[string]bool{}
	for j, pair := range n.Cross {
		if len(pair) != 2 {
			c.add(fmt.Sprintf("%s/cross/%d", at, j), "pack.indicator.cross", map[string]any{"by": strings.Join(pair, ", ")})
			continue
		}
		for k, by := range pair {
			if !slices.Contains(n.By, by) || taken[by] {
				c.add(fmt.Sprintf("%s/cross/%d/%d", at, j, k), "pack.indicator.cross", map[string]any{"by": by})
			}
			taken[by] = true
		}
	}
}
