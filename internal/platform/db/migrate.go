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
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return err
	}
	return d.Write(ctx, func(tx *Tx) error {
		if err := tx.Exec(ctx, `create table if not exists migration (name text primary key)`); err != nil {
			return err
		}
		done, err := Column[string](ctx, tx, `select name from migration`)
		if err != nil {
			return err
		}
		applied := make(map[string]bool, len(done))
		for _, n := range done {
			applied[n] = true
		}
		for _, name := range names {
			if d.forOther(name) {
				continue
			}
			if !applied[name] {
				if err := d.apply(ctx, tx, fsys, name); err != nil {
					return fmt.Errorf("migration %s: %w", name, err)
				}
			}
			delete(applied, name)
		}
		for name := range applied {
			return fmt.Errorf("a newer program changed this database (%s): use that program", name)
		}
		return nil
	})
}

func (d *DB) forOther(name string) bool {
	return d.pg && strings.HasSuffix(name, ".sqlite.sql") || !d.pg && strings.HasSuffix(name, ".postgres.sql")
}

func (d *DB) apply(ctx context.Context, tx *Tx, fsys fs.FS, name string) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	ddl := string(text)
	if !d.pg {
		ddl = sqliteTypes.Replace(ddl)
	}
	if err := tx.Exec(ctx, ddl); err != nil {
		return err
	}
	return tx.Exec(ctx, `insert into migration (name) values ($1)`, name)
}
