package people

import (
	"context"
	"slices"
	"testing"

	"tessuto/internal/platform/i18n"
)

func TestCountries(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, c := range Countries {
		name := CountryName(context.Background(), c)
		if name == "" || seen[name] != "" {
			t.Errorf("%s is called %q, as is %q", c, name, seen[name])
		}
		seen[name] = c
	}
	for _, c := range []string{"ITA", "SEN", "NGA", "UKR", "PSE", "TWN", "XKK"} {
		if !slices.Contains(Countries, c) {
			t.Errorf("%s is missing", c)
		}
	}
	if slices.Contains(Countries, "YUG") || slices.Contains(Countries, "DGA") {
		t.Error("a country that is none")
	}
}

// Each reader has the names in their own language and the order of their own
// alphabet, and the second asking makes nothing anew.
func TestNamesByReader(t *testing.T) { // not in parallel: it counts allocations
	for lang, want := range map[string][]string{"it": {"Germania", "arabo"}, "en": {"Germany", "Arabic"}, "ar": {"ألمانيا", "العربية"}} {
		ctx := i18n.With(t.Context(), lang)
		if got := []string{CountryName(ctx, "DEU"), LanguageName(ctx, "ar")}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
		if CountryName(ctx, "ZZZ") != "ZZZ" || CountryName(ctx, "") != "" {
			t.Errorf("%s: a country that is none", lang)
		}
	}
	var names []string
	for _, o := range CountryOptions(i18n.With(t.Context(), "it"))[1:] {
		names = append(names, o.Label)
	}
	if len(names) != len(Countries) || slices.Index(names, "Åland") > slices.Index(names, "Brasile") || !slices.Contains(names[:3], "Albania") && names[0] != "Afghanistan" {
		t.Errorf("countries begin with %q", names[:5])
	}
	ctx := i18n.With(t.Context(), "it")
	if n := testing.AllocsPerRun(10, func() { CountryName(ctx, "SEN"); LanguageName(ctx, "ar") }); n > 0 {
		t.Errorf("a name takes %v allocations", n)
	}
}

// Not to say is an answer; nothing stated is none.
func TestSexWord(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{"it": {"Preferisce non dirlo", "Non dichiarato"}, "en": {"Prefers not to say", "Not stated"}} {
		ctx := i18n.With(t.Context(), lang)
		if SexWord(ctx, "X") != want[0] || SexWord(ctx, "") != want[1] || SexOptions(ctx)[0].Label != want[1] {
			t.Errorf("%s: %q, %q", lang, SexWord(ctx, "X"), SexWord(ctx, ""))
		}
	}
}
