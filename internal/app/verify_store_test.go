package app_test

import (
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/db"
)

// alterTerritory writes another territory into a fact of a body, and returns what
// puts it back.
func alterTerritory(t *testing.T, a *app.App, org, territory string) (put func()) {
	t.Helper()
	var id, was string
	set := func(to string) {
		t.Helper()
		err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
			if id == "" {
				err := tx.Get(t.Context(), `select min(id) from fact where org_id = $1 and measure = 'cases.household_in_charge'`, []any{org}, &id)
				if err == nil {
					err = tx.Get(t.Context(), `select territory_id from fact where id = $1`, []any{id}, &was)
				}
				if err != nil {
					return err
				}
			}
			return tx.Exec(t.Context(), `update fact set territory_id = $2 where id = $1`, id, to)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	set(territory)
	return func() { set(was) }
}
