package auth

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

func tryByKey(ctx context.Context, tx *db.Tx, key []byte) (failures int, until time.Time, err error) {
	err = tx.Get(ctx, `select failures, until_at from sign_in_try where key = $1`, []any{key}, &failures, &until)
	return failures, until, err
}

func upsertTry(ctx context.Context, tx *db.Tx, key []byte, failures int, until time.Time) error {
	return tx.Exec(ctx, `
		insert into sign_in_try (key, failures, until_at) values ($1, $2, $3)
		on conflict (key) do update set failures = excluded.failures, until_at = excluded.until_at`, key, failures, until)
}

func deleteTry(ctx context.Context, tx *db.Tx, key []byte) error {
	return tx.Exec(ctx, `delete from sign_in_try where key = $1`, key)
}

// takeBackTry undoes a try, unless another was counted since.
func takeBackTry(ctx context.Context, tx *db.Tx, key []byte, failures int, before time.Time) error {
	return tx.Exec(ctx, `
		update sign_in_try set failures = failures - 1, until_at = $3 where key = $1 and failures = $2`, key, failures, before)
}

func deleteTriesBefore(ctx context.Context, tx *db.Tx, before time.Time) error {
	return tx.Exec(ctx, `delete from sign_in_try where until_at < $1`, before)
}
