package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// onInvitation serves the demo, with the clock in hand, to its administrator and
// to somebody who comes in by a link.
func onInvitation(t *testing.T, fn func(t *testing.T, in *invited)) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			in := &invited{App: a, now: a.DB.Now()}
			a.DB.Now = func() time.Time { return in.now }
			base := apptest.Serve(t, a)
			in.admin, in.guest = newDevice(t, base), newDevice(t, base)
			if !in.admin.signIn("admin", apptest.Password) {
				t.Fatal("the administrator is not signed in")
			}
			fn(t, in)
		})
	}
}

type invited struct {
	*app.App
	now          time.Time
	admin, guest device
}

var shownLink = regexp.MustCompile(`value="http://[^/"]+(/invitation/[\w-]{43})"`)

// hire invites Nina, and returns the path of her link and that of her account.
func (in *invited) hire(t *testing.T) (link, account string) {
	t.Helper()
	var org string
	actor, err := in.Auth.Actor(t.Context(), apptest.Mail("admin"))
	if err == nil {
		org = actor.OrgID
	}
	status, _, page := in.admin.send("/accounts", url.Values{"name": {"Nina Nuova"}, "email": {"nina@ente.example"}, "language": {"en"},
		"org": {org}, "role": {"desk_operator"}})
	m := shownLink.FindStringSubmatch(page)
	at := regexp.MustCompile(`href="(/accounts/[\w-]{36})"`).FindStringSubmatch(page)
	if status != http.StatusOK || m == nil || at == nil || strings.Contains(page, `type="password"`) {
		t.Fatalf("%d: %s", status, page)
	}
	return m[1], at[1]
}

func (in *invited) again(t *testing.T, account string) (link string) {
	t.Helper()
	_, _, page := in.admin.send(account+"/link", url.Values{"make": {"1"}})
	m := shownLink.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no link: %s", page)
	}
	return m[1]
}

func english(t *testing.T, key string) string {
	return i18n.T(i18n.With(t.Context(), "en"), key)
}

// Nina is invited, chooses her password and works; her link opens nothing more.
func TestInvitation(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		link, account := in.hire(t)
		if _, _, page := in.admin.send("/accounts?q=nina", nil); !strings.Contains(page, "Invitata il") {
			t.Error("the list does not say that she is invited")
		}
		for range 2 { // looking is no acceptance
			status, _, page := in.guest.send(link, nil)
			if status != http.StatusOK || !strings.Contains(page, "Irene Costa") || !strings.Contains(page, english(t, "invitation.new.do")) ||
				!strings.Contains(page, english(t, "role.desk_operator")) || bareKey(page) || strings.Contains(page, "invitation.") {
				t.Fatalf("%d %s", status, page)
			}
		}
		for _, c := range []struct{ password, again, problem string }{
			{"corta", "corta", "account.password.short"}, {otherPassword, "altra", "me.password.again_differs"}, {"", "", "account.password.short"},
		} {
			status, _, page := in.guest.send(link, url.Values{"password": {c.password}, "again": {c.again}})
			if status != http.StatusUnprocessableEntity || !strings.Contains(page, english(t, c.problem)) || in.guest.signedIn() {
				t.Errorf("%q %q: %d", c.password, c.again, status)
			}
		}
		status, at, page := in.guest.send(link, url.Values{"password": {otherPassword}, "again": {otherPassword}})
		if status != http.StatusOK || at != "/home" || !strings.Contains(page, "Nina Nuova") || !strings.Contains(page, english(t, "invitation.done")) {
			t.Fatalf("%d at %s: %s", status, at, page)
		}
		if _, _, page := in.guest.send("/account", nil); !strings.Contains(page, english(t, "me.title")) {
			t.Error("the account does not read the language of the invitation")
		}
		in.over(t, link, otherPassword)
		if _, _, page := in.admin.send(account, nil); !strings.Contains(page, word(t, "account.state.active")) {
			t.Error("the account is not active")
		}
		for act, n := range map[string]int{"account.open": 1, "account.link": 1, "account.accept": 1, "account.reset": 0} {
			if got := auditedSince(t, in.App, act, account); got != n {
				t.Errorf("%s: %d, want %d", act, got, n)
			}
		}
	})
}

