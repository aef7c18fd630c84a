package access

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func contactsWith(ctx context.Context, tx *db.Tx, network, person string) ([]string, error) {
	return db.Column[string](ctx, tx, `select id from contact where network_id = $1 and person_id = $2 order by id`, network, person)
}

func appointmentsWith(ctx context.Context, tx *db.Tx, network, person string) ([]string, error) {
	return db.Column[string](ctx, tx, `select id from appointment where network_id = $1 and person_id = $2 order by id`, network, person)
}

// comingOf reads the appointments to come of a person who reads their own page.
func comingOf(ctx context.Context, tx *db.Tx, a policy.Actor) ([]appointmentRow, error) {
	return db.List(ctx, tx, `select `+appointmentColumns+` from appointment a
		where a.network_id = $1 and a.person_id = $2 and a.state = $3 and a.starts_at >= $4 order by a.starts_at, a.id limit 50`,
		[]any{a.Network, a.PersonID, Booked, tx.Today().AddDays(-1).End()}, (*appointmentRow).fields)
}
