package network

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

const organisationColumns = `select id, code, name, kind, territory_id, assumed, tax_code, ipa_code, address, email, phone, website,
	valid_from, valid_to, approves_alone, version from organisation`

func (o *Organisation) fields() []any {
	return []any{&o.ID, &o.Code, &o.Name, &o.Kind, &o.TerritoryID, &o.Assumed, &o.TaxCode, &o.IPACode, &o.Address, &o.Email,
		&o.Phone, &o.Website, &o.From, &o.To, &o.ApprovesAlone, &o.Version}
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
		insert into organisation (network_id, id, code, name, kind, territory_id, assumed, tax_code, ipa_code,
			address, email, phone, website, valid_from, valid_to, approves_alone)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		network, o.ID, o.Code, o.Name, o.Kind, o.TerritoryID, o.Assumed, o.TaxCode, o.IPACode,
		o.Address, o.Email, o.Phone, o.Website, o.From, o.To, o.ApprovesAlone)
}

func updateOrganisation(ctx context.Context, tx *db.Tx, network string, o Organisation) error {
	n, err := tx.ExecN(ctx, `
		update organisation set name = $4, kind = $5, territory_id = $6, assumed = $7, tax_code = $8, ipa_code = $9,
			address = $10, email = $11, phone = $12, website = $13, valid_from = $14, valid_to = $15, approves_alone = $16, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, o.ID, o.Version, o.Name, o.Kind, o.TerritoryID, o.Assumed, o.TaxCode, o.IPACode,
		o.Address, o.Email, o.Phone, o.Website, o.From, o.To, o.ApprovesAlone)
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "error.version")
	}
	return err
}

func knownOrganisation(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.Exec(ctx, `update organisation set assumed = false where network_id = $1 and id = $2 and assumed = true`, network, id)
}
