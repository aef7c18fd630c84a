package access

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// readers are to whom, of the actor's body, what is written of a person now is
// open: the body, or those alone who see somebody protected.
func (m *Module) readers(ctx context.Context, tx *db.Tx, person string) ([]policy.Grantee, error) {
	org := policy.From(ctx).OrgID
	if person == "" {
		return []policy.Grantee{policy.ToOrg(org)}, nil
	}
	return m.people.Grantees(ctx, tx, person, org)
}

// Protected is told that a person is open from now on to some accounts alone: what
// the actor's body wrote of their contacts and appointments follows. App fills
// people's slot with it.
func (m *Module) Protected(ctx context.Context, tx *db.Tx, person string, accounts []string) error {
	actor := policy.From(ctx)
	for kind, purpose := range map[policy.Kind]policy.Purpose{policy.Contact: policy.DeskWork, policy.Appointment: policy.Mediation} {
		ids, err := ofPerson(ctx, tx, kind, actor, person)
		if err != nil {
			return err
		}
		terms := policy.Terms{Owner: actor.OrgID, Purpose: purpose, Basis: policy.InstitutionalTask, Class: policy.VeryRestricted}
		for _, id := range ids {
			if err := narrow(ctx, tx, kind, id, terms, accounts); err != nil {
				return err
			}
		}
	}
	return nil
}

// narrow takes a record from the body that owns it and opens it to accounts there.
func narrow(ctx context.Context, tx *db.Tx, kind policy.Kind, id string, t policy.Terms, accounts []string) error {
	network := policy.From(ctx).Network
	if err := policy.Revoke(ctx, tx, network, kind, id, policy.ToOrg(t.Owner)); err != nil {
		return err
	}
	for _, account := range accounts {
		if err := policy.Grant(ctx, tx, network, kind, id, policy.ToAccount(account), t, policy.Whole); err != nil {
			return err
		}
	}
	return nil
}
