package web_test

import (
	"errors"
	"fmt"
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

var worker = policy.Actor{AccountID: "w", Name: "Maria", Role: policy.SocialWorker}

// as returns a request by an actor who reads Italian.
func as(a policy.Actor, method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	return r.WithContext(i18n.With(policy.With(r.Context(), a), "it"))
}

func failing(err error) http.Handler {
	return web.Handle(func(http.ResponseWriter, *http.Request) error { return err })
}

func TestErrorPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		says   string
	}{
		{errs.New(errs.Invalid, "error.form_unreadable"), 422, "error.form_unreadable"},
		{errs.New(errs.Forbidden, "error.forbidden"), 403, "error.forbidden"},
		{fmt.Errorf("case: %w", errs.Missing()), 404, "error.not_found"},
		{errs.New(errs.Conflict, "error.version"), 409, "error.version"},
		{errs.New(errs.Busy, "error.busy"), 503, "error.busy"},
		{errs.New(errs.SignIn, "error.sign_in"), 401, "error.sign_in"},
		{errors.New("pq: secret table name"), 500, "error.internal"},
	} {
		for _, actor := range []policy.Actor{{}, worker} {
			w := httptest.NewRecorder()
			failing(c.err).ServeHTTP(w, as(actor, "POST", "/x"))
			body := w.Body.String()
			hint := "error.hint." + string(errs.CodeOf(c.err))
			for _, key := range []string{c.says, hint} {
				// In HTML an apostrophe is written as an entity.
				if said := strings.ReplaceAll(i18n.T(t.Context(), key), "'", "&#39;"); !strings.Contains(body, said) {
					t.Errorf("%v: the page does not say %q", c.err, said)
				}
			}
			if w.Code != c.status || strings.Contains(body, "secret") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				t.Errorf("%v: %d, want %d; %s", c.err, w.Code, c.status, w.Header())
			}
		}
	}
}

// Who opens a page without being signed in is led to the sign-in and back; who
// sends a form, or a fragment, is told.
func TestSignInIsAsked(t *testing.T) {
	t.Parallel()
	refused := failing(errs.New(errs.SignIn, "error.sign_in"))
	w := httptest.NewRecorder()
	refused.ServeHTTP(w, as(policy.Actor{}, "GET", "/cases/1?all=1&x=/y"))
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil || w.Code != 303 || to.Path != "/sign-in" || to.Query().Get("to") != "/cases/1?all=1&x=/y" {
		t.Errorf("%d to %v", w.Code, to)
	}
	fragment := as(policy.Actor{}, "GET", "/cases/1")
	fragment.Header.Set("HX-Request", "true")
	for _, r := range []*http.Request{fragment, as(policy.Actor{}, "POST", "/cases/1")} {
		w := httptest.NewRecorder()
		if refused.ServeHTTP(w, r); w.Code != 401 {
			t.Errorf("%s: %d", r.Method, w.Code)
		}
	}
}

