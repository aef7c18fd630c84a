package people

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The public vectors: plain, with letters for digits, born abroad, provisional.
func TestParseTaxCode(t *testing.T) {
	t.Parallel()
	mario := TaxCode{Plain: "RSSMRA75L01H501A", Surname: "RSS", Name: "MRA", Year: 75, Month: 7, Day: 1, Sex: "M", Place: "H501", official: true}
	for text, want := range map[string]TaxCode{
		"RSSMRA75L01H501A":     mario,
		" rss mra 75l01 h501a": mario,
		"RSSMRA75L01H50MS":     mario,
		"RSSMRA75L01H5LMD":     mario,
		"BNLHMD90A15Z330N":     {Plain: "BNLHMD90A15Z330N", Surname: "BNL", Name: "HMD", Year: 90, Month: 1, Day: 15, Sex: "M", Place: "Z330", official: true},
		"97320000587":          {Plain: "97320000587"},
	} {
		got, err := ParseTaxCode(text)
		want.Code = foldCode(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "RSSMRA75L01H501B", "RSSMRA75L01H501", "RSSMRA75L01H501AA", "97320000588", "9732000058A", "RSSMRA75I01H501A",
		"1SSMRA75L01H501A", withCheck("RSSMRA75B30H501"), withCheck("RSSMRA75L40H501"), withCheck("RSSMRA75L00H501"), "ÀSSMRA75L01H501A"} {
		if got, err := ParseTaxCode(text); err == nil {
			t.Errorf("%q was read as %+v", text, got)
		}
	}
}

func withCheck(code string) string { return code + string(checkLetter(code)) }

// codeOf makes the tax code of somebody, as the norm says; day 0 is unknown.
func codeOf(surname, name string, year, month, day int, sex, place string) string {
	if sex == "F" {
		day += 40
	}
	return withCheck(fmt.Sprintf("%s%s%02d%c%02d%s", nameCode(surname, false), nameCode(name, true), year%100, monthLetters[month-1], day, place))
}

func TestNameCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		given bool
		want  string
	}{{"Rossi", false, "RSS"}, {"Fo", false, "FOX"}, {"Mario", true, "MRA"}, {"Gianfranco", true, "GFR"}, {"Alessandro", true, "LSN"}, {"De Sanctis", false, "DSN"},
		{"D'Amico", false, "DMC"}, {"Aia", true, "AIA"}, {"Müller", false, "MLL"}, {"Şahin", false, "SHN"}, {"محمد", true, strings.Repeat("X", 3)}} {
		if got := nameCode(c.name, c.given); got != c.want {
			t.Errorf("%q: %s, want %s", c.name, got, c.want)
		}
	}
}

func anyCode(r *rapid.T) string {
	name := rapid.StringMatching(`[A-Z]{2,9}`)
	place := rapid.StringMatching(`[A-MZ][0-9]{3}`).Draw(r, "place")
	return codeOf(name.Draw(r, "surname"), name.Draw(r, "name"), rapid.IntRange(1900, 2026).Draw(r, "year"), rapid.IntRange(1, 12).Draw(r, "month"),
		rapid.IntRange(1, 28).Draw(r, "day"), rapid.SampledFrom([]string{"M", "F"}).Draw(r, "sex"), place)
}

// What is made as the norm says is a code, in each of its 128 variants, and all
// of them say the same.
func TestTaxCodesAreRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		code := anyCode(r)
		plain, err := ParseTaxCode(code)
		if err != nil || plain.Plain != code {
			r.Fatalf("%s: %+v, %v", code, plain, err)
		}
		variant := []byte(code)
		for i, kind := range kindOfPlace {
			if kind == 'D' && rapid.Bool().Draw(r, "homocody") {
				variant[i] = homocodes[ordinal(code[i])]
			}
		}
		got, err := ParseTaxCode(withCheck(string(variant[:15])))
		if plain.Code = got.Code; err != nil || got != plain {
			r.Fatalf("%s: %+v, %v, want %+v", variant, got, err, plain)
		}
	})
}

// A character that was changed is caught, unless the two weigh the same in their
// place: then nobody can tell.
func TestOneWrongCharacter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		code := []byte(anyCode(r))
		i := rapid.IntRange(0, 15).Draw(r, "place")
		was, now := code[i], rapid.SampledFrom([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")).Draw(r, "character")
		if was == now {
			return
		}
		code[i] = now
		weight := func(c byte) int {
			if i == 15 {
				return int(c)
			}
			if i%2 == 0 {
				return oddWeights[ordinal(c)]
			}
			return ordinal(c)
		}
		if _, err := ParseTaxCode(string(code)); err == nil && weight(was) != weight(now) {
			r.Fatalf("%c for %c in place %d of %s was not caught", now, was, i+1, code)
		}
	})
	rapid.Check(t, func(r *rapid.T) {
		code := []byte(rapid.StringMatching(`[0-9]{10}`).Draw(r, "code"))
		code = append(code, checkDigit(string(code)))
		if got, err := ParseTaxCode(string(code)); err != nil || !got.Provisional() {
			r.Fatalf("%s: %v", code, err)
		}
		i, other := rapid.IntRange(0, 10).Draw(r, "place"), byte('0'+rapid.IntRange(0, 9).Draw(r, "digit"))
		if was := code[i]; was != other {
			code[i] = other
			if _, err := ParseTaxCode(string(code)); err == nil {
				r.Fatalf("%c for %c in place %d of %s was not caught", other, was, i+1, code)
			}
		}
	})
}

func TestRepairTaxCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"RSSMRA75L0IH501A": "RSSMRA75L01H501A", "RSSMRA75LO1H5O1A": "RSSMRA75L01H501A", "R55MRA75L01H501A": "RSSMRA75L01H501A", "9732OOO0587": "97320000587",
		"RSSMRA75L01H501A": "", "RSSMRA75L01H501B": "", "": "", "RSS": "", "97320000588": "",
	} {
		if got := RepairTaxCode(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		code := anyCode(r)
		i := rapid.IntRange(0, 14).Draw(r, "place")
		like := lookalikes[code[i]]
		if like == "" {
			return
		}
		wrong := code[:i] + string(rapid.SampledFrom([]byte(like)).Draw(r, "instead")) + code[i+1:]
		got := RepairTaxCode(wrong)
		if _, err := ParseTaxCode(got); got != "" && err != nil {
			r.Fatalf("%s is mended to %s, which is none", wrong, got)
		}
	})
}

// A difference is told, and what is not known differs from nothing.
func TestTaxCodeDiffers(t *testing.T) {
	t.Parallel()
	code, err := ParseTaxCode(codeOf("Benali", "Hamida", 1990, 1, 15, "F", "Z330"))
	if err != nil {
		t.Fatal(err)
	}
	born := func(text string) Person {
		iso, b, err := ParseBirth(text)
		if err != nil {
			t.Fatal(err)
		}
		return Person{Birth: b, Private: Private{BirthDate: iso}}
	}
	for name, c := range map[string]struct {
		person Person
		want   []string
	}{
		"nothing is known": {Person{}, nil},
		"the same": {Person{Sex: "F", Birth: Birth{1990, 1, ByDay}, Private: Private{GivenName: "Hamida", FamilyName: "Benali", BirthDate: "1990-01-15",
			BirthCountry: "MAR"}}, nil},
		"another name":             {Person{Private: Private{FamilyName: "Rossi"}}, []string{differsName}},
		"in her own script":        {Person{Private: Private{GivenName: "حميدة"}}, nil},
		"the sex":                  {Person{Sex: "M"}, []string{differsSex}},
		"does not say":             {Person{Sex: "X"}, nil},
		"the day":                  {born("16/01/1990"), []string{differsBirth}},
		"the month":                {born("02/1990"), []string{differsBirth}},
		"the year":                 {born("1991"), []string{differsBirth}},
		"a century apart, unknown": {born("1990"), nil},
		"born in Senegal":          {Person{Private: Private{BirthCountry: "SEN"}}, []string{differsPlace}},
		"born in Rome":             {Person{Private: Private{BirthCountry: "ITA", BirthComune: "H501"}}, []string{differsPlace}},
		"two things":               {Person{Sex: "M", Private: Private{BirthCountry: "ITA"}}, []string{differsSex, differsPlace}},
	} {
		if got := code.Differs(&c.person); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := (TaxCode{Code: "97320000587"}).Differs(&Person{Sex: "M"}); got != nil {
		t.Errorf("a provisional code says nothing: %q", got)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	if n := len(places().byCode); n != 7904 {
		t.Errorf("%d comuni", n)
	}
	for text, want := range map[string]string{"Roma": "H501", " roma ": "H501", "Pistoia (PT)": "G713", "Forlì": "D704", "Samone": "", "Samone (TN)": "H754", "": "", "Atlantide": ""} {
		if c, ok := FindComune(text); c.Belfiore != want || ok != (want != "") {
			t.Errorf("%q is %+v, want %q", text, c, want)
		}
	}
	seen := map[string]string{}
	for country, code := range places().state {
		if !slices.Contains(Countries, country) || len(code) != 4 || code[0] != 'Z' || seen[code] != "" {
			t.Errorf("%s has %q, as has %q", country, code, seen[code])
		}
		seen[code] = country
	}
}

// Whatever is typed, reading and mending a code end, and agree.
func FuzzTaxCode(f *testing.F) {
	for _, seed := range []string{"RSSMRA75L01H501A", "RSSMRA75L01H50MS", "97320000587", "RSSMRA75LO1H5O1A", "é", strings.Repeat("0", 16)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := ParseTaxCode(text); err == nil {
			if again, err := ParseTaxCode(got.Code); err != nil || again != got {
				t.Errorf("%q is read as %+v and then as %+v", text, got, again)
			}
			got.Differs(&Person{})
			return
		}
		if mended := RepairTaxCode(text); mended != "" {
			if _, err := ParseTaxCode(mended); err != nil {
				t.Errorf("%q is mended to %q, which is none", text, mended)
			}
		}
	})
}
