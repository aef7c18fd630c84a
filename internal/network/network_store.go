package network

import (
	"context"

	"tessuto/internal/platform/db"
)

func allNetworks(ctx context.Context, tx *db.Tx) ([]Network, error) {
	return db.List(ctx, tx, `select id, code, name from network order by id`, nil,
		func(n *Network) []any { return []any{&n.ID, &n.Code, &n.Name} })
}

func networkByCode(ctx context.Context, tx *db.Tx, code string) (id string, err error) {
	err = tx.Get(ctx, `select id from network where code = $1`, []any{code}, &id)
	return id, err
}

func insertNetwork(ctx context.Context, tx *db.Tx, n Network) error {
	return tx.Exec(ctx, `insert into network (id, code, name, created_at) values ($1, $2, $3, $4)`,
		n.ID, n.Code, n.Name, tx.Now)
}
