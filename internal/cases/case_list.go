package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Cases lists the newest cases open to the actor, as many as limit, and how
// many there are in all; open ones only, unless closed is set. The households
// come with the names that the actor may see.
func (m *Module) Cases(ctx context.Context, closed bool, limit int) (list []File, total int, err error) {
	actor := policy.From(ctx)
	var read []string
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		rows, n, err := casesOf(ctx, tx, actor, closed, limit)
		if err != nil {
			return err
		}
		total = n
		list, read, err = m.households(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return list, total, m.audit.Read(ctx, policy.Person, policy.Identity, read...)
}

// OfHousehold returns the id of the actor's open case on a household, or empty.
func (m *Module) OfHousehold(ctx context.Context, householdID string) (id string, err error) {
	actor := policy.From(ctx)
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		id, err = caseOfHousehold(ctx, tx, actor, householdID)
		return err
	})
	return id, err
}
