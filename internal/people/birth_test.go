package people

import (
	"testing"

	"tessuto/internal/platform/db"
)

func TestParseBirth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, iso string
		want      Birth
	}{
		{"", "", Birth{Precision: ByUnknown}},
		{"  ", "", Birth{Precision: ByUnknown}},
		{"1990-03-12", "1990-03-12", Birth{1990, 3, ByDay}},
		{"12/03/1990", "1990-03-12", Birth{1990, 3, ByDay}}, // the day comes first, as people here write it
		{"12/3/1990", "1990-03-12", Birth{1990, 3, ByDay}},
		{"12.03.1990", "1990-03-12", Birth{1990, 3, ByDay}},
		{"12-3-1990", "1990-03-12", Birth{1990, 3, ByDay}},
		{" 1/1/1990 ", "1990-01-01", Birth{1990, 1, ByDay}},
		{"29/02/2024", "2024-02-29", Birth{2024, 2, ByDay}},
		{"03/1990", "1990-03", Birth{1990, 3, ByMonth}},
		{"3/1990", "1990-03", Birth{1990, 3, ByMonth}},
		{"1990-03", "1990-03", Birth{1990, 3, ByMonth}},
		{"1990", "1990", Birth{1990, 0, ByYear}},
	} {
		iso, b, err := ParseBirth(c.text)
		if err != nil || iso != c.iso || b != c.want || !b.valid() {
			t.Errorf("%q: %q %+v %v, want %q %+v", c.text, iso, b, err, c.iso, c.want)
		}
		// What was written is read again from what is stored.
		if again, b2, err := ParseBirth(iso); again != iso || b2 != b || err != nil {
			t.Errorf("%q: %q is read as %q %+v", c.text, iso, again, b2)
		}
	}
	for _, text := range []string{"ieri", "31/02/1990", "29/02/2023", "13/1990", "90", "12/03/90", "1990-3", "12 marzo 1990", "1990-03-12T00:00", "-1"} {
		if iso, b, err := ParseBirth(text); err == nil || iso != "" || b != (Birth{}) {
			t.Errorf("%q was read as %q %+v", text, iso, b)
		}
	}
}

func TestBirthValid(t *testing.T) {
	t.Parallel()
	for b, want := range map[Birth]bool{
		{}: false, {1990, 3, ""}: false, {0, 0, ByUnknown}: true, {0, 0, ByYear}: false, {1899, 1, ByDay}: false, {1900, 1, ByDay}: true,
		{2101, 1, ByDay}: false, {1990, 0, ByYear}: true,
	} {
		if b.valid() != want {
			t.Errorf("%+v: %v", b, !want)
		}
	}
}

// A 1 January may have been given by an office.
func TestAttributed(t *testing.T) {
	t.Parallel()
	for date, want := range map[string]bool{"1990-01-01": true, "1990-01-02": false, "1990-10-01": false, "1990": false, "1990-01": false, "": false} {
		_, b, err := ParseBirth(date)
		if err != nil {
			t.Fatal(err)
		}
		if p := (&Person{Private: Private{BirthDate: date}, Birth: b}); p.Attributed() != want {
			t.Errorf("%q: %v", date, !want)
		}
	}
}

func TestAdultOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		born Birth
		day  db.Date
		want bool
	}{
		{Birth{Precision: ByUnknown}, "2026-03-12", true},
		{Birth{1990, 3, ByDay}, "2026-03-12", true},
		{Birth{2008, 3, ByDay}, "2026-02-28", false},
		{Birth{2008, 3, ByDay}, "2026-03-01", true}, // the day is sealed: the month decides
		{Birth{2008, 3, ByMonth}, "2026-03-31", true},
		{Birth{2008, 12, ByMonth}, "2026-11-30", false},
		{Birth{2008, 0, ByYear}, "2025-12-31", false},
		{Birth{2008, 0, ByYear}, "2026-01-01", true},
		{Birth{2009, 0, ByYear}, "2026-12-31", false},
		{Birth{2026, 3, ByDay}, "2026-03-12", false},
	} {
		if p := (&Person{Birth: c.born}); p.AdultOn(c.day) != c.want {
			t.Errorf("born %+v, on %s: %v", c.born, c.day, !c.want)
		}
	}
}
