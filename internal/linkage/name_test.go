package linkage_test

import (
	"slices"
	"strings"
	"testing"

	"tessuto/internal/linkage"
)

// shared are the tokens by which a search for one name finds the other.
func shared(sought, kept string) (out []string) {
	return leading(sought, kept, false)
}

func leading(sought, kept string, wide bool) (out []string) {
	who, found := linkage.Named(sought, "", ""), linkage.Named(kept, "", "")
	for _, l := range who.Leads(func(string) bool { return wide }) {
		if slices.Contains(found.Tokens(), l.Token) {
			out = append(out, l.Token)
		}
	}
	return out
}

func tokensOf(name string, born linkage.Birth) []string {
	id := linkage.Named(name, "", "")
	id.Birth = born
	return id.Tokens()
}

// score compares two whole names.
func score(a, b string) float64 {
	x, y := linkage.Named(a, "", ""), linkage.Named(b, "", "")
	return x.Match(&y).Score
}

func TestParts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Amina": "amina", "  De  Luca ": "de luca", "D'Angelo": "dangelo", "D’Angelo": "dangelo", "Nicolò": "nicolo",
		"Al-Hassan": "al hassan", "MÜLLER": "muller", "": "", "—": "", "12": "", "Łukasz": "lukasz",
	} {
		if got := strings.Join(linkage.Parts(name), " "); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// One name by many hands, in two scripts.
func TestSpellingsAreFound(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Mohamed", "Muhammad", "Mohammed", "Mohamad", "Muhamed", "محمد"},
		{"Youssef", "Yusuf", "Yousef", "Iusuf"},
		{"Fatima", "Fatma", "Fathima"},
		{"Khadija", "Kadija"},
		{"Aisha", "Aysha", "Ayşa", "Aicha", "Aïcha"},
		{"Zakaria", "Zacharia", "Zakariya"},
		{"Rachid", "Rashid", "Raschid"},
		{"Cherif", "Sherif"},
		{"Cheikh", "Sheikh"},
	} {
		for _, a := range same {
			for _, b := range same {
				if len(shared(a, b)) == 0 {
					t.Errorf("%s is not found as %s by any of %v", a, b, tokensOf(b, linkage.Birth{}))
				}
				if s := score(a, b); s < 0.9 {
					t.Errorf("%s and %s: %.2f alike", a, b, s)
				}
			}
		}
	}
}

func TestOtherNamesAreApart(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"Amina", "Beatrice"}, {"Mohamed", "Karim"}, {"Rossi", "Bianchi"}, {"Olena", "Ivan"}} {
		if s := score(c[0], c[1]); s > 0.75 {
			t.Errorf("%s and %s: %.2f alike", c[0], c[1], s)
		}
		if got := shared(c[0], c[1]); len(got) != 0 {
			t.Errorf("%s is found as %s by %v", c[0], c[1], got)
		}
	}
	for _, c := range [][2]string{{"Aicha", "Koko"}, {"Aisha", "Issa"}} { // one consonant says little
		if s := score(c[0], c[1]); s > 0.8 {
			t.Errorf("%s and %s: %.2f alike", c[0], c[1], s)
		}
	}
	if score("", "Amina") != 0 || score("Amina", "") != 0 || score("", "") != 0 {
		t.Error("a name is like no name")
	}
}

// Forms ask for given name and family name; papers have them the other way round.
func TestSwappedNames(t *testing.T) {
	t.Parallel()
	if !slices.Equal(tokensOf("Amina Haddad", linkage.Birth{Year: 1990}), tokensOf("Haddad Amina", linkage.Birth{Year: 1990})) {
		t.Error("tokens depend on the order of the names")
	}
	if a, b := score("Amina Haddad", "Haddad Amina"), score("Amina Haddad", "Amina"); a != 1 || b < 0.93 || b == 1 {
		t.Errorf("swapped %.2f, in part %.2f", a, b)
	}
	if a, b := score("Amina Haddad", "Amira Hadad"), score("Amira Hadad", "Amina Haddad"); a != b || a < 0.85 || a == 1 {
		t.Errorf("%.3f one way, %.3f the other", a, b)
	}
}

// Names that are two words on one paper are one on another.
func TestCompoundNames(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Abdelkader", "Abd el Kader", "Abdul Qadir", "Abdulkadir", "Abd al-Qadir", "عبد القادر", "عبدالقادر"},
		{"Abderrahman", "Abdul Rahman", "Abdurrahmane", "Abd ar-Rahman", "عبد الرحمن"},
		{"Abdullah", "Abd Allah", "Abdallah", "Abdulla", "عبد الله", "عبدالله"},
		{"Benali", "Ben Ali"},
		{"El Khatib", "Elkhatib", "al-Khateeb", "الخطيب"},
		{"Saifullah", "Saif Ullah"},
		{"Md Rahman", "Mohammad Rahman"},
	} {
		for _, a := range same {
			for _, b := range same {
				if len(shared(a, b)) == 0 || score(a, b) < 0.85 {
					t.Errorf("%s and %s: %.2f alike, found by %v", a, b, score(a, b), shared(a, b))
				}
			}
		}
	}
	if s := score("Abdul Rahman", "Abdul Karim"); s > 0.75 {
		t.Errorf("two servants of God are %.2f alike", s)
	}
}

