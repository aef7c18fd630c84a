package network

import (
	"context"
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

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/web"
	"tessuto/locales"
)

const staffPassword = "una frase lunga"

// office is the area, served, with two networks: in the first work an
// administrator and somebody at the desk, in the second somebody else.
type office struct {
	*Module
	handler http.Handler
	org     string
	ids     map[string]string // of accounts, by name
}

func onOffice(t *testing.T, fn func(t *testing.T, o office)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := auth.New(d, false)
		keys := officeKeys(t)
		log := audit.New(d, keys)
		files, err := storage.Open(t.Context(), config.Store{Data: t.TempDir(), FileMB: 1}, d, keys, log)
		if err != nil {
			t.Fatal(err)
		}
		m := New(d, keys, a, log, mail.New(d, keys, jobs.New(d)), files)
		a.Organisation = m.Organisation
		o := office{Module: m, ids: map[string]string{}}
		o.org = o.found(t, "rete", "Comune di Prova", map[string]policy.Role{"admin": policy.Admin, "desk": policy.DeskOperator})
		o.found(t, "altra", "Consorzio Altrove", map[string]policy.Role{"stranger": policy.SocialWorker})
		mux := http.NewServeMux()
		for _, rt := range append(m.Routes(), files.Routes()...) {
			mux.Handle(rt.Method+" "+rt.Pattern, web.Handle(rt.Guard(nil)))
		}
		o.handler = web.Middleware(staffOnly{a}, web.Refused, mux)
		fn(t, o)
	})
}

