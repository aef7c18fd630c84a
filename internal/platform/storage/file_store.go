package storage

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func insertFile(ctx context.Context, tx *db.Tx, network string, f *File) error {
	return tx.Exec(ctx, `
		insert into file (network_id, id, record_kind, record_id, section, owner, name, media_type, size,
			created_by, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		network, f.ID, f.Kind, f.Parent.ID, f.Section, f.owner, f.sealed, f.MediaType, f.Size, f.By, f.At, f.Expires)
}

const fileColumns = `
	select id, record_kind, record_id, section, owner, name, media_type, size, created_by, created_at, expires_at, held
	from file where network_id = $1 and removed_at is null`

func (f *File) fields() []any {
	return []any{&f.ID, &f.Kind, &f.Parent.ID, &f.Section, &f.owner, &f.sealed, &f.MediaType, &f.Size, &f.By, &f.At, &f.Expires, &f.held}
}

func fileByID(ctx context.Context, tx *db.Tx, network, id string) (f File, err error) {
	err = tx.Get(ctx, fileColumns+` and id = $2`, []any{network, id}, f.fields()...)
	return f, err
}

func filesOf(ctx context.Context, tx *db.Tx, network string, kind policy.Kind, record string) ([]File, error) {
	return db.List(ctx, tx, fileColumns+`
		and record_kind = $2 and record_id = $3 and not held and (expires_at is null or expires_at > $4)
		order by created_at desc, id desc`, []any{network, kind, record, tx.Now}, (*File).fields)
}

func livingFiles(ctx context.Context, tx *db.Tx, network string) ([]string, error) {
	return db.Column[string](ctx, tx, `
		select id from file where network_id = $1 and removed_at is null order by id`, network)
}

func markRemoved(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `
		update file set removed_at = $3, name = $4 where network_id = $1 and id = $2 and removed_at is null`,
		network, id, tx.Now, []byte{})
}

func markExpired(ctx context.Context, tx *db.Tx, network string) error {
	return tx.Exec(ctx, `
		update file set removed_at = $2, name = $3 where network_id = $1 and removed_at is null and expires_at <= $2`,
		network, tx.Now, []byte{})
}

type presence struct {
	id      string
	removed bool
}

// allFiles tells of every document that there is, or was, whether it was removed.
func allFiles(ctx context.Context, tx *db.Tx, network string) (map[string]bool, error) {
	rows, err := db.List(ctx, tx, `
		select id, removed_at is not null from file where network_id = $1`,
		[]any{network}, func(p *presence) []any { return []any{&p.id, &p.removed} })
	removed := make(map[string]bool, len(rows))
	for _, p := range rows {
		removed[p.id] = p.removed
	}
	return removed, err
}

func markHeld(ctx context.Context, tx *db.Tx, network, id string, held bool) error {
	return tx.ExecOne(ctx, `update file set held = $3 where network_id = $1 and id = $2 and removed_at is null`, network, id, held)
}
