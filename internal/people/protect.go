package people

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// protect leaves those who left open to the keepers alone, with all that other
// areas keep of them.
func (m *Module) protect(ctx context.Context, tx *db.Tx, l *Leaving) error {
	actor := policy.From(ctx)
	colleagues, err := m.colleagues(ctx, tx)
	if err != nil {
		return err
	}
	keepers := l.openFor(actor)
	if slices.ContainsFunc(keepers, func(account string) bool { return colleagues[account] == "" }) {
		return errs.Check{"with": "error.field_choice"}.Err()
	}
	for _, member := range l.Persons {
		person, err := rootOf(ctx, tx, actor.Network, member)
		if err != nil {
			return err
		}
		entries, err := entriesOf(ctx, tx, actor.Network, person)
		if err != nil {
			return err
		}
		for _, id := range entries {
			if err := m.protectEntry(ctx, tx, id, keepers); err != nil {
				return err
			}
		}
	}
	return nil
}

// protectEntry closes one entry of a person to all but the keepers.
func (m *Module) protectEntry(ctx context.Context, tx *db.Tx, id string, keepers []string) error {
	if err := m.closeAll(ctx, tx, policy.Person, id); err != nil {
		return err
	}
	if err := m.openTo(ctx, tx, policy.Person, id, keepers); err != nil {
		return err
	}
	if err := m.compareAgain(ctx, tx, id); err != nil {
		return err
	}
	for _, tell := range m.OnProtect {
		if err := tell(ctx, tx, id, keepers); err != nil {
			return err
		}
	}
	return m.record(ctx, tx, "person.protect", id)
}

// closeAll ends every grant on a record.
func (m *Module) closeAll(ctx context.Context, tx *db.Tx, kind policy.Kind, id string) error {
	network := policy.From(ctx).Network
	to, err := policy.Grantees(ctx, tx, network, kind, id)
	for _, g := range to {
		if err := policy.Revoke(ctx, tx, network, kind, id, g); err != nil {
			return err
		}
	}
	return err
}

// openTo opens a record to accounts of the actor's body, and to nobody else.
func (m *Module) openTo(ctx context.Context, tx *db.Tx, kind policy.Kind, id string, accounts []string) error {
	actor := policy.From(ctx)
	terms := policy.Terms{Owner: actor.OrgID, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask, Class: policy.VeryRestricted}
	for _, account := range accounts {
		if err := policy.Grant(ctx, tx, actor.Network, kind, id, policy.ToAccount(account), terms, policy.Identity); err != nil {
			return err
		}
	}
	return nil
}

// Grantees are those of a body to whom what is written of a person now is to be
// open: the body, or, for somebody protected, the accounts that see them.
func (m *Module) Grantees(ctx context.Context, tx *db.Tx, person, org string) ([]policy.Grantee, error) {
	all, err := policy.Grantees(ctx, tx, policy.From(ctx).Network, policy.Person, person)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(all, func(g policy.Grantee) bool { return g.Kind == "org" }) {
		return []policy.Grantee{policy.ToOrg(org)}, nil
	}
	return all, nil
}

// keepers are the names of those who alone see somebody protected; none for
// everybody else.
func (m *Module) keepers(ctx context.Context, tx *db.Tx, person string) (names []string, err error) {
	all, err := policy.Grantees(ctx, tx, policy.From(ctx).Network, policy.Person, person)
	if err != nil || slices.ContainsFunc(all, func(g policy.Grantee) bool { return g.Kind == "org" }) {
		return nil, err
	}
	staff, err := m.network.StaffNames(ctx, tx)
	for _, g := range all {
		names = append(names, staff[g.ID])
	}
	slices.Sort(names)
	return names, err
}

// ShowTo opens somebody protected, and the household they live in, to colleagues
// of the actor's body too.
func (m *Module) ShowTo(ctx context.Context, person string, accounts []string) error {
	return m.unprotect(ctx, person, "person.show", func(tx *db.Tx, kind policy.Kind, id string) error {
		colleagues, err := m.colleagues(ctx, tx)
		if err != nil {
			return err
		}
		missing := slices.ContainsFunc(accounts, func(account string) bool { return colleagues[account] == "" })
		if len(accounts) == 0 || missing {
			return errs.Check{"with": "error.field_choice"}.Err()
		}
		return m.openTo(ctx, tx, kind, id, accounts)
	})
}

// Reopen says that somebody needs no protection any more: they and the household
// they live in are open to the actor's body again.
func (m *Module) Reopen(ctx context.Context, person string) error {
	actor := policy.From(ctx)
	terms := policy.Terms{Owner: actor.OrgID, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask, Class: actor.Class()}
	return m.unprotect(ctx, person, "person.reopen", func(tx *db.Tx, kind policy.Kind, id string) error {
		return policy.Grant(ctx, tx, actor.Network, kind, id, policy.ToOrg(actor.OrgID), terms, policy.Identity)
	})
}

// unprotect opens somebody protected and their household in some way. NotFound when
// they are not open to the actor, a Conflict when they are protected no more.
func (m *Module) unprotect(ctx context.Context, person, act string, open func(*db.Tx, policy.Kind, string) error) error {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, person, policy.Identity); err != nil {
			return err
		}
		keepers, err := m.keepers(ctx, tx, person)
		if err != nil {
			return err
		}
		if len(keepers) == 0 {
			return errs.New(errs.Conflict, "protect.over")
		}
		entries, err := entriesOf(ctx, tx, actor.Network, person)
		if err != nil {
			return err
		}
		for _, id := range entries {
			if err := open(tx, policy.Person, id); err != nil {
				return err
			}
		}
		if err := m.compareAgain(ctx, tx, person); err != nil {
			return err
		}
		home, err := m.HouseholdOf(ctx, tx, person)
		if err != nil {
			return err
		}
		if home != "" {
			if err := open(tx, policy.Household, home); err != nil {
				return err
			}
		}
		return m.record(ctx, tx, act, person)
	})
}

// checkProtected refuses to merge somebody protected with an entry that is open to
// others: they would see both.
func (m *Module) checkProtected(ctx context.Context, tx *db.Tx, b both) error {
	kept, err := m.keepers(ctx, tx, b.kept.ID)
	if err != nil {
		return err
	}
	gone, err := m.keepers(ctx, tx, b.gone.ID)
	if err == nil && !slices.Equal(kept, gone) {
		err = errs.New(errs.Conflict, "protect.merge")
	}
	return err
}