func officeKeys(t *testing.T) *crypto.Keystore {
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

// found makes a network with one organisation and opens accounts in it.
func (o office) found(t *testing.T, code, orgName string, staff map[string]policy.Role) (org string) {
	t.Helper()
	hash, err := o.auth.HashPassword(staffPassword, "", "")
	if err != nil {
		t.Fatal(err)
	}
	err = o.db.Write(t.Context(), func(tx *db.Tx) error {
		id, err := o.EnsureNetwork(t.Context(), tx, code, code)
		if err != nil {
			return err
		}
		ctx := policy.With(t.Context(), policy.Actor{Network: id})
		if org, err = o.EnsureOrganisation(ctx, tx, id, Organisation{Code: code, Name: orgName, Kind: "municipality"}); err != nil {
			return err
		}
		for name, role := range staff {
			n := NewOperator{Name: "Persona " + name, Email: name + "@rete.example", OrgID: org, Role: role, Profession: "educator"}
			if o.ids[name], err = o.Found(ctx, tx, id, hash, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return org
}

// as answers a request of one of the staff; a form makes it a POST, and no name
// makes it anybody's.
func (o office) as(t *testing.T, name, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	if form != nil {
		r = httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return o.ask(t, name, r)
}

// ask answers a request of one of the staff.
func (o office) ask(t *testing.T, name string, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	if name != "" {
		token, err := o.auth.SignIn(t.Context(), name+"@rete.example", staffPassword)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	return w
}

func TestAccountsAreForWhoManagesThem(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		for _, rt := range o.Routes() {
			if rt.Permission != policy.Account {
				continue
			}
			path := strings.Replace(rt.Pattern, "{id}", o.ids["desk"], 1)
			var form url.Values
			want := http.StatusSeeOther // to the sign-in
			if rt.Method == "POST" {
				form, want = url.Values{}, http.StatusUnauthorized
			}
			if w := o.as(t, "", path, form); w.Code != want {
				t.Errorf("%s %s, nobody: %d, want %d", rt.Method, path, w.Code, want)
			}
			w := o.as(t, "desk", path, form)
			if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "Persona admin") {
				t.Errorf("%s %s, from the desk: %d", rt.Method, path, w.Code)
			}
		}
	})
}

// plainKey finds a message key that no message was found for.
var plainKey = regexp.MustCompile(`\b(account|place|role|profession|ui|error)\.[a-z_]+\b`)

func TestAccountPages(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		for _, tt := range []struct {
			path      string
			must, not []string
		}{
			{"/accounts", []string{"Persona admin", "desk@rete.example", "Comune di Prova", "role.desk_operator", "profession.educator", "account.state.active"},
				[]string{"Persona stranger", "Consorzio Altrove"}},
			{"/accounts?q=DESK+prova", []string{"Persona desk"}, []string{"admin@rete.example"}},
			{"/accounts?q=nessuno+mai", []string{"account.none"}, []string{"Persona desk"}},
			{"/accounts/new", []string{"Comune di Prova", "role.mediator", "profession.health_operator", "account.language.hint"},
				[]string{"Consorzio Altrove", `type="password"`}},
			{"/accounts/" + o.ids["desk"], []string{"Persona desk", "account.close", "account.reset", "place.new", "place.state.now", "/places/"},
				[]string{"account.own.hint", "/reopen", "account.invite.again"}},
			{"/accounts/" + o.ids["admin"], []string{"Persona admin", "account.own.hint", "place.own.hint"},
				[]string{"/close", "/reopen", "/link", "/places/"}},
			{"/accounts/" + o.ids["desk"] + "/places/new", []string{"Persona desk", "Comune di Prova", "account.to"}, []string{"Consorzio Altrove"}},
		} {
			for _, lang := range i18n.Staff {
				o.setLanguage(t, lang)
				w := o.as(t, "admin", tt.path, nil)
				page := w.Body.String()
				for _, want := range tt.must {
					if want = html.EscapeString(i18n.T(i18n.With(t.Context(), lang), want)); !strings.Contains(page, want) {
						t.Errorf("%s in %s: no %q", tt.path, lang, want)
					}
				}
				for _, no := range tt.not {
					if no = html.EscapeString(i18n.T(i18n.With(t.Context(), lang), no)); strings.Contains(page, no) {
						t.Errorf("%s in %s shows %q", tt.path, lang, no)
					}
				}
				if bare := plainKey.FindString(page); bare != "" || w.Code != http.StatusOK {
					t.Errorf("%s in %s: %d, key without a message: %q", tt.path, lang, w.Code, bare)
				}
			}
		}
		if w := o.as(t, "admin", "/accounts/"+o.ids["stranger"], nil); w.Code != http.StatusNotFound {
			t.Errorf("an account of another network: %d", w.Code)
		}
		if part := o.as(t, "admin", "/accounts?q=desk", nil, "HX-Request", "true").Body.String(); strings.Contains(part, "<html") || !strings.Contains(part, "Persona desk") {
			t.Error("the filter does not answer with the list alone")
		}
	})
}

func (o office) setLanguage(t *testing.T, lang string) {
	t.Helper()
	if err := o.auth.SetLanguage(policy.With(t.Context(), policy.Actor{AccountID: o.ids["admin"]}), lang); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAnAccount(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		for _, tt := range []struct {
			field, value, problem string
			status                int
		}{
			{"name", " ", "error.field_required", 422},
			{"name", strings.Repeat("n", 201), "error.field_long", 422},
			{"email", "qui", "account.email_wrong", 422},
			{"email", " DESK@rete.example ", "account.email_taken", 409},
			{"language", "ar", "error.field_choice", 422},
			{"org", "", "error.field_required", 422},
			{"role", "queen", "error.field_choice", 422},
			{"profession", "wizard", "error.field_choice", 422},
		} {
			form := newColleague(o.org)
			form.Set(tt.field, tt.value)
			w := o.as(t, "admin", "/accounts", form)
			page := w.Body.String()
			problem := html.EscapeString(i18n.T(t.Context(), tt.problem))
			if w.Code != tt.status || !strings.Contains(page, `id="f-`+tt.field+`-error"`) || strings.Count(page, problem) < 2 {
				t.Errorf("%s %q: %d, or no %q", tt.field, tt.value, w.Code, problem)
			}
			if tt.field != "name" && !strings.Contains(page, `value="Nuova Collega"`) || strings.Contains(page, `type="password"`) {
				t.Errorf("%s: what was written is lost, or a password is asked", tt.field)
			}
		}
		for _, no := range []url.Values{{}, {"password": {"una frase segreta"}}} { // nobody sets it here
			form := newColleague(o.org)
			form.Set("email", "nuova"+no.Get("password")[:min(3, len(no.Get("password")))]+"@rete.example")
			form["password"] = no["password"]
			if link := o.invite(t, form); link == "" {
				t.Error("no link")
			}
			if _, err := o.auth.SignIn(t.Context(), form.Get("email"), "una frase segreta"); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("who has no password signs in: %v", err)
			}
		}
	})
}

