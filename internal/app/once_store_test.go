package app_test

import (
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/db"
)

// rowCounts counts the rows of every table of the data, but for what is written down
// of a reading.
func rowCounts(t *testing.T, a *app.App) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		tables, err := tx.Tables(t.Context())
		for _, name := range tables {
			if strings.HasPrefix(name, "audit") {
				continue
			}
			n := 0
			if err = tx.Get(t.Context(), `select count(*) from `+name, nil, &n); err != nil {
				break
			}
			out[name] = n
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
