package app_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/mail/mailtest"
)

const home = "https://tessuto.example"

// withMail lets the program of an invitation give its letters to an office.
func (in *invited) withMail(t *testing.T) *mailtest.Office {
	t.Helper()
	o := mailtest.Open(t, false)
	err := in.Mail.Configure(config.Post{Mail: "smtp://" + o.Addr + "?tls=none", MailFrom: "posta@tessuto.example", URL: home})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// arrived does the jobs that are due, and returns what came for an address since
// the first skip letters.
func (in *invited) arrived(t *testing.T, o *mailtest.Office, to string, skip int) (out []mailtest.Letter) {
	t.Helper()
	for range 2 { // a job may enqueue a letter
		if _, err := in.Jobs.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range o.Letters() {
		if slices.Contains(l.To, to) {
			out = append(out, l)
		}
	}
	return out[min(skip, len(out)):]
}

var mailedLink = regexp.MustCompile(`\n` + home + `(/invitation/[\w-]{43})\n`)

// linkIn returns the path that a letter leads to.
func linkIn(t *testing.T, l mailtest.Letter) string {
	t.Helper()
	_, parts := l.Read(t)
	m := mailedLink.FindStringSubmatch(parts["text/plain"])
	if m == nil {
		t.Fatalf("no link in %s", parts["text/plain"])
	}
	return m[1]
}

// Where mail leaves, the invitation goes to the person in their language, and who
// sent it never sees the link.
func TestInvitationByMail(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		o := in.withMail(t)
		admin, err := in.Auth.Actor(t.Context(), apptest.Mail("admin"))
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"it", "en"} {
			to := "nina." + lang + "@ente.example"
			status, _, page := in.admin.send("/accounts", url.Values{"name": {"Nina Nuova"}, "email": {to}, "language": {lang},
				"org": {admin.OrgID}, "role": {"desk_operator"}})
			if status != http.StatusOK || !strings.Contains(page, i18n.T(t.Context(), "account.link.mailed", "Email", to)) ||
				strings.Contains(page, "/invitation/") || bareKey(page) {
				t.Fatalf("%d %s", status, page)
			}
			got := in.arrived(t, o, to, 0)
			if len(got) != 1 {
				t.Fatalf("%s: %d letters", lang, len(got))
			}
			h, parts := got[0].Read(t)
			said := i18n.With(t.Context(), lang)
			if h.Get("Content-Language") != lang || !strings.Contains(parts["text/plain"], i18n.T(said, "account.letter.invite.link")) ||
				!strings.Contains(parts["text/plain"], "Irene Costa") || strings.Contains(parts["text/plain"], "account.letter") {
				t.Errorf("%s: %v\n%s", lang, h, parts["text/plain"])
			}
			link := linkIn(t, got[0])
			visitor := newDevice(t, in.guest.base)
			if _, at, _ := visitor.send(link, url.Values{"password": {otherPassword}, "again": {otherPassword}}); at != "/home" {
				t.Errorf("%s: at %s", lang, at)
			}
			in.over(t, link, otherPassword)
		}
	})
}

// Whoever makes a link for somebody's new password does not see it: the owner
// gets it. An invitation that is sent again arrives again.
func TestResetByMail(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		first, account := in.hire(t)
		o := in.withMail(t)
		desk, err := in.Auth.Actor(t.Context(), apptest.Mail("sportello"))
		if err != nil {
			t.Fatal(err)
		}
		for path, to := range map[string]string{account: "nina@ente.example", "/accounts/" + desk.AccountID: apptest.Mail("sportello")} {
			_, _, page := in.admin.send(path+"/link", url.Values{"make": {"1"}})
			got := in.arrived(t, o, to, 0)
			if len(got) != 1 || !strings.Contains(page, to) || strings.Contains(page, "/invitation/") {
				t.Fatalf("%s: %d letters, %s", to, len(got), page)
			}
			if status, _, _ := newDevice(t, in.guest.base).send(linkIn(t, got[0]), nil); status != http.StatusOK {
				t.Errorf("%s: %d", to, status)
			}
		}
		in.over(t, first, otherPassword)
		if n := len(in.arrived(t, o, apptest.Mail("admin"), 0)); n != 0 {
			t.Errorf("the administrator got %d letters", n)
		}
	})
}

// forget asks for a new password, and returns the answer without the address.
func (in *invited) forget(t *testing.T, email string) string {
	t.Helper()
	status, at, page := newDevice(t, in.guest.base).send("/sign-in/forgotten", url.Values{"email": {email}})
	if status != http.StatusOK || at != "/sign-in/forgotten" || bareKey(page) {
		t.Fatalf("%s: %d at %s: %s", email, status, at, page)
	}
	return strings.ReplaceAll(page, email, "E-MAIL")
}

