package auth_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

func (h house) sessions(account, token string) (out []auth.Session) {
	h.t.Helper()
	err := h.d.Read(h.t.Context(), func(tx *db.Tx) (err error) {
		out, err = h.Sessions(h.t.Context(), tx, account, token)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func TestSessionList(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		one := h.signIn()
		h.at(time.Hour)
		two := h.signIn()
		list := h.sessions("maria", one)
		if len(list) != 2 || !list[0].Since.Equal(noon.Add(time.Hour)) || list[0].Current || !list[1].Current || !list[1].Seen.Equal(noon) {
			h.t.Fatalf("%+v", list)
		}
		if h.holds(list[0].Handle) || len(h.sessions("other", one)) != 0 {
			h.t.Error("a handle opens, or another account has the sessions")
		}
		end := func(account, handle string) error {
			return h.d.Write(h.t.Context(), func(tx *db.Tx) error { return h.EndSession(h.t.Context(), tx, account, handle) })
		}
		for _, c := range [][2]string{{"other", list[0].Handle}, {"maria", ""}, {"maria", "made up"}, {"maria", two}} {
			if err := end(c[0], c[1]); errs.CodeOf(err) != errs.NotFound {
				h.t.Errorf("%v: %v", c, err)
			}
		}
		if err := end("maria", list[0].Handle); err != nil || h.holds(two) || !h.holds(one) {
			h.t.Errorf("the session that was named, and only that, is closed: %v", err)
		}
		h.at(13 * time.Hour)
		if list := h.sessions("maria", one); len(list) != 0 {
			h.t.Errorf("sessions that are over: %+v", list)
		}
	})
}

func TestEndOtherSessions(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		h.add("ada", "ada@example.org", password)
		h.member("ada", "2026-05-05", "")
		ada, err := h.SignIn(h.t.Context(), "ada@example.org", password)
		if err != nil {
			h.t.Fatal(err)
		}
		one, two, mine := h.signIn(), h.signIn(), h.signIn()
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.EndOtherSessions(ctx, tx, "maria", mine) })
		if h.holds(one) || h.holds(two) || !h.holds(mine) || len(h.sessions("ada", ada)) != 1 {
			h.t.Error("all but this one, and nobody else's")
		}
	})
}

func TestPasswordChange(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		const next = "un'altra frase lunga"
		check := func(password string) bool {
			h.t.Helper()
			ok, err := h.CheckPassword(h.t.Context(), "maria", password)
			if err != nil {
				h.t.Fatal(err)
			}
			return ok
		}
		if check(wrong) || !check(password) {
			h.t.Error("the password is not what it is")
		}
		hash, err := h.HashPassword(next, "", "")
		if err != nil {
			h.t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.SetPassword(ctx, tx, "maria", hash) })
		if check(password) || !check(next) || h.try(0, "", email, password) || !h.try(0, "", email, next) {
			h.t.Error("the old password opens, or the new one does not")
		}
		for range 5 {
			check(wrong)
		}
		if check(next) || !h.try(0, "", email, next) {
			h.t.Error("tries on an open screen do not wait, or make the sign-in wait")
		}
		if h.at(time.Second); !check(next) {
			h.t.Error("waits for more than a second")
		}
	})
}
