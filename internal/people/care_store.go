package people

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type careRow struct {
	Care
	at     time.Time
	sealed []byte
}

func insertCare(ctx context.Context, tx *db.Tx, network string, c *Care, sealed []byte) error {
	return tx.Exec(ctx, `insert into person_care (network_id, id, minor_id, adult_id, sealed, created_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, network, c.ID, c.MinorID, c.AdultID, sealed, policy.From(ctx).AccountID, tx.Now)
}

// caresOf reads, for each adult of a minor, what was said last.
func caresOf(ctx context.Context, tx *db.Tx, network, minor string) ([]careRow, error) {
	return db.List(ctx, tx, `
		select c.id, c.minor_id, c.adult_id, c.sealed, c.created_at from person_care c
		where c.network_id = $1 and c.minor_id = $2 and not exists (
			select 1 from person_care l where l.network_id = c.network_id and l.minor_id = c.minor_id and l.adult_id = c.adult_id and l.id > c.id)
		order by c.id`, []any{network, minor},
		func(r *careRow) []any { return []any{&r.ID, &r.MinorID, &r.AdultID, &r.sealed, &r.at} })
}

// parentAtHome tells whether an adult lives today with a child as the reference
// person, or as their wife, husband or partner.
func parentAtHome(ctx context.Context, tx *db.Tx, network, adult, minor string) (bool, error) {
	var n int
	err := tx.Get(ctx, `
		select count(*) from household_member c, household_member a
		where c.network_id = $1 and c.person_id = $2 and c.relation = $3 and c.valid_from <= $5 and (c.valid_to is null or c.valid_to > $5)
		  and a.network_id = c.network_id and a.household_id = c.household_id and a.person_id = $4
		  and a.relation in ('1', '2', '23', '28') and a.valid_from <= $5 and (a.valid_to is null or a.valid_to > $5)`,
		[]any{network, minor, Child, adult, tx.Today()}, &n)
	return n > 0, err
}
