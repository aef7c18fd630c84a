package codelist

import (
	"context"
	"encoding/json"
	"time"

	"tessuto/internal/platform/db"
)

// Edit is one change of a network's, as its history shows it. Entry is the whole
// entry as it was from then on; nil is as it ships.
type Edit struct {
	ID        string
	List      string
	Code      string
	Version   int
	Act       string
	Entry     *Entry
	AccountID string
	Who       string // name
	At        time.Time

	entry string
}

func (e *Edit) fields() []any {
	return []any{&e.ID, &e.List, &e.Code, &e.Version, &e.Act, &e.entry, &e.AccountID, &e.At}
}

// editsOf lists the edits of a network, of one list when it is named, in the
// order in which they were made.
func editsOf(ctx context.Context, tx *db.Tx, network, list string) ([]Edit, error) {
	rows, err := db.List(ctx, tx, `
		select id, list, code, version, act, entry, account_id, created_at from code_edit
		where network_id = $1 and ($2 = '' or list = $2) order by list, code, version`, []any{network, list}, (*Edit).fields)
	for i := range rows {
		if rows[i].entry == "" || err != nil {
			continue
		}
		rows[i].Entry = &Entry{}
		err = json.Unmarshal([]byte(rows[i].entry), rows[i].Entry)
	}
	return rows, err
}

func countEdits(ctx context.Context, tx *db.Tx, network string) (n int, err error) {
	err = tx.Get(ctx, `select count(*) from code_edit where network_id = $1`, []any{network}, &n)
	return n, err
}

func insertEdit(ctx context.Context, tx *db.Tx, network string, e Edit) error {
	text := ""
	if e.Entry != nil {
		plain, err := json.Marshal(e.Entry)
		if err != nil {
			return err
		}
		text = string(plain)
	}
	return tx.Exec(ctx, `
		insert into code_edit (network_id, id, list, code, version, act, entry, account_id, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		network, db.NewID(), e.List, e.Code, e.Version, e.Act, text, e.AccountID, tx.Now)
}
