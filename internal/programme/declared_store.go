package programme

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type declaredRow struct {
	Declaration
	sealed []byte
}

func insertDeclaration(ctx context.Context, tx *db.Tx, actor policy.Actor, programme string, d Declaration, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into declared_value (network_id, id, programme, indicator, on_date, value, evidence, author_id, declared_at, corrects)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		actor.Network, d.ID, programme, d.Indicator, d.On, d.Value, sealed, actor.AccountID, tx.Now, d.Corrects)
}

func declarationsOf(ctx context.Context, tx *db.Tx, network, programme string, known time.Time) ([]declaredRow, error) {
	return db.List(ctx, tx, `
		select id, indicator, on_date, value, evidence, author_id, declared_at, corrects from declared_value
		where network_id = $1 and programme = $2 and declared_at <= $3 order by on_date, id`,
		[]any{network, programme, known}, func(r *declaredRow) []any {
			return []any{&r.ID, &r.Indicator, &r.On, &r.Value, &r.sealed, &r.AuthorID, &r.At, &r.Corrects}
		})
}
