package audit

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// headOf returns the head of a network, or an empty one.
func headOf(ctx context.Context, tx *db.Tx, network string) (h Head, err error) {
	err = tx.Get(ctx, `select size, root, at, mac from audit_head where network_id = $1`, []any{network},
		&h.Size, &h.Root, &h.At, &h.mac)
	if errs.CodeOf(err) == errs.NotFound {
		return Head{}, nil
	}
	return h, err
}

func putHead(ctx context.Context, tx *db.Tx, network string, h Head) error {
	return tx.Exec(ctx, `
		insert into audit_head (network_id, size, root, at, mac) values ($1, $2, $3, $4, $5)
		on conflict (network_id) do update set size = excluded.size, root = excluded.root, at = excluded.at, mac = excluded.mac`,
		network, h.Size, h.Root, h.At, h.mac)
}

// lastSealed returns the greatest id of a sealed row, or "".
func lastSealed(ctx context.Context, tx *db.Tx, network string) (id string, err error) {
	err = tx.Get(ctx, `select coalesce(max(row_id), '') from audit_seal where network_id = $1`, []any{network}, &id)
	return id, err
}

func unsealedAfter(ctx context.Context, tx *db.Tx, network, after string, limit int) ([]row, error) {
	return db.List(ctx, tx, rowColumns+`
		where a.network_id = $1 and a.id > $2 and not exists (
			select 1 from audit_seal s where s.network_id = a.network_id and s.row_id = a.id)
		order by a.id limit $3`, []any{network, after, limit}, (*row).fields)
}

// countUnsealed counts the rows after an id that no seal names.
func countUnsealed(ctx context.Context, tx *db.Tx, network, after string) (n int, err error) {
	err = tx.Get(ctx, `
		select count(*) from audit a where a.network_id = $1 and a.id > $2 and not exists (
			select 1 from audit_seal s where s.network_id = a.network_id and s.row_id = a.id)`, []any{network, after}, &n)
	return n, err
}

func insertSeals(ctx context.Context, tx *db.Tx, network string, first int64, rows []row) error {
	values := make([][]any, len(rows))
	for i := range rows {
		values[i] = []any{network, first + int64(i), rows[i].id}
	}
	return tx.InsertMany(ctx, `insert into audit_seal (network_id, seq, row_id)`, values)
}

func insertHashes(ctx context.Context, tx *db.Tx, network string, first int64, hashes []tlog.Hash) error {
	values := make([][]any, len(hashes))
	for i := range hashes {
		values[i] = []any{network, first + int64(i), hashes[i][:]}
	}
	return tx.InsertMany(ctx, `insert into audit_hash (network_id, position, hash)`, values)
}

// storedHash is one hash of the tree; a hash of another length is none.
type storedHash struct {
	position int64
	hash     []byte
}

func hashesAt(ctx context.Context, tx *db.Tx, network string, positions []int64) (map[int64]tlog.Hash, error) {
	if len(positions) == 0 {
		return nil, nil
	}
	b := db.NewBuild(`select position, hash from audit_hash where network_id = ? and position in (`, network)
	for i, p := range positions {
		if i > 0 {
			b.Add(",")
		}
		b.Add("?", p)
	}
	b.Add(")")
	list, err := db.List(ctx, tx, b.SQL(), b.Args(), func(h *storedHash) []any { return []any{&h.position, &h.hash} })
	out := make(map[int64]tlog.Hash, len(list))
	for _, h := range list {
		if len(h.hash) == tlog.HashSize {
			out[h.position] = tlog.Hash(h.hash)
		}
	}
	return out, err
}

// place is one in the tree, and the row that was sealed there.
type place struct {
	seq   int64
	rowID string
}

func placesFrom(ctx context.Context, tx *db.Tx, network string, from int64, limit int) ([]place, error) {
	return db.List(ctx, tx, `
		select seq, row_id from audit_seal where network_id = $1 and seq >= $2 order by seq limit $3`,
		[]any{network, from, limit}, func(p *place) []any { return []any{&p.seq, &p.rowID} })
}

// rowsAt returns the rows that stand behind places, by id.
func rowsAt(ctx context.Context, tx *db.Tx, network string, places []place) (map[string]*row, error) {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.rowID
	}
	b := db.NewBuild(rowColumns+` where a.network_id = ? and`, network).In("a.id", ids)
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), (*row).fields)
	out := make(map[string]*row, len(rows))
	for i := range rows {
		out[rows[i].id] = &rows[i]
	}
	return out, err
}

// sealCount returns how many places of the tree are written, and the last.
func sealCount(ctx context.Context, tx *db.Tx, network string) (n, last int64, err error) {
	err = tx.Get(ctx, `select count(*), coalesce(max(seq), -1) from audit_seal where network_id = $1`, []any{network}, &n, &last)
	return n, last, err
}
