package auth_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

const day = 24 * time.Hour

// token makes a bearer token of Maria, where she works.
func (h house) token(days int) (token string) {
	h.t.Helper()
	maria, err := h.Actor(h.t.Context(), email)
	if err != nil {
		h.t.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		token, err = h.MakeToken(ctx, tx, maria, "report", days)
		return err
	})
	return token
}

// by tells whether a bearer token opens, and who holds it.
func (h house) by(token string) (policy.Actor, bool) {
	h.t.Helper()
	actor, err := h.ByToken(h.t.Context(), token)
	if err != nil && errs.CodeOf(err) != errs.SignIn {
		h.t.Fatal(err)
	}
	return actor, err == nil
}

func (h house) tokens(account string) (out []auth.Token) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = h.Tokens(ctx, tx, account)
		return err
	})
	return out
}

func TestTokenEnds(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		short, long := h.token(30), h.token(365)
		for _, c := range []struct {
			after       time.Duration
			short, long bool
		}{{0, true, true}, {30*day - time.Second, true, true}, {30 * day, false, true}, {365 * day, false, false}} {
			h.at(c.after)
			_, s := h.by(short)
			_, l := h.by(long)
			if s != c.short || l != c.long {
				h.t.Errorf("after %v: %v %v", c.after, s, l)
			}
		}
	})
}

func TestTokenListAndRevocation(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		one := h.token(30)
		h.at(time.Hour)
		two := h.token(90)
		h.at(2 * time.Hour)
		h.by(one)
		h.at(2*time.Hour + time.Minute)
		h.by(one) // within five minutes nothing is written
		list := h.tokens("maria")
		if len(list) != 2 || list[0].Used != nil || list[1].Used == nil || !list[1].Used.Equal(noon.Add(2*time.Hour)) ||
			!list[1].Expires.Equal(noon.Add(30*day)) || list[1].Place != "m-maria" || list[0].Label != "report" {
			h.t.Fatalf("%+v", list)
		}
		revoke := func(account, handle string) error {
			return h.d.Write(h.t.Context(), func(tx *db.Tx) error { return h.RevokeToken(h.t.Context(), tx, account, handle) })
		}
		for _, c := range [][2]string{{"other", list[0].Handle}, {"maria", ""}, {"maria", two}} {
			if err := revoke(c[0], c[1]); errs.CodeOf(err) != errs.NotFound {
				h.t.Errorf("%v: %v", c, err)
			}
		}
		if _, ok := h.by(list[0].Handle); ok {
			h.t.Error("a handle opens")
		}
		if err := revoke("maria", list[0].Handle); err != nil {
			h.t.Fatal(err)
		}
		_, first := h.by(one)
		_, second := h.by(two)
		if !first || second {
			h.t.Errorf("the one that was named, and only that, is revoked: %v %v", first, second)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.RevokeTokens(ctx, tx, "maria") })
		if _, ok := h.by(one); ok || len(h.tokens("maria")) != 0 {
			h.t.Error("all are revoked")
		}
	})
}

// A token is bound to the membership it was made in; a session goes on in
// another.
func TestTokenIsBound(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		token, session := h.token(30), h.signIn()
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return h.AddMembership(ctx, tx, auth.Membership{ID: "second", Network: "net", AccountID: "maria", OrgID: "org2", Role: policy.Trainer, From: "2026-05-05"})
		})
		places := h.places()
		if len(places) != 2 {
			h.t.Fatalf("%+v", places)
		}
		works := func(want string) {
			h.t.Helper()
			if actor, _, err := h.BySession(h.t.Context(), session); err != nil || actor.MembershipID != want {
				h.t.Errorf("works as %q, want %q: %v", actor.MembershipID, want, err)
			}
		}
		works("m-maria")
		workAs := func(account, network, id string) errs.Code {
			err := h.d.Write(h.t.Context(), func(tx *db.Tx) error { return h.WorkAs(h.t.Context(), tx, session, account, network, id) })
			if err == nil {
				return ""
			}
			return errs.CodeOf(err)
		}
		if got := []errs.Code{workAs("maria", "net", "none"), workAs("maria", "other", "second"), workAs("other", "net", "second")}; got[0] != errs.NotFound || got[1] != errs.NotFound || got[2] != errs.NotFound {
			h.t.Errorf("works where she has no place: %v", got)
		}
		if workAs("maria", "net", "second") != "" {
			h.t.Fatal("cannot work in the second place")
		}
		works("second")
		if actor, ok := h.by(token); !ok || actor.MembershipID != "m-maria" {
			h.t.Errorf("the token went along: %+v", actor)
		}
		if again := h.signIn(); again == session {
			h.t.Error("one token")
		}
		first := places[0]
		first.To, first.EndedAt = "2026-05-05", &noon
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.SaveMembership(ctx, tx, first) })
		if _, ok := h.by(token); ok {
			h.t.Error("the token outlives its membership")
		}
		works("second")
		err := h.d.Write(h.t.Context(), func(tx *db.Tx) error { return h.SaveMembership(h.t.Context(), tx, first) })
		if errs.CodeOf(err) != errs.Conflict {
			h.t.Errorf("an old version is written over a new one: %v", err)
		}
		first.Version, first.To, first.EndedAt = first.Version+1, "", nil
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.SaveMembership(ctx, tx, first) })
		if _, ok := h.by(token); !ok {
			h.t.Error("an end that was taken back still holds")
		}
	})
}

func (h house) places() (out []auth.Membership) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = h.Places(ctx, tx, "maria")
		return err
	})
	return out
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	at := noon
	work := func(from, to db.Date, ended bool) auth.Membership {
		m := auth.Membership{OrgID: "a", Role: policy.Trainer, From: from, To: to}
		if ended {
			m.EndedAt = &at
		}
		return m
	}
	for _, c := range []struct {
		a, b auth.Membership
		want bool
	}{
		{work("2026-01-01", "", false), work("2026-05-01", "", false), true},
		{work("2026-01-01", "2026-04-30", false), work("2026-05-01", "", false), false},
		{work("2026-01-01", "2026-05-01", false), work("2026-05-01", "", false), true},
		{work("2026-01-01", "2026-05-01", true), work("2026-05-01", "", false), false}, // ended that day: the next begins
		{work("2026-01-01", "2026-05-02", true), work("2026-05-01", "", false), true},
		{work("2026-01-01", "2026-12-31", false), work("2026-02-01", "2026-03-01", false), true},
	} {
		if c.a.Overlaps(c.b) != c.want || c.b.Overlaps(c.a) != c.want {
			t.Errorf("%v-%v, %v-%v: want %v", c.a.From, c.a.To, c.b.From, c.b.To, c.want)
		}
		other := c.b
		other.Role = policy.Admin
		if c.a.Overlaps(other) {
			t.Error("another role is other work")
		}
	}
}
