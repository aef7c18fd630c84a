package app_test

import (
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// People whom an older program wrote are found: where a migration takes away what
// they are found by, it is made anew when the program starts.
func TestUpgradeFindsEverybody(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := apptest.DemoStore(t, engine)
			d, err := db.Open(t.Context(), s.DatabaseURL())
			if err != nil {
				t.Fatal(err)
			}
			err = d.Write(t.Context(), func(tx *db.Tx) error {
				for _, change := range []string{`delete from search_entry`, `delete from search_posting`, `drop table search_entry`, `drop table search_posting`, `create table person_token (network_id text)`, `delete from migration where name like '0032_search%'`} {
					if err := tx.Exec(t.Context(), change); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			a, err := app.Open(t.Context(), s, true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Close() })
			found, err := a.People.Search(as(t, a, "assistente"), "okafor")
			if err != nil || len(found.Hits) == 0 {
				t.Errorf("%+v %v", found, err)
			}
		})
	}
}
