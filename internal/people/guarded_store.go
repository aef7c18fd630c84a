package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type guardedRow struct {
	Guarded
	sealed []byte
}

func insertGuarded(ctx context.Context, tx *db.Tx, network string, g *Guarded, mac, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into person_guarded (network_id, id, person_id, mac, sealed, created_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, network, g.ID, g.PersonID, mac, sealed, policy.From(ctx).AccountID, tx.Now)
}

func deleteGuarded(ctx context.Context, tx *db.Tx, network string, entries []string, id string) error {
	b := db.NewBuild(`delete from person_guarded where network_id = ? and id = ? and`, network, id).In("person_id", entries)
	return tx.ExecOne(ctx, b.SQL(), b.Args()...)
}

func guardedOf(ctx context.Context, tx *db.Tx, a policy.Actor, person string) ([]guardedRow, error) {
	b := db.NewBuild(`select r.id, r.person_id, r.sealed, r.created_by, r.created_at from person_guarded r
		where r.network_id = ? and r.person_id = ? and`, a.Network, person)
	a.ScopeFew(b, tx, policy.Guarded, policy.Whole, "r.id").Add("order by r.id")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(r *guardedRow) []any { return []any{&r.ID, &r.PersonID, &r.sealed, &r.By, &r.At} })
}

func guardedHolders(ctx context.Context, tx *db.Tx, a policy.Actor, stp, eni []byte) ([]string, error) {
	b := db.NewBuild(`select distinct r.person_id from person_guarded r where r.network_id = ? and r.mac in (?, ?) and`, a.Network, stp, eni)
	a.ScopeFew(b, tx, policy.Guarded, policy.Whole, "r.id").Add("and")
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "r.person_id")
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

// hideAddress writes what is left of a person whose address is protected. The
// version stays: nobody else may read from it that something was written.
func hideAddress(ctx context.Context, tx *db.Tx, network, person string, sealed []byte) error {
	return tx.ExecOne(ctx, `update person set sealed = $3, comune = '' where network_id = $1 and id = $2`, network, person, sealed)
}
