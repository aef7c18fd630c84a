package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type reviewRow struct {
	Review
	sealed []byte
}

func insertReview(ctx context.Context, tx *db.Tx, network string, r Review, account string, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into plan_review (network_id, id, plan_id, held_on, account_id, sealed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, network, r.ID, r.PlanID, r.On, account, sealed, tx.Now)
}

func reviewsOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]reviewRow, error) {
	return db.List(ctx, tx, `
		select r.id, r.plan_id, r.held_on, r.account_id, r.sealed from plan_review r
		join plan p on p.network_id = r.network_id and p.id = r.plan_id
		where r.network_id = $1 and p.case_id = $2 order by r.held_on desc, r.id desc`, []any{network, caseID},
		func(r *reviewRow) []any { return []any{&r.ID, &r.PlanID, &r.On, &r.Who, &r.sealed} })
}