// Who forgot the password gets a link that holds once, for an hour, and asks what
// becomes of the tokens.
func TestForgotten(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		o, to := in.withMail(t), apptest.Mail("sportello")
		if _, _, page := in.guest.send("/sign-in", nil); !strings.Contains(page, `href="/sign-in/forgotten"`) {
			t.Error("the sign-in does not offer it")
		}
		in.forget(t, to)
		late := in.arrived(t, o, to, 0)
		if len(late) != 1 {
			t.Fatalf("%d letters", len(late))
		}
		in.now = in.now.Add(time.Hour)
		in.over(t, linkIn(t, late[0]), otherPassword)
		if !in.guest.signIn("sportello", apptest.Password) {
			t.Fatal("asking did something to the password")
		}
		bearer, err := in.IssueToken(t.Context(), to, "report", 30)
		if err != nil {
			t.Fatal(err)
		}
		for i, keep := range []string{"1", ""} {
			in.forget(t, " "+strings.ToUpper(to))
			got := in.arrived(t, o, to, i+1)
			if len(got) != 1 {
				t.Fatalf("%d letters", len(got))
			}
			link := linkIn(t, got[0])
			visitor := newDevice(t, in.guest.base)
			if _, _, page := visitor.send(link, nil); !strings.Contains(page, word(t, "me.password.keep_tokens.hint")) || bareKey(page) {
				t.Error("nobody is asked about the tokens")
			}
			next := otherPassword + strings.Repeat("!", i)
			_, at, _ := visitor.send(link, url.Values{"password": {next}, "again": {next}, "keep_tokens": {keep}})
			if _, err := in.Auth.ByToken(t.Context(), bearer); at != "/home" || in.guest.signedIn() || (err == nil) != (keep != "") {
				t.Errorf("keep %q: at %s, %v, or the session of before goes on", keep, at, err)
			}
			in.over(t, link, otherPassword)
			in.now = in.now.Add(2 * time.Hour)
		}
		if audited(t, in.App, "account.forgotten") != 3 || audited(t, in.App, "account.reset") != 2 {
			t.Error("it is not written down")
		}
	})
}

// Nobody learns from the answer who has an account, nothing is logged, and no
// letter goes to who has none in use.
func TestForgottenTellsNothing(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	t.Cleanup(func() { slog.SetDefault(was) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Run("all", func(t *testing.T) { // waits for what runs in parallel
		t.Run("each", forgottenTellsNothing)
	})
	for _, secret := range []string{"/invitation/", "sportello@", "nobody@", "nina@"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

func forgottenTellsNothing(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		in.hire(t)
		partner, err := in.Auth.Actor(t.Context(), apptest.Mail("partner"))
		if err != nil {
			t.Fatal(err)
		}
		in.admin.send("/accounts/"+partner.AccountID+"/close", url.Values{"close": {"1"}})
		o := in.withMail(t)
		known := in.forget(t, apptest.Mail("sportello"))
		for _, email := range []string{"nobody@ente.example", apptest.Mail("partner"), "nina@ente.example", "no address"} {
			if in.forget(t, email) != known {
				t.Errorf("%s is answered otherwise", email)
			}
			if n := len(in.arrived(t, o, email, 0)); n != 0 {
				t.Errorf("%s: %d letters", email, n)
			}
		}
		for range 9 {
			if in.forget(t, apptest.Mail("sportello")) != known {
				t.Error("asking often is answered otherwise")
			}
		}
		if n := len(in.arrived(t, o, apptest.Mail("sportello"), 0)); n != 3 {
			t.Errorf("%d letters for ten times asked", n)
		}
		in.now = in.now.Add(5 * time.Minute)
		in.forget(t, apptest.Mail("sportello"))
		if n := len(in.arrived(t, o, apptest.Mail("sportello"), 3)); n != 1 {
			t.Errorf("%d letters after the wait", n)
		}
		if status, _, page := in.guest.send("/sign-in/forgotten", url.Values{"email": {""}}); status != http.StatusUnprocessableEntity || bareKey(page) {
			t.Errorf("no address: %d", status)
		}
	})
}

// Without mail nobody is offered what cannot arrive.
func TestForgottenWithoutMail(t *testing.T) {
	onInvitation(t, func(t *testing.T, in *invited) {
		if _, _, page := in.guest.send("/sign-in", nil); strings.Contains(page, "/sign-in/forgotten") {
			t.Error("the sign-in offers it")
		}
		for _, form := range []url.Values{nil, {"email": {apptest.Mail("sportello")}}} {
			if _, _, page := in.guest.send("/sign-in/forgotten", form); !strings.Contains(page, word(t, "forgotten.no_mail")) {
				t.Error("the page does not say whom to ask")
			}
		}
		if _, err := in.Jobs.RunDue(t.Context()); err != nil || audited(t, in.App, "account.forgotten") != 0 {
			t.Error("a link was made")
		}
	})
}
