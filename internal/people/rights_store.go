package people

import (
	"context"

	"tessuto/internal/platform/db"
)

// standingsOf reads the standing of those of the persons whose data may not be
// used as others' are.
func standingsOf(ctx context.Context, tx *db.Tx, network string, ids []string) (map[string]Standing, error) {
	type one struct{ id, standing string }
	b := db.NewBuild(`select person_id, 'restricted' from person_restriction where network_id = ? and lifted_at is null and`, network).
		In("person_id", ids).Add(`union all select person_id, 'erased' from person_erasure where network_id = ? and`, network).
		In("person_id", ids).Add("order by 2 desc")
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(o *one) []any { return []any{&o.id, &o.standing} })
	out := make(map[string]Standing, len(rows))
	for _, r := range rows { // "erased" comes last, and holds
		out[r.id] = Standing(r.standing)
	}
	return out, err
}

func allHouseholdsOf(ctx context.Context, tx *db.Tx, network, person string) ([]string, error) {
	return db.Column[string](ctx, tx, `
		select distinct household_id from household_member where network_id = $1 and person_id = $2 order by household_id`, network, person)
}
