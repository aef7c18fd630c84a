package ledger_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tessuto/internal/ledger"
)

// model is the ledger as plain slices, and every answer worked out the slow way.
type model struct {
	facts   []posted
	aliases []merged
}

// posted is a fact; merged is an alias. Gone is zero while it stands.
type posted struct {
	ledger.Fact
	at, gone time.Time
}

type merged struct {
	kind       ledger.SubjectKind
	from, into string
	at, gone   time.Time
}

// stood tells whether what came and went was there when a question asks.
func stood(q ledger.Question, now, at, gone time.Time) bool {
	known := func(t time.Time) bool {
		if q.AsOf != "" {
			return t.Before(q.AsOf.End())
		}
		return !t.After(now)
	}
	return known(at) && (gone.IsZero() || !known(gone))
}

// root follows merges as known when a question asks.
func (m *model) root(q ledger.Question, now time.Time, kind ledger.SubjectKind, id string) string {
	for i := 0; i < len(m.aliases); i++ {
		if a := m.aliases[i]; a.kind == kind && a.from == id && stood(q, now, a.at, a.gone) {
			id, i = a.into, -1
		}
	}
	return id
}

// standing lists the facts that a question is about, in the order of service.
func (m *model) standing(q ledger.Question, now time.Time) (out []posted) {
	programmes := q.Programmes
	if len(programmes) == 0 {
		programmes = []string{q.Programme}
	}
	for _, p := range m.facts {
		measure, _ := catalogue.Find(p.Measure)
		if (p.Measure == q.Measure || q.Measure == "" && measure.CanCount(q.Unit)) && slices.Contains(programmes, p.Programme) &&
			stood(q, now, p.at, p.gone) && (len(q.Activities) == 0 || slices.Contains(q.Activities, p.Activity)) &&
			(q.Mode == "" || q.Mode == p.Mode) && (q.From == "" || p.Date >= q.From) && (q.To == "" || p.Date <= q.To) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b posted) int { return cmp.Compare(a.Date, b.Date) })
	return out
}

// thing is what a figure counts, with its first fact.
type thing struct {
	key    string
	first  posted
	facts  int64
	amount int64
	in     map[string]bool // programmes
}

// things counts each once, in the order of their first facts.
func (m *model) things(q ledger.Question, now time.Time) (out []*thing) {
	at := map[string]*thing{}
	for i, p := range m.standing(q, now) {
		key, amount := fmt.Sprint(i), p.Quantity
		switch q.Unit {
		case ledger.Persons, ledger.Households, ledger.Operators, ledger.Citizens:
			kind := ledger.SubjectKind(strings.TrimSuffix(string(q.Unit), "s"))
			key, amount = m.root(q, now, kind, p.SubjectID), 1
		case ledger.Organisations:
			key, amount = m.root(q, now, ledger.Organisation, p.OrgID), 1
		case ledger.Events:
			key, amount = p.Source.ID, 1
		}
		if key == "" {
			continue
		}
		if at[key] == nil {
			at[key] = &thing{key: key, first: p, amount: amount, in: map[string]bool{}}
			out = append(out, at[key])
		}
		at[key].facts++
		at[key].in[p.Programme] = true
	}
	return out
}

var dimensions = map[ledger.Dimension]func(posted) string{
	ledger.BySex:          func(p posted) string { return p.Sex },
	ledger.ByAgeClass:     func(p posted) string { return p.AgeClass },
	ledger.ByCitizenship:  func(p posted) string { return p.Citizenship },
	ledger.ByTerritory:    func(p posted) string { return p.TerritoryID },
	ledger.ByOrganisation: func(p posted) string { return p.OrgID },
	ledger.ByProfession:   func(p posted) string { return p.Profession },
	ledger.ByActivity:     func(p posted) string { return p.Activity },
	ledger.ByMode:         func(p posted) string { return string(p.Mode) },
	ledger.ByMonth:        func(p posted) string { return string(p.Date[:7]) },
	ledger.ByProgramme:    func(p posted) string { return p.Programme },
}

// cells adds things up by dimensions; values of a cell are joined by "/".
func cellsOf(things []*thing, by ...ledger.Dimension) map[string]int64 {
	out := map[string]int64{}
	for _, t := range things {
		values := make([]string, len(by))
		for i, d := range by {
			values[i] = dimensions[d](t.first)
		}
		out[strings.Join(values, "/")] += t.amount
	}
	return out
}

func totalOf(things []*thing) (n int64) {
	for _, t := range things {
		n += t.amount
	}
	return n
}

// post, reverse, alias and unalias do to the model what the ledger does.
func (m *model) post(f ledger.Fact, at time.Time) {
	if f.Quantity != 0 {
		m.facts = append(m.facts, posted{Fact: f, at: at})
	}
}

func (m *model) reverse(s ledger.Source, at time.Time) {
	for i := range m.facts {
		if m.facts[i].Source == s && m.facts[i].gone.IsZero() {
			m.facts[i].gone = at
		}
	}
}

// alias tells whether the merge is one that can be made.
func (m *model) alias(kind ledger.SubjectKind, from, into string, at time.Time) bool {
	now := ledger.Question{}
	if m.root(now, at, kind, from) != from || m.root(now, at, kind, into) == from {
		return false
	}
	m.aliases = append(m.aliases, merged{kind: kind, from: from, into: into, at: at})
	return true
}

func (m *model) unalias(kind ledger.SubjectKind, from string, at time.Time) bool {
	for i := range m.aliases {
		if a := &m.aliases[i]; a.kind == kind && a.from == from && a.gone.IsZero() {
			a.gone = at
			return true
		}
	}
	return false
}
