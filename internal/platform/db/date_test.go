package db_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// The day is over at midnight in Rome, one or two hours before midnight UTC;
// on the days the clock changes it has 23 or 25 hours.
func TestDateEnd(t *testing.T) {
	t.Parallel()
	for day, want := range map[db.Date]string{
		"2026-01-15": "2026-01-15T23:00:00Z",
		"2026-07-15": "2026-07-15T22:00:00Z",
		"2026-03-28": "2026-03-28T23:00:00Z", // the night before the hour is lost
		"2026-03-29": "2026-03-29T22:00:00Z", // 23 hours
		"2026-10-24": "2026-10-24T22:00:00Z",
		"2026-10-25": "2026-10-25T23:00:00Z", // 25 hours
		"2026-12-31": "2026-12-31T23:00:00Z",
	} {
		if got := day.End().UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s ends at %s, want %s", day, got, want)
		}
	}
}

// What happens until a day ends is on that day, and what comes then on the next.
func TestDateEndAndDateOfAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := db.Date("2024-01-01").AddDays(rapid.IntRange(0, 2000).Draw(t, "days"))
		if got := db.DateOf(day.End().Add(-time.Nanosecond)); got != day {
			t.Fatalf("the last instant of %s is on %s", day, got)
		}
		if got := db.DateOf(day.End()); got != day.AddDays(1) {
			t.Fatalf("the end of %s is on %s", day, got)
		}
	})
}

func TestDateAddDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from db.Date
		n    int
		want db.Date
	}{
		{"2026-02-28", 1, "2026-03-01"}, {"2028-02-28", 1, "2028-02-29"}, {"2026-12-31", 1, "2027-01-01"},
		{"2026-03-28", 2, "2026-03-30"}, {"2026-10-24", 2, "2026-10-26"}, {"2026-03-01", -1, "2026-02-28"},
		{"2026-05-05", 0, "2026-05-05"}, {"2026-01-01", 365, "2027-01-01"},
	} {
		if got := c.from.AddDays(c.n); got != c.want {
			t.Errorf("%s and %d days is %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"": true, "2026-03-05": true, "2028-02-29": true, "2026-02-29": false, "5/3/2026": false,
		"2026-3-5": false, "2026-03-05T00:00": false, "2026-13-01": false, "oggi": false,
	} {
		d, err := db.ParseDate(text)
		if (err == nil) != ok || ok && string(d) != text {
			t.Errorf("%q: %q, %v", text, d, err)
		}
	}
}

func TestDateScan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src  any
		want db.Date
		ok   bool
	}{
		{nil, "", true},
		{"2026-03-05", "2026-03-05", true},
		{"2026-03-05T00:00:00Z", "2026-03-05", true},
		{"2026-03-05 00:00:00+00:00", "2026-03-05", true},
		{time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC), "2026-03-05", true},
		{20260305, "", false},
	} {
		d := db.Date("before")
		if c.ok == false {
			d = ""
		}
		if err := d.Scan(c.src); (err == nil) != c.ok || d != c.want {
			t.Errorf("%v: %q, %v", c.src, d, err)
		}
	}
}

// A day comes back as it went in, and no day as no day.
func TestDateInTheDatabase(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		days := []db.Date{"", "1926-01-01", "2026-03-29", "2026-10-25"}
		write(t, d, func(tx *db.Tx) error {
			err := tx.Exec(ctx, `create table day (n integer not null, on_day date)`)
			for n, day := range days {
				err = errors.Join(err, tx.Exec(ctx, `insert into day (n, on_day) values ($1, $2)`, n, day))
			}
			return err
		})
		err := d.Read(ctx, func(tx *db.Tx) error {
			got, err := db.Column[db.Date](ctx, tx, `select on_day from day order by n`)
			for n := range got {
				if got[n] != days[n] {
					t.Errorf("read %q, wrote %q", got[n], days[n])
				}
			}
			var null, in int
			err = errors.Join(err, tx.Get(ctx, `select count(*) from day where on_day is null`, nil, &null),
				tx.Get(ctx, `select count(*) from day where on_day >= $1 and on_day <= $2`,
					[]any{db.Date("2026-03-29"), db.Date("2026-10-25")}, &in))
			if len(got) != 4 || null != 1 || in != 2 {
				t.Errorf("%d days, %d null, %d in the period", len(got), null, in)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestDateWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day, today  db.Date
		back, ahead int
		want        bool
	}{
		{"2026-05-05", "2026-05-05", 0, 0, true}, {"2026-05-04", "2026-05-05", 0, 0, false}, {"2026-05-06", "2026-05-05", 0, 0, false},
		{"2021-05-05", "2026-05-05", 5, 1, true}, {"2021-05-04", "2026-05-05", 5, 1, false},
		{"2027-05-05", "2026-05-05", 5, 1, true}, {"2027-05-06", "2026-05-05", 5, 1, false},
		{"0026-05-05", "2026-05-05", 130, 0, false}, {"9999-12-31", "2026-05-05", 0, 100, false},
		{"2027-03-01", "2028-02-29", 1, 0, true}, {"2027-02-28", "2028-02-29", 1, 0, false},
		{"", "2026-05-05", 100, 100, false}, {"2026-05-05", "", 100, 100, false},
	} {
		if got := c.day.Within(c.today, c.back, c.ahead); got != c.want {
			t.Errorf("%q within %d and %d years of %q: %v", c.day, c.back, c.ahead, c.today, got)
		}
	}
}
