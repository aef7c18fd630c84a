package app_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db"
)

// kept is a log that tests read while the program writes it.
type kept struct {
	sync.Mutex
	bytes.Buffer
}

// Write adds a line.
func (k *kept) Write(p []byte) (int, error) {
	k.Lock()
	defer k.Unlock()
	return k.Buffer.Write(p)
}

// The log says which route was asked and how it went. It names nobody: not who
// is looked for, not what was typed, no address, no token. This test is not
// parallel: the log is the whole program's.
func TestTheLogNamesNobody(t *testing.T) {
	log := &kept{}
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(was)

	a := apptest.Demo(t, "sqlite")
	secrets := append(secretsOf(t, a), apptest.Mail("sportello"), apptest.Password, "Vurgalip", "Hendorsky", "3987654321", "Vurgalische")
	list, _, _, err := a.People.List(as(t, a, "sportello"), "", 3)
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.IssueToken(t.Context(), apptest.Mail("sportello"), "Vurgalip", 30)
	if err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, token)
	v := newVisitor(t, apptest.Serve(t, a))
	v.send(http.MethodPost, "/sign-in", url.Values{"email": {apptest.Mail("sportello")}, "password": {"Vurgalip"}})
	v.signIn(url.Values{}, "sportello", apptest.Password)
	for _, p := range list {
		secrets = append(secrets, p.ID)
		v.send(http.MethodGet, "/people/"+p.ID, nil)
		v.send(http.MethodGet, "/people?q="+url.QueryEscape(p.Name()), nil)
		v.send(http.MethodGet, "/people/"+p.FamilyName+"?Vurgalip", nil)
		v.send(http.MethodGet, "/api/v1/people/"+p.FamilyName, nil, "Authorization", "Bearer "+token)
	}
	_, page, _ := v.send(http.MethodGet, "/desk", nil)
	_, form := v.formOf(page)
	for name, value := range map[string]string{"given_name": "Vurgalip", "family_name": "Hendorsky", "phone": "3987654321", "asked": "Vurgalische Worte",
		"birth_date": "Vurgalip", "minutes": "Vurgalip", "outcome": "Vurgalip", "desk": "Vurgalip"} {
		form.Set(name, value)
	}
	v.send(http.MethodPost, "/desk", form)
	v.send(http.MethodPost, "/api/v1/people", nil, "Authorization", "Bearer "+token, "Idempotency-Key", "Vurgalip")
	v.send(http.MethodGet, "/people?q=%00Vurgalip&after=%ff", nil)
	v.send("VURGALIP", "/people", nil)

	log.Lock()
	defer log.Unlock()
	text := log.String()
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("the log holds %q", s)
		}
	}
	routes := map[string]bool{}
	for line := range strings.Lines(text) {
		var e struct{ Msg, Request, Route string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("not JSON: %s", line)
		}
		if routes[e.Route] = true; e.Msg == "request" && e.Request == "" {
			t.Errorf("no id: %s", line)
		}
	}
	for _, want := range []string{"/people/{id}", "/desk", "/sign-in", "/people"} {
		if !routes[want] {
			t.Errorf("nothing is logged of %s", want)
		}
	}
}

// An error of an engine quotes values; ours do not.
func TestErrorsQuoteNoValue(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			for _, query := range []string{`select 1 from account where created_at > cast($1 as date)`, `select cast($1 as text)`} {
				err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
					var n int
					return tx.Get(t.Context(), query, []any{"Vurgalip"}, &n)
				})
				if err == nil && strings.Contains(query, "as text") || err != nil && strings.Contains(err.Error(), "Vurgalip") {
					t.Errorf("%s: %v", query, err)
				}
			}
		})
	}
}
