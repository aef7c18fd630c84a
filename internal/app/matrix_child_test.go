package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// children are the parts of records that a path names after its {id}, by their
// wildcard: here those of the family's case.
func childrenOf(t *testing.T, a *app.App, f family) map[string]string {
	t.Helper()
	file, err := a.Cases.File(as(t, a, "assistente"), f.ids[policy.Case])
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Team) == 0 || len(file.Diary) == 0 || len(file.Work) == 0 {
		t.Fatal("the case has no team, no diary or no way into work")
	}
	n := cases.SittingDraft{Kind: cases.TeamSitting, StartsAt: a.DB.Now(), Lasts: 60, Mode: ledger.Remote}
	for _, mate := range file.Team {
		n.Accounts = append(n.Accounts, mate.AccountID)
	}
	sitting, err := a.Cases.ConveneSitting(as(t, a, "assistente"), file.ID, n)
	if err != nil {
		t.Fatal(err)
	}
	reference, err := a.Cases.AddReference(as(t, a, "assistente"), file.ID, cases.Reference{Scheme: "protocol", Value: "PG 7/2026"}, crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	act, err := a.Cases.WriteAct(as(t, a, "assistente"), file.ID, cases.NewAct{Readers: cases.TeamReads,
		AuthorityWords: cases.AuthorityWords{Kind: "police", Authority: "Questura", Asked: "Notizie"}})
	if err != nil {
		t.Fatal(err)
	}
	given, err := a.Cases.GiveMandate(as(t, a, "assistente"), file.ID, cases.NewMandate{AccountID: otherBody(file), Subject: "social", Told: true})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"/work/": file.Work[0].ID, "/work-steps/": file.Work[0].Steps[0].ID,
		"/mandates/": given, "/references/": reference, "/acts/": act, "{member}": file.Team[0].ID, "{entry}": file.Diary[0].ID, "/sittings/": sitting,
		"/assessments/": file.ID} // the preliminary analysis of the family
}

// otherBody is somebody of another body in the team of a case.
func otherBody(f *cases.File) string {
	for _, t := range f.Team {
		if t.To == "" && t.OrgID != f.OrgID {
			return t.AccountID
		}
	}
	return ""
}

// childOf is the part that a route names, "" when it names none that is known.
func childOf(children map[string]string, rt web.Route) string {
	for under, id := range children {
		if strings.HasPrefix(under, "/") && strings.Contains(rt.Pattern, under) {
			return id
		}
	}
	if m := inner.FindStringSubmatch(rt.Pattern); m != nil && rt.Record == policy.Case {
		return children[m[1]]
	}
	return ""
}

var inner = regexp.MustCompile(`\{id\}.*(\{[a-z]+\})`)

// A part of a record is reached through that record alone: under one's own case,
// the parts of somebody else's are not found, as if they had never been.
func TestChildrenComeThroughTheirParent(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		f := familyOf(t, a)
		children, mine := childrenOf(t, a, f), caseOf(t, a, as(t, a, "bergamo.assistente"))
		ask := asker(t, a, "bergamo.assistente")
		tried := 0
		for _, rt := range a.Routes() {
			m := inner.FindStringSubmatch(rt.Pattern)
			if m == nil || rt.Record != policy.Case {
				continue
			}
			child := childOf(children, rt)
			if child == "" {
				t.Errorf("%s: say in childrenOf what %s names", rt.Pattern, m[1])
				continue
			}
			tried++
			at := func(child string) string { return strings.NewReplacer("{id}", mine, m[1], child).Replace(rt.Pattern) }
			form := url.Values{"reason": {"mistake"}}
			theirs, none := ask(rt.Method, at(child), form), ask(rt.Method, at(never), form)
			alike(t, rt.Method+" "+rt.Pattern, f, child, theirs, none, http.StatusNotFound)
		}
		if tried < 2 {
			t.Errorf("only %d routes name a part of a record", tried)
		}
	})
}

