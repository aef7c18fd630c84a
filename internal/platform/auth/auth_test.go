package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

const (
	email    = "maria@example.org"
	password = "una frase lunga"
)

var noon = time.Date(2026, 5, 5, 10, 0, 0, 0, time.UTC)

// house is a database with accounts on it.
type house struct {
	t *testing.T
	d *db.DB
	*auth.Auth
}

// each runs fn on both engines, at noon, with Maria working there from today on.
func each(t *testing.T, demo bool, fn func(h house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := house{t, d, auth.New(d, demo)}
		h.Organisation = func(context.Context, *db.Tx, string, string) (string, string, error) {
			return "Sportello", "social_cooperative", nil
		}
		h.at(0)
		h.add("maria", email, password)
		h.member("maria", "2026-05-05", "")
		fn(h)
	})
}

func (h house) at(d time.Duration) { h.d.Now = func() time.Time { return noon.Add(d) } }

func (h house) write(fn func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Write(h.t.Context(), func(tx *db.Tx) error { return fn(h.t.Context(), tx) }); err != nil {
		h.t.Fatal(err)
	}
}

// add makes an account; a demo house would take any password, so it hashes.
func (h house) add(id, email, password string) {
	h.t.Helper()
	hash, err := auth.New(h.d, true).HashPassword(password, "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return h.CreateAccount(ctx, tx, auth.Account{ID: id, Email: email, Name: "Maria", Language: "en", Active: true}, hash)
	})
}

func (h house) member(account string, from, to db.Date) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return h.AddMembership(ctx, tx, auth.Membership{ID: "m-" + account, Network: "net", AccountID: account, OrgID: "org",
			Role: policy.SocialWorker, Programmes: "fasi weita", From: from, To: to})
	})
}

func (h house) signIn() string {
	h.t.Helper()
	token, err := h.SignIn(h.t.Context(), email, password)
	if err != nil || token == "" {
		h.t.Fatal(token, err)
	}
	return token
}

// holds tells whether the session still opens the house.
func (h house) holds(token string) bool {
	h.t.Helper()
	actor, _, err := h.BySession(h.t.Context(), token)
	if err != nil && errs.CodeOf(err) != errs.SignIn {
		h.t.Fatal(err)
	}
	if (err == nil) != (actor.AccountID == "maria") && err == nil {
		h.t.Errorf("another actor: %+v", actor)
	}
	return err == nil
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		token, err := h.SignIn(t.Context(), "  MARIA@Example.org ", password)
		if err != nil {
			h.t.Fatal(err)
		}
		actor, lang, err := h.BySession(t.Context(), token)
		want := policy.Actor{AccountID: "maria", Name: "Maria", Email: email, Network: "net", MembershipID: "m-maria", OrgID: "org", OrgName: "Sportello",
			OrgKind: "social_cooperative", Role: policy.SocialWorker, Programmes: "fasi weita", Places: 1}
		if err != nil || actor != want || lang != "en" {
			h.t.Errorf("%+v %q %v", actor, lang, err)
		}
		if again := h.signIn(); again == token {
			h.t.Error("two sessions have one token")
		}
	})
}

// Who tries passwords cannot tell an account from none.
func TestRefusalsAreAlike(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		h.add("gone", "gone@example.org", password)
		h.member("gone", "2026-05-05", "")
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.SetActive(ctx, tx, "gone", false) })
		for _, c := range [][2]string{{email, "una frase lungA"}, {email, ""}, {"nobody@example.org", password},
			{"gone@example.org", password}, {"", ""}} {
			token, err := h.SignIn(t.Context(), c[0], c[1])
			var e *errs.Error
			if token != "" || !errors.As(err, &e) || e.Error() != errs.New(errs.Invalid, "signin.refused").Error() {
				h.t.Errorf("%q %q: %q, %v", c[0], c[1], token, err)
			}
		}
	})
}

// The password of the demo is printed in its manual: it opens nothing else.
func TestDemoPassword(t *testing.T) {
	t.Parallel()
	for name, demo := range map[string]bool{"in the demo": true, "elsewhere": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, demo, func(h house) {
				h.add("demo", "demo@example.org", auth.DemoPassword)
				h.member("demo", "2026-05-05", "")
				token, err := h.SignIn(t.Context(), "demo@example.org", auth.DemoPassword)
				if (err == nil) != demo || (token != "") != demo {
					h.t.Errorf("%q, %v", token, err)
				}
				if _, err := h.HashPassword(auth.DemoPassword, "", ""); (err == nil) != demo {
					h.t.Errorf("as a new password: %v", err)
				}
			})
		})
	}
}

func TestHashPassword(t *testing.T) {
	t.Parallel()
	a := auth.New(nil, false)
	for word, ok := range map[string]bool{"": false, "corta": false, "undici.....": false, "dodici......": true, "aaaaaaaaaaaa": false, "ababababab12": false, "è à ì ò ù é!": true} {
		hash, err := a.HashPassword(word, "", "")
		if (err == nil) != ok || !ok && errs.FieldsOf(err)["password"] == "" {
			t.Errorf("%q: %v", word, err)
		}
		if other, _ := a.HashPassword(word, "", ""); ok && hash == other {
			t.Errorf("%q: two people with one password have one hash", word)
		}
	}
}

