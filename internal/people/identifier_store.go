package people

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func insertIdentifier(ctx context.Context, tx *db.Tx, network string, i *Identifier, mac, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into person_identifier (network_id, id, person_id, mac, sealed, created_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, network, i.ID, i.PersonID, mac, sealed, policy.From(ctx).AccountID, tx.Now)
}

func resealIdentifier(ctx context.Context, tx *db.Tx, network string, i *Identifier, sealed []byte) error {
	return tx.ExecOne(ctx, `update person_identifier set sealed = $3 where network_id = $1 and id = $2`, network, i.ID, sealed)
}

func identifiersOf(ctx context.Context, tx *db.Tx, network, person string) ([]identifierRow, error) {
	return db.List(ctx, tx, `select id, person_id, sealed from person_identifier
		where network_id = $1 and person_id = $2 order by id`, []any{network, person},
		func(r *identifierRow) []any { return []any{&r.ID, &r.PersonID, &r.sealed} })
}

// holdersOf are the persons open to the actor who have one of the numbers.
func holdersOf(ctx context.Context, tx *db.Tx, a policy.Actor, macs ...[]byte) ([]string, error) {
	b := holding(a.Network, macs).Add("and")
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "i.person_id")
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

// holdersAnywhere are the persons who have one of the numbers, whoever they are
// open to.
func holdersAnywhere(ctx context.Context, tx *db.Tx, network string, macs [][]byte) ([]string, error) {
	if len(macs) == 0 {
		return nil, nil
	}
	b := holding(network, macs)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

func holding(network string, macs [][]byte) *db.Build {
	args := make([]any, len(macs))
	for i, mac := range macs {
		args[i] = mac
	}
	return db.NewBuild(`select distinct i.person_id from person_identifier i where i.network_id = ?`, network).
		Add(`and i.mac in (`+strings.Repeat("?, ", len(args)-1)+`?)`, args...)
}

// identifiersBetween reads the numbers of the persons of a range of ids, both
// included, whoever they are open to.
func identifiersBetween(ctx context.Context, tx *db.Tx, network, first, last string) ([]identifierRow, error) {
	return db.List(ctx, tx, `select id, person_id, sealed from person_identifier
		where network_id = $1 and person_id >= $2 and person_id <= $3 order by id`, []any{network, first, last},
		func(r *identifierRow) []any { return []any{&r.ID, &r.PersonID, &r.sealed} })
}
