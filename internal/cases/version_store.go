package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type versionRow struct {
	Plan
	sealed []byte
}

func insertVersion(ctx context.Context, tx *db.Tx, network string, p *Plan, by string, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into plan_version (network_id, plan_id, version, saved_by, saved_at, sealed)
		values ($1, $2, $3, $4, $5, $6)`, network, p.ID, p.Version, by, tx.Now, sealed)
}

func versionsOf(ctx context.Context, tx *db.Tx, network, plan string) ([]versionRow, error) {
	return db.List(ctx, tx, `
		select plan_id, version, saved_by, saved_at, sealed from plan_version
		where network_id = $1 and plan_id = $2 order by version desc`, []any{network, plan},
		func(r *versionRow) []any { return []any{&r.ID, &r.Version, &r.SavedBy, &r.SavedAt, &r.sealed} })
}
