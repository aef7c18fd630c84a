package network

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// cover is a section that an agreement covers for a purpose.
type cover struct {
	purpose policy.Purpose
	section policy.Section
}

// covers lists what an agreement covers. Work on a case covers who the people
// are, and the chosen sections of the case; a desk and a mediator know one
// record that has no parts. What is above its class is left out.
func (a *Agreement) covers() (out []cover) {
	sections := map[policy.Purpose][]policy.Section{
		policy.CaseWork:  append([]policy.Section{policy.Identity}, a.Sections...),
		policy.DeskWork:  {policy.Whole},
		policy.Mediation: {policy.Whole},
	}
	for _, p := range a.Purposes {
		for _, s := range sections[p] {
			if policy.ClassOf(s) <= a.Class {
				out = append(out, cover{p, s})
			}
		}
	}
	return out
}

// setGates writes what an agreement holds open: between each two of its parties,
// on the days on which it is in force and both work here. A draft opens nothing,
// and so does a public authority.
func (m *Module) setGates(ctx context.Context, tx *db.Tx, network string, a Agreement) error {
	var gates []policy.Gate
	if a.SignedOn != "" {
		orgs, err := partiesOf(ctx, tx, network, a)
		if err != nil {
			return err
		}
		gates = a.gates(orgs)
	}
	return policy.SetGates(ctx, tx, network, a.ID, gates)
}

func partiesOf(ctx context.Context, tx *db.Tx, network string, a Agreement) ([]Organisation, error) {
	orgs := make([]Organisation, len(a.Parties))
	for i, p := range a.Parties {
		var err error
		if orgs[i], err = organisationByID(ctx, tx, network, p.OrgID); err != nil {
			return nil, err
		}
	}
	return orgs, nil
}

func (a *Agreement) gates(orgs []Organisation) (out []policy.Gate) {
	for _, from := range orgs {
		for _, to := range orgs {
			since, until := max(a.From, from.From, to.From), earliest(a.Last(), lastDay(from), lastDay(to))
			if from.ID == to.ID || from.Kind == policy.Authority || to.Kind == policy.Authority || until != "" && until < since {
				continue
			}
			for _, c := range a.covers() {
				out = append(out, policy.Gate{From: from.ID, To: to.ID, Purpose: c.purpose, Section: c.section,
					Class: a.Class, Since: since, Until: until})
			}
		}
	}
	return out
}

func lastDay(o Organisation) db.Date {
	if o.To == "" {
		return ""
	}
	return o.To.AddDays(-1)
}

// earliest returns the first of some days; empty is no day.
func earliest(days ...db.Date) db.Date {
	days = slices.DeleteFunc(days, func(d db.Date) bool { return d == "" })
	if len(days) == 0 {
		return ""
	}
	return slices.Min(days)
}

// regate sets the gates of the agreements of a body again, after its kind or its
// days changed.
func (m *Module) regate(ctx context.Context, tx *db.Tx, network, org string) error {
	list, err := agreementsOf(ctx, tx, network)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.has(org) {
			if err := m.setGates(ctx, tx, network, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *Agreement) has(org string) bool {
	return slices.ContainsFunc(a.Parties, func(p Party) bool { return p.OrgID == org })
}

// CheckSharing refuses, in words that say what to do, to open sections of a
// record to a body with which its owner has no agreement in force that covers
// them. It is a courtesy: the scope asks again at every reading.
func (m *Module) CheckSharing(ctx context.Context, tx *db.Tx, t policy.Terms, to string, sections ...policy.Section) error {
	network := policy.From(ctx).Network
	ok, err := policy.MayShare(ctx, tx, network, to, t, sections...)
	if err != nil || ok {
		return err
	}
	owner, err := organisationByID(ctx, tx, network, t.Owner)
	if err != nil {
		return err
	}
	other, err := organisationByID(ctx, tx, network, to)
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "agreement.needed").With("Owner", owner.Name).With("Other", other.Name)
}
