package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
)

// shelf makes a table to try transactions on.
func shelf(t *testing.T, d *db.DB) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		return tx.Exec(t.Context(), `create table shelf (id text primary key, holder text not null default '')`)
	})
}

func write(t *testing.T, d *db.DB, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func put(ctx context.Context, tx *db.Tx, id string) error {
	return tx.Exec(ctx, `insert into shelf (id) values ($1)`, id)
}

func onShelf(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(t.Context(), `select count(*) from shelf`, nil, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A page that counts and then lists must not be overtaken by a writer.
func TestReadSeesOneState(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		ctx := t.Context()
		write(t, d, func(tx *db.Tx) error { return put(ctx, tx, "first") })
		err := d.Read(ctx, func(tx *db.Tx) error {
			var count int
			if err := tx.Get(ctx, `select count(*) from shelf`, nil, &count); err != nil {
				return err
			}
			write(t, d, func(tx *db.Tx) error { return put(ctx, tx, "meanwhile") })
			list, err := db.Column[string](ctx, tx, `select id from shelf`)
			if count != 1 || len(list) != count {
				t.Errorf("counted %d, then listed %v", count, list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := onShelf(t, d); n != 2 {
			t.Errorf("after both: %d rows, want 2", n)
		}
	})
}

// One statement needs no transaction; what needs one says so.
func TestReadOnceIsOneQuery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		one := func(tx *db.Tx) error { return tx.Get(t.Context(), `select 1`, nil, new(int)) }
		if err := d.ReadOnce(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		if err := d.ReadOnce(t.Context(), func(tx *db.Tx) error { return errors.Join(one(tx), one(tx)) }); err == nil {
			t.Error("a second query was answered")
		}
		if err := d.ReadOnce(t.Context(), func(tx *db.Tx) error { return put(t.Context(), tx, "a") }); err == nil || onShelf(t, d) != 0 {
			t.Error("it wrote")
		}
	})
}

func TestReadRefusesToWrite(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		err := d.Read(t.Context(), func(tx *db.Tx) error { return put(t.Context(), tx, "x") })
		if err == nil || onShelf(t, d) != 0 {
			t.Errorf("Read wrote: err %v, %d rows", err, onShelf(t, d))
		}
	})
}

func TestWriteRollsBackWhole(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused by the use case")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		ctx := t.Context()
		err := d.Write(ctx, func(tx *db.Tx) error {
			if err := errors.Join(put(ctx, tx, "a"), put(ctx, tx, "b")); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Errorf("error %v, want the one of the use case", err)
		}
		err = d.Write(ctx, func(tx *db.Tx) error {
			return errors.Join(put(ctx, tx, "c"), tx.Exec(ctx, `insert into nowhere (id) values ('x')`))
		})
		if err == nil {
			t.Error("a statement failed and Write said nothing")
		}
		if n := onShelf(t, d); n != 0 {
			t.Errorf("%d rows were left behind", n)
		}
	})
}

// Two people take the same thing at once: exactly one has it. On PostgreSQL
// both have looked before either writes, which only a serializable Write bears.
func TestOneOfTwoWins(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		for round := range 30 {
			if won := race(t, d, db.NewID()); won != 1 {
				t.Fatalf("round %d: %d winners", round, won)
			}
		}
		if n := onShelf(t, d); n != 30 {
			t.Errorf("%d things were taken in 30 rounds", n)
		}
	})
}

// race lets two transactions claim thing, and returns how many did.
func race(t *testing.T, d *db.DB, thing string) int {
	ctx := t.Context()
	var looked, done sync.WaitGroup
	looked.Add(2)
	result := make(chan error, 2)
	for range 2 {
		done.Go(func() {
			first := true
			result <- d.Write(ctx, func(tx *db.Tx) error {
				var n int
				if err := tx.Get(ctx, `select count(*) from shelf where holder = $1`, []any{thing}, &n); err != nil {
					return err
				}
				if first && d.Postgres() { // SQLite lets one begin at a time
					first = false
					looked.Done()
					looked.Wait()
				}
				if n > 0 {
					return errs.New(errs.Conflict, "error.exists")
				}
				return tx.Exec(ctx, `insert into shelf (id, holder) values ($1, $2)`, db.NewID(), thing)
			})
		})
	}
	done.Wait()
	won := 0
	for range 2 {
		switch err := <-result; {
		case err == nil:
			won++
		case errs.CodeOf(err) != errs.Conflict:
			t.Error(err)
		}
	}
	return won
}

