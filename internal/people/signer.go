package people

import (
	"context"
	"maps"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Signer is an adult, with the minors of a household for whom they may sign. An
// adult of the household signs for themselves too, unless it was said of them that
// they may not for the minors, and they may for none.
type Signer struct {
	Person Person
	For    []Person
	MayNot bool
}

// Signers are the adults of a household, and those from elsewhere who may sign for
// a minor of it on a day: a guardian, a parent who lives apart. Those who are not
// open to the actor are left out.
func (m *Module) Signers(ctx context.Context, tx *db.Tx, h *Household, on db.Date) (out []Signer, err error) {
	var minors []Person
	for _, mb := range h.Members {
		if mb.Person.AdultOn(on) {
			out = append(out, Signer{Person: mb.Person})
		} else {
			minors = append(minors, mb.Person)
		}
	}
	for _, minor := range minors {
		if out, err = m.signersFor(ctx, tx, minor, out); err != nil {
			return nil, err
		}
	}
	for i := range out {
		out[i].MayNot = out[i].MayNot && len(out[i].For) == 0
	}
	return slices.DeleteFunc(out, func(s Signer) bool { return !s.Person.AdultOn(on) }), nil
}

// signersFor adds who may sign for one minor.
func (m *Module) signersFor(ctx context.Context, tx *db.Tx, minor Person, out []Signer) ([]Signer, error) {
	network := policy.From(ctx).Network
	said, err := m.said(ctx, tx, network, minor.ID)
	if err != nil {
		return nil, err
	}
	for i := range out {
		c, known := said[out[i].Person.ID]
		if !known {
			if c.MaySign, err = parentAtHome(ctx, tx, network, out[i].Person.ID, minor.ID); err != nil {
				return nil, err
			}
		}
		if c.MaySign {
			out[i].For = append(out[i].For, minor)
		}
		out[i].MayNot = out[i].MayNot || known && !c.MaySign
		delete(said, out[i].Person.ID)
	}
	cards, err := m.Cards(ctx, tx, slices.Sorted(maps.Keys(said)))
	for _, id := range slices.Sorted(maps.Keys(cards)) {
		if said[id].MaySign {
			out = append(out, Signer{Person: cards[id], For: []Person{minor}})
		}
	}
	return out, err
}

// said opens what was said last of each adult of a minor, by the adult who stands
// for the entry that it was said of. It asks for no grant.
func (m *Module) said(ctx context.Context, tx *db.Tx, network, minor string) (map[string]Care, error) {
	entries, err := entriesOf(ctx, tx, network, minor)
	if err != nil {
		return nil, err
	}
	keys, err := m.keys.Get(ctx, network, entries...)
	if err != nil {
		return nil, err
	}
	var list []Care
	for _, entry := range entries {
		rows, err := caresOf(ctx, tx, network, entry)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if err := r.unseal(keys[entry]); err != nil {
				return nil, err
			}
			list = append(list, r.Care)
		}
	}
	adults := make([]string, len(list))
	for i, c := range list {
		adults[i] = c.AdultID
	}
	roots, err := rootsOf(ctx, tx, network, adults)
	out := map[string]Care{}
	for _, c := range list {
		id := c.AdultID
		if roots[id] != "" {
			id = roots[id]
		}
		if out[id].ID < c.ID { // ids are in the order of time
			out[id] = c
		}
	}
	return out, err
}