// Names of Cyrillic papers, as four countries transliterate them.
func TestSlavicNames(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Ivanov", "Iwanow", "Ivanoff", "Иванов"},
		{"Yuliia", "Julija", "Iuliia", "Юлія"},
		{"Oleksandr", "Alexander", "Aleksandr", "Олександр", "Александр"},
		{"Shevchenko", "Schewtschenko", "Chevtchenko", "Szewczenko", "Шевченко"},
		{"Hryhorii", "Grigory", "Grigorij", "Григорій"},
		{"Oksana", "Ksenia", "Ксенія"},
		{"Mykola", "Nikolai", "Микола", "Николай"},
		{"Bohdan", "Bogdan", "Богдан"},
	} {
		for _, a := range same {
			for _, b := range same {
				if len(shared(a, b)) == 0 || score(a, b) < 0.85 {
					t.Errorf("%s and %s: %.2f alike, found by %v", a, b, score(a, b), shared(a, b))
				}
			}
		}
	}
}

// Why somebody was found, as codes in the order they are told.
func TestReasons(t *testing.T) {
	t.Parallel()
	born := linkage.Birth{Year: 1990, Month: 3, Day: 12}
	kept := linkage.Named("Mohamed Amin", "Haddad", "محمد أمين حداد")
	kept.Birth, kept.Phones, kept.Identifiers = born, []string{"333123456"}, []string{"cf:X"}
	other := linkage.Named("محمد أمين", "حداد", "")
	for _, c := range []struct {
		want   string
		sought linkage.Identity
	}{
		{"same_name", linkage.Named("Mohamed Amin Haddad", "", "")},
		{"same_sound", linkage.Named("Muhammad Ameen", "Hadad", "")},
		{"same_name part", linkage.Named("Haddad", "", "")},
		{"one_letter part", linkage.Named("Haddar", "", "")},
		{"beginning part", linkage.Named("Had", "", "")},
		{"same_name swapped", linkage.Named("Haddad", "Mohamed Amin", "")},
		{"same_name", other}, // as in the name's own script
		{"same_name birth_date", linkage.Identity{Given: kept.Given, Family: kept.Family, Birth: born}},
		{"same_name birth_swapped", linkage.Identity{Given: kept.Given, Family: kept.Family, Birth: linkage.Birth{Year: 1990, Month: 12, Day: 3}}},
		{"same_name birth_year", linkage.Identity{Given: kept.Given, Family: kept.Family, Birth: linkage.Birth{Year: 1990}}},
		{"same_name birth_year_near", linkage.Identity{Given: kept.Given, Family: kept.Family, Birth: linkage.Birth{Year: 1991}}},
		{"same_name", linkage.Identity{Given: kept.Given, Family: kept.Family, Birth: linkage.Birth{Year: 1950}}},
		{"phone", linkage.Identity{Phones: kept.Phones}},
		{"identifier phone", linkage.Identity{Phones: kept.Phones, Identifiers: kept.Identifiers}},
		{"", linkage.Named("Beatrice", "Rossi", "")},
	} {
		m := c.sought.Match(&kept)
		if got := join(m.Reasons); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
		if m.Score < 0 || m.Score > 1 || (m.Score > 0.8) != (c.want != "") {
			t.Errorf("%q: score %.2f", c.want, m.Score)
		}
	}
	kept.Original = nil
	if got := join(other.Match(&kept).Reasons); got != "same_sound other_script" && got != "same_name other_script" {
		t.Errorf("across scripts: %q", got)
	}
}

// What a date of birth does to two names: what was not typed says nothing, and the
// same day says more than the same spelling.
func TestBirthsWeigh(t *testing.T) {
	t.Parallel()
	day, year := linkage.Birth{Year: 1990, Month: 3, Day: 12}, linkage.Birth{Year: 1990}
	score := func(name string, sought, found linkage.Birth) float64 {
		a, b := linkage.Named("Mohamed Amin", "Haddad", ""), linkage.Named(name, "Haddad", "")
		a.Birth, b.Birth = sought, found
		return a.Match(&b).Score
	}
	const same, other = "Mohamed Amin", "Muhammad Ameen"
	for _, found := range []linkage.Birth{{}, year, day} {
		if got, want := score(other, linkage.Birth{}, found), score(other, linkage.Birth{}, linkage.Birth{}); got != want {
			t.Errorf("nothing typed, %v kept: %.3f, want %.3f", found, got, want)
		}
	}
	if got, want := score(other, year, day), score(other, year, year); got != want || got <= score(other, linkage.Birth{}, day) {
		t.Errorf("year typed: %.3f where a day is kept, %.3f where a year is", got, want)
	}
	best := score(other, day, day)
	for _, found := range []linkage.Birth{{}, year, {Year: 1990, Month: 7, Day: 2}, {Year: 1991, Month: 3, Day: 13}, {Year: 1970, Month: 3, Day: 12}} {
		if got := score(same, day, found); got >= best || got < 0.85 {
			t.Errorf("the name as written, %v kept: %.3f, the same day under another spelling %.3f", found, got, best)
		}
	}
}

