package people

import (
	"fmt"
	"strings"
	"time"

	"tessuto/internal/platform/db"
)

// Precision says how much of a date of birth is known.
type Precision string

// The precisions.
const (
	ByDay     Precision = "day"
	ByMonth   Precision = "month"
	ByYear    Precision = "year"
	ByUnknown Precision = "unknown"
)

// Birth is what stands in the clear of a date of birth. A 1 January may have
// been given by an office: Attributed says so, and nobody is blamed for it.
type Birth struct {
	Year, Month int
	Precision   Precision
}

// birthForms are the ways in which a date is typed, each with how precise it is.
var birthForms = []struct {
	form      string
	precision Precision
}{
	{"2006-01-02", ByDay}, {"2/1/2006", ByDay}, {"2.1.2006", ByDay}, {"2-1-2006", ByDay},
	{"2006-01", ByMonth}, {"1/2006", ByMonth}, {"2006", ByYear},
}

// ParseBirth reads a date of birth as people type it: 12/03/1990, 03/1990,
// 1990, 1990-03-12. It returns the date as precise as it is known, in the ISO
// form, and what of it stands in the clear. Empty text is unknown.
func ParseBirth(text string) (iso string, b Birth, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", Birth{Precision: ByUnknown}, nil
	}
	for _, f := range birthForms {
		t, err := time.Parse(f.form, text)
		if err != nil {
			continue
		}
		b := Birth{Year: t.Year(), Month: int(t.Month()), Precision: f.precision}
		switch f.precision {
		case ByMonth:
			return t.Format("2006-01"), b, nil
		case ByYear:
			b.Month = 0
			return t.Format("2006"), b, nil
		}
		return t.Format("2006-01-02"), b, nil
	}
	return "", Birth{}, fmt.Errorf("not a date of birth: %q", text)
}

// oldest is the first year in which somebody alive can have been born.
const oldest = 1900

// past tells whether a year was read that lies too far back.
func (b Birth) past() bool { return b.Year > 0 && b.Year < oldest }

func (b Birth) valid() bool {
	return b.Precision == ByUnknown && b.Year == 0 || b.Precision != "" && b.Year >= oldest && b.Year <= 2100
}

// ahead tells whether a date of birth in the ISO form, as precise as it is
// known, is still to come.
func ahead(iso string, today db.Date) bool {
	known := iso[:min(len(iso), len(today))]
	return known > string(today)[:len(known)]
}

// BirthProblem returns the message key for what is wrong with a date of birth
// as it was typed, or empty.
func BirthProblem(text string, today db.Date) string {
	iso, b, err := ParseBirth(text)
	switch {
	case err == nil && ahead(iso, today):
		return "person.birth_ahead"
	case b.past():
		return "person.birth_past"
	case err != nil || !b.valid():
		return "person.birth_unreadable"
	}
	return ""
}

// Attributed tells whether a date looks like one that an office gave, and nobody
// has said that it is the true one.
func (p *Person) Attributed() bool {
	return p.Birth.Precision == ByDay && strings.HasSuffix(p.BirthDate, "-01-01") && !p.BirthCertain
}

// AdultOn tells whether a person is of age on a day, by the year and the month
// in the clear. Whoever turns eighteen in the month of the day, or in its year
// when the month is not known, counts as of age; so does whoever has no known
// birth: who signs is asked, not guessed.
func (p *Person) AdultOn(day db.Date) bool {
	if p.Birth.Year == 0 {
		return true
	}
	t := day.Time()
	months := (t.Year()-p.Birth.Year)*12 + int(t.Month()) - max(p.Birth.Month, 1)
	return months >= 18*12
}
