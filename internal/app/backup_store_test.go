package app_test

import (
	"context"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/db"
)

// rowsOf counts the rows of every table.
func rowsOf(t *testing.T, a *app.App) map[string]int {
	t.Helper()
	tables, err := a.DB.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	err = a.DB.Read(t.Context(), func(tx *db.Tx) error {
		for _, table := range tables {
			var n int
			if err := tx.Get(t.Context(), `select count(*) from "`+table+`"`, nil, &n); err != nil {
				return err
			}
			out[table] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tablesOf lists the tables of a database that nobody has open.
func tablesOf(t *testing.T, url string) []string {
	t.Helper()
	d, err := db.Open(context.WithoutCancel(t.Context()), url)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	tables, err := d.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// actsOf counts how often an act stands in the audit of the first network.
func actsOf(t *testing.T, a *app.App, act string) (n int) {
	t.Helper()
	err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(t.Context(), `select count(*) from audit where act = $1 and network_id = (select min(id) from network)`, []any{act}, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
