package network

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// ApprovesAlone tells whether in a body who writes a plan may approve it: its
// administrators have said so, and it has no second social worker (safeguards, 10).
func (m *Module) ApprovesAlone(ctx context.Context, tx *db.Tx, orgID string) (bool, error) {
	o, err := organisationByID(ctx, tx, policy.From(ctx).Network, orgID)
	if err != nil || !o.ApprovesAlone {
		return false, err
	}
	return m.ofOne(ctx, tx, orgID)
}

// ofOne tells whether a body has one social worker, or none.
func (m *Module) ofOne(ctx context.Context, tx *db.Tx, orgID string) (bool, error) {
	all, err := m.Operators(ctx, tx, policy.SocialWorker)
	all = slices.DeleteFunc(all, func(o Operator) bool { return !o.Active || o.OrgID != orgID })
	return len(all) < 2, err
}