// over finds that a link holds no more, and that the answer is that for a link
// which never was.
func (in *invited) over(t *testing.T, link, password string) {
	t.Helper()
	visitor := newDevice(t, in.guest.base)
	never := "/invitation/" + strings.Repeat("A", 43)
	for _, form := range []url.Values{nil, {"password": {password}, "again": {password}}, {"password": {"x"}, "again": {""}}} {
		status, _, page := visitor.send(link, form)
		_, _, other := visitor.send(never, form)
		if status != http.StatusNotFound || !strings.Contains(page, word(t, "invitation.over.what")) || strings.ReplaceAll(page, link, never) != other {
			t.Errorf("%d, or the answer tells links apart", status)
		}
	}
	if visitor.signedIn() {
		t.Error("a link that is over opens")
	}
}

func auditedSince(t *testing.T, a *app.App, act, account string) (n int) {
	t.Helper()
	err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(t.Context(), `select count(*) from audit where act = $1 and record_id = $2`,
			[]any{act, strings.TrimPrefix(account, "/accounts/")}, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An invitation that is over, sent again, or taken back.
func TestInvitationThatDoesNotHold(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		first, account := in.hire(t)
		second := in.again(t, account)
		in.over(t, first, otherPassword)
		in.now = in.now.Add(7 * 24 * time.Hour)
		in.over(t, second, otherPassword)
		in.admin.signIn("admin", apptest.Password)
		if _, _, page := in.admin.send(account, nil); !strings.Contains(page, word(t, "account.state.late")) {
			t.Error("the page does not say that the invitation is over")
		}
		third := in.again(t, account)
		in.admin.send(account+"/link/drop", url.Values{"drop": {"1"}})
		in.over(t, third, otherPassword)
		if _, _, page := in.admin.send(account, nil); !strings.Contains(page, word(t, "account.state.withdrawn")) || bareKey(page) {
			t.Error("the page does not say that the invitation was taken back")
		}
		fourth := in.again(t, account)
		if _, at, _ := in.guest.send(fourth, url.Values{"password": {otherPassword}, "again": {otherPassword}}); at != "/home" {
			t.Errorf("who was invited again is at %s", at)
		}
	})
}

// A link for a new password: until it is used the old one holds, then whoever was
// in is out.
func TestResetByLink(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		if !in.guest.signIn("sportello", apptest.Password) {
			t.Fatal("not signed in")
		}
		bearer, err := in.IssueToken(t.Context(), apptest.Mail("sportello"), "report", 30)
		if err != nil {
			t.Fatal(err)
		}
		actor, err := in.Auth.Actor(t.Context(), apptest.Mail("sportello"))
		if err != nil {
			t.Fatal(err)
		}
		account := "/accounts/" + actor.AccountID
		link := in.again(t, account)
		if _, _, page := in.admin.send(account, nil); !in.guest.signedIn() || !strings.Contains(page, word(t, "account.reset.drop")) {
			t.Error("a link that was not used did something, or is not shown")
		}
		visitor := newDevice(t, in.guest.base)
		if _, _, page := visitor.send(link, nil); !strings.Contains(page, word(t, "invitation.reset.ends")) || strings.Contains(page, word(t, "invitation.new.do")) {
			t.Error("the page does not say what it is for")
		}
		if _, at, _ := visitor.send(link, url.Values{"password": {otherPassword}, "again": {otherPassword}}); at != "/home" || in.guest.signedIn() {
			t.Errorf("at %s, or the session of before goes on", at)
		}
		if _, err := in.Auth.ByToken(t.Context(), bearer); err == nil {
			t.Error("the token of before goes on")
		}
		if in.guest.signIn("sportello", apptest.Password) || !in.guest.signIn("sportello", otherPassword) || auditedSince(t, in.App, "account.reset", account) != 1 {
			t.Error("the old password opens, or the new one does not, or nothing was written down")
		}
		// Without a place the password is set, and nobody is in.
		admin, err := in.Auth.Actor(t.Context(), apptest.Mail("admin"))
		if err == nil {
			err = in.Network.EndPlace(policy.With(t.Context(), admin), actor.AccountID, actor.MembershipID, 1, db.DateOf(in.now))
		}
		if err != nil {
			t.Fatal(err)
		}
		link = in.again(t, account)
		if _, at, page := visitor.send(link, url.Values{"password": {apptest.Password + "!"}, "again": {apptest.Password + "!"}}); at != "/sign-in" || !strings.Contains(page, word(t, "signin.no_place")) {
			t.Errorf("at %s", at)
		}
	})
}

