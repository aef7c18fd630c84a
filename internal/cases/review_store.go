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

func reviewsOf(ctx context.Context, tx *db.Tx, network, plan string) ([]reviewRow, error) {
	return db.List(ctx, tx, `
		select id, plan_id, held_on, account_id, sealed from plan_review
		where network_id = $1 and plan_id = $2 order by held_on desc, id desc`, []any{network, plan},
		func(r *reviewRow) []any { return []any{&r.ID, &r.PlanID, &r.On, &r.Who, &r.sealed} })
}
