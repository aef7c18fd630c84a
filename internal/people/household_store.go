package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

func insertHousehold(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.Exec(ctx, `insert into household (network_id, id, created_at) values ($1, $2, $3)`, network, id, tx.Now)
}

func insertMember(ctx context.Context, tx *db.Tx, network, household, person, relation string) error {
	return tx.Exec(ctx, `
		insert into household_member (network_id, id, household_id, person_id, relation, valid_from)
		values ($1, $2, $3, $4, $5, $6)`, network, db.NewID(), household, person, relation, tx.Today())
}

func membersOf(ctx context.Context, tx *db.Tx, network, household string) ([]Member, error) {
	return db.List(ctx, tx, `
		select person_id, relation, valid_from from household_member
		where network_id = $1 and household_id = $2 and valid_from <= $3 and (valid_to is null or valid_to > $3)
		order by id`, []any{network, household, tx.Today()},
		func(m *Member) []any { return []any{&m.PersonID, &m.Relation, &m.From} })
}

func householdOf(ctx context.Context, tx *db.Tx, network, person string) (id string, err error) {
	err = tx.Get(ctx, `
		select household_id from household_member
		where network_id = $1 and person_id = $2 and valid_from <= $3 and (valid_to is null or valid_to > $3)
		order by id limit 1`, []any{network, person, tx.Today()}, &id)
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	return id, err
}
