package ui

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/a-h/templ"

	"tessuto/internal/platform/i18n"
)

// with gives a component its children.
func with(c templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

// in returns a context in a language, with a full frame.
func in(lang, path string) context.Context {
	ctx := i18n.With(context.Background(), lang)
	return WithShell(ctx, SampleShell(ctx, path))
}

// full is a page with everything round it.
func full(ctx context.Context) Page {
	return Page{Title: say(ctx, "title"), Lead: say(ctx, "lead"), Wide: true, Crumbs: []Crumb{{"Casi", "/cases"}, {"C-2026/17", "/cases/1"}}}
}

// Who adds a component adds a sample of it: the catalogue page and the tests show
// what is in the list, and nothing else.
func TestEveryComponentHasASample(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	var components []string
	exported := regexp.MustCompile(`(?m)^templ ([A-Z]\w*)\(`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range exported.FindAllStringSubmatch(string(b), -1) {
			components = append(components, m[1])
		}
	}
	var shown []string
	for _, s := range Samples() {
		shown = append(shown, s.Of...)
	}
	for _, c := range components {
		if !slices.Contains(shown, c) {
			t.Errorf("no sample shows %s", c)
		}
	}
	for _, c := range shown {
		if !slices.Contains(components, c) {
			t.Errorf("a sample names %s, which is no component", c)
		}
	}
}

// A sample shows what it says: each component is called in the samples.
func TestSamplesCallTheirComponents(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("sample.templ")
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]bool{"Layout": true, "Public": true, "Own": true, "Paper": true, "Catalogue": true} // round the samples
	for _, m := range regexp.MustCompile(`\b([A-Z]\w*)\(`).FindAllStringSubmatch(string(b), -1) {
		called[m[1]] = true
	}
	for _, s := range Samples() {
		for _, c := range s.Of {
			if !called[c] {
				t.Errorf("%s: %s is not shown", s.ID, c)
			}
		}
	}
}
