package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func insertMandate(ctx context.Context, tx *db.Tx, by policy.Actor, caseID string, d BodyMandate) error {
	return tx.Exec(ctx, `
		insert into case_mandate (network_id, id, case_id, org_id, subject, told, given_by, valid_from) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		by.Network, d.ID, caseID, d.OrgID, d.Subject, d.Told, by.AccountID, d.From)
}

// insertMandateWorker names the next who answers for a mandate.
func insertMandateWorker(ctx context.Context, tx *db.Tx, network, mandate, account string) error {
	return tx.Exec(ctx, `
		insert into case_mandate_worker (network_id, mandate_id, turn, account_id, valid_from)
		select $1, $2, coalesce(max(turn), 0) + 1, $3, $4 from case_mandate_worker where network_id = $1 and mandate_id = $2`,
		network, mandate, account, tx.Today())
}

func endMandateOf(ctx context.Context, tx *db.Tx, network, id, reason string) error {
	return tx.ExecOne(ctx, `update case_mandate set valid_to = $3, end_reason = $4 where network_id = $1 and id = $2 and valid_to is null`,
		network, id, tx.Today(), reason)
}

// mandatesOfCase reads the mandates of a case, whoever may know of them, in the order in
// which they were given.
func mandatesOfCase(ctx context.Context, tx *db.Tx, network, caseID string) ([]BodyMandate, error) {
	type row struct {
		BodyMandate
		worker MandateWorker
	}
	rows, err := db.List(ctx, tx, `
		select d.id, d.org_id, d.subject, d.told, d.valid_from, d.valid_to, d.end_reason, w.account_id, w.valid_from
		from case_mandate d join case_mandate_worker w on w.network_id = d.network_id and w.mandate_id = d.id
		where d.network_id = $1 and d.case_id = $2 order by d.id, w.turn desc`, []any{network, caseID}, func(r *row) []any {
		return []any{&r.ID, &r.OrgID, &r.Subject, &r.Told, &r.From, &r.To, &r.EndReason, &r.worker.AccountID, &r.worker.From}
	})
	var out []BodyMandate
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].ID != r.ID {
			out = append(out, r.BodyMandate)
		}
		out[len(out)-1].Workers = append(out[len(out)-1].Workers, r.worker)
	}
	return out, err
}