// Who knows a colleague tries their name first.
func TestPasswordNamesNobody(t *testing.T) {
	t.Parallel()
	a := auth.New(nil, false)
	for word, ok := range map[string]bool{"Rossi-2026-estate": false, "viva M.Rossi viva": false, "la maria rosSI del 7": false,
		"MARIA del mercato": false, "tre gatti e un tram": true, "lo strada in salita": true} {
		_, err := a.HashPassword(word, "Maria Lo Rossi", "m.rossi@example.org")
		if (err == nil) != ok || !ok && errs.FieldsOf(err)["password"] != "account.password.name" {
			t.Errorf("%q: %v", word, err)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		token := h.signIn()
		for _, c := range []struct {
			after time.Duration
			want  bool
		}{
			{0, true}, {6 * time.Hour, true}, {12*time.Hour - time.Second, true}, // being seen does not lengthen it
			{12 * time.Hour, false}, {48 * time.Hour, false},
		} {
			h.at(c.after)
			if got := h.holds(token); got != c.want {
				h.t.Errorf("after %v: %v", c.after, got)
			}
		}
	})
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		one, other := h.signIn(), h.signIn()
		if err := h.SignOut(t.Context(), one); err != nil {
			h.t.Fatal(err)
		}
		if h.holds(one) || !h.holds(other) || h.holds("") || h.holds("made up") {
			h.t.Error("the session that was closed, and only that, is closed")
		}
	})
}

func TestClosedAccount(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		session := h.signIn()
		token := h.token(30)
		byToken := func() bool { _, err := h.ByToken(t.Context(), token); return err == nil }
		active := func(on bool) {
			h.write(func(ctx context.Context, tx *db.Tx) error { return h.SetActive(ctx, tx, "maria", on) })
		}
		if !byToken() {
			h.t.Error("the token does not open")
		}
		active(false)
		if h.holds(session) || byToken() {
			h.t.Error("a closed account still comes in")
		}
		active(true)
		if h.holds(session) {
			h.t.Error("an old session came back with the account")
		}
		if _, err := h.ByToken(t.Context(), session); errs.CodeOf(err) != errs.SignIn {
			h.t.Errorf("a session used as a token: %v", err)
		}
	})
}

// One works where and while a membership holds, both its days included.
func TestMembershipHolds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := house{t, d, auth.New(d, false)}
		h.Organisation = func(context.Context, *db.Tx, string, string) (string, string, error) { return "", "", nil }
		h.at(0)
		h.add("none", "none@example.org", password)
		for account, m := range map[string]struct {
			from, to db.Date
			want     bool
		}{
			"open": {"2026-01-01", "", true}, "first": {"2026-05-05", "2026-06-01", true}, "last": {"2026-01-01", "2026-05-05", true},
			"over": {"2026-01-01", "2026-05-04", false}, "later": {"2026-05-06", "", false}, "none": {want: false},
		} {
			if account != "none" {
				h.add(account, account+"@example.org", password)
				h.member(account, m.from, m.to)
			}
			_, err := h.Actor(t.Context(), account+"@example.org")
			if (err == nil) != m.want || err != nil && errs.CodeOf(err) != errs.SignIn {
				t.Errorf("%s: %v", account, err)
			}
		}
	})
}

// Whoever reads the tables can sign in as nobody.
func TestTokensAreNotStored(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		session := h.signIn()
		token := h.token(30)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			hashes, err := db.Column[[]byte](ctx, tx, `select token_hash from session union all select token_hash from api_token`)
			if len(hashes) != 2 {
				h.t.Errorf("%d hashes", len(hashes))
			}
			for _, hash := range hashes {
				if len(hash) != 32 || string(hash) == session || string(hash) == token || h.holds(string(hash)) {
					h.t.Errorf("%x is a key to the house", hash)
				}
			}
			return err
		})
	})
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		ctx := t.Context()
		err := h.d.Write(ctx, func(tx *db.Tx) error {
			return h.CreateAccount(ctx, tx, auth.Account{ID: "twin", Email: " MARIA@example.ORG"}, "")
		})
		if errs.CodeOf(err) != errs.Conflict {
			h.t.Errorf("one address, two accounts: %v", err)
		}
		if err := h.SetLanguage(policy.With(ctx, policy.Actor{AccountID: "maria"}), "it"); err != nil {
			h.t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			all, err := h.Members(ctx, tx, "net")
			if len(all) != 1 || all[0].Email != email || all[0].Language != "it" || all[0].From != "2026-05-05" || all[0].To != "" {
				h.t.Errorf("members %+v", all)
			}
			for network, want := range map[string]errs.Code{"net": "", "other": errs.NotFound} {
				if _, err := h.InNetwork(ctx, tx, network, "maria"); err != nil && errs.CodeOf(err) != want || err == nil && want != "" {
					h.t.Errorf("in %s: %v", network, err)
				}
			}
			return err
		})
	})
}
