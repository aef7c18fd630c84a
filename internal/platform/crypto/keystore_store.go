package crypto

import (
	"context"

	"tessuto/internal/platform/db"
)

type networkKeyRow struct {
	network string
	version int
	wrapped []byte
}

type keyRow struct {
	owner   string
	wrapped []byte
}

func (r *networkKeyRow) fields() []any { return []any{&r.network, &r.version, &r.wrapped} }

func allNetworkKeys(ctx context.Context, tx *db.Tx) ([]networkKeyRow, error) {
	return db.List(ctx, tx, `select network_id, kek_version, wrapped from network_key`, nil, (*networkKeyRow).fields)
}

// countKeys counts every key that the master wraps, or a key that it wraps.
func countKeys(ctx context.Context, tx *db.Tx) (n int, err error) {
	err = tx.Get(ctx, `select (select count(*) from network_key) + (select count(*) from wrapped_key)`, nil, &n)
	return n, err
}

func latestNetworkKey(ctx context.Context, tx *db.Tx, network string) (r networkKeyRow, err error) {
	err = tx.Get(ctx, `
		select network_id, kek_version, wrapped from network_key
		where network_id = $1 order by kek_version desc limit 1`, []any{network}, r.fields()...)
	return r, err
}

func insertNetworkKey(ctx context.Context, tx *db.Tx, r networkKeyRow) error {
	return tx.Exec(ctx, `
		insert into network_key (network_id, kek_version, wrapped, created_at) values ($1, $2, $3, $4)`,
		r.network, r.version, r.wrapped, tx.Now)
}

func insertKey(ctx context.Context, tx *db.Tx, network, owner string, version int, wrapped []byte) error {
	return tx.Exec(ctx, `
		insert into wrapped_key (network_id, owner, kek_version, wrapped, created_at)
		values ($1, $2, $3, $4, $5)`, network, owner, version, wrapped, tx.Now)
}

func keysOf(ctx context.Context, tx *db.Tx, network string, owners []string) ([]keyRow, error) {
	q := db.NewBuild(`select owner, wrapped from wrapped_key where network_id = ? and destroyed_at is null and`, network).
		In("owner", owners)
	return db.List(ctx, tx, q.SQL(), q.Args(), func(r *keyRow) []any { return []any{&r.owner, &r.wrapped} })
}

func destroyKey(ctx context.Context, tx *db.Tx, network, owner string) error {
	return tx.ExecOne(ctx, `
		update wrapped_key set wrapped = $3, destroyed_at = $4
		where network_id = $1 and owner = $2 and destroyed_at is null`, network, owner, []byte{}, tx.Now)
}
