package people

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tessuto/internal/platform/i18n"
)

// Countries lists the codes of every country, ISO 3166-1 alpha-3; the names
// come from Unicode's CLDR in the reader's language.
var Countries = func() []string {
	var codes []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			r, err := language.ParseRegion(string([]rune{a, b}))
			// What has no name any more was dissolved; what has no number never
			// was a country.
			if err == nil && r.IsCountry() && r.Canonicalize() == r && r.M49() > 0 && display.English.Regions().Name(r) != "" {
				codes = append(codes, r.ISO3())
			}
		}
	}
	sort.Strings(codes)
	return slices.Compact(codes)
}()

// Stateless stands among the citizenships of who has none: the code of ICAO
// Doc 9303, from the letters that ISO 3166-1 leaves to its users.
const Stateless = "XXA"

// Citizenship tells whether a code can stand among somebody's citizenships.
func Citizenship(code string) bool { return code == Stateless || slices.Contains(Countries, code) }

// Languages lists the languages that the desks meet most, BCP 47.
var Languages = []string{"it", "en", "fr", "es", "pt", "ar", "ur", "bn", "zh", "uk", "ru", "sq", "ro", "fa", "ps", "ku", "tr",
	"so", "ti", "am", "om", "ha", "yo", "ig", "wo", "ff", "bm", "sw", "ln", "pa", "hi", "ta", "si", "tl", "ka", "vi"}

// RelationList is the code list of relations to the reference person.
const RelationList = "household_relation"

// The relations that rules speak of.
const (
	ReferencePerson = "1"
	Child           = "3"
)

// tongue is what one language of readers calls countries and languages, and the
// order its alphabet puts them in. Making a namer and sorting 250 names takes
// milliseconds, and a page asks for hundreds of names: each is made once, when
// it is first asked for.
type tongue struct {
	names struct{ countries, languages map[string]string }
	order struct{ countries, languages []string }
}

var tongues = func() map[string]func() *tongue {
	all := map[string]func() *tongue{}
	for _, lang := range i18n.People {
		all[lang] = sync.OnceValue(func() *tongue { return newTongue(language.Make(lang)) })
	}
	return all
}()

func newTongue(reader language.Tag) *tongue {
	t, regions, languages := &tongue{}, display.Regions(reader), display.Languages(reader)
	order := collate.New(reader)
	t.names.countries = named(Countries, func(c string) string { return regions.Name(language.MustParseRegion(c)) })
	t.names.languages = named(Languages, func(c string) string { return languages.Name(language.Make(c)) })
	t.order.countries = sorted(order, Countries, t.names.countries)
	t.order.languages = sorted(order, Languages, t.names.languages)
	return t
}

func named(codes []string, name func(string) string) map[string]string {
	out := make(map[string]string, len(codes))
	for _, c := range codes {
		out[c] = name(c)
	}
	return out
}

func sorted(order *collate.Collator, codes []string, names map[string]string) []string {
	out := slices.Clone(codes)
	slices.SortStableFunc(out, func(a, b string) int { return order.CompareString(names[a], names[b]) })
	return out
}

// tongueOf is the one of the reader; i18n knows no language beside its own.
func tongueOf(ctx context.Context) *tongue { return tongues[i18n.Lang(ctx)]() }

// CountryName returns the name of a country in the reader's language, or the
// code of what is none.
func CountryName(ctx context.Context, code string) string {
	if code == Stateless {
		return i18n.T(ctx, "person.stateless")
	}
	return cmp.Or(tongueOf(ctx).names.countries[code], code)
}

// LanguageName returns the name of a language in the reader's language, or the
// code of one that the desks do not know.
func LanguageName(ctx context.Context, code string) string {
	return cmp.Or(tongueOf(ctx).names.languages[code], code)
}
