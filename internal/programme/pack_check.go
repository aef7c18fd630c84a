package programme

import (
	"fmt"
	"slices"

	"tessuto/internal/ledger"
)

// ParsePack reads a pack and checks it against the published schema, against
// itself, and against the measures that the areas declare. With any problem the
// pack is nil and there is at least one problem; problems come in the order of
// the file, at most 50. References are looked at only in a file whose shape holds,
// so mending the shape can bring up more.
func ParsePack(src []byte, measures ledger.Catalogue) (*Pack, []PackProblem) {
	pack := &Pack{}
	file := ReadFile(src, packSchema, pack)
	if len(file.problems) > 0 {
		return nil, file.Problems()
	}
	r := &file.packReport
	c := newPackChecker(pack, measures, r)
	c.checkCodes()
	c.checkReferences()
	c.checkDates()
	c.checkIndicators()
	if len(r.problems) > 0 {
		return nil, r.sorted()
	}
	return pack, nil
}

// packChecker looks at what a schema cannot: codes, references, dates, measures.
type packChecker struct {
	*packReport
	pack     *Pack
	measures ledger.Catalogue

	// What the pack declares: code to its pointer in the file.
	territories, organisations, nodes map[string]string
	kinds                             map[string]string // code of a node to its kind
}

func newPackChecker(p *Pack, measures ledger.Catalogue, r *packReport) *packChecker {
	return &packChecker{packReport: r, pack: p, measures: measures,
		territories: map[string]string{}, organisations: map[string]string{},
		nodes: map[string]string{}, kinds: map[string]string{}}
}

// declare notes a code and reports it when it is already taken.
func (c *packChecker) declare(taken map[string]string, code, pointer string) {
	if first, ok := taken[code]; ok {
		c.add(pointer, "pack.code.repeated", map[string]any{"code": code, "line": c.values[first].line})
		return
	}
	taken[code] = pointer
}

// checkCodes reports codes used twice, and fills what references are looked up in.
func (c *packChecker) checkCodes() {
	c.territory(&c.pack.Territory, "/territory")
	c.logframe(c.pack.Logframe, "/logframe", "")
	leads := 0
	for i, o := range c.pack.Organisations {
		c.declare(c.organisations, o.Code, fmt.Sprintf("/organisations/%d/code", i))
		if slices.Contains(o.Roles, RoleLead) {
			leads++
		}
	}
	if leads != 1 {
		c.add("/organisations", "pack.lead", map[string]any{"number": leads})
	}
	bodies, recipients, indicators, words := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
	for i, b := range c.pack.Bodies {
		c.declare(bodies, b.Code, fmt.Sprintf("/bodies/%d/code", i))
	}
	for i, r := range c.pack.Recipients {
		c.declare(recipients, r.Code, fmt.Sprintf("/recipients/%d/code", i))
		if r.Approximate && r.AtLeast {
			c.addKey(fmt.Sprintf("/recipients/%d/at_least", i), "pack.recipient.number", nil)
		}
	}
	for i, n := range c.pack.Indicators {
		c.declare(indicators, n.Code, fmt.Sprintf("/indicators/%d/code", i))
	}
	for i, w := range c.pack.Words {
		c.declare(words, w.Code, fmt.Sprintf("/words/%d/code", i))
	}
}

func (c *packChecker) territory(t *PackTerritory, pointer string) {
	c.declare(c.territories, t.Code, pointer+"/code")
	for i := range t.Parts {
		c.territory(&t.Parts[i], fmt.Sprintf("%s/parts/%d", pointer, i))
	}
}

// logframe notes the nodes of a list and reports those that stand below a node
// of their own kind or of a lower one.
func (c *packChecker) logframe(nodes []PackNode, pointer, above string) {
	for i := range nodes {
		n, at := &nodes[i], fmt.Sprintf("%s/%d", pointer, i)
		c.declare(c.nodes, n.Code, at+"/code")
		if _, ok := c.kinds[n.Code]; !ok {
			c.kinds[n.Code] = n.Kind
		}
		if above != "" && slices.Index(nodeKinds, n.Kind) <= slices.Index(nodeKinds, above) {
			c.add(at+"/kind", "pack.node.order", map[string]any{"kind": n.Kind, "above": above})
		}
		for field, value := range map[string]string{"from": n.From, "to": n.To, "mode": n.Mode, "owner": n.Owner} {
			if value != "" && n.Kind != NodeActivity {
				c.addKey(at+"/"+field, "pack.node.planned", map[string]any{"field": field, "kind": n.Kind})
			}
		}
		c.logframe(n.Nodes, at+"/nodes", n.Kind)
	}
}

// known reports a code that nothing declares. An empty code refers to nothing.
func (c *packChecker) known(declared map[string]string, code, pointer, key string) {
	if _, ok := declared[code]; !ok && code != "" {
		c.add(pointer, key, map[string]any{"code": code})
	}
}

// checkReferences reports codes that point to nothing.
func (c *packChecker) checkReferences() {
	for i, o := range c.pack.Organisations {
		c.known(c.territories, o.Territory, fmt.Sprintf("/organisations/%d/territory", i), "pack.territory.unknown")
	}
	for i, b := range c.pack.Bodies {
		at := fmt.Sprintf("/bodies/%d", i)
		c.known(c.organisations, b.Referent, at+"/referent", "pack.organisation.unknown")
		c.known(c.nodes, b.Node, at+"/node", "pack.node.unknown")
		for j, m := range b.Members {
			c.known(c.organisations, m.Organisation, fmt.Sprintf("%s/members/%d/organisation", at, j), "pack.organisation.unknown")
		}
	}
	for i, ch := range c.pack.Changes {
		for j, code := range ch.Nodes {
			c.known(c.nodes, code, fmt.Sprintf("/changes/%d/nodes/%d", i, j), "pack.node.unknown")
		}
	}
	c.partners(c.pack.Logframe, "/logframe")
}

func (c *packChecker) partners(nodes []PackNode, pointer string) {
	for i := range nodes {
		at := fmt.Sprintf("%s/%d", pointer, i)
		for j, code := range nodes[i].Partners {
			c.known(c.organisations, code, fmt.Sprintf("%s/partners/%d", at, j), "pack.organisation.unknown")
		}
		c.known(c.organisations, nodes[i].Owner, at+"/owner", "pack.organisation.unknown")
		c.dates(nodes[i].From, nodes[i].To, at+"/to")
		c.partners(nodes[i].Nodes, at+"/nodes")
	}
}

// checkDates reports periods that end before they start.
func (c *packChecker) checkDates() {
	if p := c.pack.Period; p != nil {
		c.dates(p.From, p.To, "/period/to")
	}
	for i, ch := range c.pack.Changes {
		c.dates(ch.From, ch.To, fmt.Sprintf("/changes/%d/to", i))
	}
}

// dates compares as text: the schema has already made sure of the form.
func (c *packChecker) dates(from, to, pointer string) {
	if from != "" && to != "" && to < from {
		c.add(pointer, "pack.period.inverted", map[string]any{"from": from, "to": to})
	}
}
