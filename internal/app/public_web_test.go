package app

import (
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
	"tessuto/locales"
)

const (
	visitorEmail    = "anna@rete.example"
	visitorPassword = "una frase lunga"
)

// visit is the public part of the program, served, with two accounts: Anna, who
// can sign in, and Bruno, whose account is closed.
type visit struct {
	handler http.Handler
	auth    *auth.Auth
}

// onPublic runs fn on each engine.
func onPublic(t *testing.T, demo bool, fn func(t *testing.T, v visit)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		accounts := auth.New(d, demo)
		keys := visitKeys(t)
		post := mail.New(d, keys, jobs.New(d))
		staff := network.New(d, keys, accounts, audit.New(d, keys), post, nil)
		accounts.Organisation = staff.Organisation
		visitAccounts(t, d, staff, accounts)
		pages := &public{auth: accounts, mail: post, demo: []DemoAccount{
			{"admin@demo.tessuto.example", "Ada Admin", "role.admin"},
			{"sportello@demo.tessuto.example", "Sara Sportello", "role.desk_operator"},
			{"altra@demo.tessuto.example", "Alba Altra", "role.evaluator"},
		}}
		mux := http.NewServeMux()
		for _, rt := range pages.Routes() {
			mux.Handle(rt.Method+" "+rt.Pattern, web.Handle(rt.Guard(nil)))
		}
		fn(t, visit{web.Middleware(visitors{Auth: accounts}, web.Refused, mux), accounts})
	})
}

func visitKeys(t *testing.T) *crypto.Keystore {
	t.Helper()
	dir := t.TempDir()
	master, err := crypto.LoadMaster(filepath.Join(dir, "master.key"), true)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := crypto.OpenKeystore(t.Context(), "file:"+filepath.Join(dir, "keys.db"), master)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	return keys
}

func visitAccounts(t *testing.T, d *db.DB, staff *network.Module, accounts *auth.Auth) {
	t.Helper()
	hash, err := accounts.HashPassword(visitorPassword, "", "")
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		id, err := staff.EnsureNetwork(t.Context(), tx, "rete", "Rete")
		if err != nil {
			return err
		}
		ctx := policy.With(t.Context(), policy.Actor{Network: id})
		org, err := staff.EnsureOrganisation(ctx, tx, id, network.Organisation{Code: "comune", Name: "Comune", Kind: "municipality"})
		if err != nil {
			return err
		}
		n := network.NewOperator{Name: "Anna", Email: visitorEmail, OrgID: org, Role: policy.DeskOperator}
		if _, err := staff.Found(ctx, tx, id, hash, n); err != nil {
			return err
		}
		n.Name, n.Email = "Bruno", "bruno@rete.example"
		closed, err := staff.Found(ctx, tx, id, hash, n)
		if err != nil {
			return err
		}
		return accounts.SetActive(ctx, tx, closed, false)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// get asks for a page; headers come in pairs.
func (v visit) get(path string, headers ...string) *httptest.ResponseRecorder {
	return v.send(httptest.NewRequest("GET", path, nil), headers)
}

// post sends a form.
func (v visit) post(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.send(r, headers)
}

func (v visit) send(r *http.Request, headers []string) *httptest.ResponseRecorder {
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	return w
}

func wantGo(t *testing.T, w *httptest.ResponseRecorder, to string) {
	t.Helper()
	if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != to {
		t.Errorf("answer %d to %q, want 303 to %q", w.Code, got, to)
	}
}

func TestRootFollowsTheBrowser(t *testing.T) {
	onPublic(t, false, func(t *testing.T, v visit) {
		for asked, want := range map[string]string{
			"": "/it/", "it-IT,it;q=0.9": "/it/", "en-GB": "/en/", "ar-MA,fr;q=0.8": "/ar/",
			"fr,ar;q=0.5": "/ar/", "de": "/it/", ";;;": "/it/",
		} {
			wantGo(t, v.get("/", "Accept-Language", asked), want)
		}
		token, err := v.auth.SignIn(t.Context(), visitorEmail, visitorPassword)
		if err != nil {
			t.Fatal(err)
		}
		wantGo(t, v.get("/", "Cookie", web.SessionCookie+"="+token), "/home")
		if page := v.get("/it/", "Cookie", web.SessionCookie+"="+token).Body.String(); !strings.Contains(page, `href="/home"`) {
			t.Error("who is signed in is not led to their work")
		}
	})
}

// bareKey finds a message key that no message was found for.
var bareKey = regexp.MustCompile(`\b(start|accessibility|signin|role|ui)\.[a-z_]+\b`)

func TestPublicPagesInEveryLanguage(t *testing.T) {
	onPublic(t, false, func(t *testing.T, v visit) {
		for _, lang := range i18n.Public {
			for path, key := range map[string]string{"": "start.title", "accessibility": "accessibility.title"} {
				w := v.get("/" + lang + "/" + path)
				page := w.Body.String()
				title := html.EscapeString(i18n.T(i18n.With(t.Context(), lang), key))
				for _, want := range []string{`lang="` + lang + `" dir="` + i18n.DirOf(lang) + `"`, "<h1>" + title + "</h1>", "data-exit"} {
					if !strings.Contains(page, want) {
						t.Errorf("/%s/%s: no %s", lang, path, want)
					}
				}
				if bare := bareKey.FindString(page); bare != "" || w.Code != http.StatusOK {
					t.Errorf("/%s/%s: %d, key without a message: %q", lang, path, w.Code, bare)
				}
			}
		}
		if w := v.get("/fr/"); w.Code != http.StatusNotFound {
			t.Errorf("a language without pages: %d", w.Code)
		}
	})
}

func TestStartPageLeadsToSignInInItsLanguage(t *testing.T) {
	onPublic(t, false, func(t *testing.T, v visit) {
		for lang, want := range map[string]string{"it": "/sign-in?lang=it", "en": "/sign-in?lang=en", "ar": "/sign-in"} {
			if page := v.get("/" + lang + "/").Body.String(); !strings.Contains(page, `href="`+want+`"`) {
				t.Errorf("%s does not lead to %s", lang, want)
			}
		}
	})
}

// visitMessages returns the keys of a message file.
func visitMessages(t *testing.T, name string) []string {
	t.Helper()
	content, err := locales.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]any
	if err := json.Unmarshal(content, &messages); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(messages))
}

func TestPublicMessagesAreWholeInArabic(t *testing.T) {
	t.Parallel()
	have := visitMessages(t, "app.ar.json")
	for _, key := range visitMessages(t, "app.it.json") {
		public := strings.HasPrefix(key, "start.") || strings.HasPrefix(key, "accessibility.")
		if public && !slices.Contains(have, key) {
			t.Errorf("locales/app.ar.json: no %s", key)
		}
	}
}
