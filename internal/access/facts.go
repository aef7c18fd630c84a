package access

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

// Facts recomputes from the records every fact of the area that should stand,
// so that verify can hold the ledger against it.
func (m *Module) Facts(ctx context.Context, tx *db.Tx, network string) (facts []ledger.Fact, err error) {
	contacts, err := allContacts(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	for _, c := range contacts {
		desk, err := deskAlways(ctx, tx, network, c.DeskID)
		if err != nil {
			return nil, err
		}
		dims, err := m.dimensions(ctx, tx, network, &c)
		if err != nil {
			return nil, err
		}
		facts = append(facts, c.facts(desk, dims)...)
	}
	held, err := heldAppointments(ctx, tx, network)
	for _, a := range held {
		dims, err := m.people.Dimensions(ctx, tx, network, a.PersonID, db.DateOf(a.StartsAt))
		if err != nil {
			return nil, err
		}
		facts = append(facts, a.facts(dims)...)
	}
	return facts, err
}
