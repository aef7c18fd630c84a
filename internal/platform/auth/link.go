package auth

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

// linkLife is how long a link waits to be used.
const linkLife = 7 * 24 * time.Hour

// Link lets who holds it set the password of an account, once.
type Link struct {
	Account
	Network string // where it was made
	By      string // the account that made it; empty when it was asked for at the sign-in
	Expires time.Time
}

// MakeLink makes the one link of an account; one that it had is worth nothing
// from now on. The token is kept nowhere.
func (a *Auth) MakeLink(ctx context.Context, tx *db.Tx, network, accountID, by string) (token string, expires time.Time, err error) {
	token, hash := newToken()
	expires = tx.Now.Add(linkLife)
	if err := deleteLink(ctx, tx, accountID); err != nil {
		return "", expires, err
	}
	return token, expires, insertLink(ctx, tx, hash, network, accountID, by, expires)
}

// DropLink takes the link of an account away, if there is one.
func (a *Auth) DropLink(ctx context.Context, tx *db.Tx, accountID string) error {
	return deleteLink(ctx, tx, accountID)
}

// ByLink returns the link of a token. One that was used, replaced or taken back,
// is over, or leads to a closed account is NotFound, as if it had never been.
func (a *Auth) ByLink(ctx context.Context, tx *db.Tx, token string) (Link, error) {
	return linkByHash(ctx, tx, hashToken(token))
}

// UseLink sets a password, as HashPassword returned it, by a link that ByLink
// finds, and uses the link up. Who came in before is out: sessions and bearer
// tokens end. The tries that failed are forgotten.
func (a *Auth) UseLink(ctx context.Context, tx *db.Tx, token, passwordHash string) (Link, error) {
	l, err := a.ByLink(ctx, tx, token)
	if err != nil {
		return l, err
	}
	try, err := a.MAC(ctx, "account", l.Email)
	if err != nil {
		return l, err
	}
	for _, step := range []func() error{
		func() error { return deleteLink(ctx, tx, l.ID) },
		func() error { return updatePassword(ctx, tx, l.ID, passwordHash) },
		func() error { return deleteSessionsOf(ctx, tx, l.ID) },
		func() error { return deleteTokensOf(ctx, tx, l.ID) },
		func() error { return deleteTry(ctx, tx, try) },
	} {
		if err := step(); err != nil {
			return l, err
		}
	}
	return l, nil
}
