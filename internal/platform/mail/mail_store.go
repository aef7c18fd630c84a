package mail

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

func insertMail(ctx context.Context, tx *db.Tx, network, id string, content []byte) error {
	return tx.Exec(ctx, `insert into mail (network_id, id, content, created_at) values ($1, $2, $3, $4)`, network, id, content, tx.Now)
}

func mailByID(ctx context.Context, tx *db.Tx, network, id string) (content []byte, at time.Time, err error) {
	err = tx.Get(ctx, `select content, created_at from mail where network_id = $1 and id = $2`, []any{network, id}, &content, &at)
	return content, at, err
}

func deleteMail(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.Exec(ctx, `delete from mail where network_id = $1 and id = $2`, network, id)
}

type waiting struct{ network, id string }

func mailBefore(ctx context.Context, tx *db.Tx, before time.Time) ([]waiting, error) {
	return db.List(ctx, tx, `select network_id, id from mail where created_at < $1`, []any{before},
		func(w *waiting) []any { return []any{&w.network, &w.id} })
}
