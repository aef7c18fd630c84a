package i18n_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tessuto/internal/platform/i18n"
	"tessuto/locales"
)

// forms are the plural forms of a language, and the only ones a message may
// have. Italian and English need no more than two here: see TestLargeNumbers.
var forms = map[string][]string{
	"it": {"one", "other"},
	"en": {"one", "other"},
	"ar": {"zero", "one", "two", "few", "many", "other"},
}

// framed are the words of the kit that stand on a person's own page.
var framed = []string{"month.", "weekday.", "ui.skip", "ui.exit", "ui.language", "ui.demo", "ui.alert.", "ui.error_prefix", "ui.required", "ui.sending",
	"ui.unknown", "ui.request_failed"}

// A person's own page is whole in each of its languages, and what is in one of
// them is in Italian.
func TestEveryLanguageOfAPersonsOwnPage(t *testing.T) {
	t.Parallel()
	it := all(t, "it")
	for _, lang := range i18n.People {
		there := all(t, lang)
		for key, m := range it {
			own := strings.HasPrefix(key, "own.") || slices.ContainsFunc(framed, func(p string) bool { return strings.HasPrefix(key, p) })
			if own {
				compare(t, "own", lang, map[string]message{key: m}, there)
			}
		}
		for key := range there {
			if _, ok := it[key]; !ok {
				t.Errorf("%s has %q, which Italian has not", lang, key)
			}
		}
	}
}

// unused are the keys that no code names in full or by a prefix, each with the
// reason why it stays.
var unused = map[string]string{}

// notShown are the keys of refusals that nobody reads, each with the reason.
var notShown = map[string]string{
	"pack.refused": "who loads a pack is shown its problems one by one",
}

// arabicErrors are the failures that one can meet on a public page: it is read
// by GET, without an account.
var arabicErrors = []string{"error.internal", "error.not_found", "error.sign_in", "error.hint.internal", "error.hint.not_found"}

// message is a text in each plural form; without forms it has only "other".
type message map[string]string

// UnmarshalJSON reads a text, or an object of texts by plural form.
func (m *message) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err == nil {
		*m = message{"other": text}
		return nil
	}
	return json.Unmarshal(b, (*map[string]string)(m))
}

// catalogue reads the files of a language: by area, then by key.
func catalogue(t *testing.T, lang string) map[string]map[string]message {
	t.Helper()
	names, err := fs.Glob(locales.FS, "*."+lang+".json")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	out := map[string]map[string]message{}
	for _, name := range names {
		text, err := fs.ReadFile(locales.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		area := map[string]message{}
		if err := json.Unmarshal(text, &area); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[strings.TrimSuffix(name, "."+lang+".json")] = area
	}
	return out
}

// all is every message of a language by key.
func all(t *testing.T, lang string) map[string]message {
	t.Helper()
	out := map[string]message{}
	for area, messages := range catalogue(t, lang) {
		for key, m := range messages {
			if _, twice := out[key]; twice {
				t.Errorf("%s: %q is in another file too", area, key)
			}
			out[key] = m
		}
	}
	return out
}

func TestSameKeys(t *testing.T) {
	t.Parallel()
	it, en := catalogue(t, "it"), catalogue(t, "en")
	for area := range maps.Keys(it) {
		compare(t, area, "en", it[area], en[area])
	}
	for area := range maps.Keys(en) {
		compare(t, area, "it", en[area], it[area])
	}
	if ours := all(t, "it"); len(ours) < 500 {
		t.Errorf("only %d keys were read", len(ours))
	}
}

var place = regexp.MustCompile(`\{\{[^}]*\}\}`)

// compare finds what is in have and not in the file of lang, and sentences
// whose places to fill differ.
func compare(t *testing.T, area, lang string, have, there map[string]message) {
	t.Helper()
	for key, m := range have {
		o, ok := there[key]
		if !ok {
			t.Errorf("locales/%s.%s.json lacks %q", area, lang, key)
			continue
		}
		a, b := place.FindAllString(m["other"], -1), place.FindAllString(o["other"], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
			t.Errorf("%s: %q has the places %v in one language and %v in %s", area, key, a, b, lang)
		}
		if len(m) > 1 != (len(o) > 1) {
			t.Errorf("%s: %q has plural forms in one language only", area, key)
		}
	}
}

func TestPluralForms(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.People {
		for key, m := range all(t, lang) {
			var has []string
			for form, text := range m {
				has = append(has, form)
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %q is empty", lang, key)
				}
			}
			want := slices.Sorted(slices.Values(forms[lang]))
			if slices.Sort(has); len(has) > 1 && !slices.Equal(has, want) || len(has) == 1 && has[0] != "other" {
				t.Errorf("%s: %q has the forms %v, want %v", lang, key, has, want)
			}
		}
	}
}

