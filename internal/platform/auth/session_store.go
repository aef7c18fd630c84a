package auth

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

type openSession struct {
	hash        []byte
	since, seen time.Time
}

func sessionsOf(ctx context.Context, tx *db.Tx, account string) ([]openSession, error) {
	return db.List(ctx, tx, `
		select token_hash, created_at, seen_at from session where account_id = $1 and expires_at > $2
		order by seen_at desc, created_at desc, token_hash`,
		[]any{account, tx.Now}, func(s *openSession) []any { return []any{&s.hash, &s.since, &s.seen} })
}

func countSessions(ctx context.Context, tx *db.Tx) (n int, err error) {
	err = tx.Get(ctx, `select count(*) from session where expires_at > $1`, []any{tx.Now}, &n)
	return n, err
}

func deleteOtherSessions(ctx context.Context, tx *db.Tx, account string, keep []byte) error {
	return tx.Exec(ctx, `delete from session where account_id = $1 and token_hash <> $2`, account, keep)
}

func deleteSessionsOver(ctx context.Context, tx *db.Tx) error {
	return tx.Exec(ctx, `delete from session where expires_at <= $1`, tx.Now)
}

func passwordHash(ctx context.Context, tx *db.Tx, account string) (hash string, err error) {
	err = tx.Get(ctx, `select password_hash from account where id = $1`, []any{account}, &hash)
	return hash, err
}

func updatePassword(ctx context.Context, tx *db.Tx, account, hash string) error {
	return tx.ExecOne(ctx, `update account set password_hash = $2 where id = $1`, account, hash)
}
