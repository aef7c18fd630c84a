package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"tessuto/internal/platform/errs"
)

// Tx is a transaction. Now is its instant: every row it writes has the same.
type Tx struct {
	tx   statements
	pg   bool
	Now  time.Time
	then []func()
	kept map[string]any // nil in a transaction that writes: see Keep

	asked *atomic.Int64 // statements of all transactions that read, or of all that write
}

// statements are those of a transaction, or one alone.
type statements interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// once lets one query through.
type once struct {
	pool *sql.DB
	used bool
}

var errOnce = errors.New("db: ReadOnce is for one query")

func (o *once) ExecContext(context.Context, string, ...any) (sql.Result, error) { return nil, errOnce }

func (o *once) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if o.used {
		return nil, errOnce
	}
	o.used = true
	return o.pool.QueryContext(ctx, query, args...)
}

// Writes tells whether the transaction can write.
func (t *Tx) Writes() bool { return t.kept == nil }

// Keep returns what make answered when it was first asked for under this name in
// a transaction that only reads, which sees one state of the data. A transaction
// that writes asks every time.
func Keep[T any](t *Tx, name string, make func() (T, error)) (T, error) {
	if kept, ok := t.kept[name].(T); ok {
		return kept, nil
	}
	v, err := make()
	if err == nil && t.kept != nil {
		t.kept[name] = v
	}
	return v, err
}

// Then calls fn once the transaction is committed, and not if it never is. On
// SQLite nobody else writes before fn returns: it must be short and write
// nothing.
func (t *Tx) Then(fn func()) { t.then = append(t.then, fn) }

// Today is the day of the transaction in Rome, where days of service begin.
func (t *Tx) Today() Date { return DateOf(t.Now) }

// NewID returns a new identifier, a UUIDv7: random, and sorted by time.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Exec runs a statement.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) error {
	_, err := t.ExecN(ctx, query, args...)
	return err
}

// ExecN runs a statement and returns how many rows it touched.
func (t *Tx) ExecN(ctx context.Context, query string, args ...any) (int64, error) {
	t.asked.Add(1)
	res, err := t.tx.ExecContext(ctx, query, portable(args)...)
	if err != nil {
		return 0, inQuery(err, query)
	}
	return res.RowsAffected()
}

// ExecOne runs a statement that must touch exactly one row; it returns
// NotFound when it touched none.
func (t *Tx) ExecOne(ctx context.Context, query string, args ...any) error {
	n, err := t.ExecN(ctx, query, args...)
	if err == nil && n == 0 {
		return errs.Missing()
	}
	return err
}

// valuesAtOnce bounds the values of one statement: SQLite looks each $n up among
// those before it, so a long statement costs the square of its length.
const valuesAtOnce = 500

// InsertMany writes rows, many with one statement. Into is "insert into t (a, b)":
// each row has a value for each of its columns. Then, when given, follows the values.
func (t *Tx) InsertMany(ctx context.Context, into string, rows [][]any, then ...string) error {
	if len(rows) == 0 {
		return nil
	}
	one := "(" + strings.Repeat("?, ", max(0, len(rows[0])-1)) + "?)"
	for part := range slices.Chunk(rows, max(1, valuesAtOnce/max(1, len(rows[0])))) {
		b := NewBuild(into + " values")
		for i, row := range part {
			b.Add(strings.Repeat(",", min(i, 1))+one, row...)
		}
		b.Add(strings.Join(then, " "))
		if err := t.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
}

// Get reads one row into dest. It returns a NotFound error when there is none.
func (t *Tx) Get(ctx context.Context, query string, args []any, dest ...any) error {
	t.asked.Add(1)
	rows, err := t.tx.QueryContext(ctx, query, portable(args)...)
	if err != nil {
		return inQuery(err, query)
	}
	defer rows.Close()
	there := rows.Next()
	if there {
		err = rows.Scan(dest...)
	}
	if err = errors.Join(err, rows.Err()); err != nil {
		return inQuery(err, query)
	}
	if !there {
		return errs.Missing()
	}
	return rows.Close()
}

// List reads all rows of a query; fields says where the columns of one go.
func List[T any](ctx context.Context, t *Tx, query string, args []any, fields func(*T) []any) ([]T, error) {
	t.asked.Add(1)
	rows, err := t.tx.QueryContext(ctx, query, portable(args)...)
	if err != nil {
		return nil, inQuery(err, query)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var one T
		if err := rows.Scan(fields(&one)...); err != nil {
			return nil, inQuery(err, query)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// Column reads a query of one column.
func Column[T any](ctx context.Context, t *Tx, query string, args ...any) ([]T, error) {
	return List(ctx, t, query, args, func(v *T) []any { return []any{v} })
}

// inQuery says in which query an error happened, as far as one line tells it.
func inQuery(err error, query string) error {
	line := strings.Join(strings.Fields(query), " ")
	return fmt.Errorf("%w, in: %.120s", withoutValues(err), line)
}

// portable makes every time UTC in whole microseconds. SQLite compares times
// as text, so a time in another zone would compare wrong and in silence.
func portable(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch at := a.(type) {
		case time.Time:
			a = instant(at)
		case *time.Time:
			if at != nil {
				a = instant(*at)
			}
		}
		out[i] = a
	}
	return out
}

func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
