// Package db opens the database and runs transactions on it.
//
// Tessuto speaks one SQL on two engines: text that PostgreSQL and SQLite both
// accept, with $1 placeholders. What the engines do not share is in dialect.go.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"tessuto/internal/platform/errs"
)

// DB is an open database: one pool that reads, one that writes.
type DB struct {
	read, write *sql.DB
	pg          bool
	turn        chan struct{} // SQLite writes one after the other: who writes holds the place in it
	hasty       bool          // see Hasten
	retried     atomic.Int64  // times that a write ran again
	refused     atomic.Int64  // writes that were told Busy
	asked       atomic.Int64  // statements of transactions that read
	told        atomic.Int64  // statements of transactions that write

	// Now is the clock. The demo and tests replace it.
	Now func() time.Time
}

// patience is how long a write waits for others, or tries again, before it says
// Busy (design, decision 6).
const patience = 2 * time.Second

// Open opens the database that url names, "postgres://…" or "file:tessuto.db",
// and makes sure that it answers.
func Open(ctx context.Context, url string) (*DB, error) {
	if !postgres(url) && !strings.HasPrefix(url, "file:") { // it is not printed: it may hold a password
		return nil, errors.New("open database: its address begins with postgres:// or with file:")
	}
	d := &DB{pg: postgres(url), Now: time.Now, turn: make(chan struct{}, 1)}
	var err error
	if d.pg {
		d.write, err = openPostgres(url)
		d.read = d.write
	} else {
		d.read, d.write, err = openSQLite(url)
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := d.write.PingContext(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("the database does not answer: %w", err)
	}
	return d, nil
}

// Postgres tells which of the two engines this is.
func (d *DB) Postgres() bool { return d.pg }

// Stats is how the database has fared since it was opened.
type Stats struct {
	Open, InUse int           // connections, of both pools
	Waited      time.Duration // for a connection, of all who waited
	Retried     int64         // times that a write ran again because it collided
	Busy        int64         // writes that gave up
	Asked       int64         // statements of transactions that read
	Told        int64         // statements of transactions that write
}

// Stats returns how the database has fared.
func (d *DB) Stats() Stats {
	s := Stats{Retried: d.retried.Load(), Busy: d.refused.Load(), Asked: d.asked.Load(), Told: d.told.Load()}
	pools := []*sql.DB{d.write}
	if d.read != d.write {
		pools = append(pools, d.read)
	}
	for _, pool := range pools {
		p := pool.Stats()
		s.Open, s.InUse, s.Waited = s.Open+p.OpenConnections, s.InUse+p.InUse, s.Waited+p.WaitDuration
	}
	return s
}

// Hasten lets what is written from now on be lost when the machine stops: it is
// for filling a database that nobody is served from yet, before it is used.
func (d *DB) Hasten(ctx context.Context) error {
	d.hasty = true
	if d.pg {
		return nil // each transaction says it
	}
	_, err := d.write.ExecContext(ctx, "pragma synchronous=off")
	return err
}

// Close closes the database.
func (d *DB) Close() error {
	if d.read != d.write {
		d.read.Close()
	}
	return d.write.Close()
}

// Read runs fn in a read-only transaction that sees one state of the data from
// its first query to its last, so that a count and a list agree.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.pg {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return d.run(ctx, d.read, opts, fn)
}

// ReadOnce is Read for a single statement: that sees one state of the data by itself,
// and needs no transaction, which on PostgreSQL takes as long as two more. A second
// statement is an error.
func (d *DB) ReadOnce(ctx context.Context, fn func(*Tx) error) error {
	return fn(&Tx{tx: &once{pool: d.read}, Now: instant(d.Now()), pg: d.pg, asked: &d.asked, kept: map[string]any{}})
}

// Write runs fn in a transaction, and commits unless fn returns an error.
// Writes behave as if they ran one after the other: SQLite runs them so, and on
// PostgreSQL Write runs fn again when it collided with another. Who has waited
// for two seconds is told Busy. So fn must do nothing that the transaction
// cannot undo.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return d.writing(ctx, sql.LevelSerializable, fn)
}

// Queue is Write for the rows of a queue, by which no use case decides anything.
// On PostgreSQL each statement in it sees what is committed by then and collides
// with no use case; it locks the rows that it takes: see SkipLocked.
func (d *DB) Queue(ctx context.Context, fn func(*Tx) error) error {
	return d.writing(ctx, sql.LevelReadCommitted, fn)
}

func (d *DB) writing(ctx context.Context, level sql.IsolationLevel, fn func(*Tx) error) error {
	opts := &sql.TxOptions{}
	deadline, pause, taken := time.Now().Add(patience), 2*time.Millisecond, 0
	if d.pg {
		opts.Isolation = level
	} else {
		if err := d.takeTurn(ctx); err != nil {
			return err
		}
		defer func() { <-d.turn }()
	}
	for {
		err := d.run(ctx, d.write, opts, fn)
		switch {
		case err == nil:
			return nil
		case unique(err) && taken == 0:
			// Another transaction may have written the same key while this one
			// ran: a second look sees it, and answers better than the engine.
			taken++
			continue
		case !collided(err):
			return refine(err)
		case time.Now().After(deadline):
			slog.WarnContext(ctx, "write gave up", "err", err)
			d.refused.Add(1)
			return errs.New(errs.Busy, "error.busy")
		}
		d.retried.Add(1)
		time.Sleep(pause/2 + rand.N(pause))
		pause = min(2*pause, 100*time.Millisecond)
	}
}

// takeTurn waits until no other goroutine writes. The pool would let it wait
// for ever.
func (d *DB) takeTurn(ctx context.Context) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case d.turn <- struct{}{}:
		return nil
	case <-late.C:
		d.refused.Add(1)
		return errs.New(errs.Busy, "error.busy")
	case <-ctx.Done():
		return fmt.Errorf("begin: %w", ctx.Err())
	}
}

func (d *DB) run(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, fn func(*Tx) error) error {
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	t := &Tx{tx: tx, Now: instant(d.Now()), pg: d.pg, asked: &d.told}
	if opts.ReadOnly {
		t.kept, t.asked = map[string]any{}, &d.asked
	}
	if d.hasty && d.pg && !opts.ReadOnly {
		if err := t.Exec(ctx, "set local synchronous_commit = off"); err != nil {
			return err
		}
	}
	if err := fn(t); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, then := range t.then {
		then()
	}
	return nil
}
