package app_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db/dbtest"
)

// pages are what is opened all day, each by who opens it; {id} is the first that
// pages before it lead to.
var pages = []struct{ who, path string }{
	{"assistente", "/home"}, {"sportello", "/home"}, {"capofila", "/home"}, {"regione", "/home"}, {"mediatore", "/home"},
	{"sportello", "/people"}, {"sportello", "/people?q=Amina+Diallo"}, {"sportello", "/contacts"}, {"sportello", "/contacts/{id}"},
	{"sportello", "/appointments"}, {"sportello", "/desk"},
	{"assistente", "/cases"}, {"assistente", "/cases/{id}"}, {"assistente", "/people"}, {"assistente", "/people/{id}"},
	{"assistente", "/households/{id}"}, {"assistente", "/tasks"}, {"assistente", "/referrals?show=sent"}, {"psicologo", "/referrals"},
	{"capofila", "/programmes"}, {"capofila", "/programmes/reboot"}, {"regione", "/programmes/reboot"}, {"partner", "/programmes/intarsi"},
	{"capofila", "/programmes/reboot/indicators/3.2-nuclei"}, {"regione", "/programmes/reboot/indicators/3.2-nuclei"},
	{"capofila", "/programmes/reboot/schedule"}, {"capofila", "/programmes/together"},
	{"capofila", "/bodies"}, {"capofila", "/bodies/{id}"}, {"capofila", "/meetings/{id}"},
	{"capofila", "/organisations"}, {"capofila", "/organisations/{id}"}, {"dpo", "/audit"},
}

// With twice as many families, a page asks the database as often as before:
// none reads its rows one by one. What is written beside it, the log of who read
// what, is not counted: several who read at once share one write.
func TestPagesAskAsOftenAtAnySize(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			few, many := serve(apptest.Demo(t, engine)), serve(demoOf(t, engine, 2))
			for i, page := range pages {
				small, large := few.statements(t, i), many.statements(t, i)
				if small == 0 || large > small {
					t.Errorf("%s of %s: %d statements, with twice as many families %d", page.path, page.who, small, large)
				}
				t.Logf("%-45s %-10s %3d %3d", page.path, page.who, small, large)
			}
		})
	}
}

type served struct {
	*app.App
	handler http.Handler
	seen    map[string]string // all pages so far by who opened them, for their links
}

func serve(a *app.App) *served {
	return &served{App: a, handler: a.Handler(), seen: map[string]string{}}
}

func demoOf(t *testing.T, engine string, scale int) *app.App {
	t.Helper()
	s := config.Store{Data: t.TempDir(), DB: dbtest.Empty(t, engine), Keystore: dbtest.Empty(t, engine)}
	a, err := app.Open(t.Context(), s, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	for _, hasten := range []func() error{func() error { return a.DB.Hasten(t.Context()) }, func() error { return a.Keys.Hasten(t.Context()) },
		func() error { return a.FillDemo(t.Context(), scale, func(string, int, int) {}) }} {
		if err := hasten(); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// statements is the most that one of the first pages of a kind takes, when it is
// opened again.
func (s *served) statements(t *testing.T, page int) (most int64) {
	t.Helper()
	path, who := pages[page].path, pages[page].who
	links := [][]string{{"", path}}
	if strings.Contains(path, "{id}") {
		links = regexp.MustCompile(`href="(`+strings.ReplaceAll(path, "{id}", `[0-9a-f-]{36}`)+`)"`).FindAllStringSubmatch(s.seen[who], 20)
	}
	token, err := s.IssueToken(t.Context(), apptest.Mail(who), "statements", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		s.open(t, link[1], token, who)
		most = max(most, min(s.open(t, link[1], token, who), s.open(t, link[1], token, who))) // once a minute more is asked, of who holds the token
	}
	return most
}

// open opens a page and returns how many statements it took.
func (s *served) open(t *testing.T, path, token, who string) int64 {
	t.Helper()
	before := s.DB.Stats().Asked
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s of %s: %d", path, who, w.Code)
	}
	s.seen[who] += w.Body.String()
	return s.DB.Stats().Asked - before
}