func TestBack(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/cases/1?x=1": "/cases/1?x=1", "/": "/", "/a b": "/a b", "/città": "/città",
		"": "/home", "home": "/home", "//evil.example": "/home", "https://evil.example": "/home", "javascript:alert(1)": "/home",
		`/\evil.example`: "/home", `/x\y`: "/home", `\/evil.example`: "/home",
		"/\t/evil.example": "/home", "/\n/evil.example": "/home", "/\r\n/evil": "/home", "/x\x00": "/home", "\t//evil": "/home", "/\x7f/evil": "/home",
	} {
		if got := web.Back(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

// A record that is not open does not exist, whatever is asked of it; 403 is said
// only of an act on something one can see.
func TestGuard(t *testing.T) {
	t.Parallel()
	mediator := policy.Actor{AccountID: "m", Role: policy.Mediator}
	broken := errors.New("database away")
	for _, c := range []struct {
		what       string
		actor      policy.Actor
		permission policy.Permission
		record     policy.Kind
		readable   bool
		fails      error
		want       errs.Code // "" when the handler runs
	}{
		{"may, can see", worker, policy.CaseRead, policy.Case, true, nil, ""},
		{"may, cannot see", worker, policy.CaseRead, policy.Case, false, nil, errs.NotFound},
		{"may, a collection", worker, policy.CaseRead, "", false, nil, ""},
		{"may not, can see", mediator, policy.CaseRead, policy.Case, true, nil, errs.Forbidden},
		{"may not, cannot see", mediator, policy.CaseRead, policy.Case, false, nil, errs.NotFound},
		{"may not, a collection", mediator, policy.CaseRead, "", true, nil, errs.NotFound},
		{"nobody, a record", policy.Actor{}, policy.CaseRead, policy.Case, true, nil, errs.SignIn},
		{"nobody, a collection", policy.Actor{}, policy.CaseRead, "", true, nil, errs.SignIn},
		{"nobody, their own page", policy.Actor{}, policy.Home, "", true, nil, errs.SignIn},
		{"nobody, a public page", policy.Actor{}, policy.Public, "", false, nil, ""},
		{"a public page", mediator, policy.Public, "", false, nil, ""},
		{"one's own page", mediator, policy.Home, "", false, nil, ""},
		{"a route without permission", worker, "", "", true, nil, errs.NotFound},
		{"cannot be told", worker, policy.CaseRead, policy.Case, true, broken, errs.Internal},
	} {
		ran, asked := false, ""
		rt := web.Route{Method: "GET", Pattern: "/cases/{id}", Permission: c.permission, Record: c.record,
			Handler: func(http.ResponseWriter, *http.Request) error { ran = true; return nil }}
		guarded := rt.Guard(func(_ *http.Request, kind policy.Kind, id string) (bool, error) {
			asked = string(kind) + " " + id
			return c.readable, c.fails
		})
		r := as(c.actor, "GET", "/cases/42")
		r.SetPathValue("id", "42")
		err := guarded(httptest.NewRecorder(), r)
		if ran != (c.want == "") || (err == nil) != (c.want == "") || err != nil && errs.CodeOf(err) != c.want {
			t.Errorf("%s: ran %v, %v, want %q", c.what, ran, err, c.want)
		}
		if looked := c.record != "" && c.actor.SignedIn(); looked && asked != "case 42" || !looked && asked != "" {
			t.Errorf("%s: asked for %q", c.what, asked)
		}
	}
}

func TestNoticeIsTakenOnce(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	if err := web.Go(w, as(worker, "POST", "/x"), "/cases/1", "error.busy"); err != nil {
		t.Fatal(err)
	}
	if w.Code != 303 || w.Header().Get("Location") != "/cases/1" {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	r := as(worker, "GET", "/cases/1")
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %+v", c)
		}
	}
	w = httptest.NewRecorder()
	if got, undo := web.TakeNotice(w, r); got != "error.busy" || undo != "" {
		t.Errorf("notice %q, undo %q", got, undo)
	}
	if cookies := w.Result().Cookies(); len(cookies) != 1 || cookies[0].MaxAge >= 0 {
		t.Errorf("it stays: %v", cookies)
	}
	forged := as(worker, "GET", "/")
	forged.AddCookie(&http.Cookie{Name: r.Cookies()[0].Name, Value: url.QueryEscape("Your account was closed, call 555")})
	if got, _ := web.TakeNotice(httptest.NewRecorder(), forged); got != "" {
		t.Errorf("a page shows what somebody else wrote: %q", got)
	}
	none := httptest.NewRecorder()
	if err := web.Go(none, as(worker, "POST", "/x"), "/", ""); err != nil || len(none.Result().Cookies()) != 0 {
		t.Error("a notice of nothing", err)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), "it")
	fields := web.Problems(ctx, errs.Check{"name": "error.field_required"}.Err())
	if len(fields) != 1 || fields["name"] != i18n.T(ctx, "error.field_required") {
		t.Errorf("%v", fields)
	}
	if whole := web.Problems(ctx, errs.New(errs.Busy, "error.busy")); whole[""] != i18n.T(ctx, "error.busy") {
		t.Errorf("%v", whole)
	}
	if web.Problems(ctx, nil) != nil || web.Problems(ctx, errors.New("x")) != nil {
		t.Error("problems of what is no refusal")
	}
	for code, want := range map[errs.Code]bool{errs.Invalid: true, errs.Conflict: true, errs.Busy: true, errs.Forbidden: false,
		errs.NotFound: false, errs.SignIn: false, errs.Internal: false} {
		if web.Fixable(errs.New(code, "k")) != want {
			t.Errorf("%s can be mended in the form: %v", code, !want)
		}
	}
}

// The notice of an act that can be taken back carries the path of its inverse,
// and nothing that leads elsewhere.
func TestUndo(t *testing.T) {
	t.Parallel()
	for undo, want := range map[string]string{"/tasks/1/reopen": "/tasks/1/reopen", "/a?b=c&d=e": "/a?b=c&d=e",
		"https://elsewhere.example/": "", "//elsewhere.example": "", "/\t/elsewhere.example": ""} {
		w := httptest.NewRecorder()
		if err := web.GoUndo(w, as(worker, "POST", "/x"), "/tasks", "error.busy", undo); err != nil {
			t.Fatal(err)
		}
		r := as(worker, "GET", "/tasks")
		for _, c := range w.Result().Cookies() {
			r.AddCookie(c)
		}
		if key, got := web.TakeNotice(httptest.NewRecorder(), r); key != "error.busy" || got != want {
			t.Errorf("%q: %q, %q", undo, key, got)
		}
	}
}