// A form that carries the id of somebody else's record is answered as one that
// carries the id of none.
func TestFormsReachNobodyElse(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		f := familyOf(t, a)
		desks, err := a.Access.Desks(as(t, a, "bergamo.sportello"))
		if err != nil {
			t.Fatal(err)
		}
		people, _, _, err := a.People.List(as(t, a, "bergamo.sportello"), "", 1)
		if err != nil || len(people) == 0 {
			t.Fatal("nobody was registered", err)
		}
		today := db.DateOf(a.DB.Now())
		mine := map[policy.Kind]string{policy.Person: people[0].ID}
		for _, c := range []struct {
			who, path, field string
			kind             policy.Kind
			form             url.Values
		}{
			{"bergamo.assistente", "/cases", "household", policy.Household, url.Values{"reason": {"Una prova"}, "place": {"labimpact/2.2"}}},
			{"bergamo.assistente", "/cases", "household", policy.Household, nil},
			{"bergamo.assistente", "/cases/urgent", "household", policy.Household, url.Values{"kind": {"interview"}, "minutes": {"30"}}},
			{"bergamo.assistente", "/cases/urgent", "household", policy.Household, nil},
			{"bergamo.sportello", "/appointments", "person", policy.Person, url.Values{"date": {string(today.AddDays(7))}, "time": {"10:00"}, "where": {"Sportello"}, "minutes": {"30"}}},
			{"bergamo.sportello", "/appointments", "person", policy.Person, nil},
			{"bergamo.sportello", "/desk", "person_id", policy.Person, url.Values{"save": {"named"}, "desk": {desks[0].ID},
				"on": {string(today)}, "channel": {"in_person"}, "outcome": {"informed"}, "minutes": {"5"}, "asked": {"Una prova"}, "requests": {"legal"}}},
		} {
			with := func(id string) url.Values {
				out := url.Values{c.field: {id}}
				for k, v := range c.form {
					out[k] = v
				}
				return out
			}
			ask := asker(t, a, c.who)
			if own := with(mine[c.kind]); c.form != nil && c.kind == policy.Person { // the form is good but for whom it is about
				if w := ask(http.MethodPost, c.path, own); w.Code != http.StatusSeeOther {
					t.Errorf("POST %s about one's own: %d %s", c.path, w.Code, w.Body)
				}
			}
			theirs, none := ask(http.MethodPost, c.path, with(f.ids[c.kind])), ask(http.MethodPost, c.path, with(never))
			alike(t, "POST "+c.path, f, f.ids[c.kind], theirs, none, 0)
		}
	})
}

// alike holds the answer about somebody else's record against the one about none.
func alike(t *testing.T, what string, f family, id string, theirs, none *httptest.ResponseRecorder, want int) {
	t.Helper()
	got := strings.ReplaceAll(theirs.Body.String(), id, never)
	switch {
	case theirs.Code < 400 || want != 0 && theirs.Code != want:
		t.Errorf("%s: %d", what, theirs.Code)
	case theirs.Code != none.Code || blank(got) != blank(none.Body.String()):
		t.Errorf("%s: somebody else's record is answered with %d, none with %d, or otherwise worded", what, theirs.Code, none.Code)
	case strings.Contains(got, f.name):
		t.Errorf("%s: the answer names the family", what)
	}
}

// asker sends forms as somebody.
func asker(t *testing.T, a *app.App, who string) func(method, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	handler := a.Handler()
	token, err := a.IssueToken(t.Context(), apptest.Mail(who), "test", 30)
	if err != nil {
		t.Fatal(err)
	}
	return func(method, path string, form url.Values) *httptest.ResponseRecorder {
		body, kind := form.Encode(), "application/x-www-form-urlencoded"
		if strings.HasPrefix(path, "/api/") {
			body, kind = "{}", "application/json"
		}
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
}

// caseOf returns a case that is open to the actor of ctx.
func caseOf(t *testing.T, a *app.App, ctx context.Context) string {
	t.Helper()
	list, _, err := a.Cases.Cases(ctx, false, 1)
	if err != nil || len(list) == 0 {
		t.Fatal("no case", err)
	}
	return list[0].ID
}

func eachDemo(t *testing.T, fn func(t *testing.T, a *app.App)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			fn(t, apptest.Demo(t, engine))
		})
	}
}
