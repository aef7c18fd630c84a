package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

const wrong = "una frase sbagliata"

// try signs in from an address at an instant and tells whether it worked. Every
// refusal must be the same.
func (h house) try(after time.Duration, from, email, password string) bool {
	h.t.Helper()
	h.at(after)
	token, err := h.SignIn(auth.WithAddress(h.t.Context(), from), email, password)
	if err != nil && (token != "" || err.Error() != errs.New(errs.Invalid, "signin.refused").Error()) {
		h.t.Fatalf("%s at %v: %q, %v", email, after, token, err)
	}
	return err == nil
}

func (h house) tries() (keys [][]byte) {
	h.t.Helper()
	err := h.d.Read(h.t.Context(), func(tx *db.Tx) (err error) {
		keys, err = db.Column[[]byte](h.t.Context(), tx, `select key from sign_in_try`)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return keys
}

// After five failures one waits 1 s, then 2 s, 4 s and at most a minute; what
// comes too early makes nobody wait longer.
func TestAccountWaits(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		for range 5 {
			h.try(0, "", email, wrong)
		}
		at := time.Duration(0)
		for _, wait := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			wait *= time.Second
			for range 3 {
				if h.try(at+wait-time.Millisecond, "", email, password) {
					h.t.Errorf("the right password opens %v after a failure, before %v", wait-time.Millisecond, wait)
				}
			}
			at += wait
			h.try(at, "", email, wrong)
		}
		if !h.try(at+time.Minute, "", email, password) {
			h.t.Error("the owner is kept out for more than a minute")
		}
		// Success resets the count: four failures more, and no wait.
		for range 4 {
			h.try(at+time.Minute, "", email, wrong)
		}
		if !h.try(at+time.Minute, "", email, password) {
			h.t.Error("success did not reset the count")
		}
	})
}

// Who waits cannot tell an account from none: both are counted.
func TestUnknownAddressesWaitToo(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		for range 6 {
			h.try(0, "", " Nobody@example.org", password)
		}
		if keys := h.tries(); len(keys) != 1 {
			h.t.Fatalf("%d rows", len(keys))
		}
		h.at(0)
		h.add("nobody", "nobody@example.org", password) // the wait was there before the account
		h.member("nobody", "2026-05-05", "")
		if h.try(900*time.Millisecond, "", "nobody@example.org", password) || !h.try(time.Second, "", "nobody@example.org", password) {
			h.t.Error("an unknown address does not wait like a known one")
		}
	})
}

// Tries from one address on many accounts slow down that address, up to 15
// minutes, and nobody at another; success there clears nothing.
func TestAddressWaits(t *testing.T) {
	t.Parallel()
	const bad, good = "203.0.113.9:4711", "203.0.113.10:4711"
	each(t, false, func(h house) {
		for i := range 19 {
			h.try(0, bad, fmt.Sprintf("nobody%d@example.org", i), wrong)
		}
		if !h.try(0, bad, email, password) {
			h.t.Error("an address waits before twenty failures")
		}
		at := time.Duration(0)
		for i := range 12 {
			h.try(at, bad, fmt.Sprintf("other%d@example.org", i), wrong)
			wait := min(time.Second<<i, 15*time.Minute)
			if h.try(at+wait-time.Millisecond, "203.0.113.9:1", email, password) {
				h.t.Errorf("failure %d: the address does not wait %v", 20+i, wait)
			}
			if !h.try(at+wait-time.Millisecond, good, email, password) {
				h.t.Error("another address waits too")
			}
			at += wait
		}
		if !h.try(at, bad, email, password) {
			h.t.Error("an address waits for more than 15 minutes")
		}
		// It is forgotten by and by: one failure for two minutes of quiet.
		at += 2 * time.Hour
		h.try(at, bad, "last@example.org", wrong)
		if !h.try(at, bad, email, password) {
			h.t.Error("an address is never forgiven")
		}
	})
}

