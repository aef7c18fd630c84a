package db_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/migrations"
)

func TestReady(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			if err := db.Ready(t.Context(), dbtest.Empty(t, engine), migrations.FS); !errors.Is(err, db.ErrAbsent) {
				t.Errorf("without tables: %v", err)
			}
			url := dbtest.URL(t, engine)
			if err := db.Ready(t.Context(), url, migrations.FS); err != nil {
				t.Errorf("up to date: %v", err)
			}
			if err := db.Ready(t.Context(), url, with(t, "9999_more.sql", "create table more (id text)")); !errors.Is(err, db.ErrOlder) {
				t.Errorf("older: %v", err)
			}
			if err := db.Ready(t.Context(), url, migrations.FS); err != nil {
				t.Errorf("looking changed it: %v", err)
			}
		})
	}
}

func TestReadyMakesNoFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none.db")
	for _, url := range []string{"file:" + path, "file://" + path, "file:" + path + "?_pragma=x"} {
		if err := db.Ready(t.Context(), url, migrations.FS); !errors.Is(err, db.ErrAbsent) {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was made")
	}
}
