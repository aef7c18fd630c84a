package db

import (
	"database/sql/driver"
	"fmt"
	"time"

	"tessuto/internal/platform/i18n"
)

// Date is a calendar day, written YYYY-MM-DD; empty means no date. Written so,
// days compare as text in Go and on both engines.
type Date string

const dayForm = "2006-01-02"

// DateOf returns the day of an instant in Rome.
func DateOf(t time.Time) Date { return Date(t.In(i18n.Rome).Format(dayForm)) }

// ParseDate reads YYYY-MM-DD. Empty text is the empty date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	t, err := time.Parse(dayForm, s)
	if err != nil {
		return "", fmt.Errorf("not a day: %q", s)
	}
	return Date(t.Format(dayForm)), nil
}

// Time returns midnight UTC of the day, for printing and counting days.
func (d Date) Time() time.Time {
	t, _ := time.Parse(dayForm, string(d))
	return t
}

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date { return Date(d.Time().AddDate(0, 0, n).Format(dayForm)) }

// Within tells whether the day stands in the years round today: at most so many
// before it and so many after it, both ends included. The empty date does not.
func (d Date) Within(today Date, yearsBack, yearsAhead int) bool {
	if d == "" || today == "" {
		return false
	}
	at := func(years int) Date { return Date(today.Time().AddDate(years, 0, 0).Format(dayForm)) }
	return at(-yearsBack) <= d && d <= at(yearsAhead)
}

// End returns the instant at which the day is over in Rome: what was known on a
// date is what was posted before it.
func (d Date) End() time.Time {
	t, _ := time.ParseInLocation(dayForm, string(d), i18n.Rome)
	return t.AddDate(0, 0, 1)
}

// Value stores the day; the empty date is null.
func (d Date) Value() (driver.Value, error) {
	if d == "" {
		return nil, nil
	}
	return string(d), nil
}

// Scan reads the day as either engine gives it.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = ""
	case time.Time:
		*d = Date(v.Format(dayForm))
	case string:
		*d = Date(v[:min(len(v), len(dayForm))])
	default:
		return fmt.Errorf("not a day: %T", src)
	}
	return nil
}
