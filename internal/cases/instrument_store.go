package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type instrumentRow struct{ org, body string }

// instrumentsOfOrgs reads what bodies have loaded, the last edition first.
func instrumentsOfOrgs(ctx context.Context, tx *db.Tx, network string, orgs []string) ([]instrumentRow, error) {
	b := db.NewBuild(`select org_id, body from instrument where network_id = ? and`, network).In("org_id", orgs)
	b.Add("order by loaded_at desc, code")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(r *instrumentRow) []any { return []any{&r.org, &r.body} })
}

// insertInstrument writes an edition, if the body has not loaded it before, and
// returns what stands.
func insertInstrument(ctx context.Context, tx *db.Tx, network string, in *Instrument, body, by string) (stands string, err error) {
	err = tx.Exec(ctx, `
		insert into instrument (network_id, org_id, code, edition, body, loaded_by, loaded_at)
		values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`, network, in.OrgID, in.Code, in.Edition, body, by, tx.Now)
	if err != nil {
		return "", err
	}
	err = tx.Get(ctx, `
		select body from instrument where network_id = $1 and org_id = $2 and code = $3 and edition = $4`,
		[]any{network, in.OrgID, in.Code, in.Edition}, &stands)
	return stands, err
}
