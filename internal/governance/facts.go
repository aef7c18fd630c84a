package governance

import (
	"context"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

// counting is what the sheet of a body's meeting counts for.
func (m *Module) counting(ctx context.Context, tx *db.Tx, network string, b *Body) (attendance.Counting, error) {
	c := attendance.Counting{Presence: "governance.presence", Minutes: "governance.presence_minutes", Place: b.place()}
	var err error
	c.TerritoryID, err = m.network.Territory(ctx, tx, network, b.OrgID)
	return c, err
}

// heldFact is what a meeting counts for besides: itself, once.
func heldFact(mt *Meeting, b *Body, territory string) ledger.Fact {
	return ledger.Fact{Measure: "governance.meeting_held", Date: mt.Session.Date(), SubjectID: mt.ID, Place: b.place(), OrgID: b.OrgID,
		TerritoryID: territory, Mode: mt.Session.Mode, Quantity: 1, Source: ledger.Source{Kind: kind, ID: mt.ID}}
}

// HeldMeetings is how many meetings of a body of a programme were held. App fills
// a slot of the programmes with it, which say what a pack would move.
func (m *Module) HeldMeetings(ctx context.Context, tx *db.Tx, network, programme, code string) (n int, err error) {
	bodies, err := bodiesOf(ctx, tx, network, programme)
	if err != nil {
		return 0, err
	}
	held, err := heldMeetings(ctx, tx, network)
	for _, b := range bodies {
		for _, mt := range held {
			if b.Code == code && mt.BodyID == b.ID {
				n++
			}
		}
	}
	return n, err
}

// Facts recomputes from the records every fact of the area that should stand, so
// that verify can hold the ledger against it. It reads nothing that is sealed.
func (m *Module) Facts(ctx context.Context, tx *db.Tx, network string) (facts []ledger.Fact, err error) {
	bodies, err := bodiesOf(ctx, tx, network, "")
	if err != nil {
		return nil, err
	}
	byID := map[string]*Body{}
	for i := range bodies {
		byID[bodies[i].ID] = &bodies[i]
	}
	held, err := heldMeetings(ctx, tx, network)
	for _, mt := range held {
		of, err := m.factsOf(ctx, tx, network, byID[mt.BodyID], &mt.Meeting)
		if err != nil {
			return nil, err
		}
		facts = append(facts, of...)
	}
	return facts, err
}

// factsOf are what a meeting that was held counts for.
func (m *Module) factsOf(ctx context.Context, tx *db.Tx, network string, b *Body, mt *Meeting) ([]ledger.Fact, error) {
	counts, err := m.counting(ctx, tx, network, b)
	if err != nil {
		return nil, err
	}
	if mt.Session, err = m.attendance.Session(ctx, tx, network, owner(mt.ID), nil); err != nil {
		return nil, err
	}
	lines, err := m.attendance.Sheet(ctx, tx, network, nil, mt.Session.ID)
	return append([]ledger.Fact{heldFact(mt, b, counts.TerritoryID)}, counts.Facts(mt.Session, lines)...), err
}
