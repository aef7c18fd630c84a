package audit

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type row struct {
	Entry
	id, network, account, org, role, request string
	at                                       time.Time
	mac                                      []byte
}

func insertRows(ctx context.Context, tx *db.Tx, rows []row) error {
	values := make([][]any, len(rows))
	for i := range rows {
		r := &rows[i]
		values[i] = []any{r.network, r.id, r.at, r.account, r.org, r.role, r.Act, r.Kind, r.ID, r.Section, r.Reason, r.request, r.mac}
	}
	return tx.InsertMany(ctx, `
		insert into audit (network_id, id, at, account_id, org_id, role, act, record_kind, record_id, section,
			reason, request_id, mac)`, values)
}

const rowColumns = `
	select a.network_id, a.id, a.at, a.account_id, a.org_id, a.role, a.act, a.record_kind, a.record_id, a.section,
		a.reason, a.request_id, a.mac
	from audit a`

func (r *row) fields() []any {
	return []any{&r.network, &r.id, &r.at, &r.account, &r.org, &r.role, &r.Act, &r.Kind, &r.ID, &r.Section,
		&r.Reason, &r.request, &r.mac}
}

func rowsAfter(ctx context.Context, tx *db.Tx, network, after string, limit int) ([]row, error) {
	return db.List(ctx, tx, rowColumns+` where a.network_id = $1 and a.id > $2 order by a.id limit $3`,
		[]any{network, after, limit}, (*row).fields)
}

// listed reads what the auditor asks for, the newest first.
func listed(ctx context.Context, tx *db.Tx, network string, q Query, limit int) ([]row, error) {
	b := db.NewBuild(rowColumns+` where a.network_id = ?`, network)
	if !q.From.IsZero() {
		b.Add("and a.at >= ?", q.From)
	}
	if !q.Until.IsZero() {
		b.Add("and a.at < ?", q.Until)
	}
	if q.Act != "" {
		b.Add("and a.act = ?", q.Act)
	}
	if q.Account != "" {
		b.Add("and a.account_id = ?", q.Account)
	}
	if q.Record != "" {
		b.Add("and a.record_kind = ? and a.record_id = ?", q.Kind, q.Record)
	}
	if q.Before.ID != "" {
		b.Add("and (a.at, a.id) < (?, ?)", q.Before.At, q.Before.ID)
	}
	b.Add("order by a.at desc, a.id desc limit ?", limit)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*row).fields)
}

func countOf(ctx context.Context, tx *db.Tx, network string, kind policy.Kind, id string) (n int, err error) {
	err = tx.Get(ctx, `select count(*) from audit where network_id = $1 and record_kind = $2 and record_id = $3`,
		[]any{network, kind, id}, &n)
	return n, err
}

func countWritten(ctx context.Context, tx *db.Tx, network string, kind policy.Kind, id string, since time.Time, besides []string) (n int, err error) {
	b := db.NewBuild(`select count(*) from audit where network_id = ? and record_kind = ? and record_id = ? and at > ? and not`, network, kind, id, since)
	b.In("act", besides)
	err = tx.Get(ctx, b.SQL(), b.Args(), &n)
	return n, err
}

func readersOf(ctx context.Context, tx *db.Tx, network string, records []policy.Record, since time.Time) ([]Reader, error) {
	b := db.NewBuild(`select a.org_id, a.role, a.at from audit a where a.act = 'read' and a.org_id <> '' and (1 = 0`)
	for _, r := range records {
		b.Add("or a.network_id = ? and a.record_kind = ? and a.record_id = ? and a.at >= ?", network, r.Kind, r.ID, since)
	}
	rows, err := db.List(ctx, tx, b.Add(") order by a.at desc, a.id desc").SQL(), b.Args(), func(r *Reader) []any {
		return []any{&r.Org, &r.Role, &r.Last}
	})
	seen, out := map[Reader]bool{}, []Reader{}
	for _, r := range rows { // in Go: engines give the last of a group back in ways of their own
		who := Reader{Org: r.Org, Role: r.Role}
		if !seen[who] {
			seen[who] = true
			out = append(out, r)
		}
	}
	return out, err
}
