package app_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// The matrix: every route of the registry, by every method, for every role, in
// an organisation that works with the family, in one that works beside it, in
// one that has nothing to do with it, in an authority and in another network;
// and for the family's team, and for nobody. What is expected is said in plain
// words in caste.sees, apart from the code that decides.
func TestMatrix(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			m := newMatrix(t, a)
			m.children = childrenOf(t, a, m.family)
			m.family.ids[policy.HealthPath] = careOf(t, a, "assistente", m.family.ids[policy.Person])
			m.family.ids[policy.HealthGroup] = groupOf(t, a, "assistente", m.family.ids[policy.Person])
			castes := cast(t, a)
			for _, c := range castes {
				for _, rt := range a.Routes() {
					m.ask(t, c, rt)
				}
			}
			m.otherMethods(t, castes)
			all := 0
			for _, n := range m.asked {
				all += n
			}
			t.Logf("%s: %d requests: %d routes x %d actors (%d roles x %d seats, the family's team, nobody); %v; %d of them for a part of the family's case, which is not found",
				engine, all, len(a.Routes()), len(castes), len(policy.Roles), len(castes)/len(policy.Roles), m.asked, m.parts)
			if all < 5000 || m.parts < 400 || m.asked[hidden] < 1000 || m.asked[refused] == 0 || m.asked[open] == 0 {
				t.Errorf("too few requests: is the registry whole?")
			}
		})
	}
}

// answer is how the program meets a request, before what it does with it.
type answer string

const (
	open    answer = "open"
	refused answer = "refused"   // 403: one sees the record, and may not do this
	hidden  answer = "not found" // 404, as for a record that does not exist
	asked   answer = "sign-in"   // 401, or the way to the sign-in
	nothing answer = "no such method"
)

type matrix struct {
	*app.App
	handler http.Handler
	family  family
	asked   map[answer]int
	paths   map[[2]string]string // patterns that were filled before, by pattern and id

	children map[string]string // parts of the family's case: see childOf
	parts    int               // requests for one of them by who may not see it
}

func newMatrix(t *testing.T, a *app.App) *matrix {
	t.Helper()
	return &matrix{App: a, handler: a.Handler(), family: familyOf(t, a), asked: map[answer]int{}, paths: map[[2]string]string{}}
}

// want is what the route owes the actor.
func (c caste) want(rt web.Route) answer {
	switch {
	case rt.Pattern == "/metrics":
		return hidden // these requests come from another machine, without its token
	case strings.Contains(rt.Pattern, "{token}"):
		return hidden // a link that nobody made
	case rt.Permission == policy.Public:
		return open
	case rt.Permission == policy.OwnFile: // of a person of the register, and nobody who works here
		return map[bool]answer{true: asked, false: hidden}[c.token == ""]
	case c.token == "":
		return asked
	case rt.Record != "" && !c.sees(rt.Record):
		return hidden
	case rt.Record != "" && !c.role.Holds(rt.Permission):
		return refused
	case !c.role.Holds(rt.Permission):
		return hidden
	}
	if q, ok := byQuery[rt.Pattern]; ok && rt.Method == http.MethodGet && !c.sees(q.kind) {
		return hidden
	}
	if o, ok := others[collectionOf(rt)]; ok && rt.Method == http.MethodGet && !o.sees(c) {
		return hidden
	}
	// A programme is its network's; its records, and what is declared of it, are for
	// whom a membership names it: here for nobody.
	byProgramme := rt.Permission == policy.RecordsRead || rt.Permission == policy.ProgrammePlan || rt.Permission == policy.BodyManage || rt.Permission == policy.ValueDeclare
	if strings.Contains(rt.Pattern, "{code}") && (!c.atHome() || byProgramme && rt.Method == http.MethodGet) {
		return hidden
	}
	// The entry that is asked for is no entry of the record.
	if rt.Method == http.MethodGet && strings.Contains(rt.Pattern, "{entry}") {
		return hidden
	}
	// The way into work is read with the work section of the case: of its team, by the social worker.
	if rt.Method == http.MethodGet && strings.Contains(rt.Pattern, "/cases/{id}/work") && c.role != policy.SocialWorker {
		return hidden
	}
	// The work of a body is for who sits in it and for who coordinates: here nobody.
	inside := rt.Permission == policy.MeetingWork || rt.Permission == policy.BodyManage
	if inside && strings.Contains(rt.Pattern, "{id}") && rt.Method == http.MethodGet {
		return hidden
	}
	return open
}

