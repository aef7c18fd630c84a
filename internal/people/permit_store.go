package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type permitRow struct {
	Permit
	sealed []byte
}

func insertPermit(ctx context.Context, tx *db.Tx, network string, p *Permit, sealed []byte) error {
	return tx.Exec(ctx, `insert into person_permit (network_id, id, person_id, sealed, version, saved_by, saved_at)
		values ($1, $2, $3, $4, 1, $5, $6)`, network, p.ID, p.PersonID, sealed, policy.From(ctx).AccountID, tx.Now)
}

func updatePermit(ctx context.Context, tx *db.Tx, network string, p *Permit, sealed []byte) error {
	return tx.ExecOne(ctx, `update person_permit set sealed = $4, version = version + 1, saved_by = $5, saved_at = $6
		where network_id = $1 and id = $2 and version = $3`, network, p.ID, p.Version, sealed, policy.From(ctx).AccountID, tx.Now)
}

func permitsOf(ctx context.Context, tx *db.Tx, network string, persons []string) ([]permitRow, error) {
	b := db.NewBuild(`select id, person_id, sealed, version, saved_by from person_permit where network_id = ? and`, network).
		In("person_id", persons).Add("order by id desc")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(r *permitRow) []any {
		return []any{&r.ID, &r.PersonID, &r.sealed, &r.Version, &r.SavedBy}
	})
}
