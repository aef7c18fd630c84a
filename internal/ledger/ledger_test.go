package ledger_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

func read(t *testing.T, d *db.DB, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, d *db.DB, l *ledger.Ledger, q ledger.Question) (n int64) {
	t.Helper()
	read(t, d, func(tx *db.Tx) (err error) {
		n, err = l.Count(t.Context(), tx, q)
		return err
	})
	return n
}

func parts(t *testing.T, d *db.DB, l *ledger.Ledger, q ledger.Question, by ledger.Dimension) (out []ledger.Part) {
	t.Helper()
	read(t, d, func(tx *db.Tx) (err error) {
		out, err = l.Break(t.Context(), tx, q, by)
		return err
	})
	return out
}

// records reads all pages of so many.
func records(t *testing.T, d *db.DB, l *ledger.Ledger, q ledger.Question, limit int) (all []ledger.Record) {
	t.Helper()
	after := ""
	for {
		var page []ledger.Record
		read(t, d, func(tx *db.Tx) (err error) {
			page, err = l.Records(t.Context(), tx, q, after, limit)
			return err
		})
		if len(page) > limit {
			t.Fatalf("%d records on a page of %d", len(page), limit)
		}
		if len(page) == 0 {
			return all
		}
		all, after = append(all, page...), page[len(page)-1].Key
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := goldenLedger(t, d)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return l.Post(t.Context(), tx, "n", ledger.Fact{Measure: "t.unknown", Quantity: 1})
		})
		if err == nil {
			t.Error("a measure that no area declares was posted")
		}
		read(t, d, func(tx *db.Tx) error {
			_, ratio := l.Count(t.Context(), tx, ask("met", ledger.Ratio, ledger.Question{}))
			_, dimension := l.Break(t.Context(), tx, ask("met", ledger.Persons, ledger.Question{}), "quantity")
			_, unit := l.Records(t.Context(), tx, ask("met", "cats", ledger.Question{}), "", 1)
			for what, err := range map[string]error{"a ratio": ratio, "a dimension": dimension, "a unit": unit} {
				if err == nil {
					t.Errorf("%s was answered", what)
				}
			}
			return nil
		})
	})
}

// "As known on a day" is everything posted before midnight in Rome, and nothing
// posted at midnight, on summer time and on winter time.
func TestAsOfEndsAtMidnight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledger.New(d, catalogue)
		for _, day := range []db.Date{"2026-01-10", "2026-03-29", "2026-07-10", "2026-10-25"} {
			network := "n" + string(day)
			for subject, at := range map[string]time.Time{"before": day.End().Add(-time.Microsecond), "after": day.End()} {
				d.Now = func() time.Time { return at }
				f := line{measure: "met", date: "2026-01-01", subject: subject, programme: "A", org: "o", quantity: 1, source: subject}
				if err := d.Write(t.Context(), func(tx *db.Tx) error { return l.Post(t.Context(), tx, network, f.fact()) }); err != nil {
					t.Fatal(err)
				}
			}
			for asOf, want := range map[db.Date]int64{day.AddDays(-1): 0, day: 1, day.AddDays(1): 2} {
				q := ledger.Question{Network: network, Programme: "A", Measure: "t.met", Unit: ledger.Persons, AsOf: asOf}
				if got := count(t, d, l, q); got != want {
					t.Errorf("posted round the end of %s, known on %s: %d, want %d", day, asOf, got, want)
				}
			}
		}
	})
}

// What stands is every fact that was not taken back, each once.
func TestAllStanding(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		goldenLedger(t, d)
		read(t, d, func(tx *db.Tx) error {
			all, err := ledger.AllStanding(t.Context(), tx, "n")
			var got []string
			for _, f := range all {
				if f.Quantity <= 0 {
					t.Errorf("a reversal stands: %+v", f)
				}
				if f.Measure == "t.met" {
					got = append(got, f.Source.ID)
				}
			}
			slices.Sort(got)
			want := []string{"s1", "s10", "s12", "s13", "s14", "s15", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"}
			if !slices.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
			return err
		})
	})
}

// Nobody can take one fact back twice, not even at once: a key forbids it.
func TestReverseOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := goldenLedger(t, d)
		reverse := func() error {
			return d.Write(t.Context(), func(tx *db.Tx) error {
				return l.Reverse(t.Context(), tx, "n", ledger.Source{Kind: "case", ID: "s1"})
			})
		}
		done := make(chan error, 4)
		for range 4 {
			go func() { done <- reverse() }()
		}
		var all error
		for range 4 {
			all = errors.Join(all, <-done)
		}
		if all != nil {
			t.Error(all)
		}
		if got := count(t, d, l, ask("hours", ledger.Minutes, ledger.Question{})); got != 175 { // 235 - 60
			t.Errorf("%d minutes, want 175", got)
		}
	})
}

func TestAgeClass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		year, month int
		on          db.Date
		want        string
	}{
		{0, 0, "2026-05-05", ""}, {0, 5, "2026-05-05", ""}, {1990, 5, "", ""},
		{2026, 5, "2026-05-05", "0-5"},
		{2020, 6, "2026-05-31", "0-5"}, {2020, 5, "2026-05-01", "6-10"}, // six from the first of the month
		{2015, 6, "2026-05-31", "6-10"}, {2015, 5, "2026-05-01", "11-13"},
		{2012, 6, "2026-05-31", "11-13"}, {2012, 5, "2026-05-01", "14-17"},
		{2008, 6, "2026-05-31", "14-17"}, {2008, 5, "2026-05-01", "18-29"},
		{1996, 6, "2026-05-31", "18-29"}, {1996, 5, "2026-05-01", "30-44"},
		{1981, 6, "2026-05-31", "30-44"}, {1981, 5, "2026-05-01", "45-60"},
		{1965, 6, "2026-05-31", "45-60"}, {1965, 5, "2026-05-01", "61+"},
		{1900, 1, "2026-05-05", "61+"},
		{2008, 0, "2026-06-30", "14-17"}, {2008, 0, "2026-07-01", "18-29"}, // only the year: July is taken
		{2008, 12, "2026-11-30", "14-17"}, {2008, 12, "2026-12-01", "18-29"},
	} {
		if got := ledger.AgeClass(c.year, c.month, c.on); got != c.want {
			t.Errorf("born %d-%d, on %s: %q, want %q", c.year, c.month, c.on, got, c.want)
		}
		if c.want != "" && !slices.Contains(ledger.AgeClasses, c.want) {
			t.Errorf("%q is no class", c.want)
		}
	}
}

func TestCanCount(t *testing.T) {
	t.Parallel()
	count := func(m ledger.Measure) (out []ledger.Unit) {
		for _, u := range ledger.Units {
			if m.CanCount(u) {
				out = append(out, u)
			}
		}
		return out
	}
	for _, c := range []struct {
		m    ledger.Measure
		want []ledger.Unit
	}{
		{ledger.Measure{Subject: ledger.Person}, []ledger.Unit{ledger.Persons, ledger.Organisations, ledger.Events}},
		{ledger.Measure{Subject: ledger.Household}, []ledger.Unit{ledger.Households, ledger.Organisations, ledger.Events}},
		{ledger.Measure{Subject: ledger.Event}, []ledger.Unit{ledger.Organisations, ledger.Events}},
		{ledger.Measure{Subject: ledger.Person, Minutes: true}, []ledger.Unit{ledger.Minutes}},
	} {
		if got := count(c.m); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.m, got, c.want)
		}
	}
}
