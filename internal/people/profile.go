package people

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Profile is all that an actor may see of a person on their page.
type Profile struct {
	Person
	Identifiers []Identifier
	Guarded     []Guarded
	Permits     []Permit // to who works with them
	Keepers     []string // names of those who alone see somebody protected
	Cares       []Care   // the adults of a minor, as far as it was said
	Household   string   // id of that of today, or empty
}

// Differs lists, as message keys, what the codice fiscale of a person says
// otherwise than their page. It is nobody's mistake (safeguards, 14).
func (p *Profile) Differs() (out []string) {
	for _, i := range p.Identifiers {
		if t, err := ParseTaxCode(i.Value); err == nil && i.Scheme == TaxCodeScheme && !i.Replaced {
			out = append(out, t.Differs(&p.Person)...)
		}
	}
	return out
}

// Profile returns the page of a person, and logs that it was read. NotFound when
// they are not open to the actor.
func (m *Module) Profile(ctx context.Context, id string) (*Profile, error) {
	actor, err := policy.Check(ctx, policy.PersonRead)
	if err != nil {
		return nil, err
	}
	p := &Profile{}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		found, err := m.opened(ctx, tx, []string{id})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errs.Missing()
		}
		p.Person = found[0]
		if p.Household, err = m.HouseholdOf(ctx, tx, p.ID); err != nil {
			return err
		}
		if p.Keepers, err = m.keepers(ctx, tx, p.ID); err != nil {
			return err
		}
		entries, err := entriesOf(ctx, tx, actor.Network, p.ID)
		for _, entry := range entries {
			if err := m.addPapers(ctx, tx, p, entry); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	read := []audit.Entry{{Act: "read", Kind: policy.Person, ID: p.ID, Section: policy.Identity}}
	for _, g := range p.Guarded {
		read = append(read, audit.Entry{Act: "read", Kind: policy.Guarded, ID: g.ID, Section: policy.Whole})
	}
	return p, m.audit.Append(ctx, read...)
}

// addPapers adds what stands beside one entry of a person, under its key.
// Of an erased one nothing is left but what stands in the clear.
func (m *Module) addPapers(ctx context.Context, tx *db.Tx, p *Profile, entry string) error {
	key, err := m.keys.GetOne(ctx, policy.From(ctx).Network, entry)
	if err == crypto.ErrDestroyed {
		return nil
	}
	if err != nil {
		return err
	}
	numbers, err := m.identifiers(ctx, tx, entry, key)
	if err != nil {
		return err
	}
	guarded, err := m.guarded(ctx, tx, entry, key)
	if err != nil {
		return err
	}
	cares, err := m.cares(ctx, tx, entry, key)
	p.Identifiers, p.Guarded, p.Cares = append(p.Identifiers, numbers...), append(p.Guarded, guarded...), append(p.Cares, cares...)
	if err != nil || !policy.From(ctx).May(policy.PermitWork) {
		return err
	}
	permits, err := m.permits(ctx, tx, entry, key)
	p.Permits = append(p.Permits, permits...)
	return err
}
