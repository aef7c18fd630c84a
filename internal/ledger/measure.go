// Package ledger keeps the facts that areas post while people work, and counts
// them. It knows no area: an area declares its measures, posts facts in the
// transaction of the use case, and every figure is read from here.
package ledger

import "slices"

// Unit is what a figure counts.
type Unit string

// The closed list of units; the API shows them as they are written here.
const (
	Persons       Unit = "persons"       // distinct subjects of kind person
	Households    Unit = "households"    // distinct subjects of kind household
	Operators     Unit = "operators"     // distinct subjects of kind operator
	Citizens      Unit = "citizens"      // distinct subjects of kind citizen
	Organisations Unit = "organisations" // distinct organisations that did the work
	Events        Unit = "events"        // distinct source records
	Minutes       Unit = "minutes"       // sum of quantities
	Ratio         Unit = "ratio"         // one count over another
)

// Units lists every unit.
var Units = []Unit{Persons, Households, Operators, Citizens, Organisations, Events, Minutes, Ratio}

// SubjectKind is who or what a fact is about.
type SubjectKind string

// Whom a fact can be about.
const (
	Person       SubjectKind = "person"
	Household    SubjectKind = "household"
	Operator     SubjectKind = "operator"
	Citizen      SubjectKind = "citizen"
	Organisation SubjectKind = "organisation"
	Event        SubjectKind = "event"
)

// Measure is a kind of fact that an area declares it will post.
type Measure struct {
	Code    string      // area.name, such as "cases.plan_signed"
	Subject SubjectKind // whom each fact is about
	Minutes bool        // its quantity is minutes, not a count

	// VeryRestricted says that a fact of it tells of a need that must stay untold
	// (safeguards, 4). People are counted by it under a subject that leads to nobody,
	// and nobody is given a small number of them; of an event, how often it was and how
	// long, as that says nothing of who came. Nobody is given what stands behind it.
	VeryRestricted bool
}

// CanCount tells whether a figure in unit u can be taken from m.
func (m Measure) CanCount(u Unit) bool {
	if m.VeryRestricted && string(u) != string(m.Subject)+"s" && m.Subject != Event {
		return false
	}
	switch u {
	case Minutes:
		return m.Minutes
	case Events, Organisations:
		return !m.Minutes
	case Persons, Households, Operators, Citizens:
		return !m.Minutes && string(u) == string(m.Subject)+"s"
	}
	return false
}

// Catalogue is the measures of all areas together.
type Catalogue []Measure

// Find returns the measure of that code.
func (c Catalogue) Find(code string) (Measure, bool) {
	i := slices.IndexFunc(c, func(m Measure) bool { return m.Code == code })
	if i < 0 {
		return Measure{}, false
	}
	return c[i], true
}
