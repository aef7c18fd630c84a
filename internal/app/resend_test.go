package app_test

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
)

// visitor posts forms as a page does, and follows nothing by itself.
type visitor struct {
	*testing.T
	*http.Client
	base string
}

func newVisitor(t *testing.T, base string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}, base}
}

func (b *visitor) send(method, path string, form url.Values, headers ...string) (int, string, http.Header) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "it")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

var (
	formStart   = regexp.MustCompile(`<form[^>]*class="form[^>]*action="([^"]*)"`)
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// formOf reads the form of a page: where it goes, and its hidden fields.
func (b *visitor) formOf(page string) (action string, hidden url.Values) {
	b.Helper()
	at := formStart.FindStringSubmatchIndex(page)
	if at == nil {
		b.Fatalf("no form in %s", page)
	}
	rest, _, _ := strings.Cut(page[at[1]:], "</form>")
	hidden = url.Values{}
	for _, f := range hiddenField.FindAllStringSubmatch(rest, -1) {
		hidden.Add(html.UnescapeString(f[1]), html.UnescapeString(f[2]))
	}
	return html.UnescapeString(page[at[2]:at[3]]), hidden
}

func (b *visitor) signIn(with url.Values, who, password string) (int, string) {
	b.Helper()
	with.Set("email", apptest.Mail(who))
	with.Set("password", password)
	code, page, _ := b.send("POST", "/sign-in", with)
	return code, page
}

// What was written when the session was over is sent after all.
func TestWorkSurvivesTheSession(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			b := newVisitor(t, apptest.Serve(t, apptest.Demo(t, engine)))
			written := url.Values{"name": {`Zoë "la capa" <b>&amp;`}, "email": {"zoe@ente.example"}, "password": {"una frase lunga"},
				"org": {"nobody knows"}, "role": {"trainer"}, "profession": {""}, "twice": {"b", "a"}}
			code, page, _ := b.send("POST", "/accounts?x=1", written)
			action, hidden := b.formOf(page)
			if code != http.StatusUnauthorized || action != "/sign-in" || !strings.Contains(page, "Quello che ha scritto non è perso") {
				t.Fatalf("%d, a form to %s", code, action)
			}
			code, page = b.signIn(hidden, "admin", "wrong")
			if action, hidden = b.formOf(page); code != http.StatusUnprocessableEntity || action != "/sign-in" {
				t.Fatalf("after a wrong password: %d, a form to %s", code, action)
			}
			code, page = b.signIn(hidden, "admin", apptest.Password)
			action, hidden = b.formOf(page)
			if code != http.StatusOK || action != "/accounts?x=1" || hidden.Encode() != written.Encode() || !strings.Contains(page, "Irene Costa") {
				t.Fatalf("after the right one: %d, a form to %s of %v", code, action, hidden)
			}
			// The organisation is not there: the form comes back, filled.
			if code, page, _ = b.send("POST", action, hidden); code != http.StatusNotFound && !strings.Contains(page, "zoe@ente.example") {
				t.Errorf("sent again: %d", code)
			}
		})
	}
}

// What a sign-in carries leads nowhere else, and is nothing if it is broken.
func TestCarriedFormStaysHere(t *testing.T) {
	t.Parallel()
	b := newVisitor(t, apptest.Serve(t, apptest.Demo(t, "sqlite")))
	for _, path := range []string{"//evil.example/", "https://evil.example", "/\t/evil.example", "javascript:alert(1)"} {
		_, page := b.signIn(url.Values{"again": {"YT1i"}, "again_path": {path}}, "admin", apptest.Password)
		if action, hidden := b.formOf(page); action != "/home" || hidden.Get("a") != "b" {
			t.Errorf("%q: a form to %q of %v", path, action, hidden)
		}
	}
	if code, _ := b.signIn(url.Values{"again": {"%%%"}, "again_path": {"/cases"}}, "admin", apptest.Password); code != http.StatusSeeOther {
		t.Errorf("a broken one: %d", code)
	}
	// A page that only looks, a part of a page, and a file are not carried.
	out := newVisitor(t, b.base)
	if code, _, h := out.send("GET", "/cases", nil); code != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/sign-in") {
		t.Errorf("GET: %d", code)
	}
	for _, headers := range [][]string{{"HX-Request", "true"}, {"Content-Type", "multipart/form-data; boundary=x"}} {
		if code, page, _ := out.send("POST", "/cases", url.Values{"a": {"b"}}, headers...); code != http.StatusUnauthorized || strings.Contains(page, `name="again"`) {
			t.Errorf("%v: %d", headers, code)
		}
	}
}

// Programs read problem documents and people read pages, whatever is refused.
func TestRefusalsAreInWords(t *testing.T) {
	t.Parallel()
	b := newVisitor(t, apptest.Serve(t, apptest.Demo(t, "sqlite")))
	for path, method := range map[string]string{"/api/": "GET", "/api/v1/none": "GET", "/api/v1/programmes": "DELETE"} {
		code, body, h := b.send(method, path, nil)
		var problem struct{ Code string }
		if err := json.Unmarshal([]byte(body), &problem); err != nil || code != http.StatusNotFound || problem.Code != "not_found" ||
			h.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s", method, path, code, body)
		}
	}
	code, page, _ := b.send("POST", "/language", url.Values{"lang": {"en"}}, "Sec-Fetch-Site", "cross-site")
	if code != http.StatusForbidden || !strings.Contains(page, "da un altro sito") || !strings.Contains(page, "<h1") {
		t.Errorf("from another site: %d %s", code, page)
	}
	code, body, _ := b.send("POST", "/api/v1/none", nil, "Sec-Fetch-Site", "cross-site")
	if code != http.StatusForbidden || !strings.HasPrefix(body, "{") {
		t.Errorf("from another site, to the API: %d %s", code, body)
	}
}
