package app_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
)

var (
	pageTitle = regexp.MustCompile(`<title>([^<]*)</title>`)
	elementID = regexp.MustCompile(`<[^>]*\sid="([^"]*)"`)
	reference = regexp.MustCompile(`\s(for|aria-labelledby|aria-describedby|aria-controls|aria-owns)="([^"]+)"|\s(href)="#([^"]+)"`)
	markup    = regexp.MustCompile(`(?s)<script.*?</script>|<style.*?</style>|<[^>]*>`)
	// messageKey is a key of the catalogue that has no message: "area.thing.what".
	messageKey = regexp.MustCompile(`(?:^|[\s>(])((?:[a-z]+_?)+(?:\.[a-z_]+){1,3})(?:$|[\s<):])`)
)

// fragments are the answers that are parts of pages.
var fragments = []string{"/people/matches"}

// Every page that can be asked for without knowing a record, as each demo account
// sees it: one h1, a title of its own, its language and direction, no id twice,
// and no key where words should be.
func TestEveryPageIsWhole(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	asked := 0
	for _, who := range app.DemoAccounts() {
		name, _, _ := strings.Cut(who.Email, "@")
		ask, titles := asker(t, a, name), map[string]string{}
		for _, rt := range a.Routes() {
			if rt.Method != http.MethodGet || strings.Contains(rt.Pattern, "{") || strings.HasPrefix(rt.Pattern, "/api/") || slices.Contains(fragments, rt.Pattern) {
				continue
			}
			got := ask(http.MethodGet, rt.Pattern, nil)
			if got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") {
				continue
			}
			asked++
			for _, wrong := range pageFaults(got.Body.String()) {
				t.Errorf("%s: %s: %s", name, rt.Pattern, wrong)
			}
			title := pageTitle.FindString(got.Body.String())
			if other := titles[title]; other != "" {
				t.Errorf("%s: %s and %s are both called %s", name, rt.Pattern, other, title)
			}
			titles[title] = rt.Pattern
		}
	}
	if asked < 200 {
		t.Errorf("only %d pages", asked)
	}
}

var inPage = regexp.MustCompile(`href="(/[^"#]*)`)

// Whoever follows links from their day to wherever they lead finds whole pages: one
// of each kind for each demo account, and those of records twice.
func TestEveryLinkLeadsToAWholePage(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	kinds := map[string]bool{}
	for _, who := range app.DemoAccounts() {
		name, _, _ := strings.Cut(who.Email, "@")
		ask, seen, asked := asker(t, a, name), map[string]bool{}, map[string]int{}
		for queue := []string{"/home"}; len(queue) > 0; queue = queue[1:] {
			path := queue[0]
			before, _, _ := strings.Cut(path, "?")
			kind := uuids.ReplaceAllString(before, "{id}")
			if seen[path] || asked[kind] > 1 || strings.HasPrefix(path, "/api/") {
				continue
			}
			seen[path] = true
			asked[kind]++
			got := ask(http.MethodGet, path, nil)
			if !strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") || got.Code >= 300 && got.Code < 400 {
				continue
			}
			if got.Code != http.StatusOK {
				t.Errorf("%s: a link leads to %s: %d", name, path, got.Code)
				continue
			}
			kinds[kind] = true
			for _, wrong := range pageFaults(got.Body.String()) {
				t.Errorf("%s: %s: %s", name, path, wrong)
			}
			for _, m := range inPage.FindAllStringSubmatch(got.Body.String(), -1) {
				queue = append(queue, html.UnescapeString(m[1]))
			}
		}
	}
	if len(kinds) < 60 {
		t.Errorf("only %d kinds of pages", len(kinds))
	}
}

// pageFaults says what a page lacks.
func pageFaults(page string) (out []string) {
	if n := strings.Count(page, "<h1"); n != 1 {
		out = append(out, "not one h1")
	}
	if m := pageTitle.FindStringSubmatch(page); m == nil || strings.TrimSpace(m[1]) == "" {
		out = append(out, "no title")
	}
	if !regexp.MustCompile(`<html lang="[a-z]+" dir="(ltr|rtl)"`).MatchString(page) {
		out = append(out, "neither language nor direction")
	}
	var ids []string
	for _, m := range elementID.FindAllStringSubmatch(page, -1) {
		if slices.Contains(ids, m[1]) {
			out = append(out, "the id "+m[1]+" twice")
		}
		ids = append(ids, m[1])
	}
	for _, m := range reference.FindAllStringSubmatch(page, -1) {
		for _, id := range strings.Fields(html.UnescapeString(m[2] + m[4])) {
			if !slices.Contains(ids, id) {
				out = append(out, m[1]+m[3]+" points to "+id+", which is not there")
			}
		}
	}
	text := html.UnescapeString(markup.ReplaceAllString(page, "\n"))
	for _, m := range messageKey.FindAllStringSubmatch(text, -1) {
		out = append(out, "a key: "+m[1])
	}
	return out
}

// What is wrong with a page is found.
func TestPageFaults(t *testing.T) {
	t.Parallel()
	whole := `<html lang="it" dir="ltr"><title>Casi</title><h1 id="a">Casi</h1><p>Alle 9.30, vedi e.g. qui.</p>`
	if got := pageFaults(whole); len(got) > 0 {
		t.Error(got)
	}
	for _, broken := range []string{
		strings.Replace(whole, "h1", "h2", 1), strings.Replace(whole, "Casi</t", "</t", 1), strings.Replace(whole, " dir", " x", 1),
		whole + `<p id="a">`, whole + `<label for="b">`, whole + `<p aria-labelledby="a b">`, whole + `<a href="#b">`, whole + `<h1>`, whole + `<p>task.empty_hint.mine</p>`, whole + `<p>Vedi: nav.cases</p>`,
	} {
		if len(pageFaults(broken)) != 1 {
			t.Errorf("%v: %s", pageFaults(broken), broken)
		}
	}
}
