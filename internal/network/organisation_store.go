package network

import (
	"context"

	"tessuto/internal/platform/db"
)

func allNetworks(ctx context.Context, tx *db.Tx) ([]Network, error) {
	return db.List(ctx, tx, `select id, code, name from network order by id`, nil,
		func(n *Network) []any { return []any{&n.ID, &n.Code, &n.Name} })
}

func networkByCode(ctx context.Context, tx *db.Tx, code string) (id string, err error) {
	err = tx.Get(ctx, `select id from network where code = $1`, []any{code}, &id)
	return id, err
}

func insertNetwork(ctx context.Context, tx *db.Tx, n Network) error {
	return tx.Exec(ctx, `insert into network (id, code, name, created_at) values ($1, $2, $3, $4)`,
		n.ID, n.Code, n.Name, tx.Now)
}

func territoryByCode(ctx context.Context, tx *db.Tx, network, code string) (id string, err error) {
	err = tx.Get(ctx, `select id from territory where network_id = $1 and code = $2`, []any{network, code}, &id)
	return id, err
}

func insertTerritory(ctx context.Context, tx *db.Tx, network string, t Territory) error {
	return tx.Exec(ctx, `
		insert into territory (network_id, id, code, name, kind, parent_id, assumed)
		values ($1, $2, $3, $4, $5, $6, $7)`, network, t.ID, t.Code, t.Name, t.Kind, t.ParentID, t.Assumed)
}

func territoriesOf(ctx context.Context, tx *db.Tx, network string) ([]Territory, error) {
	return db.List(ctx, tx, `
		select id, code, name, kind, parent_id, assumed from territory where network_id = $1 order by code`,
		[]any{network}, func(t *Territory) []any {
			return []any{&t.ID, &t.Code, &t.Name, &t.Kind, &t.ParentID, &t.Assumed}
		})
}

const organisationColumns = `select id, code, name, kind, territory_id, assumed from organisation`

func (o *Organisation) fields() []any {
	return []any{&o.ID, &o.Code, &o.Name, &o.Kind, &o.TerritoryID, &o.Assumed}
}

func organisationByCode(ctx context.Context, tx *db.Tx, network, code string) (id string, err error) {
	err = tx.Get(ctx, `select id from organisation where network_id = $1 and code = $2`, []any{network, code}, &id)
	return id, err
}

func organisationByID(ctx context.Context, tx *db.Tx, network, id string) (o Organisation, err error) {
	err = tx.Get(ctx, organisationColumns+` where network_id = $1 and id = $2`, []any{network, id}, o.fields()...)
	return o, err
}

func organisationsOf(ctx context.Context, tx *db.Tx, network string) ([]Organisation, error) {
	return db.List(ctx, tx, organisationColumns+` where network_id = $1 order by code`,
		[]any{network}, (*Organisation).fields)
}

func insertOrganisation(ctx context.Context, tx *db.Tx, network string, o Organisation) error {
	return tx.Exec(ctx, `
		insert into organisation (network_id, id, code, name, kind, territory_id, assumed)
		values ($1, $2, $3, $4, $5, $6, $7)`, network, o.ID, o.Code, o.Name, o.Kind, o.TerritoryID, o.Assumed)
}
