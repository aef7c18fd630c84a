package auth_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

const chosen = "la frase che ha scelto"

// link makes a link for an account.
func (h house) link(account string) (token string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		token = auth.NewToken()
		return h.MakeLink(ctx, tx, token, auth.Link{Account: auth.Account{ID: account}, Network: "net", By: "boss", Expires: tx.Now.Add(auth.LinkLife)})
	})
	return token
}

// use sets a password by a link, and tells whether it held.
func (h house) use(token string) bool {
	h.t.Helper()
	hash, err := h.HashPassword(chosen, "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	err = h.d.Write(h.t.Context(), func(tx *db.Tx) error {
		_, err := h.UseLink(h.t.Context(), tx, token, hash, false)
		return err
	})
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		h.t.Fatal(err)
	}
	return err == nil
}

func TestLinkHoldsOnce(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return h.CreateAccount(ctx, tx, auth.Account{ID: "new", Email: "new@example.org", Name: "Nina", Language: "it", Active: true}, "")
		})
		h.member("new", "2026-05-05", "")
		first := h.link("new")
		h.at(time.Hour)
		token := h.link("new")
		if h.use(first) {
			h.t.Error("a link holds after the next was made")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for range 2 { // looking uses nothing up
				l, err := h.ByLink(ctx, tx, token)
				if err != nil || !l.New || l.ID != "new" || l.By != "boss" || l.Network != "net" || !l.Expires.Equal(noon.Add(7*day+time.Hour)) {
					h.t.Errorf("%+v %v", l, err)
				}
			}
			acc, err := h.InNetwork(ctx, tx, "net", "new")
			if !acc.New || acc.LinkMade == nil || !acc.LinkMade.Equal(noon.Add(time.Hour)) {
				h.t.Errorf("the account does not tell of its invitation: %+v", acc)
			}
			return err
		})
		for range 7 { // who has no password yet has tries to wait for
			h.try(time.Hour, "", "new@example.org", chosen)
		}
		if h.use("") || h.use("made up") || !h.use(token) {
			h.t.Error("the link does not hold, or another does")
		}
		if h.use(token) {
			h.t.Error("a link holds twice")
		}
		if !h.try(time.Hour, "", "new@example.org", chosen) {
			h.t.Error("the password that was set does not open at once")
		}
	})
}

func TestLinkIsOver(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		token := h.link("maria")
		h.at(7 * day)
		if h.use(token) {
			h.t.Error("a link holds after seven days")
		}
		h.at(7*day - time.Second)
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.SetActive(ctx, tx, "maria", false) })
		if h.use(token) {
			h.t.Error("a link opens a closed account")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.SetActive(ctx, tx, "maria", true) })
		if h.use(token) {
			h.t.Error("a link comes back with its account")
		}
		token = h.link("maria")
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.DropLink(ctx, tx, "maria") })
		if h.use(token) || !h.try(7*day, "", email, password) {
			h.t.Error("a link that was taken back holds, or the password of before does not")
		}
	})
}

// Who came in before is out when a new password is set by a link.
func TestLinkEndsWhatWas(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		session, token := h.signIn(), h.token(30)
		if !h.use(h.link("maria")) {
			h.t.Fatal("the link does not hold")
		}
		if _, ok := h.by(token); ok || h.holds(session) || h.try(0, "", email, password) || !h.try(0, "", email, chosen) {
			h.t.Error("a session, a token or the old password still opens, or the new one does not")
		}
	})
}

// Whoever reads the table opens nothing.
func TestLinksAreNotStored(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		token := h.link("maria")
		var hashes [][]byte
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			hashes, err = db.Column[[]byte](ctx, tx, `select token_hash from sign_in_link`)
			return err
		})
		if len(hashes) != 1 || len(hashes[0]) != 32 || string(hashes[0]) == token || h.use(string(hashes[0])) {
			h.t.Errorf("%x", hashes)
		}
	})
}
