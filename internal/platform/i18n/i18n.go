// Package i18n turns message keys into sentences in the reader's language.
//
// The language travels in the context, so a template cannot mix two. Messages
// live in /locales, one file for each area and language.
package i18n

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"tessuto/locales"
)

// Staff are the languages in which every message exists. Italian comes first:
// it is the language of the house and what everything falls back to.
var Staff = []string{"it", "en"}

// Public are the languages of the public pages.
var Public = []string{"it", "en", "ar"}

// People are the languages of a person's own page, and of what is handed to them.
// A message that a language has not is shown in Italian.
var People = []string{"it", "en", "fr", "es", "ar", "ur", "bn", "zh", "uk", "sq"}

// bundle is filled once, before main, from files inside the program.
var (
	bundle     = load(locales.FS)
	localizers = map[string]*i18n.Localizer{}
)

func load(fsys fs.FS) *i18n.Bundle {
	b := i18n.NewBundle(language.Italian)
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		if _, err := b.LoadMessageFileFS(fsys, name); err != nil {
			panic(fmt.Errorf("locales/%s: %w", name, err))
		}
	}
	return b
}

func init() {
	for _, l := range People {
		localizers[l] = i18n.NewLocalizer(bundle, l, "it")
	}
}

type key struct{}

// With returns ctx speaking lang; an unknown language becomes Italian.
func With(ctx context.Context, lang string) context.Context {
	if localizers[lang] == nil {
		lang = "it"
	}
	return context.WithValue(ctx, key{}, lang)
}

// Lang returns the language of ctx as a BCP 47 tag.
func Lang(ctx context.Context) string {
	if l, ok := ctx.Value(key{}).(string); ok {
		return l
	}
	return "it"
}

// Dir returns the direction of writing of ctx: "ltr" or "rtl".
func Dir(ctx context.Context) string { return DirOf(Lang(ctx)) }

// DirOf returns the direction of writing of a language: "ltr" or "rtl".
func DirOf(lang string) string {
	if slices.Contains([]string{"ar", "ur"}, lang) {
		return "rtl"
	}
	return "ltr"
}

// T returns the message for key. The pairs that follow fill its places:
// T(ctx, "team.added", "Name", n).
func T(ctx context.Context, key string, pairs ...any) string {
	return localize(ctx, &i18n.LocalizeConfig{MessageID: key, TemplateData: data(pairs)})
}

// N returns the message for key in the plural form that n asks for. The
// message may use n as {{.N}}, beside the pairs that follow.
func N(ctx context.Context, key string, n int, pairs ...any) string {
	d := data(pairs)
	d["N"] = n
	return localize(ctx, &i18n.LocalizeConfig{MessageID: key, PluralCount: n, TemplateData: d})
}

// M returns the message for key with values given by name, as errors carry them.
func M(ctx context.Context, key string, args map[string]any) string {
	return localize(ctx, &i18n.LocalizeConfig{MessageID: key, TemplateData: args})
}

// localize never fails in front of a person: a key without a message shows
// itself, and the catalogue test finds it first.
func localize(ctx context.Context, c *i18n.LocalizeConfig) string {
	s, err := localizers[Lang(ctx)].Localize(c)
	if err != nil && s == "" {
		return c.MessageID
	}
	return s
}

func data(pairs []any) map[string]any {
	d := make(map[string]any, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		d[pairs[i].(string)] = pairs[i+1]
	}
	return d
}

// Match picks the best of langs for an Accept-Language header.
func Match(header string, langs []string) string {
	tags := make([]language.Tag, len(langs))
	for i, l := range langs {
		tags[i] = language.Make(l)
	}
	want, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return langs[0]
	}
	_, i, confidence := language.NewMatcher(tags).Match(want...)
	if confidence == language.No {
		return langs[0]
	}
	return langs[i]
}

// Exists tells whether a message of that key is written in lang itself. It asks
// for no number: every message has the form "other", and languages differ in
// the rest.
func Exists(lang, key string) bool {
	l := i18n.NewLocalizer(bundle, lang)
	s, tag, err := l.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: key, TemplateData: map[string]any{}})
	return err == nil && s != "" && strings.HasPrefix(tag.String(), lang)
}
