package people

import (
	"context"
	"slices"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// NotStated is the relation of who nobody has asked about.
const NotStated = "99"

// Relate says how members of a household are related to its reference person, who
// may be another from today on: relations by person. What was before stays in the
// time line.
func (m *Module) Relate(ctx context.Context, household string, relations map[string]string) error {
	if _, err := policy.Check(ctx, policy.PersonRegister); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		h, err := m.HouseholdIn(ctx, tx, household)
		if err != nil {
			return err
		}
		if err := checkRelations(ctx, h, relations, tx.Today()); err != nil {
			return err
		}
		changed := false
		for _, mb := range h.Members {
			next, ok := relations[mb.PersonID]
			if !ok || next == mb.Relation {
				continue
			}
			if err := m.relate(ctx, tx, h.ID, mb.PersonID, next, tx.Today()); err != nil {
				return err
			}
			changed = true
		}
		if !changed {
			return nil
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "household.relate", Kind: policy.Household, ID: h.ID})
	})
}

// checkRelations wants one reference person among those the actor sees.
func checkRelations(ctx context.Context, h *Household, relations map[string]string, today db.Date) error {
	c, heads := errs.Check{}, 0
	for _, mb := range h.Members {
		next, ok := relations[mb.PersonID]
		if !ok {
			next = mb.Relation
		}
		if next == ReferencePerson {
			heads++
		}
		c.That(next == mb.Relation || codelist.Valid(ctx, RelationList, next, today), "relation."+mb.PersonID, "error.field_choice")
	}
	c.That(heads == 1, "", "household.one_reference")
	return c.Err()
}

// relate gives a member another relation from a day on.
func (m *Module) relate(ctx context.Context, tx *db.Tx, household, person, relation string, on db.Date) error {
	network := policy.From(ctx).Network
	if err := endMember(ctx, tx, network, household, person, on, ""); err != nil {
		return err
	}
	return insertMember(ctx, tx, network, household, person, relation, on)
}

// Joining is somebody of the register who comes to live in a household.
type Joining struct {
	Household, Person, Relation string
	On                          db.Date
	Sent                        crypto.Sending
}

// Join writes that a person who is open to the actor lives in a household from a
// day on. They may live in another too, as children of separated parents do. To
// whom the household is open they are too, unless they are protected.
func (m *Module) Join(ctx context.Context, j Joining) error {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return err
	}
	today, fresh := db.DateOf(m.db.Now()), db.NewID()
	c := errs.Check{}
	c.That(j.Person != "", "person", "household.join.whom")
	c.That(j.On != "" && j.On.Within(today, 5, 0), "on", "leaving.day_wrong")
	c.That(j.Relation != ReferencePerson && codelist.Valid(ctx, RelationList, j.Relation, today), "relation", "error.field_choice")
	if err := c.Err(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, j.Person, policy.Identity); err != nil {
			return err
		}
		h, err := m.HouseholdIn(ctx, tx, j.Household)
		if err != nil {
			return err
		}
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, j.Sent, fresh)
		if err != nil || first != fresh {
			return err
		}
		if slices.ContainsFunc(h.Members, func(mb Member) bool { return mb.PersonID == j.Person }) {
			return errs.Check{"person": "household.in_already"}.Err()
		}
		if err := insertMember(ctx, tx, actor.Network, h.ID, j.Person, j.Relation, j.On); err != nil {
			return err
		}
		return m.afterJoin(ctx, tx, h.ID, j.Person)
	})
}

func (m *Module) afterJoin(ctx context.Context, tx *db.Tx, household, person string) error {
	network := policy.From(ctx).Network
	open, err := m.Grantees(ctx, tx, person, "")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(open, func(g policy.Grantee) bool { return g.Kind == "org" }) {
		if err := policy.Inherit(ctx, tx, network, policy.Household, household, policy.Person, person); err != nil {
			return err
		}
	}
	if err := m.audit.Record(ctx, tx, audit.Entry{Act: "household.join", Kind: policy.Household, ID: household}); err != nil {
		return err
	}
	return m.joined(ctx, tx, household, person)
}

// Event is one thing that happened in a household.
type Event struct {
	On       db.Date
	Kind     string // joined, left, related
	Person   Person
	Relation string
	Reason   string // why somebody left; empty when it is not said
}

// timeline lists what happened in a household, the last first, of the persons who
// are open to the actor: nothing of the others, not even that there was one.
func (m *Module) timeline(ctx context.Context, tx *db.Tx, household string) (out []Event, err error) {
	spans, err := spansOf(ctx, tx, policy.From(ctx).Network, household)
	if err != nil {
		return nil, err
	}
	spans = slices.DeleteFunc(slices.Clone(spans), func(s spanRow) bool { return s.corrected(spans) })
	ids := make([]string, len(spans))
	for i, s := range spans {
		ids[i] = s.PersonID
	}
	cards, err := m.Cards(ctx, tx, ids)
	for i := range spans {
		card, open := cards[spans[i].PersonID]
		if !open {
			continue
		}
		spans[i].Person, spans[i].PersonID = card, card.ID
	}
	for i := range spans {
		if spans[i].Person.ID != "" {
			out = append(out, eventsOf(spans, i)...)
		}
	}
	slices.SortStableFunc(out, func(a, b Event) int { return -slices.Compare([]string{string(a.On)}, []string{string(b.On)}) })
	return out, err
}

// spanRow is one stay of a person in a household, in one relation.
type spanRow struct {
	Member
	to      db.Date
	leftFor string
}

// corrected tells whether a stay was written over on the day on which it began: it
// never was.
func (s spanRow) corrected(all []spanRow) bool {
	return s.to == s.From && slices.ContainsFunc(all, func(o spanRow) bool { return o.PersonID == s.PersonID && o.From == s.From && o.to != s.to })
}

// eventsOf are what a stay begins and ends with: of who was there already, under
// another entry too, a change of relation at the most; who stays does not leave.
func eventsOf(all []spanRow, i int) (out []Event) {
	s := all[i]
	there := false
	begins := Event{On: s.From, Kind: "joined", Person: s.Person, Relation: s.Relation}
	for j, o := range all {
		if j == i || o.PersonID != s.PersonID {
			continue
		}
		if o.From < s.From && (o.to == "" || o.to >= s.From) {
			begins.Kind = "related"
			there = there || o.Relation == s.Relation
		}
		there = there || j < i && o.From == s.From
	}
	if !there {
		out = append(out, begins)
	}
	stays := slices.ContainsFunc(all, func(o spanRow) bool {
		return o.PersonID == s.PersonID && o.From <= s.to && (o.to == "" || o.to > s.to)
	})
	if s.to != "" && !stays {
		out = append(out, Event{On: s.to, Kind: "left", Person: s.Person, Relation: s.Relation, Reason: s.leftFor})
	}
	return out
}
