package audit

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/platform/db"
)

type row struct {
	Entry
	id, network, account, org, role, request string
	at                                       time.Time
	mac                                      []byte
}

// rowsAtOnce bounds the values of one statement, which engines limit.
const rowsAtOnce = 200

func insertRows(ctx context.Context, tx *db.Tx, rows []row) error {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		b := db.NewBuild(`
			insert into audit (network_id, id, at, account_id, org_id, role, act, record_kind, record_id, section,
				reason, request_id, mac)
			values`)
		for i := range part {
			if i > 0 {
				b.Add(",")
			}
			r := &part[i]
			b.Add("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", r.network, r.id, r.at, r.account, r.org, r.role, r.Act, r.Kind, r.ID,
				r.Section, r.Reason, r.request, r.mac)
		}
		if err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
}

func rowsAfter(ctx context.Context, tx *db.Tx, network, after string, limit int) ([]row, error) {
	return db.List(ctx, tx, `
		select network_id, id, at, account_id, org_id, role, act, record_kind, record_id, section,
			reason, request_id, mac
		from audit where network_id = $1 and id > $2 order by id limit $3`, []any{network, after, limit},
		func(r *row) []any {
			return []any{&r.network, &r.id, &r.at, &r.account, &r.org, &r.role, &r.Act, &r.Kind, &r.ID, &r.Section,
				&r.Reason, &r.request, &r.mac}
		})
}
