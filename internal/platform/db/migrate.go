package db

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
)

// Migrate applies the files of fsys that were not yet applied, in name order.
// A file named x.sqlite.sql or x.postgres.sql is for that engine only; use a
// pair of them when one text cannot serve both. It refuses a database that a
// newer program has already changed.
func (d *DB) Migrate(ctx context.Context, fsys fs.FS) error {
	return d.Write(ctx, func(tx *Tx) error { return tx.Migrate(ctx, fsys) })
}

// Migrate is DB.Migrate in a transaction of the caller's.
func (t *Tx) Migrate(ctx context.Context, fsys fs.FS) error {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return err
	}
	if err := t.Exec(ctx, `create table if not exists migration (name text primary key)`); err != nil {
		return err
	}
	done, err := Column[string](ctx, t, `select name from migration`)
	if err != nil {
		return err
	}
	applied := make(map[string]bool, len(done))
	for _, n := range done {
		applied[n] = true
	}
	for _, name := range names {
		if t.forOther(name) {
			continue
		}
		if !applied[name] {
			if err := t.apply(ctx, fsys, name); err != nil {
				return fmt.Errorf("migration %s: %w", name, err)
			}
		}
		delete(applied, name)
	}
	for name := range applied {
		return fmt.Errorf("a newer program changed this database (%s): use that program", name)
	}
	return nil
}

func (t *Tx) forOther(name string) bool {
	return t.pg && strings.HasSuffix(name, ".sqlite.sql") || !t.pg && strings.HasSuffix(name, ".postgres.sql")
}

func (t *Tx) apply(ctx context.Context, fsys fs.FS, name string) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	ddl := string(text)
	if !t.pg {
		ddl = sqliteTypes.Replace(ddl)
	}
	if err := t.Exec(ctx, ddl); err != nil {
		return err
	}
	return t.Exec(ctx, `insert into migration (name) values ($1)`, name)
}