func TestUniqueIsConflict(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		ctx := t.Context()
		looks := 0
		for i := range 2 {
			err := d.Write(ctx, func(tx *db.Tx) error {
				looks++
				return put(ctx, tx, "same")
			})
			if want := []errs.Code{"", errs.Conflict}[i]; (err != nil || want != "") && errs.CodeOf(err) != want {
				t.Errorf("writing it %d times: %v", i+1, err)
			}
		}
		if looks != 3 {
			t.Errorf("%d looks: the second writer looks twice, so three in all", looks)
		}
		if n := onShelf(t, d); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

// What collides for ever is given up after two seconds, with nothing written.
func TestBusy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		start, tries := time.Now(), 0
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			tries++
			if err := put(t.Context(), tx, "x"); err != nil {
				return err
			}
			return &pgconn.PgError{Code: "40001"}
		})
		took := time.Since(start)
		if errs.CodeOf(err) != errs.Busy || took < 2*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		if tries < 3 || onShelf(t, d) != 0 {
			t.Errorf("%d tries, %d rows left", tries, onShelf(t, d))
		}
	})
}

// A writer that holds its lock makes the others wait two seconds, not for ever:
// one in the same program as much as one in another.
func TestBusyBehindALongWriter(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t, "sqlite")
	here, there := dbtest.Open(t, url), dbtest.Open(t, url)
	holding, release := make(chan bool), make(chan bool)
	var long sync.WaitGroup
	long.Go(func() {
		err := here.Write(t.Context(), func(*db.Tx) error {
			close(holding)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-holding
	var waiting sync.WaitGroup
	for name, d := range map[string]*db.DB{"same program": here, "another program": there} {
		waiting.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			start := time.Now()
			err := d.Write(ctx, func(*db.Tx) error { return nil })
			if took := time.Since(start); errs.CodeOf(err) != errs.Busy || took > 4500*time.Millisecond {
				t.Errorf("%s: %v after %v, want busy after about two seconds", name, err, took)
			}
		})
	}
	waiting.Wait()
	close(release)
	long.Wait()
}

func TestMissingRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		ctx := t.Context()
		write(t, d, func(tx *db.Tx) error { return put(ctx, tx, "here") })
		for id, want := range map[string]errs.Code{"here": "", "gone": errs.NotFound} {
			var got string
			get := d.Read(ctx, func(tx *db.Tx) error {
				return tx.Get(ctx, `select id from shelf where id = $1`, []any{id}, &got)
			})
			update := d.Write(ctx, func(tx *db.Tx) error {
				return tx.ExecOne(ctx, `update shelf set holder = 'me' where id = $1`, id)
			})
			for what, err := range map[string]error{"Get": get, "ExecOne": update} {
				if err != nil && errs.CodeOf(err) != want || err == nil && want != "" {
					t.Errorf("%s of %s: %v", what, id, err)
				}
			}
		}
	})
}

// A time compares by its instant, whatever zone it is written in.
func TestTimesArePortable(t *testing.T) {
	t.Parallel()
	rome := time.FixedZone("far", 5*3600)
	at := time.Date(2026, 3, 1, 3, 0, 0, 123456789, rome)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		write(t, d, func(tx *db.Tx) error {
			ddl := `create table moment (at timestamp not null)`
			if d.Postgres() {
				ddl = `create table moment (at timestamptz not null)`
			}
			return errors.Join(tx.Exec(ctx, ddl), tx.Exec(ctx, `insert into moment (at) values ($1)`, at))
		})
		err := d.Read(ctx, func(tx *db.Tx) error {
			var n int
			var got time.Time
			before, after := at.Add(-time.Second).UTC(), at.Add(time.Second)
			if err := tx.Get(ctx, `select count(*) from moment where at > $1 and at < $2`, []any{before, &after}, &n); err != nil {
				return err
			}
			if n != 1 {
				t.Error("the row is not found between the second before and the second after")
			}
			err := tx.Get(ctx, `select at from moment`, nil, &got)
			if want := at.Truncate(time.Microsecond); !got.Equal(want) {
				t.Errorf("read %v, wrote %v", got, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
