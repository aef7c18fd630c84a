package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// MemberIDs returns who lives in a household today, seen or not: for facts,
// which count everybody.
func (m *Module) MemberIDs(ctx context.Context, tx *db.Tx, network, id string) ([]string, error) {
	members, err := membersOf(ctx, tx, network, id)
	ids := make([]string, len(members))
	for i, mb := range members {
		ids[i] = mb.PersonID
	}
	return ids, err
}

// MembersIn lists who lives today in those of the households that are open to the
// actor, by id. It opens nobody.
func (m *Module) MembersIn(ctx context.Context, tx *db.Tx, households []string) ([]string, error) {
	places, err := membersInScope(ctx, tx, policy.From(ctx), households)
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.PersonID
	}
	return ids, err
}

// Share opens a household and its members to a grantee: a team that takes the
// family on. Whose household it is, stands with it: its owner shares it.
func (m *Module) Share(ctx context.Context, tx *db.Tx, householdID string, to policy.Grantee, basis policy.Basis) error {
	terms, err := m.Terms(ctx, tx, householdID, basis)
	if err != nil {
		return err
	}
	return m.ShareOn(ctx, tx, householdID, to, terms)
}

// ShareOn is Share on terms that the caller made from Terms, such as until a time.
func (m *Module) ShareOn(ctx context.Context, tx *db.Tx, householdID string, to policy.Grantee, terms policy.Terms) error {
	network := policy.From(ctx).Network
	if err := policy.Grant(ctx, tx, network, policy.Household, householdID, to, terms, policy.Identity); err != nil {
		return err
	}
	ids, err := m.MemberIDs(ctx, tx, network, householdID)
	for _, id := range ids {
		if err := policy.Grant(ctx, tx, network, policy.Person, id, to, terms, policy.Identity); err != nil {
			return err
		}
	}
	return err
}

// Terms are those on which a household is shared for the work on a case.
func (m *Module) Terms(ctx context.Context, tx *db.Tx, householdID string, basis policy.Basis) (policy.Terms, error) {
	owner, class, err := householdOwner(ctx, tx, policy.From(ctx).Network, householdID)
	return policy.Terms{Owner: owner, Purpose: policy.CaseWork, Basis: basis, Class: class}, err
}

// UnshareTimed ends what ShareOn opened until a time, and leaves what stands.
func (m *Module) UnshareTimed(ctx context.Context, tx *db.Tx, householdID string, from policy.Grantee) error {
	network := policy.From(ctx).Network
	ids, err := m.MemberIDs(ctx, tx, network, householdID)
	if err != nil {
		return err
	}
	if err := policy.RevokeTimed(ctx, tx, network, policy.Household, householdID, from); err != nil {
		return err
	}
	for _, id := range ids {
		if err := policy.RevokeTimed(ctx, tx, network, policy.Person, id, from); err != nil {
			return err
		}
	}
	return nil
}

// Unshare ends what Share opened, also of those who have left the household since.
func (m *Module) Unshare(ctx context.Context, tx *db.Tx, householdID string, from policy.Grantee) error {
	network := policy.From(ctx).Network
	if err := policy.Revoke(ctx, tx, network, policy.Household, householdID, from); err != nil {
		return err
	}
	ids, err := m.MemberIDs(ctx, tx, network, householdID)
	if err != nil {
		return err
	}
	gone, err := goneFrom(ctx, tx, network, householdID, from)
	for _, id := range append(ids, gone...) {
		if err := policy.Revoke(ctx, tx, network, policy.Person, id, from); err != nil {
			return err
		}
	}
	return err
}
