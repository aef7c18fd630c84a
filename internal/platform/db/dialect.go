package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"tessuto/internal/platform/errs"
)

// sqliteTypes are the only words that differ between the two schemas.
var sqliteTypes = strings.NewReplacer("timestamptz", "timestamp", "bytea", "blob")

func openPostgres(url string) (*sql.DB, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	// A page asks many small things: to compile one takes longer than to answer it.
	if _, said := c.RuntimeParams["jit"]; !said {
		c.RuntimeParams["jit"] = "off"
	}
	pool := stdlib.OpenDB(*c)
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(16)
	return pool, nil
}

// openSQLite opens the file twice: readers run beside each other and beside the
// one writer, and a writer takes its lock when it begins, so it never fails
// half-way. A new file is its owner's alone, and so is what SQLite puts beside it.
func openSQLite(url string) (read, write *sql.DB, err error) {
	if path, ok := sqliteFile(url); ok {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY, 0o600)
		if err != nil {
			return nil, nil, err
		}
		f.Close()
	}
	const both = "_pragma=busy_timeout(2000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-32000)&_time_format=sqlite"
	sep := "?"
	if strings.Contains(url, "?") {
		sep = "&"
	}
	if write, err = openPrepared(url + sep + both + "&_txlock=immediate"); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	if read, err = openPrepared(url + sep + both + "&_pragma=query_only(1)"); err != nil {
		return nil, nil, err
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return read, write, nil
}

// collided tells whether the engine asks to run the transaction again.
func collided(err error) bool {
	var pe *pgconn.PgError
	var se *sqlite.Error
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01") ||
		errors.As(err, &se) && se.Code()&0xff == 5
}

// unique tells whether a row with the same key was there already.
func unique(err error) bool {
	var pe *pgconn.PgError
	var se *sqlite.Error
	return errors.As(err, &pe) && pe.Code == "23505" ||
		errors.As(err, &se) && (se.Code() == 2067 || se.Code() == 1555)
}

// withoutValues returns err without the values that engines and drivers quote
// in some of theirs: an error is logged, and a value may be a name.
func withoutValues(err error) error {
	var pe *pgconn.PgError
	if errors.As(err, &pe) && strings.HasPrefix(pe.Code, "22") {
		return fmt.Errorf("a value does not fit (SQLSTATE %s)", pe.Code)
	}
	for _, quoting := range []string{"failed to encode args", "sql: Scan error", "sql: converting argument"} {
		if text, _, found := strings.Cut(err.Error(), quoting); found {
			return errors.New(text + quoting)
		}
	}
	return err
}

// refine turns what the engines say into what an area can act on.
func refine(err error) error {
	if unique(err) {
		return errs.New(errs.Conflict, "error.exists")
	}
	return err
}

// SkipLocked ends a query of Queue that takes rows: two who take at once take
// different ones. SQLite has one writer, and needs no word for it.
func (d *DB) SkipLocked() string {
	if d.pg {
		return " for update skip locked"
	}
	return ""
}

// Analyze lets the engine count what its tables hold, which it needs after much
// was written at once: until then its plans are guesses. SQLite is asked to look at
// a part of each index: of all of it, it would also keep samples, and then plan every
// kept statement anew for each new value.
func (d *DB) Analyze(ctx context.Context) error {
	query := "pragma analysis_limit = 1000; analyze"
	if d.pg {
		query = "analyze"
	}
	_, err := d.write.ExecContext(ctx, query)
	return err
}

// Tables lists the tables of the schema, in name order.
func (d *DB) Tables(ctx context.Context) (names []string, err error) {
	query := `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`
	if d.pg {
		query = `select table_name from information_schema.tables where table_schema = current_schema() order by table_name`
	}
	err = d.Read(ctx, func(tx *Tx) error {
		names, err = Column[string](ctx, tx, query)
		return err
	})
	return names, err
}
