package ledger_test

import (
	"context"

	"tessuto/internal/platform/db"
)

func plainCount(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.Get(ctx, `select count(distinct subject_id) from fact where network_id = $1 and programme = $2`,
		[]any{"bench", "p"}, &n)
	return n, err
}
