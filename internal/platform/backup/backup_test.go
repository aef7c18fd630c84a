package backup_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"tessuto/internal/platform/backup"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// every holds a column of each kind, with and without a value.
var every = fstest.MapFS{"0001_every.sql": {Data: []byte(`create table every (
	id text primary key, n bigint, yes boolean, at timestamptz, day date, sealed bytea, share double precision)`)}}

func quiet(string, int) {}

func filled(t *testing.T, engine string) *db.DB {
	t.Helper()
	d := dbtest.Open(t, dbtest.Empty(t, engine))
	if err := d.Migrate(t.Context(), every); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.UTC)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, row := range [][]any{
			{"a", int64(1) << 62, true, at, db.Date("2026-03-29"), []byte{0, 255}, 0.1},
			{"è \" \n <&> \u2028", -1, false, at.Add(time.Hour), db.Date("1890-01-01"), []byte{}, -1e-300},
			{"none", nil, nil, nil, nil, nil, nil},
		} {
			if err := tx.Exec(t.Context(), `insert into every values ($1, $2, $3, $4, $5, $6, $7)`, row...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// taken is a backup of a database.
func taken(t *testing.T, d *db.DB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup")
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return backup.Write(t.Context(), tx, path, backup.Head{Kind: backup.Data}, quiet)
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func restore(t *testing.T, d *db.DB, path string, fsys fstest.MapFS) error {
	t.Helper()
	h, err := backup.Check(path)
	if err != nil {
		t.Fatal(err)
	}
	return d.Write(t.Context(), func(tx *db.Tx) error { return backup.Restore(t.Context(), tx, path, h, fsys, quiet) })
}

// text is what a backup says, unpacked.
func text(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every kind of value goes from each engine to each, and is the same there.
func TestValuesStayThemselves(t *testing.T) {
	t.Parallel()
	for _, from := range dbtest.Engines {
		for _, to := range dbtest.Engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				first := taken(t, filled(t, from))
				d := dbtest.Open(t, dbtest.Empty(t, to))
				if err := restore(t, d, first, every); err != nil {
					t.Fatal(err)
				}
				if a, b := text(t, first), text(t, taken(t, d)); a != b {
					t.Errorf("was\n%s\nis\n%s", a, b)
				}
			})
		}
	}
}

func TestNewerProgramIsNamed(t *testing.T) {
	t.Parallel()
	path := taken(t, filled(t, "sqlite"))
	d := dbtest.Open(t, dbtest.Empty(t, "sqlite"))
	if err := restore(t, d, path, fstest.MapFS{}); err == nil {
		t.Error("tables of a newer program were restored")
	}
	if tables, err := d.Tables(t.Context()); err != nil || len(tables) > 0 {
		t.Errorf("%v were left behind (%v)", tables, err)
	}
}

// What was interrupted leaves no file.
func TestInterruptedLeavesNothing(t *testing.T) {
	t.Parallel()
	d, dir := filled(t, "sqlite"), t.TempDir()
	stop := errors.New("stop")
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		defer func() {
			if recover() != nil {
				err = stop
			}
		}()
		return backup.Write(t.Context(), tx, filepath.Join(dir, "backup"), backup.Head{Kind: backup.Data}, func(string, int) { panic(stop) })
	})
	entries, err2 := os.ReadDir(dir)
	if err == nil || err2 != nil || len(entries) > 0 {
		t.Errorf("%v: %v", err, entries)
	}
}

func FuzzRead(f *testing.F) {
	pack := func(text string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(text)); err != nil {
			f.Fatal(err)
		}
		if err := z.Close(); err != nil {
			f.Fatal(err)
		}
		return b.Bytes()
	}
	for _, seed := range []string{"", "{}\n", `{"tessuto_backup":1}` + "\n", `{"tessuto_backup":1}` + "\n" + `{"table":"t","columns":[{"name":"a","kind":"text"}]}` + "\n[\"x\"]\n{\"rows\":1}\n{\"sha256\":\"00\"}\n",
		`{"tessuto_backup":2}` + "\n", `{"tessuto_backup":1}` + "\n" + `{"table":"t","columns":[{}]}` + "\n[[]]\nnull\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if h, _, err := backup.Read(bytes.NewReader(pack(text))); err == nil && h.Form != 1 {
			t.Errorf("believed: %q", text)
		}
	})
}
