package i18n_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/platform/i18n"
)

func TestLanguages(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]struct{ lang, dir string }{
		"it": {"it", "ltr"}, "en": {"en", "ltr"}, "ar": {"ar", "rtl"}, "xx": {"it", "ltr"}, "": {"it", "ltr"},
	} {
		ctx := i18n.With(t.Context(), asked)
		if i18n.Lang(ctx) != want.lang || i18n.Dir(ctx) != want.dir {
			t.Errorf("%q: %s %s", asked, i18n.Lang(ctx), i18n.Dir(ctx))
		}
	}
	if i18n.Lang(context.Background()) != "it" || i18n.DirOf("ur") != "rtl" {
		t.Error("the language of the house, and Urdu")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"": "it", "en-GB,en;q=0.9": "en", "it-IT": "it", "ar-EG,en;q=0.5": "ar", "fi": "it", "fi,en;q=0.1": "en",
		"en;q=0.1,it;q=0.9": "it", "***": "it", "en;q=notanumber": "it",
	} {
		if got := i18n.Match(header, i18n.Public); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	if got := i18n.Match("ar", i18n.Staff); got != "it" {
		t.Errorf("Arabic for staff: %s", got)
	}
}

func TestDatesAndNumbers(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	late := time.Date(2026, 7, 31, 22, 30, 0, 0, time.UTC) // half past midnight in Rome
	for lang, want := range map[string][3]string{
		"it": {"5 marzo 2026", "1 agosto 2026, 00:30", "12.345"},
		"en": {"5 March 2026", "1 August 2026, 00:30", "12,345"},
	} {
		ctx := i18n.With(t.Context(), lang)
		if got := [3]string{i18n.Date(ctx, day), i18n.DateTime(ctx, late), i18n.Number(ctx, 12345)}; got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
		if i18n.Date(ctx, time.Time{}) != "" || i18n.DateTime(ctx, time.Time{}) != "" {
			t.Errorf("%s: no time is written as one", lang)
		}
	}
	for lang, want := range map[string]string{"it": "wolof, francese", "ar": "wolof، francese", "zh": "wolof、francese"} {
		if got := i18n.List(i18n.With(t.Context(), lang), []string{"wolof", "francese"}); got != want {
			t.Errorf("%s: a list is %q, want %q", lang, got, want)
		}
	}
	if got := i18n.Number(i18n.With(t.Context(), "ar"), 12345); got != "12,345" {
		t.Errorf("digits in Arabic: %s", got)
	}
}

// A key without a message shows itself; Arabic falls back to Italian.
func TestFallbacks(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), "ar")
	if got := i18n.T(ctx, "no.such.key"); got != "no.such.key" {
		t.Errorf("a key without a message: %q", got)
	}
	const staffOnly = "error.forbidden"
	if got := i18n.T(ctx, staffOnly); got != i18n.T(t.Context(), staffOnly) || got == staffOnly {
		t.Errorf("without Arabic: %q", got)
	}
}
