package people

import (
	"maps"
	"net/url"
	"slices"
	"testing"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/web"
)

func TestReadNewcomers(t *testing.T) {
	t.Parallel()
	f := &web.Form{Values: url.Values{
		"given_name": {" Amina "}, "family_name": {"Diallo"}, "languages": {"wo"}, "languages_more": {"wo"},
		"member1.relation": {Child}, "member1.sex": {"F"}, // nothing typed: left out
		"member2.given_name": {"Binta"}, "member2.relation": {Child}, "member2.birth_date": {"2018"},
		"member12.given_name": {"Omar"}, "member12.family_name": {"Ba"}, "member12.relation": {"2"},
	}, Problem: errs.Check{}}
	rows := ReadNewcomers(f, 1)
	if len(rows) != 2 || rows[0].GivenName != "Binta" || rows[1].GivenName != "Omar" {
		t.Fatalf("rows = %+v", rows)
	}
	all := Newcomers(append([]NewcomerForm{ReadNewcomer(f, 0)}, rows...), "Diallo")
	if got := []string{all[0].Name(), all[1].Name(), all[2].Name()}; !slices.Equal(got, []string{"Amina Diallo", "Binta Diallo", "Omar Ba"}) {
		t.Errorf("names = %q", got)
	}
	if len(all[0].Languages) != 1 || all[1].BirthDate != "2018" || all[1].Birth.Precision != ByYear {
		t.Errorf("newcomers = %+v", all)
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	typed := []NewcomerForm{{GivenName: "Binta"}, {GivenName: "Omar"}, {GivenName: "Awa"}, {GivenName: "Ali"}}
	for _, c := range []struct {
		typed, want int
		more        bool
	}{{0, 3, false}, {2, 3, false}, {4, 4, false}, {0, 3, true}, {4, 7, true}} {
		got := Rows(typed[:c.typed], c.more)
		if len(got) != c.want || len(got) > c.typed && got[c.typed].Relation != Child {
			t.Errorf("Rows(%d, %v) = %+v", c.typed, c.more, got)
		}
	}
}

func TestCheckNewcomers(t *testing.T) {
	t.Parallel()
	row := func(given, born, relation string) Newcomer {
		return NewcomerForm{GivenName: given, BirthDate: born, Relation: relation}.Newcomer("")
	}
	for name, c := range map[string]struct {
		newcomers []Newcomer
		want      []string
	}{
		"nobody":       {nil, []string{"given_name"}},
		"good":         {[]Newcomer{row("Amina", "12/03/1990", ReferencePerson), row("Binta", "", Child)}, nil},
		"this year":    {[]Newcomer{row("Amina", "2026", ReferencePerson)}, nil},
		"no name":      {[]Newcomer{row("", "1990", ReferencePerson)}, []string{"given_name"}},
		"unreadable":   {[]Newcomer{row("Amina", "", ReferencePerson), row("Binta", "ieri", Child)}, []string{"member1.birth_date"}},
		"to come":      {[]Newcomer{row("Amina", "04/2026", ReferencePerson)}, []string{"birth_date"}},
		"too far back": {[]Newcomer{row("Amina", "1890", ReferencePerson)}, []string{"birth_date"}},
		"two heads":    {[]Newcomer{row("Amina", "", ReferencePerson), row("Binta", "", ReferencePerson)}, []string{"member1.relation"}},
		"two problems": {[]Newcomer{row("", "", ReferencePerson), row("Binta", "ieri", "77")}, []string{"given_name", "member1.birth_date", "member1.relation"}},
	} {
		got := slices.Sorted(maps.Keys(errs.FieldsOf(CheckNewcomers(t.Context(), c.newcomers, "2026-03-12"))))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: problems of %q, want %q", name, got, c.want)
		}
	}
}

func TestMemberField(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "sex", 1: "member1.sex", 12: "member12.sex"} {
		if got := MemberField(n, "sex"); got != want {
			t.Errorf("MemberField(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestPersonFacts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in      PersonFacts
		date    string // as the API gives it back
		refused bool
	}{
		"day":               {in: PersonFacts{BirthDate: "1990-03-12", BirthPrecision: "day"}, date: "1990-03-12"},
		"day by default":    {in: PersonFacts{BirthDate: "1990-03-12"}, date: "1990-03-12"},
		"month":             {in: PersonFacts{BirthDate: "1990-03-12", BirthPrecision: "month"}, date: "1990-03-01"},
		"year":              {in: PersonFacts{BirthDate: "1990-03-12", BirthPrecision: "year"}, date: "1990-01-01"},
		"unknown":           {in: PersonFacts{BirthDate: "1990-03-12", BirthPrecision: "unknown"}},
		"nothing":           {},
		"precision of none": {in: PersonFacts{BirthPrecision: "day"}, refused: true},
	} {
		p, err := c.in.person()
		if (err != nil) != c.refused {
			t.Errorf("%s: %v", name, err)
		}
		if got := personItem(p).BirthDate; err == nil && got != c.date {
			t.Errorf("%s: birth_date = %q, want %q", name, got, c.date)
		}
	}
}

// What is wrong with a date of birth has its own word.
func TestBirthProblem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "1990": "", "12/03/2026": "", "1890": "person.birth_past", "0001-01-01": "person.birth_past",
		"13/03/2026": "person.birth_ahead", "9999": "person.birth_ahead", "ieri": "person.birth_unreadable", "90": "person.birth_unreadable"} {
		if got := BirthProblem(text, "2026-03-12"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if text == "ieri" || text == "90" {
			continue
		}
		n := NewcomerForm{GivenName: "Amina", BirthDate: text}.Newcomer("")
		if got := errs.FieldsOf(CheckNewcomers(t.Context(), []Newcomer{n}, "2026-03-12"))["birth_date"]; got != want {
			t.Errorf("somebody born %q: %q, want %q", text, got, want)
		}
	}
}
