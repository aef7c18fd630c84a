package app_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
	"tessuto/test/browser"
)

const otherPassword = "un'altra frase lunga"

// device is a browser with cookies of its own.
type device struct {
	t    *testing.T
	base string
	http.Client
}

func newDevice(t *testing.T, base string) device {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return device{t, base, http.Client{Jar: jar}}
}

// send posts a form, or gets a page when there is none, and follows to what is
// shown.
func (d device) send(path string, form url.Values) (status int, at, page string) {
	d.t.Helper()
	var res *http.Response
	var err error
	if form == nil {
		res, err = d.Get(d.base + path)
	} else {
		res, err = d.PostForm(d.base+path, form)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res.StatusCode, res.Request.URL.Path, html.UnescapeString(string(body))
}

// raw gets a page as it is written.
func (d device) raw(path string) (status int, at, page string) {
	d.t.Helper()
	res, err := d.Get(d.base + path)
	return d.answer(res, err)
}

// post sends a form of any kind.
func (d device) post(path, kind string, body io.Reader) (status int, at, page string) {
	d.t.Helper()
	res, err := d.Post(d.base+path, kind, body)
	return d.answer(res, err)
}

// answer reads an answer: at is where it leads on to.
func (d device) answer(res *http.Response, err error) (status int, at, page string) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(body)
}

func (d device) signIn(who, password string) bool {
	d.t.Helper()
	_, at, _ := d.send("/sign-in", url.Values{"email": {apptest.Mail(who)}, "password": {password}, "to": {"/account"}})
	return at == "/account"
}

func (d device) signedIn() bool {
	d.t.Helper()
	_, at, _ := d.send("/account", nil)
	return at == "/account"
}

// audited counts what was written down of an act on accounts.
func audited(t *testing.T, a *app.App, act string) (n int) {
	t.Helper()
	err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(t.Context(), `select count(*) from audit where act = $1 and record_kind = 'account'`, []any{act}, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// onAccount serves the demo to two devices of the same person.
func onAccount(t *testing.T, fn func(t *testing.T, a *app.App, here, there device)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			base := apptest.Serve(t, a)
			here, there := newDevice(t, base), newDevice(t, base)
			if !here.signIn("sportello", apptest.Password) || !there.signIn("sportello", apptest.Password) {
				t.Fatal("nobody is signed in")
			}
			fn(t, a, here, there)
		})
	}
}

func word(t *testing.T, key string) string { return i18n.T(i18n.With(t.Context(), "it"), key) }

func TestOwnPassword(t *testing.T) {
	t.Parallel()
	onAccount(t, func(t *testing.T, a *app.App, here, there device) {
		change := func(current, next, again string) (int, string, string) {
			return here.send("/account/password", url.Values{"current": {current}, "password": {next}, "again": {again}})
		}
		for _, c := range []struct{ current, next, again, problem string }{
			{"", otherPassword, otherPassword, "error.field_required"},
			{apptest.Password, otherPassword, otherPassword + "!", "me.password.again_differs"},
			{apptest.Password, "corta", "corta", "account.password.short"},
			{apptest.Password, "", "", "account.password.short"},
			{apptest.Password, apptest.Password, apptest.Password, "me.password.same"},
			{"non è questa", otherPassword, otherPassword, "me.password.current_wrong"},
		} {
			status, _, page := change(c.current, c.next, c.again)
			if status != http.StatusUnprocessableEntity || !strings.Contains(page, word(t, c.problem)) || strings.Contains(page, otherPassword) {
				t.Errorf("%s: %d", c.problem, status)
			}
		}
		if !there.signedIn() || audited(t, a, "account.password") != 0 {
			t.Error("a change that was refused did something")
		}
		status, at, page := change(apptest.Password, otherPassword, otherPassword)
		if status != http.StatusOK || at != "/account" || !strings.Contains(page, word(t, "me.password.changed")) {
			t.Errorf("%d at %s", status, at)
		}
		if !here.signedIn() || there.signedIn() || audited(t, a, "account.password") != 1 {
			t.Error("this session stays, the other ends, one act is written down")
		}
		if there.signIn("sportello", apptest.Password) || !there.signIn("sportello", otherPassword) {
			t.Error("the old password opens, or the new one does not")
		}
	})
}

