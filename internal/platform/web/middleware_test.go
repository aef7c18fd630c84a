package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// door knows one session and one bearer token.
type door struct{ lang string }

// BySession knows the session "open".
func (d door) BySession(_ context.Context, token string) (policy.Actor, string, error) {
	switch token {
	case "open":
		return worker, d.lang, nil
	case "broken":
		return policy.Actor{}, "", errors.New("database away")
	}
	return policy.Actor{}, "", errs.New(errs.SignIn, "error.sign_in")
}

// ByToken knows the token "bearer".
func (d door) ByToken(_ context.Context, token string) (policy.Actor, error) {
	if token == "bearer" {
		return policy.Actor{AccountID: "program"}, nil
	}
	return policy.Actor{}, errs.New(errs.SignIn, "error.sign_in")
}

// ByOwn knows the person who holds "own".
func (d door) ByOwn(_ context.Context, token string) (policy.Actor, error) {
	if token == "own" {
		return policy.Actor{PersonID: "amina", Network: "n"}, nil
	}
	return policy.Actor{}, errs.New(errs.SignIn, "own.enter_again")
}

// echo answers who asks and in which language.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/panic" {
		panic("a name of a person")
	}
	_, _ = w.Write([]byte(policy.From(r.Context()).AccountID + " " + i18n.Lang(r.Context())))
})

func ask(lang, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	web.Middleware(door{lang}, web.Refused, echo).ServeHTTP(w, r)
	return w
}

func TestWhoAsks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, header, value string
		status              int
		body                string
	}{
		{"/x", "X", "", 200, " it"},
		{"/x", "Cookie", web.SessionCookie + "=open", 200, "w it"},
		{"/x", "Cookie", web.SessionCookie + "=old", 200, " it"}, // the session ended: nobody
		{"/x", "Cookie", web.SessionCookie + "=broken", 500, "Qualcosa non ha funzionato"},
		{"/x", "Authorization", "Bearer bearer", 200, "program it"},
		{"/x", "Authorization", "Bearer other", 200, " it"},
		{"/x", "Authorization", "bearer", 200, " it"},
		{"/assets/app.css", "Cookie", web.SessionCookie + "=broken", 200, " it"}, // nobody is looked for
	} {
		w := ask("", "GET", c.path, c.header, c.value)
		if body := w.Body.String(); w.Code != c.status || body != c.body && (c.status == 200 || !strings.Contains(body, c.body)) {
			t.Errorf("%s %s: %d %q, want %d %q", c.path, c.value, w.Code, w.Body, c.status, c.body)
		}
	}
}

// The address of a public page, then the account, then what the browser was
// told to keep, then what it asks for.
func TestLanguage(t *testing.T) {
	t.Parallel()
	in := func(v string) []string { return []string{"Accept-Language", v} }
	kept := func(v string) []string { return []string{"Cookie", "tessuto_language=" + v} }
	session := []string{"Cookie", web.SessionCookie + "=open"}
	for _, c := range []struct {
		account, path string
		headers       [][]string
		want          string
	}{
		{"", "/x", nil, "it"},
		{"", "/x", [][]string{in("en")}, "en"},
		{"", "/x", [][]string{in("ar")}, "it"}, // staff pages are not in Arabic
		{"", "/x", [][]string{in("en"), kept("it")}, "it"},
		{"", "/x", [][]string{in("it"), kept("en")}, "en"},
		{"", "/x", [][]string{kept("klingon")}, "it"},
		{"en", "/x", [][]string{in("it"), kept("it"), session}, "en"},
		{"en", "/ar/", [][]string{in("it"), session}, "ar"},
		{"", "/en/accessibility", [][]string{in("it")}, "en"},
		{"", "/xx/", [][]string{in("en")}, "en"},
		{"", "/article", [][]string{in("en")}, "en"},
	} {
		var headers []string
		for _, h := range c.headers {
			headers = append(headers, h...)
		}
		_, got, _ := strings.Cut(ask(c.account, "GET", c.path, headers...).Body.String(), " ")
		if got != c.want {
			t.Errorf("%s, account %q, %v: %q, want %q", c.path, c.account, c.headers, got, c.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/x", "/panic"} {
		h := ask("", "GET", path).Header()
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: the policy lacks %s: %s", path, part, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
			t.Errorf("%s: the policy is open: %s", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
	}
}

func TestPanicIsAnErrorPage(t *testing.T) {
	t.Parallel()
	w := ask("en", "GET", "/panic", "Cookie", web.SessionCookie+"=open")
	if body := w.Body.String(); w.Code != 500 || strings.Contains(body, "name of a person") ||
		!strings.Contains(body, "Something went wrong") || !strings.Contains(body, `<html lang="en"`) {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// A form of another site cannot act in somebody's name.
func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, header, value string
		want                  int
	}{
		{"POST", "Sec-Fetch-Site", "cross-site", 403}, {"POST", "Sec-Fetch-Site", "same-site", 403},
		{"POST", "Origin", "https://evil.example", 403},
		{"POST", "Sec-Fetch-Site", "same-origin", 200}, {"POST", "Origin", "http://example.com", 200},
		{"GET", "Sec-Fetch-Site", "cross-site", 200},
	} {
		if w := ask("", c.method, "/x", c.header, c.value); w.Code != c.want {
			t.Errorf("%s %s %s: %d, want %d", c.method, c.header, c.value, w.Code, c.want)
		} else if c.want == 403 && !strings.Contains(w.Body.String(), "da un altro sito") {
			t.Errorf("a refusal without words: %q", w.Body)
		}
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	body := url.Values{"name": {"  Amina "}, "tag": {"a", " ", "b"}, "on": {"2026-03-05"}, "bad_on": {"5/3/2026"}, "n": {"12"},
		"bad_n": {"dodici"}, "box": {"1"}, "_version": {"3"}, "_once": {"k"}}
	r := httptest.NewRequest("POST", "/x?name=address", strings.NewReader(body.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f, err := web.ParseForm(httptest.NewRecorder(), r)
	if err != nil {
		t.Fatal(err)
	}
	if f.Text("name") != "Amina" || strings.Join(f.All("tag"), "") != "ab" || f.Date("on") != "2026-03-05" || f.Int("n") != 12 ||
		f.Int("none") != 0 || !f.Bool("box") || f.Bool("none") || f.Version() != 3 || f.Once() != "k" || f.Problem.Err() != nil {
		t.Errorf("%+v %v", f.Values, f.Problem)
	}
	if f.Date("bad_on") != "" || f.Int("bad_n") != 0 || len(f.Problem) != 2 || f.Problem["bad_on"] == "" || f.Problem["bad_n"] == "" {
		t.Errorf("problems %v", f.Problem)
	}
	before := f.Sent()
	if before.Key != "k" || !strings.HasPrefix(before.Content, "/x?") {
		t.Errorf("sent %+v", before)
	}
	f.Values.Set("_once", "other")
	if f.Sent().Content != before.Content {
		t.Error("the content takes in a hidden field")
	}
	f.Values.Set("name", "Amira")
	if f.Sent().Content == before.Content {
		t.Error("the content leaves out what was written")
	}
}

func TestFormTooLarge(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "/x", strings.NewReader("a="+strings.Repeat("x", 1<<20)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := web.ParseForm(httptest.NewRecorder(), r); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
}
