package exchange

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// unfinished is a table that has not come in.
type unfinished struct {
	network, id, what string
	at                time.Time
	begun             *time.Time
}

// unfinishedBefore reads the tables of all networks that were brought before an
// instant and have not come in.
func unfinishedBefore(ctx context.Context, tx *db.Tx, before time.Time) ([]unfinished, error) {
	return db.List(ctx, tx, `select network_id, id, what, created_at, begun_at from data_import
		where done_at is null and created_at < $1 order by network_id, id`, []any{before},
		func(u *unfinished) []any { return []any{&u.network, &u.id, &u.what, &u.at, &u.begun} })
}

// setJob notes the job that looks at a table.
func setJob(ctx context.Context, tx *db.Tx, network, id, job string) error {
	return tx.ExecOne(ctx, `update data_import set job_id = $3 where network_id = $1 and id = $2 and begun_at is null`, network, id, job)
}

// setChecked notes what was found. A table whose columns were chosen otherwise
// meanwhile is looked at again.
func setChecked(ctx context.Context, tx *db.Tx, network string, t task) error {
	return tx.ExecOne(ctx, `
		update data_import set fresh = $4, already = $5, refused = $6, report_file = $7, words = $8, checked_at = $9
		where network_id = $1 and id = $2 and mapping = $3 and begun_at is null`,
		network, t.id, t.mapping.String(), t.fresh, t.already, t.refused, t.report, t.words, tx.Now)
}

func beginWhole(ctx context.Context, tx *db.Tx, network, id, job string) error {
	return tx.ExecOne(ctx, `
		update data_import set job_id = $3, begun_at = coalesce(begun_at, $4)
		where network_id = $1 and id = $2 and checked_at is not null and done_at is null`, network, id, job, tx.Now)
}

// backToCheck lets a table be looked at again of which nothing came in.
func backToCheck(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `update data_import set begun_at = null, checked_at = null where network_id = $1 and id = $2 and done_at is null`, network, id)
}

func endWhole(ctx context.Context, tx *db.Tx, network, id string, made int) error {
	return tx.ExecOne(ctx, `
		update data_import set file_id = '', words = null, made = $3, done_at = $4
		where network_id = $1 and id = $2 and done_at is null`, network, id, made, tx.Now)
}

func setUndoing(ctx context.Context, tx *db.Tx, network, id, job string) error {
	return tx.ExecOne(ctx, `update data_import set job_id = $3 where network_id = $1 and id = $2 and undone_at is null`, network, id, job)
}

// setUndone notes how many rows stay of those that had come in.
func setUndone(ctx context.Context, tx *db.Tx, network, id string, left int) error {
	return tx.ExecOne(ctx, `
		update data_import set made = $3, undone_at = $4 where network_id = $1 and id = $2 and undone_at is null`, network, id, left, tx.Now)
}

func deleteBegun(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `delete from data_import where network_id = $1 and id = $2 and done_at is null`, network, id)
}

type rememberedColumn struct {
	title []byte
	field string
}

func columnsOf(ctx context.Context, tx *db.Tx, a policy.Actor, what string) ([]rememberedColumn, error) {
	return db.List(ctx, tx, `select title, field from import_column where network_id = $1 and org_id = $2 and what = $3 order by id`,
		[]any{a.Network, a.OrgID, what}, func(c *rememberedColumn) []any { return []any{&c.title, &c.field} })
}

func forgetColumn(ctx context.Context, tx *db.Tx, a policy.Actor, what string, title []byte) error {
	return tx.Exec(ctx, `delete from import_column where network_id = $1 and org_id = $2 and what = $3 and title = $4`, a.Network, a.OrgID, what, title)
}

func insertColumn(ctx context.Context, tx *db.Tx, a policy.Actor, what string, c rememberedColumn) error {
	return tx.Exec(ctx, `insert into import_column (network_id, id, org_id, what, title, field) values ($1, $2, $3, $4, $5, $6)`,
		a.Network, db.NewID(), a.OrgID, what, c.title, c.field)
}
