package governance_test

import (
	"context"

	"tessuto/internal/platform/db"
)

// forgetBodies makes a database as it was before there were bodies.
func forgetBodies(ctx context.Context, tx *db.Tx) error {
	for _, table := range []string{"body", "body_member", "meeting"} {
		if err := tx.Exec(ctx, `delete from `+table); err != nil {
			return err
		}
	}
	return tx.Exec(ctx, `delete from access_grant where subject_kind = 'body'`)
}
