package programme

import (
	"iter"
	"slices"
	"strings"

	"tessuto/internal/ledger"
)

// Kinds of logframe nodes, from the highest.
const (
	NodeObjective = "objective"
	NodeAction    = "action"
	NodeResult    = "result"
	NodeActivity  = "activity"
)

// nodeKinds is the order in which kinds may stand below each other.
var nodeKinds = []string{NodeObjective, NodeAction, NodeResult, NodeActivity}

// RoleLead is the role that exactly one organisation of a pack holds.
const RoleLead = "lead"

// In returns the text in the language of that BCP 47 tag: Italian when it is
// Italian, and English for every other language, which more readers share.
func (t Text) In(lang string) string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if base == "it" {
		return t.It
	}
	return t.En
}

// Lead returns the organisation that leads, or nil.
func (p *Pack) Lead() *PackOrganisation {
	i := slices.IndexFunc(p.Organisations, func(o PackOrganisation) bool { return slices.Contains(o.Roles, RoleLead) })
	if i < 0 {
		return nil
	}
	return &p.Organisations[i]
}

// Organisation returns the organisation of that code, or nil.
func (p *Pack) Organisation(code string) *PackOrganisation {
	i := slices.IndexFunc(p.Organisations, func(o PackOrganisation) bool { return o.Code == code })
	if i < 0 {
		return nil
	}
	return &p.Organisations[i]
}

// Indicator returns the indicator of that code, or nil.
func (p *Pack) Indicator(code string) *PackIndicator {
	i := slices.IndexFunc(p.Indicators, func(n PackIndicator) bool { return n.Code == code })
	if i < 0 {
		return nil
	}
	return &p.Indicators[i]
}

// Word returns the programme's own word for code in lang, and whether it has one.
func (p *Pack) Word(code, lang string) (string, bool) {
	i := slices.IndexFunc(p.Words, func(w PackWord) bool { return w.Code == code })
	if i < 0 {
		return "", false
	}
	return p.Words[i].Text.In(lang), true
}

// PackStep is a logframe node in a flat list: its depth from 0 and the code of
// the node above it, empty at the top.
type PackStep struct {
	*PackNode
	Depth  int
	Parent string
}

// Steps yields every node of the logframe, each before those below it.
func (p *Pack) Steps() iter.Seq[PackStep] {
	return func(yield func(PackStep) bool) { walkNodes(p.Logframe, 0, "", yield) }
}

func walkNodes(nodes []PackNode, depth int, parent string, yield func(PackStep) bool) bool {
	for i := range nodes {
		n := &nodes[i]
		if !yield(PackStep{n, depth, parent}) || !walkNodes(n.Nodes, depth+1, n.Code, yield) {
			return false
		}
	}
	return true
}

// Node returns the logframe node of that code, or nil.
func (p *Pack) Node(code string) *PackNode {
	for s := range p.Steps() {
		if s.Code == code {
			return s.PackNode
		}
	}
	return nil
}

// PackPlace is a territory in a flat list: its depth from 0 and the code of the
// territory that holds it, empty at the top.
type PackPlace struct {
	*PackTerritory
	Depth  int
	Parent string
}

// Places yields every territory, each before its parts.
func (p *Pack) Places() iter.Seq[PackPlace] {
	return func(yield func(PackPlace) bool) { walkPlaces(&p.Territory, 0, "", yield) }
}

func walkPlaces(t *PackTerritory, depth int, parent string, yield func(PackPlace) bool) bool {
	if !yield(PackPlace{t, depth, parent}) {
		return false
	}
	for i := range t.Parts {
		if !walkPlaces(&t.Parts[i], depth+1, t.Code, yield) {
			return false
		}
	}
	return true
}

// Place returns the territory of that code, or nil.
func (p *Pack) Place(code string) *PackTerritory {
	for t := range p.Places() {
		if t.Code == code {
			return t.PackTerritory
		}
	}
	return nil
}

// Fed tells whether the records of this release feed the indicator.
func (n *PackIndicator) Fed() bool { return n.FeedsFrom == "" && !n.Declared }

// Counts returns the counts that the indicator is made of: one, or the
// numerator and the denominator of a ratio, or none when nothing feeds it yet.
func (n *PackIndicator) Counts() []PackCount {
	switch {
	case !n.Fed():
		return nil
	case n.Numerator != nil && n.Denominator != nil:
		return []PackCount{*n.Numerator, *n.Denominator}
	}
	return []PackCount{{Measure: n.Measure, Unit: n.Unit, Activities: n.Activities, Mode: n.Mode}}
}

// ofPeople tells whether the figure is made of single people, whose sex, age and
// citizenship are known. Nothing contradicts it for a ratio that is not fed yet.
func (n *PackIndicator) ofPeople() bool {
	if n.Unit != ledger.Ratio {
		return countsPeople(n.Unit)
	}
	return n.Numerator == nil || countsPeople(n.Numerator.Unit) && countsPeople(n.Denominator.Unit)
}

func countsPeople(u ledger.Unit) bool {
	return u == ledger.Persons || u == ledger.Operators || u == ledger.Citizens
}
