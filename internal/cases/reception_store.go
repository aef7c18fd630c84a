package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type receptionRow struct {
	Reception
	sealed []byte
}

func upsertReception(ctx context.Context, tx *db.Tx, a policy.Actor, caseID string, r *Reception, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into case_reception (network_id, case_id, exit_on, handed_on, sealed, saved_by, saved_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (network_id, case_id) do update set exit_on = $3, handed_on = $4, sealed = $5, saved_by = $6, saved_at = $7, version = $8`,
		a.Network, caseID, r.ExitOn, r.HandedOn, sealed, a.AccountID, tx.Now, r.Version)
}

func receptionOf(ctx context.Context, tx *db.Tx, network, caseID string) (r receptionRow, err error) {
	err = tx.Get(ctx, `
		select exit_on, handed_on, sealed, saved_by, saved_at, version from case_reception where network_id = $1 and case_id = $2`,
		[]any{network, caseID}, &r.ExitOn, &r.HandedOn, &r.sealed, &r.SavedBy, &r.SavedAt, &r.Version)
	return r, err
}
