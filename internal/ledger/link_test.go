package ledger_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// linking is a ledger of two networks, each with a programme A.
type linking struct {
	*testing.T
	*ledger.Ledger
	d *db.DB
}

func (l linking) write(fn func(ctx context.Context, tx *db.Tx) error) {
	l.Helper()
	if err := l.d.Write(l.Context(), func(tx *db.Tx) error { return fn(l.Context(), tx) }); err != nil {
		l.Fatal(err)
	}
}

func (l linking) met(network, subject string) {
	l.Helper()
	l.write(func(ctx context.Context, tx *db.Tx) error {
		return l.Post(ctx, tx, network, line{measure: "met", date: "2026-01-10", subject: subject, programme: "A", org: "o1", quantity: 1, source: db.NewID()}.fact())
	})
}

// compare ends a comparison that found some pairs, one of each network.
func (l linking) compare(day string, pairs ...[2]string) {
	l.Helper()
	l.d.Now = func() time.Time { return db.Date(day).Time().Add(2 * time.Hour) }
	l.write(func(ctx context.Context, tx *db.Tx) error {
		run, err := l.BeginLinks(ctx, tx)
		for _, p := range pairs {
			if err == nil {
				err = l.Link(ctx, tx, run.ID, []ledger.Subject{{Network: "n", ID: p[0]}, {Network: "n2", ID: p[1]}})
			}
		}
		if err != nil {
			return err
		}
		return l.EndLinks(ctx, tx, run)
	})
}

func (l linking) says(when string, asOf db.Date, total, more int64, linked string) {
	l.Helper()
	read(l.T, l.d, func(tx *db.Tx) error {
		r, err := l.Region(l.Context(), tx, asOf, map[string][]string{"n": {"A"}, "n2": {"A"}, "empty": nil})
		if day := db.DateOf(r.Linked); err != nil || r.Total() != total || r.More() != more || r.Linked.IsZero() != (linked == "") || linked != "" && day != db.Date(linked) {
			l.Errorf("%s: %d persons, %d in both, linked on %v: %v", when, r.Total(), r.More(), r.Linked, err)
		}
		return err
	})
}

// Whoever two networks met counts once, also under an entry that was merged; not
// before the comparison that found it, nor for who met them no more.
func TestRegionCountsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := linking{t, ledger.New(d, catalogue), d}
		d.Now = func() time.Time { return db.Date("2026-01-20").Time() }
		for _, s := range []string{"gone", "anna", "carla"} {
			l.met("n", s)
		}
		for _, s := range []string{"ada", "aida", "dora"} {
			l.met("n2", s)
		}
		l.write(func(ctx context.Context, tx *db.Tx) error {
			return l.Alias(ctx, tx, "n", ledger.Person, "gone", "kept")
		})
		l.says("never compared", "2026-01-20", 6, 0, "")
		l.compare("2026-01-25", [2]string{"kept", "ada"}, [2]string{"anna", "aida"}, [2]string{"nobody", "dora"})
		l.says("compared", "2026-01-31", 4, 2, "2026-01-25")
		l.says("before", "2026-01-24", 6, 0, "")
		l.compare("2026-01-30", [2]string{"kept", "ada"})
		l.says("compared again", "2026-01-31", 5, 1, "2026-01-30")
		l.compare("2026-02-10")
		l.compare("2026-02-11", [2]string{"anna", "aida"}, [2]string{"kept", "ada"})
		l.says("as the last month ended", "2026-01-31", 5, 1, "2026-01-30")
		l.says("now", "2026-02-28", 4, 2, "2026-02-11")
		l.says("only the last of each month stays", "2026-02-10", 5, 1, "2026-01-30")
		l.write(func(ctx context.Context, tx *db.Tx) error { return l.Unlink(ctx, tx, "n", []string{"kept", "gone"}) })
		l.says("erased", "2026-02-28", 5, 1, "2026-02-11")
	})
}