// The address of the page holds the token: it goes into no Referer and no store.
func TestInvitationKeepsItsAddress(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		link, _ := in.hire(t)
		for _, path := range []string{link, "/invitation/unknown"} {
			res, err := in.guest.Get(in.guest.base + path)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if h := res.Header; h.Get("Referrer-Policy") != "strict-origin" || h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %v", path, h)
			}
		}
	})
}

// Who works in two places chooses, per sign-in; a token stays where it was made.
func TestWorkAs(t *testing.T) {
	t.Parallel()
	onAccount(t, func(t *testing.T, a *app.App, here, there device) {
		if _, _, page := here.send("/account", nil); strings.Contains(page, word(t, "me.places.what")) || strings.Contains(page, word(t, "ui.work_as")) {
			t.Error("a choice of one")
		}
		admin, err := a.Auth.Actor(t.Context(), apptest.Mail("admin"))
		if err != nil {
			t.Fatal(err)
		}
		desk, err := a.Auth.Actor(t.Context(), apptest.Mail("sportello"))
		if err != nil {
			t.Fatal(err)
		}
		boss := policy.With(t.Context(), admin)
		if err := a.Network.AddPlace(boss, desk.AccountID, network.NewPlace{OrgID: desk.OrgID, Role: policy.DPO, From: db.DateOf(a.DB.Now())}); err != nil {
			t.Fatal(err)
		}
		_, _, page := here.send("/account", nil)
		choice := regexp.MustCompile(`name="place" value="([\w-]{36})"`)
		m := choice.FindAllStringSubmatch(page, -1)
		if _, _, home := here.send("/home", nil); len(choice.FindAllString(home, -1)) != 2 || !strings.Contains(home, word(t, "ui.work_as")) {
			t.Error("the header offers no choice")
		}
		if len(m) != 4 || m[0][1] != desk.MembershipID {
			t.Fatalf("%v", m)
		}
		_, at, page := here.send("/account/work-as", url.Values{"place": {m[1][1]}})
		if at != "/home" || !strings.Contains(page, word(t, "me.place.changed")) {
			t.Errorf("at %s", at)
		}
		status, _, _ := here.send("/audit", nil)
		elsewhere, _, _ := there.send("/audit", nil)
		if status != http.StatusOK || elsewhere != http.StatusNotFound {
			t.Errorf("here %d, on the other device %d", status, elsewhere)
		}
		for _, id := range []string{"", "none", admin.MembershipID} {
			if status, _, _ := here.send("/account/work-as", url.Values{"place": {id}}); status != http.StatusNotFound {
				t.Errorf("works as %q: %d", id, status)
			}
		}
		if err := a.Network.EndPlace(boss, desk.AccountID, m[1][1], 1, db.DateOf(a.DB.Now())); err != nil {
			t.Fatal(err)
		}
		if status, _, _ := here.send("/audit", nil); status != http.StatusNotFound || !here.signedIn() {
			t.Errorf("a place that ended still holds, or the other does not: %d", status)
		}
	})
}

