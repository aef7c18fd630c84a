package exchange

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

func insertImport(ctx context.Context, tx *db.Tx, network string, t task) error {
	return tx.Exec(ctx, `
		insert into data_import (network_id, id, account_id, what, file_id, mapping, total, words, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		network, t.id, t.account, t.what, t.file, t.mapping.String(), t.total, t.words, tx.Now)
}

func importByID(ctx context.Context, tx *db.Tx, network, account, id string) (t task, err error) {
	err = tx.Get(ctx, importColumns+` where network_id = $1 and account_id = $2 and id = $3`, []any{network, account, id}, t.fields()...)
	return t, err
}

// importsOf lists the tables of one kind that somebody brought lately, the newest
// first.
func importsOf(ctx context.Context, tx *db.Tx, network, account, what string, limit int) ([]task, error) {
	return db.List(ctx, tx, importColumns+` where network_id = $1 and account_id = $2 and what = $3 order by id desc limit $4`,
		[]any{network, account, what, limit}, (*task).fields)
}

const importColumns = `
	select id, account_id, what, file_id, mapping, job_id, total, already, made, refused, refused_file, created_at, begun_at, done_at,
		words, fresh, report_file, checked_at, undone_at from data_import`

func (t *task) fields() []any {
	return []any{&t.id, &t.account, &t.what, &t.file, &t.mapping, &t.job, &t.total, &t.already, &t.made, &t.refused, &t.refusedFile,
		&t.at, &t.begun, &t.done, &t.words, &t.fresh, &t.report, &t.checked, &t.undone}
}

// Scan reads a mapping as it is kept.
func (p *mapping) Scan(src any) error {
	text, _ := src.(string)
	*p = parseMapping(text)
	return nil
}

func updateMapping(ctx context.Context, tx *db.Tx, network, id string, p mapping) error {
	return tx.ExecOne(ctx, `
		update data_import set mapping = $3, checked_at = null where network_id = $1 and id = $2 and begun_at is null`, network, id, p.String())
}

// beginImport notes the job. What was there when it began is counted once.
func beginImport(ctx context.Context, tx *db.Tx, network, id, job string, already int) error {
	return tx.Exec(ctx, `
		update data_import set job_id = $3, already = case when begun_at is null then $4 else already end,
			begun_at = coalesce(begun_at, $5)
		where network_id = $1 and id = $2 and done_at is null`, network, id, job, already, tx.Now)
}

func deleteImport(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `delete from data_import where network_id = $1 and id = $2 and begun_at is null`, network, id)
}

func endImport(ctx context.Context, tx *db.Tx, network string, t task) error {
	return tx.ExecOne(ctx, `
		update data_import set file_id = '', made = $3, refused = $4, refused_file = $5, done_at = $6
		where network_id = $1 and id = $2 and done_at is null`, network, t.id, t.made, t.refused, t.refusedFile, tx.Now)
}

// outgoing is a table that went out.
type outgoing struct {
	id, account, what, format, purpose string
	note, filter                       []byte // sealed
	rows                               int
	job, file                          string
	at                                 time.Time
}

func (o *outgoing) fields() []any {
	return []any{&o.id, &o.account, &o.what, &o.format, &o.purpose, &o.note, &o.filter, &o.rows, &o.job, &o.file, &o.at}
}

const exportColumns = `
	select id, account_id, what, format, purpose, note, filter, row_count, job_id, file_id, created_at from data_export`

func insertExport(ctx context.Context, tx *db.Tx, network string, o outgoing) error {
	return tx.Exec(ctx, `
		insert into data_export (network_id, id, account_id, what, format, purpose, note, filter, row_count, job_id, file_id, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		network, o.id, o.account, o.what, o.format, o.purpose, o.note, o.filter, o.rows, o.job, o.file, tx.Now)
}

func exportByID(ctx context.Context, tx *db.Tx, network, account, id string) (o outgoing, err error) {
	err = tx.Get(ctx, exportColumns+` where network_id = $1 and account_id = $2 and id = $3`, []any{network, account, id}, o.fields()...)
	return o, err
}

// exportsBefore lists what went out, the newest first.
func exportsBefore(ctx context.Context, tx *db.Tx, network, before string, limit int) ([]outgoing, error) {
	q := db.NewBuild(exportColumns+` where network_id = ?`, network)
	if before != "" {
		q.Add("and id < ?", before)
	}
	q.Add("order by id desc limit ?", limit)
	return db.List(ctx, tx, q.SQL(), q.Args(), (*outgoing).fields)
}

func endExport(ctx context.Context, tx *db.Tx, network, id, file string, rows int) error {
	return tx.ExecOne(ctx, `
		update data_export set row_count = $3, file_id = $4 where network_id = $1 and id = $2 and file_id = ''`, network, id, rows, file)
}
