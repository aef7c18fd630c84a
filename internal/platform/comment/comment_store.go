package comment

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/task"
)

const columns = `id, record_kind, record_id, section, key_owner, author_id, created_at, edited_at, removed_at, sealed, version`

func (c *Comment) fields() []any {
	return []any{&c.ID, &c.Record.Kind, &c.Record.ID, &c.Record.Section, &c.keyOwner, &c.AuthorID, &c.At, &c.EditedAt,
		&c.Removed, &c.sealed, &c.Version}
}

func commentByID(ctx context.Context, tx *db.Tx, network, id string) (c Comment, err error) {
	err = tx.Get(ctx, `select `+columns+` from work_comment where network_id = $1 and id = $2`, []any{network, id}, c.fields()...)
	return c, err
}

func commentsOf(ctx context.Context, tx *db.Tx, network string, r task.Record) ([]Comment, error) {
	return db.List(ctx, tx, `select `+columns+` from work_comment
		where network_id = $1 and record_kind = $2 and record_id = $3 and section = $4 order by created_at, id`,
		[]any{network, r.Kind, r.ID, r.Section}, (*Comment).fields)
}

func insertComment(ctx context.Context, tx *db.Tx, network string, c *Comment) error {
	return tx.Exec(ctx, `
		insert into work_comment (network_id, id, record_kind, record_id, section, key_owner, author_id, created_at, sealed, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`,
		network, c.ID, c.Record.Kind, c.Record.ID, c.Record.Section, c.keyOwner, c.AuthorID, tx.Now, c.sealed)
}

// insertEarlier keeps what a comment says before it changes.
func insertEarlier(ctx context.Context, tx *db.Tx, network string, c *Comment) error {
	return tx.Exec(ctx, `
		insert into work_comment_version (network_id, comment_id, version, saved_at, sealed)
		select network_id, id, version, coalesce(edited_at, created_at), sealed from work_comment
		where network_id = $1 and id = $2`, network, c.ID)
}

func updateComment(ctx context.Context, tx *db.Tx, network string, c *Comment) error {
	return tx.ExecOne(ctx, `
		update work_comment set sealed = $3, edited_at = $4, version = version + 1
		where network_id = $1 and id = $2`, network, c.ID, c.sealed, tx.Now)
}

func setRemoved(ctx context.Context, tx *db.Tx, network, id string, at *time.Time) error {
	return tx.ExecOne(ctx, `update work_comment set removed_at = $3 where network_id = $1 and id = $2`, network, id, at)
}

type earlierRow struct {
	comment string
	at      time.Time
	sealed  []byte
}

func earlierOf(ctx context.Context, tx *db.Tx, network string, r task.Record) ([]earlierRow, error) {
	return db.List(ctx, tx, `
		select v.comment_id, v.saved_at, v.sealed from work_comment_version v
		join work_comment c on c.network_id = v.network_id and c.id = v.comment_id
		where v.network_id = $1 and c.record_kind = $2 and c.record_id = $3 and c.section = $4
		order by v.comment_id, v.version desc`, []any{network, r.Kind, r.ID, r.Section},
		func(e *earlierRow) []any { return []any{&e.comment, &e.at, &e.sealed} })
}
