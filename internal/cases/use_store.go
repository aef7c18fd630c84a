package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

// Used are those of some households that have a case, or had one. App hands it to
// people, who take out again what an import brought in.
func (m *Module) Used(ctx context.Context, tx *db.Tx, network string, _, households []string) ([]string, error) {
	b := db.NewBuild(`select distinct household_id from case_file where network_id = ? and`, network).In("household_id", households)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}
