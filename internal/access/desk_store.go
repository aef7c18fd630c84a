package access

import (
	"context"

	"tessuto/internal/platform/db"
)

func (d *Desk) fields() []any {
	return []any{&d.ID, &d.OrgID, &d.Name, &d.Programme, &d.Activity, &d.TerritoryID}
}

func insertDesk(ctx context.Context, tx *db.Tx, network string, d Desk) error {
	return tx.Exec(ctx, `
		insert into desk (network_id, id, org_id, name, programme, activity, territory_id, active)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		network, d.ID, d.OrgID, d.Name, d.Programme, d.Activity, d.TerritoryID, true)
}

func desksOf(ctx context.Context, tx *db.Tx, network, org string) ([]Desk, error) {
	return db.List(ctx, tx, `
		select id, org_id, name, programme, activity, territory_id from desk
		where network_id = $1 and org_id = $2 and active order by id`, []any{network, org}, (*Desk).fields)
}

func deskByID(ctx context.Context, tx *db.Tx, network, org, id string) (d Desk, err error) {
	err = tx.Get(ctx, `
		select id, org_id, name, programme, activity, territory_id from desk
		where network_id = $1 and org_id = $2 and id = $3 and active`, []any{network, org, id}, d.fields()...)
	return d, err
}

// deskAlways finds a desk that may have closed since: for facts of the past.
func deskAlways(ctx context.Context, tx *db.Tx, network, id string) (d Desk, err error) {
	err = tx.Get(ctx, `
		select id, org_id, name, programme, activity, territory_id from desk
		where network_id = $1 and id = $2`, []any{network, id}, d.fields()...)
	return d, err
}
