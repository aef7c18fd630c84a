package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type actRow struct {
	AuthorityAct
	sealed, answer []byte
}

func insertAct(ctx context.Context, tx *db.Tx, network, caseID string, a *AuthorityAct, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into authority_act (network_id, id, case_id, account_id, org_id, readers, due_on, sealed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, network, a.ID, caseID, a.AccountID, a.OrgID, a.Readers, a.DueOn, sealed, tx.Now)
}

func actsOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]actRow, error) {
	return db.List(ctx, tx, `
		select id, account_id, org_id, readers, due_on, sealed, answered_on, answer, document_id, void_reason
		from authority_act where network_id = $1 and case_id = $2 order by id desc`, []any{network, caseID}, func(r *actRow) []any {
		return []any{&r.ID, &r.AccountID, &r.OrgID, &r.Readers, &r.DueOn, &r.sealed, &r.AnsweredOn, &r.answer, &r.DocumentID, &r.VoidReason}
	})
}

// answerAct answers an act; of two who answer at once, one meets NotFound.
func answerAct(ctx context.Context, tx *db.Tx, by policy.Actor, id string, n ActAnswer, sealed []byte) error {
	return tx.ExecOne(ctx, `
		update authority_act set answered_on = $3, answered_by = $4, answer = $5, document_id = $6
		where network_id = $1 and id = $2 and answered_on is null and void_reason = ''`, by.Network, id, n.On, by.AccountID, sealed, n.DocumentID)
}

func voidAct(ctx context.Context, tx *db.Tx, by policy.Actor, id, reason string) error {
	return tx.ExecOne(ctx, `update authority_act set void_reason = $3, voided_by = $4 where network_id = $1 and id = $2`, by.Network, id, reason, by.AccountID)
}
