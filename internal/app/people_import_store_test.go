package app_test

import (
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/db"
)

// personRows counts the persons in the database, seen or not.
func personRows(t *testing.T, a *app.App) (n int) {
	t.Helper()
	err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(t.Context(), `select count(*) from person`, nil, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
