package governance

import (
	"context"

	"tessuto/internal/platform/db"
)

type memberRow struct {
	Member
	sealed []byte
}

func (r *memberRow) fields() []any {
	return []any{&r.ID, &r.AccountID, &r.OrgID, &r.Seat, &r.Task, &r.sealed, &r.From, &r.To}
}

func insertMember(ctx context.Context, tx *db.Tx, network, body string, mb *Member, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into body_member (network_id, id, body_id, account_id, org_id, seat, task, sealed, valid_from)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		network, mb.ID, body, mb.AccountID, mb.OrgID, mb.Seat, mb.Task, sealed, mb.From)
}

func endMember(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `update body_member set valid_to = $3 where network_id = $1 and id = $2 and valid_to is null`,
		network, id, tx.Today())
}

func membersOf(ctx context.Context, tx *db.Tx, network, body string) ([]memberRow, error) {
	return db.List(ctx, tx, `
		select id, account_id, org_id, seat, task, sealed, valid_from, valid_to from body_member
		where network_id = $1 and body_id = $2 order by seat, id`, []any{network, body}, (*memberRow).fields)
}

// membersOfAll reads who sits in which of several bodies.
func membersOfAll(ctx context.Context, tx *db.Tx, network string, bodies []string) (map[string][]Member, error) {
	type row struct {
		body string
		memberRow
	}
	b := db.NewBuild(`select body_id, id, account_id, org_id, seat, task, sealed, valid_from, valid_to from body_member
		where network_id = ? and`, network).In("body_id", bodies).Add("order by seat, id")
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *row) []any { return append([]any{&r.body}, r.fields()...) })
	out := map[string][]Member{}
	for _, r := range rows {
		out[r.body] = append(out[r.body], r.Member)
	}
	return out, err
}