func join(reasons []linkage.Reason) string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = string(r)
	}
	return strings.Join(out, " ")
}

// Whatever is typed: no panic, sorted tokens each once, all in plain letters,
// a name is like itself, and finds itself.
func FuzzWords(f *testing.F) {
	for _, name := range []string{"Amina Haddad", "محمد", "D'Angelo", "李 小龙", "李小龙", "", " ", "ÆØÅ", "a", "O", "\x00\xff", "ij", "hhh", "mmmd", "عبد الله", "al", "Щука", "ა"} {
		f.Add(name, 1990)
	}
	f.Fuzz(func(t *testing.T, name string, year int) {
		words := linkage.Words(name)
		tokens := tokensOf(name, linkage.Birth{Year: year})
		if !slices.IsSorted(tokens) || len(slices.Compact(slices.Clone(tokens))) != len(tokens) {
			t.Errorf("%q: %v", name, tokens)
		}
		for _, w := range words {
			if len(w.Text) < 2 || len(w.Keys) == 0 || strings.Trim(w.Text, "abcdefghijklmnopqrstuvwxyz") != "" {
				t.Errorf("%q: word %q with keys %q", name, w.Text, w.Keys)
			}
		}
		if len(words) == 0 {
			return
		}
		if s := score(name, name); s < 0.999 || s > 1 || len(tokens) == 0 || len(words) < 9 && len(shared(name, name)) == 0 {
			t.Errorf("%q is %.3f like itself, with %v", name, s, tokens)
		}
	})
}

// What a name leaves in an index, and what a search looks for a second time.
func TestTokens(t *testing.T) {
	t.Parallel()
	want := []string{"bd:19900312", "by:1990", "kp:adi", "kp:hin", "kq:adir", "kq:hind", "ks:a_dr", "ks:ahnd", "ks:s_dr", "ks:sgnd", "kx:ira", "kx:ndi", "nn:adira+hindi"}
	if got := tokensOf("Adira Hindi", linkage.Birth{Year: 1990, Month: 3, Day: 12}); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for _, c := range []struct {
		kept, sought linkage.Birth
		found        string
	}{
		{linkage.Birth{Year: 1990, Month: 3, Day: 12}, linkage.Birth{Year: 1990, Month: 3, Day: 12}, "by bd"},
		{linkage.Birth{Year: 1990, Month: 3, Day: 12}, linkage.Birth{Year: 1990, Month: 12, Day: 3}, "by bd"},
		{linkage.Birth{Year: 1990, Month: 3, Day: 22}, linkage.Birth{Year: 1991, Month: 3, Day: 22}, "bd"},
		{linkage.Birth{Year: 1990, Month: 3, Day: 22}, linkage.Birth{Year: 1980, Month: 3, Day: 22}, "bd"},
		{linkage.Birth{Year: 1990, Month: 3, Day: 22}, linkage.Birth{Year: 1990, Month: 3, Day: 23}, "by"},
		{linkage.Birth{Year: 1990, Month: 3, Day: 22}, linkage.Birth{Year: 1990, Month: 3}, "by"},
		{linkage.Birth{Year: 1990, Month: 1, Day: 1}, linkage.Birth{Year: 1990, Month: 1, Day: 1}, "by"},
		{linkage.Birth{}, linkage.Birth{Year: 1990}, ""},
	} {
		kept, sought := tokensOf("", c.kept), linkage.Identity{Birth: c.sought}
		var found []string
		for _, l := range sought.Leads(func(string) bool { return false }) {
			if slices.Contains(kept, l.Token) {
				found = append(found, l.Token[:2])
			}
		}
		if strings.Join(found, " ") != c.found {
			t.Errorf("born %v, sought %v: found by %v", c.kept, c.sought, found)
		}
	}
	for _, begun := range []string{"Ami", "Had", "ami had", "HAD AMI"} {
		if len(shared(begun, "Amina Haddad")) == 0 {
			t.Errorf("%q finds nobody", begun)
		}
	}
	for _, wrong := range []string{"Mansoup", "Kansour", "Manspour", "Masnour", "Mnour"} {
		if len(leading(wrong, "Mansour Hindi", true)) == 0 {
			t.Errorf("%q finds nobody, even widely", wrong)
		}
	}
}
