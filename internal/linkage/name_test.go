package linkage_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tessuto/internal/linkage"
)

// shared are the tokens by which both names are found.
func shared(a, b string) (out []string) {
	for _, t := range linkage.Tokens(a, "") {
		if slices.Contains(linkage.Tokens(b, ""), t) {
			out = append(out, t)
		}
	}
	return out
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
					t.Errorf("%s is not found as %s: %v %v", a, b, linkage.Tokens(a, ""), linkage.Tokens(b, ""))
				}
				if s := linkage.Similarity(a, b); s < 0.9 {
					t.Errorf("%s and %s: %.2f alike", a, b, s)
				}
			}
		}
	}
}

func TestOtherNamesAreApart(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"Amina", "Beatrice"}, {"Mohamed", "Karim"}, {"Rossi", "Bianchi"}, {"Olena", "Ivan"}} {
		if s := linkage.Similarity(c[0], c[1]); s > 0.75 {
			t.Errorf("%s and %s: %.2f alike", c[0], c[1], s)
		}
		if got := shared(c[0], c[1]); len(got) != 0 {
			t.Errorf("%s is found as %s by %v", c[0], c[1], got)
		}
	}
	for _, c := range [][2]string{{"Aicha", "Koko"}, {"Aisha", "Issa"}} { // one consonant says little
		if s := linkage.Similarity(c[0], c[1]); s > 0.8 {
			t.Errorf("%s and %s: %.2f alike", c[0], c[1], s)
		}
	}
	if linkage.Similarity("", "Amina") != 0 || linkage.Similarity("Amina", "") != 0 || linkage.Similarity("", "") != 0 {
		t.Error("a name is like no name")
	}
}

// A word with ch has a key for each way of reading it, every other word one.
func TestSkeletons(t *testing.T) {
	t.Parallel()
	for word, want := range map[string][]string{"aicha": {"k", "s"}, "aisha": {"s"}, "zakaria": {"skr"}, "zacharia": {"skr", "sr"},
		"schirin": {"srn"}, "amina": {"mn"}, "chikh": {"k", "sk"}, "ch": {"k", "s"}, "ie": {"ie"}} {
		if got := linkage.Skeletons(word); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

// Forms ask for given name and family name; papers have them the other way round.
func TestSwappedNames(t *testing.T) {
	t.Parallel()
	if !slices.Equal(linkage.Tokens("Amina Haddad", "1990"), linkage.Tokens("Haddad Amina", "1990")) {
		t.Error("tokens depend on the order of the names")
	}
	if a, b := linkage.Similarity("Amina Haddad", "Haddad Amina"), linkage.Similarity("Amina Haddad", "Amina"); a != 1 || b != 1 {
		t.Errorf("swapped %.2f, in part %.2f", a, b)
	}
	if a, b := linkage.Similarity("Amina Haddad", "Amira Hadad"), linkage.Similarity("Amira Hadad", "Amina Haddad"); a != b || a < 0.85 || a == 1 {
		t.Errorf("%.3f one way, %.3f the other", a, b)
	}
}

// A search by the first letters finds who begins so, alone or in pairs.
func TestTokens(t *testing.T) {
	t.Parallel()
	want := []string{"kk:d+mn", "kp:ami", "kp:had", "ks:d", "ks:mn", "ky:d:1990", "ky:mn:1990", "pp:ami+had"}
	if got := linkage.Tokens("Amina Haddad", "1990"); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for _, begun := range []string{"Ami", "Had", "ami had", "HAD AMI"} {
		if len(shared(begun, "Amina Haddad")) == 0 {
			t.Errorf("%q finds nobody", begun)
		}
	}
	for _, tok := range linkage.Tokens("Amina Haddad", "") {
		if strings.HasPrefix(tok, "ky:") {
			t.Errorf("a year where none is known: %s", tok)
		}
	}
	if got := linkage.Tokens("", "1990"); len(got) != 0 {
		t.Errorf("no name is found by %v", got)
	}
}

// Whatever is typed: no panic, sorted tokens each once, all in plain letters,
// and a name is like itself.
func FuzzTokens(f *testing.F) {
	for _, name := range []string{"Amina Haddad", "محمد", "D'Angelo", "李 小龙", "", " ", "ÆØÅ", "a", "O", "\x00\xff", "ij", "hhh", "mmmd"} {
		f.Add(name, "1990")
	}
	f.Fuzz(func(t *testing.T, name, year string) {
		tokens := linkage.Tokens(name, year)
		if !slices.IsSorted(tokens) || len(slices.Compact(slices.Clone(tokens))) != len(tokens) {
			t.Errorf("%q: %v", name, tokens)
		}
		for _, p := range linkage.Parts(name) {
			if !utf8.ValidString(p) || p != strings.ToLower(p) || linkage.Skeleton(p) == "" {
				t.Errorf("%q: part %q, skeleton %q", name, p, linkage.Skeleton(p))
			}
		}
		if len(linkage.Parts(name)) > 0 {
			if s := linkage.Similarity(name, name); s < 0.999 || s > 1.001 || len(tokens) == 0 {
				t.Errorf("%q is %.3f like itself, with %v", name, s, tokens)
			}
		}
	})
}