// collectionOf is what stands before {id} where no kind of record does.
func collectionOf(rt web.Route) string {
	if m := beforeID.FindStringSubmatch(rt.Pattern); m != nil && rt.Record == "" {
		return m[1]
	}
	return ""
}

// byQuery are the pages about a record that their address names after the "?".
var byQuery = map[string]struct {
	name string
	kind policy.Kind
}{
	"/appointments/new":   {"person", policy.Person},
	"/cases/new":          {"household", policy.Household},
	"/cases/urgent":       {"household", policy.Household},
	"/health-paths/new":   {"person", policy.Person},
	"/health-groups/join": {"person", policy.Person},
}

// ask tries one route as one actor.
func (m *matrix) ask(t *testing.T, c caste, rt web.Route) {
	t.Helper()
	want := c.want(rt)
	m.asked[want]++
	if want == open && rt.Method != http.MethodGet {
		m.passes(t, c, rt) // for real it would change what the next one meets
		return
	}
	path := m.path(t, rt.Pattern, "")
	if child := childOf(m.children, rt); child != "" && want == hidden && !c.sees(rt.Record) {
		path = strings.ReplaceAll(path, noPart, child)
		m.parts++
	}
	got := m.get(t, c, rt.Method, path)
	name := fmt.Sprintf("%s: %s %s", c.name, rt.Method, path)
	if is := answerOf(got); is != want {
		t.Errorf("%s: %s (%d), want %s", name, is, got.Code, want)
	}
	if want == open {
		return
	}
	if strings.Contains(got.Body.String(), m.family.name) {
		t.Errorf("%s: the answer names the family", name)
	}
	if want == hidden && path != m.path(t, rt.Pattern, never) {
		m.nobodyCanTell(t, c, rt, got)
	}
}

// noPart is the id of a part that no record has.
const noPart = "018f0000-0000-7000-8000-00000000000a"

// never is the id of a record that never was.
const never = "018f0000-0000-7000-8000-000000000000"

// nobodyCanTell holds the answer about somebody else's record against the one
// about a record that never was.
func (m *matrix) nobodyCanTell(t *testing.T, c caste, rt web.Route, got *httptest.ResponseRecorder) {
	t.Helper()
	path := m.path(t, rt.Pattern, never)
	other := m.get(t, c, rt.Method, path)
	m.asked[hidden]++
	same := strings.NewReplacer(m.path(t, rt.Pattern, ""), path, strings.ReplaceAll(m.path(t, rt.Pattern, ""), noPart, childOf(m.children, rt)), path).Replace(got.Body.String())
	if other.Code != got.Code || blank(other.Body.String()) != blank(same) {
		t.Errorf("%s: %s %s is answered otherwise than a record that never was:\n%s\n%s", c.name, rt.Method, rt.Pattern, same, other.Body)
	}
}

// printedAt is the minute that a page says it was printed.
var printedAt = regexp.MustCompile(`, \d{2}:\d{2}\x{2069}`)

// blank takes out what is new in every answer: the ids of requests, the minute.
func blank(body string) string {
	var kept strings.Builder
	for {
		before, _, found := strings.Cut(body, "-")
		if !found {
			break
		}
		if start := len(before) - 8; start >= 0 && len(body) >= start+36 && uuid.Validate(body[start:start+36]) == nil {
			kept.WriteString(body[:start])
			body = body[start+36:]
			continue
		}
		kept.WriteString(before + "-")
		body = body[len(before)+1:]
	}
	return printedAt.ReplaceAllString(kept.String()+body, "")
}