func TestOwnSessions(t *testing.T) {
	t.Parallel()
	onAccount(t, func(t *testing.T, a *app.App, here, there device) {
		other := newDevice(t, here.base)
		if !other.signIn("admin", apptest.Password) {
			t.Fatal("the administrator is not signed in")
		}
		_, _, page := here.send("/account", nil)
		_, rest, found := strings.Cut(page, `name="session" value="`)
		handle, _, _ := strings.Cut(rest, `"`)
		if !found || len(handle) != 32 || strings.Count(page, `name="session"`) != 1 || strings.Count(page, word(t, "me.sessions.this")) != 1 {
			t.Fatalf("one session to close, one that is this: %q", handle)
		}
		if strings.Contains(page, "127.0.0.1") || bareKey(page) {
			t.Error("the page shows an address, or a key")
		}
		// Nobody closes somebody else's.
		if status, _, _ := other.send("/account/sessions/close", url.Values{"session": {handle}}); status != http.StatusNotFound {
			t.Errorf("another's session: %d", status)
		}
		if !there.signedIn() || audited(t, a, "account.sessions_end") != 0 {
			t.Error("the administrator closed the session of another")
		}
		here.send("/account/sessions/close", url.Values{"session": {handle}})
		if status, _, page := here.send("/account/sessions/close", url.Values{"session": {handle}}); status != http.StatusNotFound || strings.Contains(page, word(t, "me.session.closed")) {
			t.Errorf("a session that is there no more is said to be closed: %d", status)
		}
		if there.signedIn() || !here.signedIn() || audited(t, a, "account.sessions_end") != 1 {
			t.Error("the one that was named is closed, once")
		}
		if !there.signIn("sportello", apptest.Password) {
			t.Fatal("not signed in again")
		}
		here.send("/account/sessions/close-others", url.Values{})
		if there.signedIn() || !here.signedIn() || !other.signedIn() || audited(t, a, "account.sessions_end") != 2 {
			t.Error("all the others are closed, and nobody else's")
		}
		r, err := a.Verify(t.Context())
		if err != nil || len(r.Problems) > 0 {
			t.Errorf("verify: %v %v", err, r.Problems)
		}
	})
}

// bareKey tells whether a page shows a key that has no message.
func bareKey(page string) bool {
	return strings.Contains(page, ">me.") || strings.Contains(page, ">account.") || strings.Contains(page, ">signin.")
}

// Too early, unknown and wrong are one page, with the right password too.
func TestTooEarlyLooksLikeWrong(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			now := a.DB.Now()
			a.DB.Now = func() time.Time { return now }
			d := newDevice(t, apptest.Serve(t, a))
			var first string
			for _, who := range []string{"sportello", "nessuno"} {
				for i := range 8 {
					password := "non è questa"
					if i > 5 {
						password = apptest.Password
					}
					status, _, page := d.send("/sign-in", url.Values{"email": {apptest.Mail(who)}, "password": {password}})
					page = strings.ReplaceAll(page, apptest.Mail(who), "E-MAIL")
					if first == "" {
						first = strings.ReplaceAll(page, apptest.Mail("sportello"), "E-MAIL")
					}
					same := strings.ReplaceAll(page, apptest.Mail("sportello"), "E-MAIL") == first
					if status != http.StatusUnprocessableEntity || !strings.Contains(page, word(t, "signin.later")) || !strings.Contains(page, word(t, "signin.refused")) || !same {
						t.Errorf("%s, try %d: %d, or the page differs", who, i+1, status)
					}
				}
			}
		})
	}
}

// An account whose work here has ended is told so.
func TestNoPlaceIsSaid(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
				return tx.Exec(t.Context(), `update membership set valid_to = $1 where account_id in (select id from account where email = $2)`,
					db.Date("2001-01-01"), apptest.Mail("sportello"))
			})
			if err != nil {
				t.Fatal(err)
			}
			d := newDevice(t, apptest.Serve(t, a))
			status, _, page := d.send("/sign-in", url.Values{"email": {apptest.Mail("sportello")}, "password": {apptest.Password}})
			if status != http.StatusUnprocessableEntity || !strings.Contains(page, word(t, "signin.no_place")) || d.signedIn() {
				t.Errorf("%d", status)
			}
		})
	}
}

// The page on a phone and on a desk, in both languages.
func TestAccountPageInABrowser(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	base := apptest.Serve(t, a)
	newDevice(t, base).signIn("assistente", apptest.Password)
	for _, lang := range i18n.Staff {
		ctx := i18n.With(t.Context(), lang)
		for width, name := range map[int]string{360: "phone", 1200: "desk"} {
			p := browser.Start(t).NewPage(t, width, 900, lang)
			p.Goto(base + "/sign-in")
			p.Fill("email", apptest.Mail("assistente"))
			p.Fill("password", "non è questa")
			p.Expect(http.StatusUnprocessableEntity)
			p.Submit(i18n.T(ctx, "signin.do"))
			p.WaitText(i18n.T(ctx, "signin.later"))
			p.Axe(t)
			p.Overflow(t)
			p.Screenshot(t, "account-refused-"+name+"-"+lang)
			p.Fill("password", apptest.Password)
			p.Submit(i18n.T(ctx, "signin.do"))
			p.Click("Anna Conti")
			p.Submit(ui.LangName(lang)) // the account has a language of its own
			p.WaitText(i18n.T(ctx, "me.sessions.what"))
			p.Axe(t)
			p.Overflow(t)
			p.Screenshot(t, "account-"+name+"-"+lang)
			p.Expect(http.StatusUnprocessableEntity)
			p.Submit(i18n.T(ctx, "me.password.do"))
			p.WaitText(i18n.T(ctx, "me.password.failed"))
			p.Axe(t)
			p.Overflow(t)
		}
	}
}
