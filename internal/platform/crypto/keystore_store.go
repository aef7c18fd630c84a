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
	version int
	wrapped []byte
}

func (r *keyRow) fields() []any { return []any{&r.owner, &r.version, &r.wrapped} }

func (r *networkKeyRow) fields() []any { return []any{&r.network, &r.version, &r.wrapped} }

func allNetworkKeys(ctx context.Context, tx *db.Tx) ([]networkKeyRow, error) {
	return db.List(ctx, tx, `select network_id, kek_version, wrapped from network_key`, nil, (*networkKeyRow).fields)
}

// countKeys counts every key that the master wraps, or a key that it wraps.
func countKeys(ctx context.Context, tx *db.Tx) (n int, err error) {
	err = tx.Get(ctx, `select (select count(*) from network_key) + (select count(*) from wrapped_key)`, nil, &n)
	return n, err
}

// networkKeys returns the keys of a network that rows may be wrapped with.
func networkKeys(ctx context.Context, tx *db.Tx, network string) ([]networkKeyRow, error) {
	return db.List(ctx, tx, `
		select network_id, kek_version, wrapped from network_key where network_id = $1 order by kek_version`,
		[]any{network}, (*networkKeyRow).fields)
}

func insertNetworkKey(ctx context.Context, tx *db.Tx, r networkKeyRow) error {
	return tx.Exec(ctx, `
		insert into network_key (network_id, kek_version, wrapped, created_at) values ($1, $2, $3, $4)`,
		r.network, r.version, r.wrapped, tx.Now)
}

// insertKey writes a key if the version it is wrapped with is still there; it
// returns 0 when it was retired.
func insertKey(ctx context.Context, tx *db.Tx, network, owner string, version int, wrapped []byte) (int64, error) {
	return tx.ExecN(ctx, `
		insert into wrapped_key (network_id, owner, kek_version, wrapped, created_at)
		select network_id, $2, kek_version, $4, $5 from network_key where network_id = $1 and kek_version = $3`,
		network, owner, version, wrapped, tx.Now)
}

func keysOf(ctx context.Context, tx *db.Tx, network string, owners []string) ([]keyRow, error) {
	q := db.NewBuild(`select owner, kek_version, wrapped from wrapped_key
		where network_id = ? and destroyed_at is null and`, network).In("owner", owners)
	return db.List(ctx, tx, q.SQL(), q.Args(), (*keyRow).fields)
}

// olderKeys returns keys that are wrapped with a version before target.
func olderKeys(ctx context.Context, tx *db.Tx, network string, target, limit int) ([]keyRow, error) {
	return db.List(ctx, tx, `
		select owner, kek_version, wrapped from wrapped_key
		where network_id = $1 and destroyed_at is null and kek_version < $2 order by owner limit $3`,
		[]any{network, target, limit}, (*keyRow).fields)
}

func countOlder(ctx context.Context, tx *db.Tx, network string, target int) (n int, err error) {
	err = tx.Get(ctx, `
		select count(*) from wrapped_key where network_id = $1 and destroyed_at is null and kek_version < $2`,
		[]any{network, target}, &n)
	return n, err
}

func rewrapKey(ctx context.Context, tx *db.Tx, network string, r keyRow, target int, wrapped []byte) error {
	return tx.Exec(ctx, `
		update wrapped_key set kek_version = $4, wrapped = $5
		where network_id = $1 and owner = $2 and kek_version = $3 and destroyed_at is null`,
		network, r.owner, r.version, target, wrapped)
}

// retireKeys forgets the versions before target, with which nothing is wrapped
// any more.
func retireKeys(ctx context.Context, tx *db.Tx, network string, target int) error {
	return tx.Exec(ctx, `
		delete from network_key where network_id = $1 and kek_version < $2 and not exists (
			select 1 from wrapped_key w where w.network_id = network_key.network_id
			and w.kek_version = network_key.kek_version and w.destroyed_at is null)`, network, target)
}

func destroyKey(ctx context.Context, tx *db.Tx, network, owner string) error {
	return tx.ExecOne(ctx, `
		update wrapped_key set wrapped = $3, destroyed_at = $4
		where network_id = $1 and owner = $2 and destroyed_at is null`, network, owner, []byte{}, tx.Now)
}

func destroyKeys(ctx context.Context, tx *db.Tx, network string, owners []string) error {
	b := db.NewBuild(`update wrapped_key set wrapped = ?, destroyed_at = ? where destroyed_at is null and network_id = ? and`,
		[]byte{}, tx.Now, network).In("owner", owners)
	return tx.Exec(ctx, b.SQL(), b.Args()...)
}