// passes tells whether the guard of a route lets an actor through, without
// doing what the route does.
func (m *matrix) passes(t *testing.T, c caste, rt web.Route) {
	t.Helper()
	if c.token == "" {
		return // a public route has no guard
	}
	through := false
	rt.Handler = func(http.ResponseWriter, *http.Request) error { through = true; return nil }
	r := httptest.NewRequestWithContext(policy.With(t.Context(), c.actor), rt.Method, m.path(t, rt.Pattern, ""), nil)
	r.SetPathValue("id", m.family.ids[rt.Record])
	readable := func(r *http.Request, kind policy.Kind, id string) (bool, error) {
		err := m.DB.Read(r.Context(), canRead(kind, id, r.Context()))
		return err == nil, nil
	}
	if err := rt.Guard(readable)(httptest.NewRecorder(), r); err != nil || !through {
		t.Errorf("%s: %s %s: %v, want open", c.name, rt.Method, rt.Pattern, err)
	}
}

// otherMethods asks for each path by the methods it does not have. No seat changes
// what the mux knows, and no engine: there one role shows that it runs here too.
func (m *matrix) otherMethods(t *testing.T, castes []caste) {
	t.Helper()
	askers := len(policy.Roles)
	if m.DB.Postgres() {
		askers = 1
	}
	has := map[string][]string{}
	for _, rt := range m.Routes() {
		has[rt.Pattern] = append(has[rt.Pattern], rt.Method)
	}
	for pattern, methods := range has {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if slices.Contains(methods, method) {
				continue
			}
			for _, c := range castes[:askers] {
				m.asked[nothing]++
				if got := m.get(t, c, method, m.path(t, pattern, "")); got.Code != http.StatusNotFound && got.Code != http.StatusMethodNotAllowed {
					t.Errorf("%s: %s %s: %d", c.name, method, pattern, got.Code)
				}
			}
		}
	}
}

func (m *matrix) get(t *testing.T, c caste, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	w := httptest.NewRecorder()
	m.handler.ServeHTTP(w, r)
	return w
}

func answerOf(w *httptest.ResponseRecorder) answer {
	switch {
	case w.Code == http.StatusUnauthorized, w.Code == http.StatusSeeOther && (strings.HasPrefix(w.Header().Get("Location"), "/sign-in") || strings.HasSuffix(w.Header().Get("Location"), "/me")):
		return asked
	case w.Code == http.StatusForbidden:
		return refused
	case w.Code == http.StatusNotFound:
		return hidden
	}
	return open
}

// path fills a pattern with the family's records, or with another id.
func (m *matrix) path(t *testing.T, pattern, id string) string {
	t.Helper()
	asked := [2]string{pattern, id}
	if m.paths[asked] == "" {
		m.paths[asked] = m.filled(t, pattern, id)
	}
	return m.paths[asked]
}

func (m *matrix) filled(t *testing.T, pattern, id string) string {
	t.Helper()
	path := strings.NewReplacer("{$}", "", "{key}", "contact_request", "{word}", "housing", "{code}", "reboot", "{indicator}", "1.1-operatori", "{activity}", "2.1", "{part}", "names",
		"{place}", policy.From(as(t, m.App, "collega")).MembershipID).Replace(pattern)
	if collection := beforeID.FindStringSubmatch(path); collection != nil && id == "" {
		kind := kindOf[collection[1]]
		if id = m.family.ids[kind]; kind == "" {
			id = others[collection[1]].id(t, m.App)
		}
	}
	if q, ok := byQuery[pattern]; ok {
		path += "?" + q.name + "=" + cmp.Or(id, m.family.ids[q.kind])
	}
	path = strings.ReplaceAll(path, "{id}", id)
	return wildcard.ReplaceAllString(path, noPart)
}

func as(t *testing.T, a *app.App, who string) context.Context {
	t.Helper()
	actor, err := a.Auth.Actor(t.Context(), apptest.Mail(who))
	if err != nil {
		t.Fatal(err)
	}
	return policy.With(t.Context(), actor)
}
