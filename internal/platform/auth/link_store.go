package auth

import (
	"context"

	"tessuto/internal/platform/db"
)

func insertLink(ctx context.Context, tx *db.Tx, hash []byte, l Link) error {
	return tx.Exec(ctx, `
		insert into sign_in_link (network_id, account_id, token_hash, made_by, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6)`,
		l.Network, l.ID, hash, l.By, tx.Now, l.Expires)
}

func deleteLink(ctx context.Context, tx *db.Tx, account string) error {
	return tx.Exec(ctx, `delete from sign_in_link where account_id = $1`, account)
}

func linkByHash(ctx context.Context, tx *db.Tx, hash []byte) (l Link, err error) {
	err = tx.Get(ctx, `select `+accountColumns+`, l.network_id, l.made_by, l.expires_at
		from sign_in_link l join account c on c.id = l.account_id
		where l.token_hash = $1 and l.expires_at > $2 and c.active`,
		[]any{hash, tx.Now}, append(l.Account.fields(), &l.Network, &l.By, &l.Expires)...)
	return l, err
}
