package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type entryRow struct {
	Entry
	sealed []byte
}

const entryColumns = `select id, account_id, org_id, kind, readers, happened_on, version, created_at, sealed
	from diary_entry where network_id = $1 and case_id = $2`

func (r *entryRow) fields() []any {
	return []any{&r.ID, &r.AccountID, &r.OrgID, &r.Kind, &r.Readers, &r.On, &r.Version, &r.At, &r.sealed}
}

func insertEntry(ctx context.Context, tx *db.Tx, network, caseID string, e *Entry, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into diary_entry (network_id, id, case_id, account_id, org_id, kind, readers, happened_on, sealed, version, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		network, e.ID, caseID, e.AccountID, e.OrgID, e.Kind, e.Readers, e.On, sealed, e.Version, tx.Now)
}

// updateEntry writes the next words of an entry; of two who correct it at once, one meets
// NotFound.
func updateEntry(ctx context.Context, tx *db.Tx, network string, e *Entry, sealed []byte) error {
	return tx.ExecOne(ctx, `update diary_entry set sealed = $3, version = $4 where network_id = $1 and id = $2 and version = $4 - 1`,
		network, e.ID, sealed, e.Version)
}

// entryByID finds one of a case, never one of another.
func entryByID(ctx context.Context, tx *db.Tx, network, caseID, id string) (r entryRow, err error) {
	err = tx.Get(ctx, entryColumns+` and id = $3`, []any{network, caseID, id}, r.fields()...)
	return r, err
}

func entriesOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]entryRow, error) {
	return db.List(ctx, tx, entryColumns+` order by happened_on desc, id desc`, []any{network, caseID}, (*entryRow).fields)
}

type earlierEntryRow struct {
	EarlierEntry
	entry  string
	sealed []byte
}

func insertEarlierEntry(ctx context.Context, tx *db.Tx, network, entry string, version int, sealed []byte) error {
	return tx.Exec(ctx, `insert into diary_entry_earlier (network_id, entry_id, version, sealed, ended_at) values ($1, $2, $3, $4, $5)`,
		network, entry, version, sealed, tx.Now)
}

func earlierEntries(ctx context.Context, tx *db.Tx, network, caseID string) ([]earlierEntryRow, error) {
	return db.List(ctx, tx, `
		select b.entry_id, b.version, b.ended_at, b.sealed from diary_entry_earlier b
		join diary_entry e on e.network_id = b.network_id and e.id = b.entry_id
		where b.network_id = $1 and e.case_id = $2 order by b.version desc`,
		[]any{network, caseID}, func(r *earlierEntryRow) []any { return []any{&r.entry, &r.Version, &r.Until, &r.sealed} })
}
