package app_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// routes are those of the program, on an empty database.
func routes(t *testing.T) []web.Route {
	t.Helper()
	a, err := app.Open(t.Context(), config.Store{Data: t.TempDir()}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	a.Handler() // two patterns that collide panic here
	if len(a.Routes()) < 40 {
		t.Fatalf("only %d routes", len(a.Routes()))
	}
	return a.Routes()
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	seen := map[string]bool{}
	for _, rt := range routes(t) {
		name := rt.Method + " " + rt.Pattern
		if seen[name] {
			t.Errorf("%s stands twice in the registry", name)
		}
		seen[name] = true
		if !slices.Contains(methods, rt.Method) || !strings.HasPrefix(rt.Pattern, "/") || rt.Handler == nil {
			t.Errorf("%s: method, pattern or handler", name)
		}
		held := func(r policy.Role) bool { return r.Holds(rt.Permission) }
		if rt.Permission != policy.Public && rt.Permission != policy.OwnFile && !slices.ContainsFunc(policy.Roles, held) {
			t.Errorf("%s asks for %q, which no role holds", name, rt.Permission)
		}
	}
}

// public is everything that answers to who is not signed in. A new line here is
// read in review.
var public = []string{"GET /{$}", "GET /sign-in", "POST /sign-in", "GET /sign-in/forgotten", "POST /sign-in/forgotten", "POST /sign-out", "POST /language",
	"GET /invitation/{token}", "POST /invitation/{token}", "GET /answer/{token}", "POST /answer/{token}", "GET /document/{token}", "POST /document/{token}", "GET /report/{token}", "POST /report/{token}", "GET /schemas/case-1.json", "GET /transfer/{token}", "POST /transfer/{token}", "POST /transfer/{token}/confirm", "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/openapi.json"}

func TestPublicRoutesAreAList(t *testing.T) {
	t.Parallel()
	want := slices.Clone(public)
	for _, lang := range i18n.People {
		want = append(want, "GET /"+lang+"/me", "POST /"+lang+"/me", "GET /"+lang+"/me/enter/{token}", "POST /"+lang+"/me/leave")
	}
	for _, lang := range i18n.Public {
		want = append(want, "GET /"+lang+"/{$}", "GET /"+lang+"/accessibility", "GET /"+lang+"/programmes", "GET /"+lang+"/programmes/{code}", "GET /"+lang+"/catalogue") // the last in the demo only
	}
	var got []string
	for _, rt := range routes(t) {
		if rt.Permission == policy.Public {
			got = append(got, rt.Method+" "+rt.Pattern)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("public routes\ngot  %v\nwant %v", got, want)
	}
}

// kindOf says what {id} names under a collection; accounts have no scope, the
// permission to manage them is all, a document has that of its record, and a job
// is its owner's.
var kindOf = map[string]policy.Kind{"people": policy.Person, "persons": policy.Person, "households": policy.Household,
	"contacts": policy.Contact, "appointments": policy.Appointment, "cases": policy.Case, "referrals": policy.Referral, "reports": policy.Report, "accounts": "",
	"organisations": "", "territories": "", "agreements": "", "files": "", "imports": "", "case-imports": "", "exports": "", "tasks": "", "jobs": "",
	"comments": "", "bodies": "", "meetings": "", "rights": "", "duplicates": "", "mobile-team": "", "health-paths": policy.HealthPath, "health-groups": policy.HealthGroup}

var beforeID = regexp.MustCompile(`/([a-z_-]+)/\{id\}`)

// A route on a record says which kind it is: without it a stranger would be told
// 403, and so that the record exists.
func TestRoutesNameTheirRecord(t *testing.T) {
	t.Parallel()
	records := 0
	for _, rt := range routes(t) {
		name := rt.Method + " " + rt.Pattern
		m := beforeID.FindStringSubmatch(rt.Pattern)
		if m == nil {
			if rt.Record != "" || strings.Contains(rt.Pattern, "{id") {
				t.Errorf("%s: record %q, and {id} does not follow a collection", name, rt.Record)
			}
			continue
		}
		want, known := kindOf[m[1]]
		if !known || rt.Record != want {
			t.Errorf("%s: record %q, want %q; %q known: %v", name, rt.Record, want, m[1], known)
		}
		if rt.Record != "" {
			records++
		}
		if rt.Method == http.MethodGet && rt.Record != "" && rt.Permission == policy.Home {
			t.Errorf("%s: whoever is signed in may try", name)
		}
	}
	if records < 10 {
		t.Errorf("only %d routes on records", records)
	}
}
