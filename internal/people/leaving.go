package people

import (
	"context"
	"slices"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// LeavingReasons are why somebody leaves a household. Whoever reads the household
// reads them.
var LeavingReasons = []string{"separation", "moved", "came_of_age", "death", "other"}

// Death is the reason after which nobody lives anywhere else.
const Death = "death"

// Leaving says that members of a household live there no more from a day on.
type Leaving struct {
	Household string
	Persons   []string
	On        db.Date // the first day on which they live there no more
	Reason    string  // of LeavingReasons, or empty
	// Together says that they make a household of their own, with the first adult
	// as its reference person.
	Together bool
	// Reference is who takes the place of the reference person, if they leave.
	Reference string
	// Protected says that where they go must not be known. What is written of them
	// is open to the actor and to those of With alone from then on, and whoever
	// reads the household they left is shown neither them nor a reason.
	Protected bool
	With      []string // accounts of colleagues
	Sent      crypto.Sending
}

func (l *Leaving) check(today db.Date) error {
	c := errs.Check{}
	c.That(len(l.Persons) > 0, "persons", "leaving.nobody")
	c.That(l.On != "" && l.On.Within(today, 5, 0), "on", "leaving.day_wrong")
	c.That(l.Reason == "" || slices.Contains(LeavingReasons, l.Reason), "reason", "error.field_choice")
	c.That(l.Reason != Death || !l.Together && !l.Protected, "together", "leaving.death_together")
	return c.Err()
}

// LeaveHousehold writes that members left a household, and returns the id of the one they
// make together, or empty. To whom the old household is open, the new one is too,
// unless it is Protected.
func (m *Module) LeaveHousehold(ctx context.Context, l Leaving) (id string, err error) {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return "", err
	}
	if err := l.check(db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	fresh := db.NewID()
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		h, err := m.HouseholdIn(ctx, tx, l.Household)
		if err != nil {
			return err
		}
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, l.Sent, fresh); err != nil || id != fresh {
			return err
		}
		leaving, err := l.members(h)
		if err != nil {
			return err
		}
		if err := m.endMembers(ctx, tx, h, &l, leaving); err != nil {
			return err
		}
		return m.settleApart(ctx, tx, &l, leaving, fresh)
	})
	if !l.Together && !l.Protected {
		id = ""
	}
	return id, err
}

// members are those of the household who leave, as the form may name them.
func (l *Leaving) members(h *Household) (leaving []Member, err error) {
	c := errs.Check{}
	for _, id := range l.Persons {
		i := slices.IndexFunc(h.Members, func(m Member) bool { return m.PersonID == id })
		if i < 0 {
			return nil, errs.Check{"persons": "error.field_choice"}.Err()
		}
		leaving = append(leaving, h.Members[i])
		c.That(l.On >= h.Members[i].From, "on", "leaving.before_joining")
	}
	stays := func(id string) bool {
		return slices.ContainsFunc(h.Members, func(m Member) bool { return m.PersonID == id }) && !slices.Contains(l.Persons, id)
	}
	headless := slices.ContainsFunc(leaving, func(m Member) bool { return m.Relation == ReferencePerson }) && len(leaving) < len(h.Members)
	c.That(!headless || stays(l.Reference), "reference", "leaving.reference_missing")
	return leaving, c.Err()
}

// endMembers closes the places of those who leave, and gives the reference
// person's to who was named.
func (m *Module) endMembers(ctx context.Context, tx *db.Tx, h *Household, l *Leaving, leaving []Member) error {
	network, reason, headless := policy.From(ctx).Network, l.Reason, false
	if l.Protected {
		reason = ""
	}
	for _, mb := range leaving {
		headless = headless || mb.Relation == ReferencePerson
		if err := endMember(ctx, tx, network, h.ID, mb.PersonID, l.On, reason); err != nil {
			return err
		}
	}
	if headless && l.Reference != "" {
		if err := m.relate(ctx, tx, h.ID, l.Reference, ReferencePerson, l.On); err != nil {
			return err
		}
	}
	return m.audit.Record(ctx, tx, audit.Entry{Act: "household.leave", Kind: policy.Household, ID: h.ID})
}

// settleApart makes the household of those who left together, and closes what is
// written of them when where they are must not be known.
func (m *Module) settleApart(ctx context.Context, tx *db.Tx, l *Leaving, leaving []Member, fresh string) error {
	if l.Protected {
		if err := m.protect(ctx, tx, l); err != nil {
			return err
		}
	}
	if !l.Together && !l.Protected {
		return nil
	}
	actor := policy.From(ctx)
	owner, class, err := householdOwner(ctx, tx, actor.Network, l.Household)
	if err != nil {
		return err
	}
	if l.Protected {
		owner, class = actor.OrgID, policy.VeryRestricted
	}
	if err := insertHousehold(ctx, tx, &Sealed{network: actor.Network, ID: fresh, org: owner, class: class}); err != nil {
		return err
	}
	for _, place := range placesOf(leaving, tx.Today()) {
		if err := insertMember(ctx, tx, actor.Network, fresh, place.PersonID, place.Relation, l.On); err != nil {
			return err
		}
	}
	if !l.Protected {
		return policy.Inherit(ctx, tx, actor.Network, policy.Household, l.Household, policy.Household, fresh)
	}
	return m.openTo(ctx, tx, policy.Household, fresh, l.openFor(actor))
}

// openFor are the accounts to which somebody protected stays open.
func (l *Leaving) openFor(a policy.Actor) []string { return append([]string{a.AccountID}, l.With...) }

// placesOf are the members of a household that was just made: its reference person
// is the first adult, a child stays one, and of the others nothing is known.
func placesOf(leaving []Member, today db.Date) []Member {
	out := slices.Clone(leaving)
	head := max(0, slices.IndexFunc(out, func(m Member) bool { return m.Person.AdultOn(today) && m.Relation != Child }))
	for i := range out {
		switch {
		case i == head:
			out[i].Relation = ReferencePerson
		case out[i].Relation != Child:
			out[i].Relation = NotStated
		}
	}
	return out
}
