package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type byID struct {
	ID string `path:"id"`
}

type thing struct {
	Body struct {
		Name string `json:"name" minLength:"1"`
	}
}

var failures = map[string]error{
	"gone":   errs.Missing(),
	"seen":   errs.New(errs.Forbidden, "error.forbidden"),
	"busy":   errs.New(errs.Busy, "error.busy"),
	"fields": errs.Check{"name": "error.field_required"}.Err(),
	"broken": errors.New("pq: secret table name"),
}

// kit is an API with two operations. It is made once: New sets what huma shares.
var kit = sync.OnceValue(func() *api.API {
	a := api.New("test")
	api.Add(a, huma.Operation{OperationID: "get-thing", Method: "GET", Path: "/things/{id}"}, policy.CaseRead, policy.Case,
		func(_ context.Context, in *byID) (*thing, error) {
			out := &thing{}
			out.Body.Name = in.ID
			return out, failures[in.ID]
		})
	api.Add(a, huma.Operation{OperationID: "add-thing", Method: "POST", Path: "/things"}, policy.CaseOpen, "",
		func(_ context.Context, in *thing) (*thing, error) { return in, nil })
	return a
})

func send(t *testing.T, h web.Handler, method, path, body string) (int, string, api.Problem) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	api.Handle(h).ServeHTTP(w, r.WithContext(i18n.With(r.Context(), "it")))
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Errorf("%s %s: %q: %v", method, path, w.Body, err)
	}
	if strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%s says what is inside: %s", path, w.Body)
	}
	return w.Code, w.Header().Get("Content-Type"), p
}

// Every refusal is a problem document, with a code that programs can go by.
func TestProblems(t *testing.T) {
	t.Parallel()
	routes := kit().Routes()
	get, post := routes[0].Handler, routes[1].Handler
	guarded := routes[0].Guard(nil) // nobody is signed in: the record is not looked for
	say := func(key string) string { return i18n.T(t.Context(), key) }
	for _, c := range []struct {
		h                  web.Handler
		method, path, body string
		status             int
		code               errs.Code
		title              string // "" is whatever huma says
	}{
		{get, "GET", "/api/v1/things/gone", "", 404, errs.NotFound, say("error.not_found")},
		{get, "GET", "/api/v1/things/seen", "", 403, errs.Forbidden, say("error.forbidden")},
		{get, "GET", "/api/v1/things/busy", "", 503, errs.Busy, say("error.busy")},
		{get, "GET", "/api/v1/things/fields", "", 422, errs.Invalid, say("error.form_invalid")},
		{get, "GET", "/api/v1/things/broken", "", 500, errs.Internal, say("error.internal")},
		{post, "POST", "/api/v1/things", `{"name": ""}`, 422, errs.Invalid, ""},
		{post, "POST", "/api/v1/things", `{}`, 422, errs.Invalid, ""},
		{post, "POST", "/api/v1/things", `{`, 400, errs.Invalid, ""},
		{guarded, "GET", "/api/v1/things/x", "", 401, errs.SignIn, say("error.sign_in")},
	} {
		status, kind, p := send(t, c.h, c.method, c.path, c.body)
		if status != c.status || p.Status != c.status || p.Code != string(c.code) || kind != "application/problem+json" {
			t.Errorf("%s %s %s: %d, %s, %+v", c.method, c.path, c.body, status, kind, p)
		}
		if c.title != "" && p.Title != c.title || p.Title == "" {
			t.Errorf("%s %s: title %q", c.method, c.path, p.Title)
		}
		if fields := strings.HasSuffix(c.path, "fields"); fields && p.Errors["name"] != say("error.field_required") {
			t.Errorf("fields: %v", p.Errors)
		}
		if c.body == "{}" && len(p.Errors) == 0 {
			t.Error("what is missing is not said")
		}
	}
	status, kind, _ := send(t, get, "GET", "/api/v1/things/1", "")
	if status != 200 || kind != "application/json" {
		t.Errorf("%d %s", status, kind)
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	a := kit()
	for i, want := range []web.Route{
		{Method: "GET", Pattern: "/api/v1/things/{id}", Permission: policy.CaseRead, Record: policy.Case},
		{Method: "POST", Pattern: "/api/v1/things", Permission: policy.CaseOpen},
	} {
		got := a.Routes()[i]
		if got.Method != want.Method || got.Pattern != want.Pattern || got.Permission != want.Permission || got.Record != want.Record {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	doc := a.Document()
	if doc.Paths["/api/v1/things/{id}"] == nil || doc.Paths["/api/v1/things"].Post == nil || len(doc.Paths) != 2 {
		t.Errorf("described: %v", doc.Paths)
	}
	if len(doc.Security) != 1 || doc.Components.SecuritySchemes["bearer"] == nil {
		t.Error("the document does not ask for a token")
	}
}
