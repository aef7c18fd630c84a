package people

import (
	"context"
	"slices"
	"testing"
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