// Italian writes "un milione di persone": no message needs that, and none may
// show its key instead.
func TestLargeNumbers(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Staff {
		ctx := i18n.With(t.Context(), lang)
		for key, m := range all(t, lang) {
			for _, n := range []int{0, 1, 2, 11, 1_000_000} {
				if got := i18n.N(ctx, key, n); len(m) > 1 && got == key {
					t.Errorf("%s: %q of %d shows its key", lang, key, n)
				}
			}
		}
	}
}

func TestArabicOfPublicPages(t *testing.T) {
	t.Parallel()
	it, ar := all(t, "it"), all(t, "ar")
	for key := range it {
		public := slices.ContainsFunc([]string{"start.", "accessibility.", "public.", "ui.", "catalogue."}, func(p string) bool { return strings.HasPrefix(key, p) })
		if _, ok := ar[key]; !ok && (public || slices.Contains(arabicErrors, key)) {
			t.Errorf("no Arabic for %q, which public pages show", key)
		}
	}
	for key := range ar {
		if _, ok := it[key]; !ok {
			t.Errorf("Arabic has %q, which Italian has not", key)
		}
	}
}

func TestExists(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.People {
		for key := range all(t, lang) {
			if !i18n.Exists(lang, key) {
				t.Errorf("%q does not exist in %s", key, lang)
			}
		}
	}
	for key := range all(t, "it") {
		if _, ok := all(t, "ar")[key]; !ok && i18n.Exists("ar", key) {
			t.Errorf("%q exists in Arabic", key)
			break
		}
	}
	if i18n.Exists("it", "no.such.key") || i18n.Exists("it", "") {
		t.Error("a key that is nowhere exists")
	}
}

// used is what the code asks of the catalogue.
type used struct {
	asked    map[string]string // key or prefix -> where; from calls that take a key
	literals map[string]bool   // every text in the code
}

// takesKey says which argument of a call is a message key.
var takesKey = map[string]int{"i18n.T": 1, "i18n.N": 1, "i18n.M": 1, "errs.New": 1, "web.Go": 3, "web.GoUndo": 3, ".That": 2}

// code reads every Go file of the program, generated components too.
func code(t *testing.T) used {
	t.Helper()
	u := used{asked: map[string]string{}, literals: map[string]bool{}}
	for _, top := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join("../../..", top), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				u.look(n, func() string { return fmt.Sprint(fset.Position(n.Pos())) })
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(u.asked) < 300 {
		t.Fatalf("only %d keys were found in code", len(u.asked))
	}
	return u
}

func (u *used) look(n ast.Node, where func() string) {
	if text, ok := text(n); ok {
		u.literals[text] = true
	}
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	name := "." + sel.Sel.Name
	if pkg, ok := sel.X.(*ast.Ident); ok && takesKey[pkg.Name+name] > 0 {
		name = pkg.Name + name
	}
	i := takesKey[name]
	if i == 0 || i >= len(call.Args) {
		return
	}
	key := call.Args[i]
	for {
		sum, ok := key.(*ast.BinaryExpr)
		if !ok {
			break
		}
		key = sum.X // the beginning of a composed key, which ends in a dot
	}
	if text, ok := text(key); ok && text != "" {
		u.asked[text] = where()
	}
}

func text(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func TestCodeAsksForKeysThatExist(t *testing.T) {
	t.Parallel()
	keys := all(t, "it")
	for key, where := range code(t).asked {
		_, ok := keys[key]
		if strings.HasSuffix(key, ".") {
			for k := range keys {
				ok = ok || strings.HasPrefix(k, key)
			}
		}
		if !ok && notShown[key] == "" {
			t.Errorf("%s: no message for %q", where, key)
		}
	}
}

func TestNoUnusedKey(t *testing.T) {
	t.Parallel()
	u := code(t)
	var prefixes []string
	for text := range u.literals {
		if strings.HasSuffix(text, ".") && strings.Count(text, " ") == 0 && len(text) > 2 {
			prefixes = append(prefixes, text)
		}
	}
	keys := all(t, "it")
	for key := range keys {
		composed := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
		if base, end := key[:strings.LastIndex(key, ".")], key[strings.LastIndex(key, "."):]; u.literals[base] && u.literals[end] {
			composed = true // such as p.key+".what"
		}
		if !u.literals[key] && !composed && unused[key] == "" {
			t.Errorf("nothing uses %q", key)
		}
	}
	for key := range unused {
		if _, ok := keys[key]; !ok || u.literals[key] {
			t.Errorf("%q is no exception any more", key)
		}
	}
}
