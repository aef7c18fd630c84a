// Package ui is the one kit from which pages are made: the frame, forms, and
// what shows. Pages in other packages compose these components and write no
// markup that looks like anything.
//
// Components take typed values. Words that a person reads arrive translated,
// except those that belong to the kit itself, which it looks up with the keys
// "ui.*". The kit emits no inline style and no inline script.
package ui

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"tessuto/assets"
	"tessuto/internal/platform/i18n"
)

// NavItem is a place in the navigation of the staff. Key is a message key;
// Letter, pressed after "g", goes there.
type NavItem struct {
	Key, Href, Icon, Letter string
	Current                 bool
}

// NavGroup is a part of the navigation, with its heading: a message key.
type NavGroup struct {
	Key   string
	Items []NavItem
}

// Shell is what the frame round a page knows about the reader. It travels in
// the context, so pages need not hand it on.
type Shell struct {
	Nav                         []NavGroup
	UserName, OrgName, RoleName string
	// Works are the memberships that the reader chooses from, when there are
	// several.
	Works []Work
	// Path is the path and query of this page: where a change of language
	// comes back to.
	Path     string
	SignedIn bool
	// Personal says that the page may hold persons in care: on paper it says so.
	Personal bool
	// Now is when the page was made, as people write it: it stands on paper.
	Now string
	// Langs are the languages offered on this page, as BCP 47 tags.
	Langs []string
	// Notice is a translated message about what was just done, shown once.
	Notice string
	// Undo is the path that takes back what Notice says was done, or empty.
	Undo string
	// Theme is Light or Dark where the reader chose; empty follows their machine.
	Theme string
	// Keys lets keys of one letter do something.
	Keys bool
	// Sample says that the frame itself is made up: what it leads to asks for an
	// account that nobody has.
	Sample bool
	// Demo says that the data are made up.
	Demo bool
}

// Work is a membership as the header offers it.
type Work struct {
	ID, OrgName, RoleName string
	Current               bool
}

// Crumb is a step of the way to a page.
type Crumb struct{ Label, Href string }

// Page is what a layout needs to know of the page inside it.
type Page struct {
	Title string // translated; also the h1
	// Tab stands in <title> instead of Title: the name of a person must not stay
	// in the history of a shared machine.
	Tab    string
	Crumbs []Crumb
	// Wide gives the page the whole width, for tables and trees.
	Wide bool
	// Lead is a sentence under the title.
	Lead string
	// Failed says that the page only tells what went wrong, and holds no data.
	Failed bool
}

type shellKey struct{}

// WithShell returns ctx with the frame's data in it.
func WithShell(ctx context.Context, s Shell) context.Context {
	return context.WithValue(ctx, shellKey{}, s)
}

// ShellOf returns the frame's data in ctx, or the empty frame.
func ShellOf(ctx context.Context) Shell {
	s, _ := ctx.Value(shellKey{}).(Shell)
	return s
}

// QuickExit is where "leave at once" goes: an everyday page in Italy, which
// says nothing about the one that was left.
const QuickExit = "https://www.meteoam.it/"

// langNames are the names of the languages in themselves.
var langNames = map[string]string{
	"it": "Italiano", "en": "English", "fr": "Français", "es": "Español", "ar": "العربية",
	"ur": "اردو", "bn": "বাংলা", "zh": "中文", "uk": "Українська", "sq": "Shqip",
}

// LangName returns the name of a language in that language.
func LangName(lang string) string { return cmp.Or(langNames[lang], lang) }

// styleSheet is the sheet for the direction of writing of ctx.
func styleSheet(ctx context.Context) string {
	if i18n.Dir(ctx) == "rtl" {
		return "app.rtl.css"
	}
	return "app.css"
}

// wholeStyle is the style sheet as an element that needs no other file.
func wholeStyle(ctx context.Context) string {
	return "<style>" + assets.Whole(styleSheet(ctx)) + "</style>"
}

// The themes that a reader can choose.
const (
	Light = "light"
	Dark  = "dark"
)

// theme says on the page itself which theme was chosen, so that no other is
// seen first.
func theme(ctx context.Context) templ.Attributes {
	if t := ShellOf(ctx).Theme; t == Light || t == Dark {
		return templ.Attributes{"data-theme": t}
	}
	return nil
}

// langHref returns the address of the page at path in another language, and
// false when the page has no language in its address.
func langHref(path, lang string) (string, bool) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if before, query, ok := strings.Cut(first, "?"); ok {
		first, rest = before, "?"+query
	}
	if langNames[first] == "" {
		return "", false
	}
	return "/" + lang + "/" + rest, true
}

// accessibility is the address of the accessibility statement.
func accessibility(ctx context.Context) string { return "/" + i18n.Lang(ctx) + "/accessibility" }

// Inside tells whether an address is a path of this program, and does not lead
// elsewhere: it may come from a form or a link that somebody else made. Browsers
// read a backslash as a slash and leave out tabs and line ends, so that
// "/\t/elsewhere" leads away.
func Inside(path string) bool {
	_, err := url.Parse(path)
	return err == nil && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") &&
		!strings.Contains(path, `\`) && !strings.ContainsFunc(path, unicode.IsControl)
}

// local returns a path of this program to come back to, or the home page.
func local(path string) string {
	if !Inside(path) {
		return "/"
	}
	return path
}

// fieldOrder returns the names in errs: first those in order, then the others
// by name.
func fieldOrder(errs map[string]string, order []string) []string {
	rank := func(name string) int {
		if i := slices.Index(order, name); i >= 0 {
			return i
		}
		return len(order)
	}
	return slices.SortedFunc(maps.Keys(errs), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
	})
}

func itoa(n int) string { return strconv.Itoa(n) }
