package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"net/netip"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// limit says how failed tries slow the next one down.
type limit struct {
	free   int           // failures from which on one waits
	first  time.Duration // the first wait, which doubles
	most   time.Duration // the longest wait
	forget time.Duration // a failure is forgotten after so much quiet
}

// An account waits a minute at most: whoever tries passwords on it keeps its
// owner out no longer, and waits at their own address for up to 15. An address
// may be that of a whole service, so it has more tries.
var (
	perAccount = limit{free: 5, first: time.Second, most: time.Minute, forget: 15 * time.Minute}
	perAddress = limit{free: 20, first: time.Second, most: 15 * time.Minute, forget: 2 * time.Minute}
)

// perLetter is for letters that anybody may ask for: whoever asks in another's
// name fills no mailbox.
var perLetter = limit{free: 3, first: 5 * time.Minute, most: time.Hour, forget: time.Hour}

// keepTries is how long a row stays after its wait: by then all is forgotten.
const keepTries = 24 * time.Hour

// cleanEvery is how often a sign-in takes away what is old.
const cleanEvery = time.Hour

func (l limit) wait(failures int) time.Duration {
	if failures < l.free {
		return 0
	}
	return min(l.first<<min(failures-l.free, 20), l.most)
}

// tally is what is counted under one key.
type tally struct {
	limit    limit
	key      []byte
	failures int
	until    time.Time
	before   time.Time // until, before this try
}

// load reads the tally as it is at tx.Now.
func (t *tally) load(ctx context.Context, tx *db.Tx) (err error) {
	t.failures, t.until, err = tryByKey(ctx, tx, t.key)
	if errs.CodeOf(err) == errs.NotFound {
		t.failures, t.until, err = 0, tx.Now, nil
	}
	if quiet := tx.Now.Sub(t.until); quiet > 0 {
		forgotten := quiet / t.limit.forget
		t.failures = max(0, t.failures-int(forgotten))
		t.until = t.until.Add(forgotten * t.limit.forget) // what is left of the quiet counts the next time
	}
	t.before = t.until
	return err
}

type addressKey struct{}

// WithAddress returns ctx with the address that a request comes from, as
// http.Request.RemoteAddr writes it. A machine's own address is not counted:
// there a proxy speaks for everybody, and one could lock all of them out.
func WithAddress(ctx context.Context, remote string) context.Context {
	source := remote
	if at, err := netip.ParseAddrPort(remote); err == nil {
		ip := at.Addr().Unmap().WithZone("")
		source = ip.String()
		if ip.IsLoopback() {
			source = ""
		} else if ip.Is6() { // whoever has one address has the whole network of 64 bits
			source = netip.PrefixFrom(ip, 64).Masked().String()
		}
	}
	return context.WithValue(ctx, addressKey{}, source)
}

// attempt is one try of a password. It is counted as failed before the password
// is looked at, so that a thousand tries at once are no way round.
type attempt struct {
	auth    *Auth
	tallies []*tally // the account's first
}

// attempt begins a try on what purpose and value name, from the address of ctx.
func (a *Auth) attempt(ctx context.Context, by limit, purpose, value string) (*attempt, error) {
	key, err := a.MAC(ctx, purpose, value)
	if err != nil {
		return nil, err
	}
	try := &attempt{auth: a, tallies: []*tally{{limit: by, key: key}}}
	if source, _ := ctx.Value(addressKey{}).(string); source != "" {
		if key, err = a.MAC(ctx, "address", source); err != nil {
			return nil, err
		}
		try.tallies = append(try.tallies, &tally{limit: perAddress, key: key})
	}
	return try, nil
}

// count counts the try as failed, or tells that it comes too early. What comes
// too early counts nowhere and writes nothing.
func (t *attempt) count(ctx context.Context) (early bool, err error) {
	look := func(tx *db.Tx) error {
		early = false
		for _, one := range t.tallies {
			if err := one.load(ctx, tx); err != nil {
				return err
			}
			early = early || one.until.After(tx.Now)
		}
		return nil
	}
	if err := t.auth.db.Read(ctx, look); err != nil || early {
		return early, err
	}
	return early, t.auth.db.Write(ctx, func(tx *db.Tx) error {
		if err := look(tx); err != nil || early {
			return err
		}
		for _, one := range t.tallies {
			one.failures++
			one.until = tx.Now.Add(one.limit.wait(one.failures))
			if err := upsertTry(ctx, tx, one.key, one.failures, one.until); err != nil {
				return err
			}
		}
		return nil
	})
}

// succeeded forgets the failures of the account, and of the address this try
// alone: who has an account cannot clear the way for tries on others.
func (t *attempt) succeeded(ctx context.Context, tx *db.Tx) error {
	if err := deleteTry(ctx, tx, t.tallies[0].key); err != nil {
		return err
	}
	for _, one := range t.tallies[1:] {
		if err := takeBackTry(ctx, tx, one.key, one.failures, one.before); err != nil {
			return err
		}
	}
	return nil
}

// clean takes away, now and then, what is old: tries and sessions.
func (a *Auth) clean(ctx context.Context) error {
	now, last := a.db.Now().Unix(), a.cleaned.Load()
	if now-last < int64(cleanEvery/time.Second) || !a.cleaned.CompareAndSwap(last, now) {
		return nil
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		if err := deleteTriesBefore(ctx, tx, tx.Now.Add(-keepTries)); err != nil {
			return err
		}
		return deleteSessionsOver(ctx, tx)
	})
}

// macOf is the keyed hash of an Auth that app has given no key: it holds as long
// as the program runs.
func macOf(key []byte) func(context.Context, string, string) ([]byte, error) {
	return func(_ context.Context, purpose, value string) ([]byte, error) {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(purpose + "\x00" + value))
		return h.Sum(nil), nil
	}
}
