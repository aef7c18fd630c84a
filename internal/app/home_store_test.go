package app_test

import (
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/db"
)

// reads counts the readings written down.
func reads(t *testing.T, a *app.App) (n int) {
	t.Helper()
	err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(t.Context(), `select count(*) from audit where act = 'read'`, nil, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
