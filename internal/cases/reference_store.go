package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// nextNumber is the number of the next case of a body in a year. Of two who open one at
// once, one is tried again.
func nextNumber(ctx context.Context, tx *db.Tx, network, org string, year int) (n Number, err error) {
	n.Year = year
	err = tx.Get(ctx, `
		select coalesce(max(n.number), 0) + 1 from (
			select number from case_file where network_id = $1 and org_id = $2 and number_year = $3
			union all select number from case_import where network_id = $1 and org_id = $2 and number_year = $3) n`,
		[]any{network, org, year}, &n.Serial)
	return n, err
}

// casesNumbered reads the cases open to the actor that have a number, or one of another
// system that they may read there.
func casesNumbered(ctx context.Context, tx *db.Tx, a policy.Actor, n Number, mac []byte, limit int) ([]caseRow, error) {
	other := db.NewBuild(`select r.case_id from case_reference r where r.network_id = ? and r.mac = ? and r.removed_at is null and`, a.Network, mac)
	a.ScopeFew(other, tx, policy.Case, policy.Diary, "r.case_id")
	known, err := db.Column[string](ctx, tx, other.SQL(), other.Args()...)
	if err != nil {
		return nil, err
	}
	b := followed(scopedCases(tx, a, a.ScopeFew, caseColumns), a).Add("and (c.number_year = ? and c.number = ? or", n.Year, n.Serial)
	b.In("c.id", known).Add(") order by c.id desc limit ?", limit)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*caseRow).fields)
}

type referenceRow struct {
	Reference
	sealed []byte
}

func insertReference(ctx context.Context, tx *db.Tx, by policy.Actor, caseID, id string, mac, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into case_reference (network_id, id, case_id, mac, sealed, added_by, added_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		by.Network, id, caseID, mac, sealed, by.AccountID, tx.Now)
}

func removeReference(ctx context.Context, tx *db.Tx, by policy.Actor, caseID, id string) error {
	return tx.ExecOne(ctx, `
		update case_reference set removed_by = $4, removed_at = $5 where network_id = $1 and case_id = $2 and id = $3 and removed_at is null`,
		by.Network, caseID, id, by.AccountID, tx.Now)
}

func referencesOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]referenceRow, error) {
	return db.List(ctx, tx, `
		select id, sealed from case_reference where network_id = $1 and case_id = $2 and removed_at is null order by id`,
		[]any{network, caseID}, func(r *referenceRow) []any { return []any{&r.ID, &r.sealed} })
}
