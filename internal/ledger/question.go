package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tessuto/internal/platform/db"
)

// Dimension is what a figure can be broken down by.
type Dimension string

// The dimensions. An answer's parts add up to its total.
const (
	BySex          Dimension = "sex"
	ByAgeClass     Dimension = "age_class"
	ByCitizenship  Dimension = "citizenship"
	ByProfession   Dimension = "profession"
	ByTerritory    Dimension = "territory"
	ByOrganisation Dimension = "organisation"
	ByActivity     Dimension = "activity"
	ByMode         Dimension = "mode"
	ByMonth        Dimension = "month"     // YYYY-MM in which a thing first counted: added up, they are the trend
	ByProgramme    Dimension = "programme" // of a question about several
)

// AllDimensions lists every dimension.
var AllDimensions = []Dimension{BySex, ByAgeClass, ByCitizenship, ByProfession, ByTerritory, ByOrganisation, ByActivity,
	ByMode, ByMonth, ByProgramme}

// Question is what is asked: what, where, when, by what. How it is answered is
// another matter, and may change.
type Question struct {
	Network    string
	Programme  string   // empty: work that no programme pays
	Programmes []string // in its place, several: what was met in more than one counts once
	Measure    string   // empty: every measure that can be counted in the unit
	Unit       Unit
	Activities []string // none means the whole programme
	Mode       Mode     // empty means any
	From, To   db.Date  // of service, both included; empty means open
	AsOf       db.Date  // known by the end of that day in Rome; empty means now
}

// Part is one value of a dimension; an empty value is "not stated".
type Part struct {
	Value string
	Count int64
}

// Cell is one value of each of several dimensions, in the order in which they
// were asked; an empty value is "not stated". Cells without anything are left out.
type Cell struct {
	Values []string
	Count  int64
}

// Record is one of the things that a figure counts.
type Record struct {
	Key         string // of the thing counted: subject, source, organisation or fact
	First       db.Date
	Facts       int64 // how many facts stand behind it
	Measure     string
	SubjectID   string
	OrgID       string
	TerritoryID string
	Activity    string
	Mode        Mode
	Quantity    int64
	Source      Source
}

// counted says how a unit is counted: distinct values of a column and, when
// what it names can be merged, of which kind that is.
type counted struct {
	column string
	kind   SubjectKind
}

var units = map[Unit]counted{
	Persons:       {"subject_id", Person},
	Households:    {"subject_id", Household},
	Operators:     {"subject_id", Operator},
	Citizens:      {"subject_id", Citizen},
	Organisations: {"org_id", Organisation},
	Events:        {"source_id", ""},
	Minutes:       {"id", ""},
}

// plan is a question made ready to be answered.
type plan struct {
	Question
	counted
	measures []string
	merged   bool // something of the kind was merged, as known when it asks
}

// ready looks up what a question leaves open, and refuses what cannot be counted.
func (l *Ledger) ready(ctx context.Context, tx *db.Tx, q Question, by ...Dimension) (p plan, err error) {
	unit, ok := units[q.Unit]
	if !ok {
		return p, fmt.Errorf("%q cannot be counted", q.Unit)
	}
	for _, d := range by {
		if _, ok := dimensionColumn[d]; !ok {
			return p, fmt.Errorf("no dimension %q", d)
		}
	}
	p = plan{Question: q, counted: unit, measures: []string{q.Measure}}
	if q.Measure == "" {
		p.measures = l.measures.counting(q.Unit)
	}
	if len(q.Programmes) == 0 {
		p.Programmes = []string{q.Programme}
	}
	if p.kind != "" {
		p.merged, err = anyAlias(ctx, tx, q.Network, p.kind)
	}
	return p, err
}

// counting lists the measures that can be counted in a unit.
func (c Catalogue) counting(u Unit) (codes []string) {
	for _, m := range c {
		if m.CanCount(u) {
			codes = append(codes, m.Code)
		}
	}
	return codes
}

// Count answers with a number.
func (l *Ledger) Count(ctx context.Context, tx *db.Tx, q Question) (int64, error) {
	p, err := l.ready(ctx, tx, q)
	if err != nil {
		return 0, err
	}
	cells, err := l.remember(ctx, tx, p, nil, func() ([]Cell, error) {
		n, err := p.count(ctx, tx)
		return []Cell{{Count: n}}, err
	})
	return Total(cells), err
}

// Cells answers with the parts of the number by several dimensions at once:
// each thing counts under its first fact, ties by id, whatever is asked, so the
// cells add up to Count, and their margins are what each dimension by itself says.
func (l *Ledger) Cells(ctx context.Context, tx *db.Tx, q Question, by ...Dimension) ([]Cell, error) {
	p, err := l.ready(ctx, tx, q, by...)
	if err != nil {
		return nil, err
	}
	return l.remember(ctx, tx, p, by, func() ([]Cell, error) { return p.cells(ctx, tx, by) })
}

// Cross answers with the cells of a table of two dimensions: Values are the one
// of by1 and the one of by2.
func (l *Ledger) Cross(ctx context.Context, tx *db.Tx, q Question, by1, by2 Dimension) ([]Cell, error) {
	return l.Cells(ctx, tx, q, by1, by2)
}

// Break answers with the parts of the number by a dimension; they add up to Count.
func (l *Ledger) Break(ctx context.Context, tx *db.Tx, q Question, by Dimension) ([]Part, error) {
	cells, err := l.Cells(ctx, tx, q, by)
	return Margin(cells, 0), err
}

// Margin adds cells up by their i-th dimension, in the order of its values.
func Margin(cells []Cell, i int) (parts []Part) {
	at := map[string]int{}
	for _, c := range cells {
		value := c.Values[i]
		if _, ok := at[value]; !ok {
			at[value] = len(parts)
			parts = append(parts, Part{Value: value})
		}
		parts[at[value]].Count += c.Count
	}
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.Value, b.Value) })
	return parts
}

// Total adds all cells up.
func Total(cells []Cell) (n int64) {
	for _, c := range cells {
		n += c.Count
	}
	return n
}

// Records answers with the things behind the number, as many as Count says
// (for minutes, the facts whose minutes add up to it), in pages: after is the
// key of the last one seen.
func (l *Ledger) Records(ctx context.Context, tx *db.Tx, q Question, after string, limit int) ([]Record, error) {
	p, err := l.ready(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	found, err := p.records(ctx, tx, after, limit)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	root, err := roots(ctx, tx, q)
	for i := range found {
		found[i].SubjectID = root(found[i].SubjectID)
	}
	return found, err
}
