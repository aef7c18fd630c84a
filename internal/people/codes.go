package people

import (
	"context"
	"slices"
	"sort"

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

// Languages lists the languages that the desks meet most, BCP 47.
var Languages = []string{"it", "en", "fr", "es", "pt", "ar", "ur", "bn", "zh", "uk", "ru", "sq", "ro", "fa", "ps", "ku", "tr",
	"so", "ti", "am", "om", "ha", "yo", "ig", "wo", "ff", "bm", "sw", "ln", "pa", "hi", "ta", "si", "tl", "ka", "vi"}

// Relations are those of the population register (ANPR's table of relations to
// the reference person) that households of these programmes know.
var Relations = []string{"1", "2", "3", "4", "6", "7", "9", "13", "22", "23", "28", "99"}

// The relations that rules speak of.
const (
	ReferencePerson = "1"
	Child           = "3"
)

// CountryName returns the name of a country in the reader's language.
func CountryName(ctx context.Context, code string) string {
	r, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return display.Regions(language.Make(i18n.Lang(ctx))).Name(r)
}

// LanguageName returns the name of a language in the reader's language.
func LanguageName(ctx context.Context, code string) string {
	return display.Languages(language.Make(i18n.Lang(ctx))).Name(language.Make(code))
}

// ByName sorts codes by the name the reader sees.
func ByName(ctx context.Context, codes []string, name func(context.Context, string) string) []string {
	names := make(map[string]string, len(codes))
	for _, c := range codes {
		names[c] = name(ctx, c)
	}
	out := append([]string(nil), codes...)
	order := collate.New(language.Make(i18n.Lang(ctx)))
	sort.SliceStable(out, func(i, j int) bool { return order.CompareString(names[out[i]], names[out[j]]) < 0 })
	return out
}
