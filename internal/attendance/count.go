package attendance

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

// Counting is what a session that counts posts for each operator, person or
// citizen who was there: one fact of the measure Presence, and their minutes.
// Where the work belongs and on which territory is the same for all; a guest
// counts for nothing.
type Counting struct {
	Presence, Minutes string // measures
	ledger.Place
	TerritoryID string
}

// Facts are what the lines of a session count for.
func (c *Counting) Facts(s Session, lines []Line) (facts []ledger.Fact) {
	for _, l := range lines {
		if l.State != Present || l.Kind == Guest {
			continue
		}
		f := ledger.Fact{Measure: c.Presence, Date: s.Date(), SubjectID: l.Subject.ID, Place: c.Place, OrgID: l.OrgID,
			TerritoryID: c.TerritoryID, Mode: l.Mode, Quantity: 1, Source: l.Source(),
			Dimensions: ledger.Dimensions{Profession: l.Profession}}
		facts = append(facts, f)
		if l.Minutes > 0 {
			f.Measure, f.Quantity = c.Minutes, int64(l.Minutes)
			facts = append(facts, f)
		}
	}
	return facts
}

// Count posts the facts of a sheet, when its session begins to count.
func (m *Module) Count(ctx context.Context, tx *db.Tx, network string, s Session, lines []Line, c Counting) error {
	return m.ledger.Post(ctx, tx, network, c.Facts(s, lines)...)
}
