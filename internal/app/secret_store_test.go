package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// postgresFiles returns what lists the files of the databases of an installation, and
// of the log from now on. A server on another machine cannot be looked into.
func postgresFiles(t *testing.T, store config.Store) func() []string {
	t.Helper()
	first, folder := "", ""
	read := func(url, sql string, out ...any) {
		t.Helper()
		// Write: what is in memory only goes to the files, and to the log.
		err := dbtest.Open(t, url).Write(t.Context(), func(tx *db.Tx) error { return tx.Get(t.Context(), sql, nil, out...) })
		if err != nil {
			t.Fatal(err)
		}
	}
	read(store.DB, `select current_setting('data_directory'), pg_walfile_name(pg_current_wal_lsn())`, &folder, &first)
	if _, err := os.ReadDir(folder); err != nil {
		t.Skip("the files of PostgreSQL cannot be read:", err)
	}
	return func() (all []string) {
		for _, url := range []string{store.DB, store.Keystore} {
			oid := ""
			read(url, `select cast(oid as text) from pg_database where datname = current_database()`, &oid)
			err := dbtest.Open(t, url).Queue(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `checkpoint`) })
			found, err2 := filepath.Glob(filepath.Join(folder, "base", oid, "[0-9]*"))
			if err != nil || err2 != nil || len(found) == 0 {
				t.Fatal(err, err2)
			}
			all = append(all, found...)
		}
		logs, err := filepath.Glob(filepath.Join(folder, "pg_wal", "[0-9A-F]*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, log := range logs {
			if filepath.Base(log) >= first {
				all = append(all, log)
			}
		}
		return all
	}
}
