// Package auth knows who is at the screen: accounts, sessions, bearer tokens
// and the memberships that say in which organisation and role one works.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/alexedwards/argon2id"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// DemoPassword opens the demo accounts and is refused everywhere else.
const DemoPassword = "tessuto-demo"

const (
	sessionLife  = 12 * time.Hour
	seenThrottle = 5 * time.Minute // how old "last seen" may grow before it is written again
	minPassword  = 12              // characters
	minDifferent = 5               // characters that differ: "aaaaaaaaaaaa" is the first that is tried
)

// Auth signs people in.
type Auth struct {
	db   *db.DB
	demo bool
	cost *argon2id.Params

	// Organisation is filled by app: the name and kind of an organisation. The
	// platform knows no area, and an actor shows where one works.
	Organisation func(ctx context.Context, tx *db.Tx, network, id string) (name, kind string, err error)

	// MAC hides what tries are counted by. App fills it with a key that outlives
	// the program, and that several programs on one database share.
	MAC func(ctx context.Context, purpose, value string) ([]byte, error)

	cleaned atomic.Int64 // when old rows were last taken away, in Unix seconds
}

// New returns the accounts of a database. Only with demo set is the demo
// password accepted.
func New(d *db.DB, demo bool) *Auth {
	// What OWASP recommends for argon2id: 19 MiB, two passes.
	cost := &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	key := make([]byte, 32)
	rand.Read(key)
	return &Auth{db: d, demo: demo, cost: cost, MAC: macOf(key)}
}

// Demo tells whether this installation shows demonstration data.
func (a *Auth) Demo() bool { return a.demo }

// Account is a person who can sign in.
type Account struct {
	ID       string
	Email    string
	Name     string
	Language string
	Active   bool
	New      bool // it has no password yet: an invitation was made, and not taken up
	// LinkMade and LinkEnds say when a link to set the password was made, and until
	// when it holds; nil when there is none.
	LinkMade, LinkEnds *time.Time
}

// Fold makes the form of an e-mail address by which accounts are found.
func Fold(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// CreateAccount adds an account in tx. An e-mail address in use is a Conflict.
func (a *Auth) CreateAccount(ctx context.Context, tx *db.Tx, acc Account, passwordHash string) error {
	acc.Email = Fold(acc.Email)
	return insertAccount(ctx, tx, acc, passwordHash)
}

// different counts the characters of a text once each.
func different(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// names tells whether a password holds a name of its owner, or what stands before
// the @ of the address: who knows a colleague tries those first. Names of less
// than four letters stand in too many words.
func names(password, name, email string) bool {
	plain := func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, text)
	}
	local, _, _ := strings.Cut(email, "@")
	for _, part := range append(strings.Fields(name), local) {
		if part = plain(part); len([]rune(part)) >= 4 && strings.Contains(plain(password), part) {
			return true
		}
	}
	return false
}

// Taken tells whether an account, active or not, has an e-mail address.
func (a *Auth) Taken(ctx context.Context, tx *db.Tx, email string) (bool, error) {
	return emailTaken(ctx, tx, Fold(email))
}

// HashPassword checks a new password of somebody of a name and an e-mail address
// and returns what is stored of it. It takes tens of milliseconds, so it is called
// outside transactions.
func (a *Auth) HashPassword(password, name, email string) (string, error) {
	c := errs.Check{}
	c.That(len([]rune(password)) >= minPassword, "password", "account.password.short")
	c.That(a.demo || password != DemoPassword, "password", "account.password.demo")
	c.That(different(password) >= minDifferent, "password", "account.password.simple")
	c.That(!names(password, name, email), "password", "account.password.name")
	if err := c.Err(); err != nil {
		return "", err
	}
	return argon2id.CreateHash(password, a.cost)
}

// SignIn checks e-mail and password and opens a session. The answer to a wrong
// password, to an unknown address and to a try that comes too early is the same;
// the first two take as long, and the third tells nothing, because addresses
// without an account are counted too. Only who knows the password learns that
// the account has no place to work today.
func (a *Auth) SignIn(ctx context.Context, email, password string) (token string, err error) {
	refused := errs.New(errs.Invalid, "signin.refused")
	if err := a.clean(ctx); err != nil {
		return "", err
	}
	try, err := a.attempt(ctx, perAccount, "account", Fold(email))
	if err != nil {
		return "", err
	}
	if early, err := try.count(ctx); err != nil {
		return "", err
	} else if early {
		return "", refused
	}
	id, ok, err := a.knows(ctx, email, password)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", refused
	}
	return a.open(ctx, id, try)
}

// knows tells whether a password is that of the account of an address. It takes
// as long when there is no account.
func (a *Auth) knows(ctx context.Context, email, password string) (id string, ok bool, err error) {
	var hash string
	err = a.db.Read(ctx, func(tx *db.Tx) (err error) {
		id, hash, err = accountForSignIn(ctx, tx, Fold(email))
		return err
	})
	if errs.CodeOf(err) == errs.NotFound || err == nil && hash == "" {
		_, _ = argon2id.CreateHash(password, a.cost)
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	ok, err = argon2id.ComparePasswordAndHash(password, hash)
	return id, ok && (a.demo || password != DemoPassword), err
}

// open opens a session after a try that succeeded, where the account works. What
// a second step asks comes between knows and open.
func (a *Auth) open(ctx context.Context, accountID string, try *attempt) (token string, err error) {
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		if err := try.succeeded(ctx, tx); err != nil {
			return err
		}
		token, err = a.OpenSession(ctx, tx, accountID)
		if errs.CodeOf(err) == errs.NotFound {
			return nil // that the password was right is kept
		}
		return err
	})
	if err == nil && token == "" {
		err = errs.New(errs.Invalid, "signin.no_place")
	}
	return token, err
}

