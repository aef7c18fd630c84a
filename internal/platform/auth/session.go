package auth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/alexedwards/argon2id"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// Session is one place where a person is signed in. Handle names it on a page
// and opens nothing.
type Session struct {
	Handle  string
	Since   time.Time
	Seen    time.Time // to within five minutes
	Current bool
}

// Sessions lists where an account is signed in, the last one first. The session
// of token is the current one.
func (a *Auth) Sessions(ctx context.Context, tx *db.Tx, accountID, token string) ([]Session, error) {
	rows, err := sessionsOf(ctx, tx, accountID)
	out := make([]Session, len(rows))
	for i, r := range rows {
		out[i] = Session{Handle: handle(r.hash), Since: r.since, Seen: r.seen, Current: bytes.Equal(r.hash, hashToken(token))}
	}
	return out, err
}

// CountSessions counts the sessions that are open, of everybody.
func (a *Auth) CountSessions(ctx context.Context, tx *db.Tx) (int, error) {
	return countSessions(ctx, tx)
}

// EndSession closes the session of an account that a handle names, or is
// NotFound.
func (a *Auth) EndSession(ctx context.Context, tx *db.Tx, accountID, name string) error {
	rows, err := sessionsOf(ctx, tx, accountID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if handle(r.hash) == name {
			return deleteSession(ctx, tx, r.hash)
		}
	}
	return errs.Missing()
}

// EndOtherSessions closes every session of an account but that of token.
func (a *Auth) EndOtherSessions(ctx context.Context, tx *db.Tx, accountID, token string) error {
	return deleteOtherSessions(ctx, tx, accountID, hashToken(token))
}

// CheckPassword tells whether a password is that of an account. Tries are
// limited as at the sign-in, apart from those: who stands before an open screen
// gets no more of them.
func (a *Auth) CheckPassword(ctx context.Context, accountID, password string) (bool, error) {
	try, err := a.attempt(ctx, perAccount, "password", accountID)
	if err != nil {
		return false, err
	}
	if early, err := try.count(ctx); err != nil || early {
		return false, err
	}
	var hash string
	err = a.db.Read(ctx, func(tx *db.Tx) (err error) {
		hash, err = passwordHash(ctx, tx, accountID)
		return err
	})
	if err != nil {
		return false, err
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil || !ok {
		return false, err
	}
	return true, a.db.Write(ctx, func(tx *db.Tx) error { return try.succeeded(ctx, tx) })
}

// SetPassword gives an account a password, as HashPassword returned it.
func (a *Auth) SetPassword(ctx context.Context, tx *db.Tx, accountID, hash string) error {
	return updatePassword(ctx, tx, accountID, hash)
}

// handle is a hash of what is stored, which is a hash of the token.
func handle(hash []byte) string {
	h := sha256.Sum256(hash)
	return hex.EncodeToString(h[:16])
}
