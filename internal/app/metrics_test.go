package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
)

// metricsOf reads the page as this machine does.
func metricsOf(t *testing.T, h http.Handler) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	r.RemoteAddr = "127.0.0.1:4711"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("/metrics: %d", w.Code)
	}
	return w.Body.String()
}

func TestMetricsNameNobody(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			h := a.Handler()
			list, _, _, err := a.People.List(as(t, a, "sportello"), "", 1)
			if err != nil || len(list) == 0 {
				t.Fatal(err)
			}
			person := list[0]
			ask := func(method, path string) {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), method, path, nil))
			}
			ask(http.MethodGet, "/people/"+person.ID)
			ask(http.MethodGet, "/people?q="+url.QueryEscape(person.FamilyName))
			ask(http.MethodGet, "/it/")
			before := strings.Count(metricsOf(t, h), "\ntessuto_request")
			for _, path := range []string{"/nowhere/" + person.ID, "/" + url.PathEscape(person.FamilyName), "/wp-login.php", "/people/" + person.ID + "/x"} {
				ask(http.MethodGet, path)
			}
			for _, method := range []string{"ROSSI", "PROPFIND", "TRACE"} {
				ask(method, "/people/"+person.ID)
			}
			page := metricsOf(t, h)
			for _, want := range []string{`tessuto_requests_total{method="GET",route="/people/{id}",status="303"} 1`,
				`route="",status="404"} 4`, "tessuto_db_connections_open ",
				"tessuto_db_write_busy_total 0", "tessuto_audit_unsealed_rows ", "tessuto_sessions_open 0", "tessuto_database_up 1", `tessuto_jobs{state="waiting"} 0`,
				"go_goroutines ", "tessuto_audit_group_size_count"} {
				if !strings.Contains(page, want) {
					t.Errorf("no %s", want)
				}
			}
			for _, label := range regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-|ROSSI|PROPFIND|wp-login`).FindAllString(page, -1) {
				t.Errorf("a label says %s", label)
			}
			if strings.Contains(page, person.FamilyName) || strings.Contains(page, person.ID) {
				t.Error("a label names a person")
			}
			// Two kinds are new: no route, and another method; and the page itself.
			if after := strings.Count(page, "\ntessuto_request"); after > before+3*(1+14) {
				t.Errorf("%d series became %d: what is asked makes labels", before, after)
			}
		})
	}
}

func TestMetricsAreForThisMachine(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	h := a.Handler()
	ask := func(from string, headers ...string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		r.RemoteAddr = from
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			if body, _ := io.ReadAll(w.Body); strings.Contains(string(body), "go_goroutines") {
				t.Error("refused, and told all the same")
			}
		}
		return w.Code
	}
	const here, away, bearer = "127.0.0.1:1", "192.0.2.7:1", "Authorization"
	for _, c := range []struct {
		token, from string
		headers     []string
		want        int
	}{
		{"", here, nil, 200}, {"", "[::1]:1", nil, 200}, {"", away, nil, 404},
		{"", away, []string{bearer, "Bearer "}, 404}, {"", away, []string{bearer, "Bearer x"}, 404},
		{"", here, []string{"X-Forwarded-For", "127.0.0.1"}, 404}, {"", here, []string{"Forwarded", "for=127.0.0.1"}, 404},
		{"s3cret", away, nil, 404}, {"s3cret", away, []string{bearer, "Bearer s3cre"}, 404},
		{"s3cret", away, []string{bearer, "Bearer s3cret"}, 200}, {"s3cret", here, nil, 200},
	} {
		a.MetricsToken = c.token
		if got := ask(c.from, c.headers...); got != c.want {
			t.Errorf("token %q, from %s %v: %d, want %d", c.token, c.from, c.headers, got, c.want)
		}
	}
}

func TestReadyEndsWithDraining(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	h := a.Handler()
	ask := func(path string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return w.Code
	}
	before := ask("/readyz")
	a.Drain()
	if after := ask("/readyz"); before != 200 || after != 503 || ask("/it/") != 200 {
		t.Errorf("readyz %d, then %d", before, after)
	}
}
