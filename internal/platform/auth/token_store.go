package auth

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

type tokenRow struct {
	hash          []byte
	account       string
	label         string
	work          work
	made, expires time.Time
	used          *time.Time
}

func insertToken(ctx context.Context, tx *db.Tx, hash []byte, t tokenRow) error {
	return tx.Exec(ctx, `
		insert into api_token (token_hash, account_id, label, network_id, membership_id, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		hash, t.account, t.label, t.work.network, t.work.membership, tx.Now, t.expires)
}

func tokenByHash(ctx context.Context, tx *db.Tx, hash []byte) (t tokenRow, err error) {
	err = tx.Get(ctx, `
		select account_id, network_id, membership_id, used_at from api_token where token_hash = $1 and expires_at > $2`,
		[]any{hash, tx.Now}, &t.account, &t.work.network, &t.work.membership, &t.used)
	return t, err
}

func touchToken(ctx context.Context, tx *db.Tx, hash []byte) error {
	return tx.Exec(ctx, `update api_token set used_at = $2 where token_hash = $1`, hash, tx.Now)
}

func tokensOf(ctx context.Context, tx *db.Tx, account string) ([]tokenRow, error) {
	return db.List(ctx, tx, `
		select token_hash, label, network_id, membership_id, created_at, expires_at, used_at
		from api_token where account_id = $1 order by created_at desc, token_hash`,
		[]any{account}, func(t *tokenRow) []any {
			return []any{&t.hash, &t.label, &t.work.network, &t.work.membership, &t.made, &t.expires, &t.used}
		})
}

func deleteToken(ctx context.Context, tx *db.Tx, hash []byte) error {
	return tx.Exec(ctx, `delete from api_token where token_hash = $1`, hash)
}

func deleteTokensOf(ctx context.Context, tx *db.Tx, account string) error {
	return tx.Exec(ctx, `delete from api_token where account_id = $1`, account)
}