// A proxy on this machine speaks for everybody, and whoever has one IPv6 address
// has its whole network.
func TestWhichAddressIsCounted(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		for i, c := range []struct {
			from string
			rows int
		}{
			{"", 1}, {"127.0.0.1:80", 1}, {"[::1]:80", 1}, {"[::ffff:127.0.0.1]:80", 1},
			{"198.51.100.1:80", 2}, {"198.51.100.1:81", 1}, {"[::ffff:198.51.100.1]:82", 1}, {"198.51.100.2:80", 2},
			{"[2001:db8:1:2::1]:80", 2}, {"[2001:db8:1:2:ffff::9]:80", 1}, {"[2001:db8:1:3::1]:80", 2}, {"@", 2},
		} {
			before := len(h.tries())
			h.try(0, c.from, fmt.Sprintf("nobody%d@example.org", i), wrong)
			if got := len(h.tries()) - before; got != c.rows {
				h.t.Errorf("%q: %d rows more, want %d", c.from, got, c.rows)
			}
		}
	})
}

// A thousand tries at once are no way round: each is counted before the password
// is looked at.
func TestTriesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		for range 4 {
			h.try(0, "", email, wrong)
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for range 8 {
			all.Go(func() {
				if _, err := h.SignIn(h.t.Context(), email, password); err == nil {
					mu.Lock()
					in++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if in == 0 {
			h.t.Error("not one of the right tries came in")
		}
		h.try(0, "", "other@example.org", wrong)
		for range 8 {
			all.Go(func() { _, _ = h.SignIn(h.t.Context(), "other@example.org", wrong) })
		}
		all.Wait()
		err := h.d.Read(h.t.Context(), func(tx *db.Tx) error {
			counts, err := db.Column[int](h.t.Context(), tx, `select failures from sign_in_try`)
			if len(counts) != 1 || counts[0] != 5 {
				h.t.Errorf("failures %v, want 5: what comes early is not looked at", counts)
			}
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	})
}

// The table tells neither addresses nor e-mails, and does not grow for ever.
func TestTriesAreHiddenAndCleaned(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		said := map[string]bool{}
		h.MAC = func(_ context.Context, purpose, value string) ([]byte, error) {
			said[purpose+" "+value] = true
			return []byte("hidden " + fmt.Sprint(len(purpose), len(value))), nil
		}
		h.try(0, "198.51.100.7:9", " MARIA@example.org", wrong)
		if !said["account "+email] || !said["address 198.51.100.7"] || len(said) != 2 {
			h.t.Errorf("hidden: %v", said)
		}
		for _, key := range h.tries() {
			if _, err := netip.ParseAddr(string(key)); err == nil || string(key[:6]) != "hidden" {
				h.t.Errorf("stored: %q", key)
			}
		}
		session := h.signIn()
		h.try(23*time.Hour, "", "x@example.org", wrong)
		if len(h.tries()) != 2 { // the address, and x; Maria's was reset
			h.t.Errorf("%d rows after a day", len(h.tries()))
		}
		h.at(48 * time.Hour)
		h.signIn()
		if len(h.tries()) != 0 || h.holds(session) {
			h.t.Errorf("%d rows after two days", len(h.tries()))
		}
		h.MAC = func(context.Context, string, string) ([]byte, error) { return nil, errors.New("keystore away") }
		if _, err := h.SignIn(h.t.Context(), email, password); errs.CodeOf(err) != errs.Internal {
			h.t.Errorf("without the key: %v", err)
		}
	})
}

// Who knows the password of an account that works nowhere today is told so, and
// has no session; who does not know it learns nothing.
func TestNoPlaceToday(t *testing.T) {
	t.Parallel()
	each(t, false, func(h house) {
		h.add("ended", "ended@example.org", password)
		h.member("ended", "2026-01-01", "2026-05-04")
		token, err := h.SignIn(h.t.Context(), "ended@example.org", password)
		if token != "" || err == nil || err.Error() != errs.New(errs.Invalid, "signin.no_place").Error() {
			h.t.Errorf("%q, %v", token, err)
		}
		if h.try(0, "", "ended@example.org", wrong) {
			h.t.Error("a wrong password opens")
		}
	})
}
