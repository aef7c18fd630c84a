// Package dbtest runs a test on a real database of each engine.
//
// PostgreSQL is where TESSUTO_TEST_PG points: `make test` starts one. Without
// it the PostgreSQL half is skipped, and says so.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // to create databases beside the one under test
	"github.com/rogpeppe/go-internal/lockedfile"

	"tessuto/internal/platform/db"
	"tessuto/migrations"
)

// Engines lists what Each runs on.
var Engines = []string{"sqlite", "postgres"}

// Each runs fn on an empty, migrated database of each engine.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			fn(t, Open(t, URL(t, engine)))
		})
	}
}

// URL returns the address of a migrated database that lives as long as the
// test. The schema is made once for each engine and copied.
func URL(t testing.TB, engine string) string {
	t.Helper()
	if engine == "postgres" {
		return postgresURL(t)
	}
	return sqliteURL(t)
}

// Empty returns the address of a database without tables: for a keystore, which
// brings its own.
func Empty(t testing.TB, engine string) string {
	t.Helper()
	if engine == "postgres" {
		return postgresCopy(t, "")
	}
	return "file:" + filepath.Join(t.TempDir(), "empty.db")
}

// Clone returns the address of a copy of a database that nobody has open.
func Clone(t testing.TB, url string) string {
	t.Helper()
	if _, name, ok := strings.Cut(url, "/t_"); ok {
		name, _, _ = strings.Cut(name, "?")
		return postgresCopy(t, "t_"+name)
	}
	content, err := os.ReadFile(strings.TrimPrefix(url, "file:"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "clone.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return "file:" + path
}

// Keep returns the address of an empty database that outlives the test: what
// Clone copies from, once for each test binary.
func Keep(t testing.TB, engine string) string {
	t.Helper()
	if engine == "postgres" {
		needPostgres(t)
		name, err := createDatabase("")
		if err != nil {
			t.Fatal(err)
		}
		return named(name)
	}
	dir, err := os.MkdirTemp("", "tessuto-dbtest")
	if err != nil {
		t.Fatal(err)
	}
	return "file:" + filepath.Join(dir, "kept.db")
}

// Open opens a database for the length of the test.
func Open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Shared returns what make answered when the first test asked for it under this name,
// of all packages that are tested by one command: pgrun names a folder for that.
// Without it each package makes its own.
func Shared(name string, make func() (string, error)) (string, error) {
	dir := os.Getenv("TESSUTO_TEST_SHARED")
	if dir == "" {
		return make()
	}
	path := filepath.Join(dir, name)
	unlock, err := lockedfile.MutexAt(path + ".lock").Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	if kept, err := os.ReadFile(path); err == nil {
		return string(kept), nil
	}
	made, err := make()
	if err == nil {
		err = os.WriteFile(path, []byte(made), 0o600)
	}
	return made, err
}

var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	path, err := Shared("template.sqlite", func() (string, error) {
		dir, err := os.MkdirTemp("", "tessuto-dbtest")
		if err != nil {
			return "", err
		}
		path := filepath.Join(dir, "template.db")
		return path, migrate("file:"+path, migrations.FS)
	})
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func sqliteURL(t testing.TB) string {
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "t.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return "file:" + path
}

var postgresTemplate = sync.OnceValues(func() (string, error) {
	return Shared("template.postgres", func() (string, error) {
		name, err := createDatabase("")
		if err != nil {
			return "", err
		}
		return name, migrate(named(name), migrations.FS)
	})
})

func postgresURL(t testing.TB) string {
	needPostgres(t)
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return postgresCopy(t, template)
}

func needPostgres(t testing.TB) {
	t.Helper()
	if os.Getenv("TESSUTO_TEST_PG") == "" {
		t.Skip("TESSUTO_TEST_PG is not set: `make test` starts a PostgreSQL")
	}
}

func postgresCopy(t testing.TB, template string) string {
	t.Helper()
	needPostgres(t)
	name, err := createDatabase(template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin(fmt.Sprintf("drop database %s with (force)", name)); err != nil {
			t.Log(err)
		}
	})
	return named(name)
}

func createDatabase(template string) (string, error) {
	name := "t_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	statement := "create database " + name
	if template != "" { // copying its files takes half as long as logging what is in them
		statement += " strategy file_copy template " + template
	}
	return name, admin(alone, statement)
}

// alone waits until no test of any package makes a database: PostgreSQL refuses to
// copy one twice at a time. The number is any that nothing else locks.
const alone = "select pg_advisory_lock(5432)"

// admin runs statements about databases, on one connection.
func admin(statements ...string) error {
	s, err := sql.Open("pgx", os.Getenv("TESSUTO_TEST_PG"))
	if err != nil {
		return err
	}
	defer s.Close()
	c, err := s.Conn(context.Background())
	if err != nil {
		return err
	}
	defer c.Close()
	for _, statement := range statements {
		if _, err := c.ExecContext(context.Background(), statement); err != nil {
			return err
		}
	}
	return nil
}

// named returns the address of another database of the same server.
func named(database string) string {
	u, err := url.Parse(os.Getenv("TESSUTO_TEST_PG"))
	if err != nil {
		return ""
	}
	u.Path = "/" + database
	return u.String()
}

func migrate(url string, fsys fs.FS) error {
	ctx := context.Background() // the template outlives the test that makes it
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx, fsys)
}
