package access

import (
	"context"

	"tessuto/internal/platform/db"
)

// Used are those of some persons whom a desk has met or for whom something was
// booked. App hands it to people, who take out again what an import brought in.
func (m *Module) Used(ctx context.Context, tx *db.Tx, network string, persons, _ []string) ([]string, error) {
	b := db.NewBuild(`select person_id from contact where network_id = ? and`, network).In("person_id", persons).
		Add(`union select person_id from appointment where network_id = ? and`, network).In("person_id", persons)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}
