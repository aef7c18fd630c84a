package governance

import (
	"context"
	"encoding/json"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type bodyRow struct {
	Body
	seats string
}

func (r *bodyRow) fields() []any {
	return []any{&r.ID, &r.Programme, &r.Code, &r.Kind, &r.Title.It, &r.Title.En, &r.Activity, &r.OrgID, &r.seats, &r.Assumed}
}

func insertBody(ctx context.Context, tx *db.Tx, network string, b *Body, seats string) error {
	return tx.Exec(ctx, `
		insert into body (network_id, id, programme, code, kind, title_it, title_en, activity, org_id, seats, assumed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		network, b.ID, b.Programme, b.Code, b.Kind, b.Title.It, b.Title.En, b.Activity, b.OrgID, seats, b.Assumed, tx.Now)
}

// updateBody writes what a pack says of a body that is there.
func updateBody(ctx context.Context, tx *db.Tx, network string, b *Body, seats string) error {
	return tx.ExecOne(ctx, `
		update body set kind = $3, title_it = $4, title_en = $5, activity = $6, org_id = $7, seats = $8, assumed = $9
		where network_id = $1 and id = $2`,
		network, b.ID, b.Kind, b.Title.It, b.Title.En, b.Activity, b.OrgID, seats, b.Assumed)
}

// bodiesOf reads the bodies of a programme, or of all, as they are.
func bodiesOf(ctx context.Context, tx *db.Tx, network, programme string) ([]Body, error) {
	b := db.NewBuild(`select id, programme, code, kind, title_it, title_en, activity, org_id, seats, assumed from body where network_id = ?`, network)
	if programme != "" {
		b.Add("and programme = ?", programme)
	}
	b.Add("order by programme, id")
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), (*bodyRow).fields)
	out := make([]Body, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.seats), &r.Seats); err != nil {
			return nil, err
		}
		out[i] = r.Body
	}
	return out, err
}

// fullBodies are those whose papers are open to the actor.
func fullBodies(ctx context.Context, tx *db.Tx, a policy.Actor) ([]string, error) {
	b := db.NewBuild(`select b.id from body b where b.network_id = ? and`, a.Network)
	a.Scope(b, tx, policy.Body, policy.Whole, "b.id")
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}