// OpenSession opens a session of an account that has proved who it is. One that
// works nowhere today is NotFound.
func (a *Auth) OpenSession(ctx context.Context, tx *db.Tx, accountID string) (token string, err error) {
	if _, _, err := actorIn(ctx, tx, accountID, work{}); err != nil {
		return "", err
	}
	token, hash := newToken()
	return token, insertSession(ctx, tx, hash, accountID, tx.Now.Add(sessionLife))
}

// SignOut closes the session of a token.
func (a *Auth) SignOut(ctx context.Context, token string) error {
	return a.db.Write(ctx, func(tx *db.Tx) error { return deleteSession(ctx, tx, hashToken(token)) })
}

// BySession returns who holds a session, or SignIn.
func (a *Auth) BySession(ctx context.Context, token string) (policy.Actor, string, error) {
	var s sessionRow
	actor, lang, err := a.actor(ctx, func(tx *db.Tx) (actor policy.Actor, lang string, err error) {
		if s, err = sessionByHash(ctx, tx, hashToken(token)); err != nil {
			return actor, lang, err
		}
		return actorIn(ctx, tx, s.account, s.work)
	})
	if err == nil && a.db.Now().Sub(s.seen) > seenThrottle {
		err = a.db.Write(ctx, func(tx *db.Tx) error { return touchSession(ctx, tx, hashToken(token)) })
	}
	return actor, lang, err
}

// ByToken returns who holds a bearer token, or SignIn: it is over, or the
// membership that it is bound to is.
func (a *Auth) ByToken(ctx context.Context, token string) (policy.Actor, error) {
	var t tokenRow
	actor, _, err := a.actor(ctx, func(tx *db.Tx) (actor policy.Actor, lang string, err error) {
		if t, err = tokenByHash(ctx, tx, hashToken(token)); err != nil {
			return actor, lang, err
		}
		return actorOnlyIn(ctx, tx, t.account, t.work)
	})
	if err == nil && (t.used == nil || a.db.Now().Sub(*t.used) > seenThrottle) {
		err = a.db.Write(ctx, func(tx *db.Tx) error { return touchToken(ctx, tx, hashToken(token)) })
	}
	return actor, err
}

// Actor returns the actor an e-mail address signs in as: for the command line
// and the demo, which act in somebody's name.
func (a *Auth) Actor(ctx context.Context, email string) (policy.Actor, error) {
	actor, _, err := a.actor(ctx, func(tx *db.Tx) (actor policy.Actor, lang string, err error) {
		id, _, err := accountForSignIn(ctx, tx, Fold(email))
		if err != nil {
			return actor, lang, err
		}
		return actorIn(ctx, tx, id, work{})
	})
	return actor, err
}

// actor completes who find found with where they work.
func (a *Auth) actor(ctx context.Context, find func(*db.Tx) (policy.Actor, string, error)) (actor policy.Actor, lang string, err error) {
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		if actor, lang, err = find(tx); err != nil {
			return err
		}
		actor.OrgName, actor.OrgKind, err = a.Organisation(ctx, tx, actor.Network, actor.OrgID)
		return err
	})
	if errs.CodeOf(err) == errs.NotFound {
		err = errs.New(errs.SignIn, "error.sign_in")
	}
	return actor, lang, err
}

// ActorIn returns who an account is today in a membership of a network, or
// NotFound when that is over: jobs act in somebody's name after that person has
// gone. An empty membership is the first that holds in the network.
func (a *Auth) ActorIn(ctx context.Context, network, account, membership string) (policy.Actor, error) {
	find := actorOnlyIn
	if membership == "" {
		find = actorIn
	}
	actor, _, err := a.actor(ctx, func(tx *db.Tx) (policy.Actor, string, error) {
		return find(ctx, tx, account, work{network, membership})
	})
	if errs.CodeOf(err) == errs.SignIn || err == nil && actor.Network != network {
		return policy.Actor{}, errs.Missing()
	}
	return actor, err
}

// SetActive opens or closes an account; closing it ends its sessions, and the
// link to set its password.
func (a *Auth) SetActive(ctx context.Context, tx *db.Tx, accountID string, active bool) error {
	if err := setActive(ctx, tx, accountID, active); err != nil || active {
		return err
	}
	if err := deleteLink(ctx, tx, accountID); err != nil {
		return err
	}
	return deleteSessionsOf(ctx, tx, accountID)
}

// SetLanguage keeps the language in which the actor reads.
func (a *Auth) SetLanguage(ctx context.Context, lang string) error {
	actor := policy.From(ctx)
	return a.db.Write(ctx, func(tx *db.Tx) error { return updateLanguage(ctx, tx, actor.AccountID, lang) })
}

func newToken() (token string, hash []byte) {
	raw := make([]byte, 32)
	rand.Read(raw)
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
