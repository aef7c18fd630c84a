package cases

import (
	"context"
	"encoding/json"
	"fmt"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// keepVersion keeps the text of a plan as it is saved, under the key of the
// case.
func (m *Module) keepVersion(ctx context.Context, tx *db.Tx, p *Plan, key *crypto.Key) error {
	plain, err := json.Marshal(p.Objectives)
	if err != nil {
		return err
	}
	actor := policy.From(ctx)
	return insertVersion(ctx, tx, actor.Network, p, actor.AccountID, key.Seal(plain, versionPlace(p)))
}

// versions returns the earlier texts of a plan, newest first, without the one
// that stands.
func (m *Module) versions(ctx context.Context, tx *db.Tx, p *Plan, key *crypto.Key) ([]Plan, error) {
	if p == nil {
		return nil, nil
	}
	rows, err := versionsOf(ctx, tx, policy.From(ctx).Network, p.ID)
	if err != nil || len(rows) < 2 {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Plan
	for _, r := range rows[1:] {
		plain, err := key.Open(r.sealed, versionPlace(&r.Plan))
		if err == nil {
			err = json.Unmarshal(plain, &r.Objectives)
		}
		if err != nil {
			return nil, err
		}
		r.SavedBy = names[r.SavedBy]
		for i := range r.Objectives {
			for j := range r.Objectives[i].Actions {
				a := &r.Objectives[i].Actions[j]
				a.Who = names[a.AccountID]
			}
		}
		out = append(out, r.Plan)
	}
	return out, nil
}

func versionPlace(p *Plan) string { return fmt.Sprintf("plan_version/%s/%d", p.ID, p.Version) }
