package people

import (
	"testing"

	"tessuto/internal/platform/db"
)

func TestParseBirth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		iso       string
		precision Precision
		refused   bool
	}{
		"12/03/1990":   {iso: "1990-03-12", precision: ByDay},
		"1/3/1990":     {iso: "1990-03-01", precision: ByDay},
		"12.3.1990":    {iso: "1990-03-12", precision: ByDay},
		"12-03-1990":   {iso: "1990-03-12", precision: ByDay},
		"1990-03-12":   {iso: "1990-03-12", precision: ByDay},
		" 29/02/2020 ": {iso: "2020-02-29", precision: ByDay},
		"03/1990":      {iso: "1990-03", precision: ByMonth},
		"1990-03":      {iso: "1990-03", precision: ByMonth},
		"1990":         {iso: "1990", precision: ByYear},
		"":             {precision: ByUnknown},
		"29/02/2021":   {refused: true},
		"13/1990":      {refused: true},
		"12/03/90":     {refused: true},
		"marzo":        {refused: true},
	} {
		iso, b, err := ParseBirth(text)
		if (err != nil) != want.refused || iso != want.iso || b.Precision != want.precision {
			t.Errorf("ParseBirth(%q) = %q, %+v, %v", text, iso, b, err)
		}
		if !want.refused && !b.valid() {
			t.Errorf("ParseBirth(%q) = %+v, which the rules refuse", text, b)
		}
	}
}

func TestAttributed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"1/1/1990": true, "01/1990": false, "1990": false, "2/1/1990": false, "": false} {
		if p := born(t, text); p.Attributed() != want {
			t.Errorf("%q: Attributed() = %v", text, !want)
		}
	}
}

func TestAge(t *testing.T) {
	t.Parallel()
	const today = db.Date("2026-03-12")
	for text, want := range map[string]int{
		"12/03/1990": 36, "13/03/1990": 35, "11/03/1990": 36, "03/1990": 36, "04/1990": 35,
		"12/03/2026": 0, "1990": -1, "": -1,
	} {
		p := born(t, text)
		if age, ok := p.Age(today); ok && age != want || ok != (want >= 0) {
			t.Errorf("%q: Age = %d, %v; want %d", text, age, ok, want)
		}
	}
}

// born is somebody whose date of birth was typed so.
func born(t *testing.T, text string) Person {
	t.Helper()
	iso, b, err := ParseBirth(text)
	if err != nil {
		t.Fatal(err)
	}
	return Person{Birth: b, Private: Private{GivenName: "Amina", BirthDate: iso}}
}
