package people

import (
	"context"
	"reflect"
	"slices"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Part is a part of what is written of a person, which is read and changed by
// itself.
type Part string

// The parts.
const (
	Names   Part = "names"
	Civil   Part = "civil" // sex, birth, citizenship
	Tongues Part = "languages"
	Reaches Part = "contacts"
	Home    Part = "address"
)

// Parts lists them in the order of the page.
var Parts = []Part{Names, Civil, Tongues, Reaches, Home}

// take writes one part of a person over that of another.
func (to *Person) take(part Part, from *Person) {
	switch part {
	case Names:
		to.GivenName, to.FamilyName, to.FamilyFirst = from.GivenName, from.FamilyName, from.FamilyFirst
		to.GivenOriginal, to.FamilyOriginal = from.GivenOriginal, from.FamilyOriginal
	case Civil:
		to.Sex, to.Birth, to.Citizenships = from.Sex, from.Birth, from.Citizenships
		to.BirthDate, to.BirthCertain = from.BirthDate, from.BirthCertain
		to.BirthCountry, to.BirthTown, to.BirthComune = from.BirthCountry, from.BirthTown, from.BirthComune
	case Tongues:
		to.Languages, to.Skills, to.WritesIn = from.Languages, from.Skills, from.WritesIn
	case Reaches:
		to.Phone, to.SafeNote, to.Reaches, to.Channel = from.Phone, from.SafeNote, from.Reaches, from.Channel
	case Home:
		to.Address, to.Comune = from.Address, from.Comune
	}
}

// same tells whether two say the same in a part.
func (p *Person) same(part Part, other *Person) bool {
	var a, b Person
	a.take(part, p)
	b.take(part, other)
	if len(a.Citizenships)+len(b.Citizenships)+len(a.Languages)+len(b.Languages)+len(a.Skills)+len(b.Skills)+len(a.Reaches)+len(b.Reaches) == 0 {
		a.Citizenships, b.Citizenships, a.Languages, b.Languages = nil, nil, nil, nil
		a.Skills, b.Skills, a.Reaches, b.Reaches = nil, nil, nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// Saved is a person with who saved them last, for who meets the change.
type Saved struct {
	Person
	By string // name
	At string // as people write it; empty when it was never changed
}

// SavePerson changes parts of a person, and keeps how they stood before. Version
// is that which the form was filled from: when somebody has changed one of the
// same parts meanwhile nothing is saved, and an errs.Stale carries the person as
// they stand. What was counted until now stays as it was counted.
func (m *Module) SavePerson(ctx context.Context, p Person, parts ...Part) error {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, p.ID, policy.Identity); err != nil {
			return err
		}
		now, key, err := m.keyed(ctx, tx, actor.Network, p.ID)
		if err != nil {
			return err
		}
		if now.MergedInto != "" {
			return errs.Missing() // who reads it reads the one that stands for it
		}
		next := *now
		for _, part := range parts {
			if p.Version != now.Version {
				if err := m.checkStale(ctx, tx, &p, now, part, key); err != nil {
					return err
				}
			}
			next.take(part, &p)
		}
		return m.save(ctx, tx, now, &next, key, parts)
	})
}

// keyed reads a person who is open to the actor, with their key.
func (m *Module) keyed(ctx context.Context, tx *db.Tx, network, id string) (*Person, *crypto.Key, error) {
	key, err := m.keys.GetOne(ctx, network, id)
	if err == crypto.ErrDestroyed {
		return nil, nil, errs.Missing()
	}
	if err != nil {
		return nil, nil, err
	}
	row, err := rowByID(ctx, tx, network, id)
	if err == nil {
		err = row.open(key, row.sealed)
	}
	return &row.Person, key, err
}

// checkStale refuses a part that somebody has changed since the form was opened,
// unless they wrote the same.
func (m *Module) checkStale(ctx context.Context, tx *db.Tx, p, now *Person, part Part, key *crypto.Key) error {
	before, err := m.stateOf(ctx, tx, p.ID, p.Version, key)
	if err != nil || before.same(part, now) || p.same(part, now) {
		return err
	}
	saved, err := m.saved(ctx, tx, now)
	if err != nil {
		return err
	}
	return errs.Changed(saved)
}

// save writes a person as they now are, keeps how they were, and lets them be
// found by what they are now.
func (m *Module) save(ctx context.Context, tx *db.Tx, was, next *Person, key *crypto.Key, parts []Part) error {
	if err := m.CheckUse(ctx, tx, was.ID); err != nil {
		return err
	}
	next.settle()
	changed := slices.DeleteFunc(slices.Clone(parts), func(part Part) bool { return was.same(part, next) })
	if len(changed) == 0 {
		return nil
	}
	c := errs.Check{}
	for field, problem := range errs.FieldsOf(next.Check(ctx)) {
		c.That(false, field, problem)
	}
	c.That(!ahead(next.BirthDate, tx.Today()), "birth_date", "person.birth_ahead")
	if err := c.Err(); err != nil {
		return err
	}
	if err := m.keep(ctx, tx, was, key, changed); err != nil {
		return err
	}
	sealed, err := next.seal(key)
	if err != nil {
		return err
	}
	network := policy.From(ctx).Network
	if err := updatePerson(ctx, tx, network, next, sealed); err != nil {
		return err
	}
	next.Version++
	if err := m.reindex(ctx, tx, network, next); err != nil {
		return err
	}
	return m.record(ctx, tx, "person.change", next.ID)
}