var (
	shownToken  = regexp.MustCompile(`id="f-token" value="([\w-]{43})"`)
	tokenHandle = regexp.MustCompile(`name="token" value="(\w{32})"`)
)

// A token is made, shown once, used, and revoked; a program makes none.
func TestOwnTokens(t *testing.T) {
	t.Parallel()
	onAccount(t, func(t *testing.T, a *app.App, here, there device) {
		for field, form := range map[string]url.Values{"label": {"days": {"30"}}, "days": {"label": {"x"}, "days": {"31"}}} {
			status, _, page := here.send("/account/tokens", form)
			if status != http.StatusUnprocessableEntity || !strings.Contains(page, `id="f-`+field+`-error"`) {
				t.Errorf("%s: %d", field, status)
			}
		}
		status, _, page := here.send("/account/tokens", url.Values{"label": {"Foglio presenze"}, "days": {"30"}})
		m := shownToken.FindStringSubmatch(page)
		if status != http.StatusOK || m == nil || bareKey(page) {
			t.Fatalf("%d %s", status, page)
		}
		token := m[1]
		if actor, err := a.Auth.ByToken(t.Context(), token); err != nil || actor.Email != apptest.Mail("sportello") {
			t.Errorf("%+v %v", actor, err)
		}
		_, _, page = here.send("/account", nil)
		handle := tokenHandle.FindStringSubmatch(page)
		if handle == nil || strings.Contains(page, token) || !strings.Contains(page, "Foglio presenze") || bareKey(page) {
			t.Fatal("the list does not show the token, or shows too much")
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, here.base+"/account/tokens", strings.NewReader("label=x&days=365"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if res.Body.Close(); res.StatusCode != http.StatusNotFound {
			t.Errorf("a token makes a token: %d", res.StatusCode)
		}
		other := newDevice(t, here.base)
		other.signIn("admin", apptest.Password)
		other.send("/account/tokens/revoke", url.Values{"token": {handle[1]}})
		if _, err := a.Auth.ByToken(t.Context(), token); err != nil {
			t.Error("another revoked it")
		}
		for range 2 { // again is nothing
			if _, at, page := here.send("/account/tokens/revoke", url.Values{"token": {handle[1]}}); at != "/account" || !strings.Contains(page, word(t, "me.token.revoked")) {
				t.Errorf("at %s", at)
			}
		}
		if _, err := a.Auth.ByToken(t.Context(), token); err == nil || audited(t, a, "account.token_make") != 1 || audited(t, a, "account.token_revoke") != 1 {
			t.Error("a revoked token opens, or the acts are not written down once")
		}
	})
}

// A new password ends the tokens, unless one says otherwise.
func TestPasswordEndsTokens(t *testing.T) {
	t.Parallel()
	onAccount(t, func(t *testing.T, a *app.App, here, there device) {
		token, err := a.IssueToken(t.Context(), apptest.Mail("sportello"), "report", 30)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, page := here.send("/account", nil); !strings.Contains(page, word(t, "me.password.keep_tokens.hint")) {
			t.Error("nobody is asked")
		}
		was := apptest.Password
		for i, keep := range []string{"1", ""} {
			next := otherPassword + strings.Repeat("!", i)
			here.send("/account/password", url.Values{"current": {was}, "password": {next}, "again": {next}, "keep_tokens": {keep}})
			if _, err := a.Auth.ByToken(t.Context(), token); (err == nil) != (keep != "") {
				t.Errorf("keep %q: %v", keep, err)
			}
			was = next
		}
		for _, days := range []int{0, -1, 366} {
			if _, err := a.IssueToken(t.Context(), apptest.Mail("sportello"), "report", days); err == nil {
				t.Errorf("a token for %d days", days)
			}
		}
	})
}
