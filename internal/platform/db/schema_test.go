package db_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/migrations"
)

// with returns the program's migrations and one more.
func with(t *testing.T, name, text string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{name: {Data: []byte(text)}}
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, n := range names {
		text, err := fs.ReadFile(migrations.FS, n)
		if err != nil {
			t.Fatal(err)
		}
		files[n] = &fstest.MapFile{Data: text}
	}
	return files
}

func TestMigrateTwiceIsNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before := schema(t, d)
		if err := d.Migrate(t.Context(), migrations.FS); err != nil {
			t.Fatal(err)
		}
		more := with(t, "9999_more.sql", "create table more (at timestamptz not null, body bytea not null)")
		for range 2 {
			if err := d.Migrate(t.Context(), more); err != nil {
				t.Fatal(err)
			}
		}
		after := schema(t, d)
		if !slices.Contains(after, "more.at: not null") || len(after) != len(before)+2 {
			t.Errorf("the new table is not there, or more than it: %v", after[len(before):])
		}
	})
}

// An old program must not work on data that a newer one has changed.
func TestMigrateRefusesNewer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), with(t, "9999_more.sql", "create table more (id text)")); err != nil {
			t.Fatal(err)
		}
		err := d.Migrate(t.Context(), migrations.FS)
		if err == nil || !strings.Contains(err.Error(), "newer program") || !strings.Contains(err.Error(), "9999_more.sql") {
			t.Errorf("an older program was let in: %v", err)
		}
	})
}

func TestMigrateForOneEngine(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		files := with(t, "9999_pair.sqlite.sql", "create table made_by_sqlite (id text)")
		files["9999_pair.postgres.sql"] = &fstest.MapFile{Data: []byte("create table made_by_postgres (id text)")}
		err := errors.Join(d.Migrate(t.Context(), files), d.Migrate(t.Context(), files))
		tables, err2 := d.Tables(t.Context())
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if slices.Contains(tables, "made_by_postgres") != d.Postgres() || slices.Contains(tables, "made_by_sqlite") == d.Postgres() {
			t.Errorf("the other engine's file was applied: %v", tables)
		}
	})
}

// A migration that fails half-way leaves nothing, and names itself.
func TestMigrateAllOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before := schema(t, d)
		err := d.Migrate(t.Context(), with(t, "9999_bad.sql", "create table half (id text); create table broken (id text,,)"))
		if err == nil || !strings.Contains(err.Error(), "9999_bad.sql") {
			t.Errorf("error %v does not name the file", err)
		}
		if after := schema(t, d); !slices.Equal(before, after) {
			t.Errorf("something was left behind: %d lines, were %d", len(after), len(before))
		}
	})
}

// Both engines have the same tables, columns, nullability and unique keys.
func TestSchemasAgree(t *testing.T) {
	t.Parallel()
	lite := schema(t, dbtest.Open(t, dbtest.URL(t, "sqlite")))
	post := schema(t, dbtest.Open(t, dbtest.URL(t, "postgres")))
	if len(lite) < 100 {
		t.Fatalf("only %d lines of schema were found", len(lite))
	}
	for _, line := range lite {
		if !slices.Contains(post, line) {
			t.Errorf("SQLite only:     %s", line)
		}
	}
	for _, line := range post {
		if !slices.Contains(lite, line) {
			t.Errorf("PostgreSQL only: %s", line)
		}
	}
}

// schema describes a database in lines that both engines should give alike.
func schema(t *testing.T, d *db.DB) []string {
	t.Helper()
	columns, keys := sqliteColumns, sqliteKeys
	if d.Postgres() {
		columns, keys = postgresColumns, postgresKeys
	}
	var out []string
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		type column struct {
			table, name string
			required    bool
		}
		all, err := db.List(t.Context(), tx, columns, nil, func(c *column) []any { return []any{&c.table, &c.name, &c.required} })
		for _, c := range all {
			out = append(out, fmt.Sprintf("%s.%s: %s", c.table, c.name, map[bool]string{true: "not null", false: "null"}[c.required]))
		}
		type key struct {
			table, columns     string
			primary, partially bool
		}
		found, err2 := db.List(t.Context(), tx, keys, nil, func(k *key) []any {
			return []any{&k.table, &k.columns, &k.primary, &k.partially}
		})
		for _, k := range found {
			out = append(out, fmt.Sprintf("%s key (%s) primary %v partial %v", k.table, k.columns, k.primary, k.partially))
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

const (
	sqliteColumns = `select m.name, c.name, c."notnull" = 1 or c.pk > 0
		from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'`
	sqliteKeys = `select m.name, (select group_concat(name, ',') from
			(select name from pragma_index_info(i.name) order by seqno)), i.origin = 'pk', i.partial = 1
		from sqlite_master m, pragma_index_list(m.name) i
		where m.type = 'table' and m.name not like 'sqlite_%' and i."unique" = 1
		union all
		select m.name, c.name, true, false from sqlite_master m, pragma_table_info(m.name) c
		where m.type = 'table' and lower(c.type) = 'integer' and c.pk = 1
			and not exists (select 1 from pragma_index_list(m.name) i where i.origin = 'pk')` // a row number, which is its own index
	postgresColumns = `select table_name, column_name, is_nullable = 'NO'
		from information_schema.columns where table_schema = current_schema()`
	postgresKeys = `select t.relname, (select string_agg(a.attname, ',' order by k.place)
			from unnest(i.indkey) with ordinality k(number, place)
			join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number), i.indisprimary, i.indpred is not null
		from pg_index i join pg_class t on t.oid = i.indrelid
		where i.indisunique and t.relnamespace = current_schema()::regnamespace`
)
