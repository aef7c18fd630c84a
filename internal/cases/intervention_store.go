package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type interventionRow struct {
	Intervention
	caseID string
	sealed []byte
}

const interventionColumns = `i.id, i.case_id, i.account_id, i.org_id, i.held_on, i.mode, i.minutes, i.urgent,
	i.programme, i.activity, i.funding_line, i.void_reason, i.voided_at, i.sealed`

func (r *interventionRow) fields() []any {
	return []any{&r.ID, &r.caseID, &r.AccountID, &r.OrgID, &r.On, &r.Mode, &r.Minutes, &r.Urgent,
		&r.Programme, &r.Activity, &r.FundingLine, &r.VoidReason, &r.VoidedAt, &r.sealed}
}

func insertIntervention(ctx context.Context, tx *db.Tx, network, caseID string, i *Intervention, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into intervention (network_id, id, case_id, account_id, org_id, held_on, mode, minutes, urgent,
			programme, activity, funding_line, sealed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		network, i.ID, caseID, i.AccountID, i.OrgID, i.On, i.Mode, i.Minutes, i.Urgent,
		i.Programme, i.Activity, i.FundingLine, sealed, tx.Now)
}

// interventionByID finds one of a case, never one of another.
func interventionByID(ctx context.Context, tx *db.Tx, network, caseID, id string) (Intervention, error) {
	var r interventionRow
	err := tx.Get(ctx, `select `+interventionColumns+` from intervention i
		where i.network_id = $1 and i.case_id = $2 and i.id = $3`, []any{network, caseID, id}, r.fields()...)
	return r.Intervention, err
}

func caseOfIntervention(ctx context.Context, tx *db.Tx, network, id string) (caseID string, err error) {
	err = tx.Get(ctx, `select case_id from intervention where network_id = $1 and id = $2`, []any{network, id}, &caseID)
	return caseID, err
}

func diaryOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]interventionRow, error) {
	return db.List(ctx, tx, `select `+interventionColumns+` from intervention i
		where i.network_id = $1 and i.case_id = $2 order by i.held_on desc, i.id desc`,
		[]any{network, caseID}, (*interventionRow).fields)
}

func voidIntervention(ctx context.Context, tx *db.Tx, network, id, reason string) error {
	return tx.ExecOne(ctx, `
		update intervention set void_reason = $3, voided_at = $4
		where network_id = $1 and id = $2 and void_reason = ''`, network, id, reason, tx.Now)
}

// allInterventions reads those of every case of a network, for verify.
func allInterventions(ctx context.Context, tx *db.Tx, network string) ([]interventionRow, error) {
	return db.List(ctx, tx, `select `+interventionColumns+` from intervention i
		where i.network_id = $1 order by i.id`, []any{network}, (*interventionRow).fields)
}
