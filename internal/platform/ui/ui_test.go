package ui

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"tessuto/internal/platform/i18n"
	"tessuto/locales"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t *testing.T, ctx context.Context, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pages are whole pages with every component in them.
func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, lang := range i18n.Public {
		staff, public := in(lang, "/people?q=a"), in(lang, "/"+lang+"/services/3?x=1")
		out["staff "+lang] = render(t, staff, with(Layout(full(staff)), Catalogue()))
		out["public "+lang] = render(t, public, with(Public(full(public)), Catalogue()))
	}
	return out
}

func wants(t *testing.T, html string, all ...string) {
	t.Helper()
	for _, s := range all {
		if !strings.Contains(html, s) {
			t.Errorf("missing %q in:\n%s", s, html)
		}
	}
}

func wantsNone(t *testing.T, html string, none ...string) {
	t.Helper()
	for _, s := range none {
		if strings.Contains(html, s) {
			t.Errorf("found %q in:\n%s", s, html)
		}
	}
}

// What the content policy refuses must not be written in the first place.
func TestNothingInline(t *testing.T) {
	t.Parallel()
	refused := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|<script(?:\s*>|[^>]*>[^<])`)
	for name, html := range pages(t) {
		if m := refused.FindString(html); m != "" {
			t.Errorf("%s: %q", name, m)
		}
	}
}

func TestEveryKeyIsTranslated(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`[>"]\s*((?:ui|catalogue)\.[a-z_.]+)`)
	for name, html := range pages(t) {
		if m := key.FindStringSubmatch(html); m != nil {
			t.Errorf("%s shows the key %s", name, m[1])
		}
	}
	files, err := filepath.Glob("*.[gt][oe]*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	used := regexp.MustCompile(`[TN]\(ctx, "(ui\.[a-z_.]*[a-z])"[,)]`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(b), -1) {
			for _, lang := range i18n.Public {
				if messages(t, lang)[m[1]] == nil {
					t.Errorf("%s: no %s in %s", f, m[1], lang)
				}
			}
		}
	}
}

// messages are the kit's own words in a language.
func messages(t *testing.T, lang string) map[string]any {
	t.Helper()
	b, err := locales.FS.ReadFile("ui." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]any{}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// Ids are unique, and what points to an id finds it.
func TestReferencesHold(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`\sid="([^"]+)"`)
	ref := regexp.MustCompile(`\s(?:for|aria-describedby|aria-labelledby|aria-controls)="([^"]+)"|href="#([^"]+)"`)
	for name, html := range pages(t) {
		seen := map[string]bool{}
		for _, m := range id.FindAllStringSubmatch(html, -1) {
			if seen[m[1]] {
				t.Errorf("%s: id %s twice", name, m[1])
			}
			seen[m[1]] = true
		}
		for _, m := range ref.FindAllStringSubmatch(html, -1) {
			for r := range strings.FieldsSeq(m[1] + m[2]) {
				if !seen[r] {
					t.Errorf("%s: nothing has the id %s", name, r)
				}
			}
		}
	}
}

func TestHeadingsInOrder(t *testing.T) {
	t.Parallel()
	h := regexp.MustCompile(`<h([1-6])`)
	for name, html := range pages(t) {
		last := "0"
		for i, m := range h.FindAllStringSubmatch(html, -1) {
			if (i == 0) != (m[1] == "1") || m[1][0] > last[0]+1 {
				t.Errorf("%s: heading %d is h%s after h%s", name, i+1, m[1], last)
			}
			last = m[1]
		}
	}
}

// Icons come from the one list from which the sprite is built.
func TestIconsAreInTheSprite(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../../web/icons.json")
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Bootstrap, Own []string }
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, n := range append(list.Bootstrap, list.Own...) {
		known[n] = true
	}
	use := regexp.MustCompile(`sprite[^"#]*#([^"]+)"`)
	for name, html := range pages(t) {
		for _, m := range use.FindAllStringSubmatch(html, -1) {
			if !known[m[1]] {
				t.Errorf("%s: icon %s is not in web/icons.json", name, m[1])
			}
		}
	}
}

var hashed = regexp.MustCompile(`(/assets/[\w.-]+?)\.[0-9a-f]{10}\.`)

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"it", "ar"} {
		ctx := in(lang, "/it/people?q=1")
		parts := map[string]templ.Component{"layout": Layout(full(ctx)), "public": Public(Page{Title: say(ctx, "title")})}
		for _, s := range Samples() {
			parts[s.ID] = s.Body
		}
		for name, c := range parts {
			golden(t, filepath.Join("testdata", name+"."+lang+".html"), render(t, ctx, c))
		}
	}
}

func golden(t *testing.T, file, html string) {
	t.Helper()
	got := strings.ReplaceAll(hashed.ReplaceAllString(html, "$1."), "><", ">\n<") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was: see the difference after go test ./internal/platform/ui -update", file)
	}
}

// What stands in the tab stays in the history of a shared machine.
func TestTabStandsInsteadOfTitle(t *testing.T) {
	t.Parallel()
	p := Page{Title: "Amina Diallo", Tab: "Persona"}
	for _, c := range []templ.Component{Layout(p), Public(p)} {
		html := render(t, in("it", "/people/1"), c)
		wants(t, html, "<title>Persona · Tessuto</title>", "Amina Diallo</h1>")
		wantsNone(t, html, "<title>Amina")
	}
}