// invite opens an account and returns the token of the link that is shown.
func (o office) invite(t *testing.T, form url.Values) string {
	t.Helper()
	w := o.as(t, "admin", "/accounts", form)
	if w.Code != http.StatusOK {
		t.Fatalf("a new account: %d %s", w.Code, w.Body)
	}
	return linkIn(t, w.Body.String())
}

var linkShown = regexp.MustCompile(`value="http://example\.com/invitation/([\w-]{43})"`)

func linkIn(t *testing.T, page string) string {
	t.Helper()
	m := linkShown.FindStringSubmatch(page)
	if m == nil || strings.Count(page, m[1]) != 1 {
		t.Fatalf("no link, or more than one: %v", m)
	}
	return m[1]
}

func newColleague(org string) url.Values {
	return url.Values{"name": {"Nuova Collega"}, "email": {"nuova@rete.example"}, "language": {"en"},
		"org": {org}, "role": {"mediator"}, "profession": {"mediator"}}
}

func TestCloseAndReopenAnAccount(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		session, err := o.auth.SignIn(t.Context(), "desk@rete.example", staffPassword)
		if err != nil {
			t.Fatal(err)
		}
		desk := "/accounts/" + o.ids["desk"]
		if w := o.as(t, "admin", desk+"/close", url.Values{}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != desk {
			t.Fatalf("closing: %d", w.Code)
		}
		if _, _, err := o.auth.BySession(t.Context(), session); errs.CodeOf(err) != errs.SignIn {
			t.Errorf("the session outlives the account: %v", err)
		}
		if _, err := o.auth.SignIn(t.Context(), "desk@rete.example", staffPassword); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a closed account signs in: %v", err)
		}
		if page := o.as(t, "admin", desk, nil).Body.String(); !strings.Contains(page, desk+"/reopen") || strings.Contains(page, desk+"/close") {
			t.Error("a closed account is not offered to be reopened")
		}
		o.as(t, "admin", desk+"/reopen", url.Values{})
		if _, err := o.auth.SignIn(t.Context(), "desk@rete.example", staffPassword); err != nil {
			t.Errorf("a reopened account does not sign in: %v", err)
		}
		for path, want := range map[string]int{o.ids["admin"]: http.StatusForbidden, o.ids["stranger"]: http.StatusNotFound, "none": http.StatusNotFound} {
			if w := o.as(t, "admin", "/accounts/"+path+"/close", url.Values{}); w.Code != want {
				t.Errorf("closing %s: %d, want %d", path, w.Code, want)
			}
		}
		if _, err := o.auth.SignIn(t.Context(), "stranger@rete.example", staffPassword); err != nil {
			t.Errorf("an account of another network was closed: %v", err)
		}
	})
}

func TestRolesAndProfessionsHaveNames(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Staff {
		for _, r := range policy.Roles {
			if !i18n.Exists(lang, "role."+string(r)) {
				t.Errorf("%s: no role.%s", lang, r)
			}
		}
		for _, p := range Professions {
			if !i18n.Exists(lang, "profession."+p) {
				t.Errorf("%s: no profession.%s", lang, p)
			}
		}
		for _, notice := range []string{"account.closed", "account.reopened", "place.added", "place.changed"} {
			if !i18n.Exists(lang, notice) {
				t.Errorf("%s: no %s", lang, notice)
			}
		}
	}
	if it, en := officeMessages(t, "network.it.json"), officeMessages(t, "network.en.json"); !slices.Equal(it, en) {
		t.Errorf("network.it.json and network.en.json differ in keys:\n%v\n%v", it, en)
	}
}

func officeMessages(t *testing.T, name string) []string {
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

// staffOnly knows colleagues, and no person who reads their own page.
type staffOnly struct{ *auth.Auth }

// ByOwn knows nobody.
func (staffOnly) ByOwn(context.Context, string) (policy.Actor, error) {
	return policy.Actor{}, errs.New(errs.SignIn, "own.enter_again")
}
