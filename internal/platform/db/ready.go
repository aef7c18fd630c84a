package db

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
)

// What Ready finds of a database that one only looks into.
var (
	ErrAbsent = errors.New("there is no database there")
	ErrOlder  = errors.New("an older program made this database: run tessuto migrate")
)

// Ready tells whether a database is there and has every file of fsys applied;
// it makes nothing and changes nothing. It fails with ErrAbsent when the file is
// missing or there are no tables of this program, and with ErrOlder.
func Ready(ctx context.Context, url string, fsys fs.FS) error {
	if path, ok := sqliteFile(url); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return ErrAbsent
		}
	}
	d, err := Open(ctx, url)
	if err != nil {
		return err
	}
	defer d.Close()
	tables, err := d.Tables(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(tables, "migration") {
		return ErrAbsent
	}
	lacking, err := d.Pending(ctx, fsys)
	if err == nil && len(lacking) > 0 {
		err = ErrOlder
	}
	return err
}

// Pending lists the files of fsys that were not yet applied, in name order.
func (d *DB) Pending(ctx context.Context, fsys fs.FS) (names []string, err error) {
	if names, err = fs.Glob(fsys, "*.sql"); err != nil {
		return nil, err
	}
	tables, err := d.Tables(ctx)
	if err != nil {
		return nil, err
	}
	return names, d.Read(ctx, func(tx *Tx) error {
		var done []string
		if slices.Contains(tables, "migration") {
			if done, err = Column[string](ctx, tx, `select name from migration`); err != nil {
				return err
			}
		}
		names = slices.DeleteFunc(names, func(n string) bool { return tx.forOther(n) || slices.Contains(done, n) })
		return nil
	})
}

// postgres tells whether an address is of PostgreSQL.
func postgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// sqliteFile is the file that an address names, unless it says by a mode how to
// open it.
func sqliteFile(address string) (path string, ok bool) {
	rest, ok := strings.CutPrefix(address, "file:")
	rest, query, _ := strings.Cut(rest, "?")
	if rest, found := strings.CutPrefix(rest, "//"); found { // file://host/path
		_, after, _ := strings.Cut(rest, "/")
		return unescaped("/" + after), ok
	}
	return unescaped(rest), ok && rest != "" && rest != ":memory:" && !strings.Contains(query, "mode=")
}

func unescaped(path string) string {
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	return path
}
