package audit

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

type row struct {
	Entry
	id, network, account, org, role, request string
	at                                       time.Time
	mac                                      []byte
}

func insertRow(ctx context.Context, tx *db.Tx, r *row) error {
	return tx.Exec(ctx, `
		insert into audit (network_id, id, at, account_id, org_id, role, act, record_kind, record_id, section,
			reason, request_id, mac)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		r.network, r.id, r.at, r.account, r.org, r.role, r.Act, r.Kind, r.ID, r.Section, r.Reason, r.request, r.mac)
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
