package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type areaRow struct {
	Area
	sealed []byte
}

func areasOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]areaRow, error) {
	return db.List(ctx, tx, `
		select area, severity, sealed, saved_by, saved_at, version
		from case_area where network_id = $1 and case_id = $2 order by area`, []any{network, caseID},
		func(r *areaRow) []any {
			return []any{&r.Section, &r.Severity, &r.sealed, &r.SavedBy, &r.SavedAt, &r.Version}
		})
}

// saveArea writes an area if it is still as the actor read it: version 0 is one
// that nobody had saved. It tells whether it was.
func saveArea(ctx context.Context, tx *db.Tx, network, caseID string, a Area, sealed []byte, by string) (bool, error) {
	if a.Version == 0 {
		n, err := tx.ExecN(ctx, `
			insert into case_area (network_id, case_id, area, severity, sealed, saved_by, saved_at, version)
			values ($1, $2, $3, $4, $5, $6, $7, 1) on conflict do nothing`,
			network, caseID, a.Section, a.Severity, sealed, by, tx.Now)
		return n == 1, err
	}
	n, err := tx.ExecN(ctx, `
		update case_area set severity = $5, sealed = $6, saved_by = $7, saved_at = $8, version = version + 1
		where network_id = $1 and case_id = $2 and area = $3 and version = $4`,
		network, caseID, a.Section, a.Version, a.Severity, sealed, by, tx.Now)
	return n == 1, err
}
