package people_test

import (
	"context"

	"tessuto/internal/platform/db"
)

// unfinish leaves an erasure as one that was interrupted.
func unfinish(ctx context.Context, tx *db.Tx, person string) error {
	return tx.ExecOne(ctx, `update person_erasure set done_at = null where person_id = $1`, person)
}
