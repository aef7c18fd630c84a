package auth

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

// How long a link waits to be used: one that somebody else made, and one that was
// asked for at the sign-in.
const (
	LinkLife  = 7 * 24 * time.Hour
	AskedLife = time.Hour
)

// Link lets who holds it set the password of an account, once.
type Link struct {
	Account
	Network string // where it was made
	By      string // the account that made it; empty when it was asked for at the sign-in
	Expires time.Time
}

// NewToken returns the token of a link about to be made. It is kept nowhere: a
// letter that carries it is written before the transaction.
func NewToken() string {
	token, _ := newToken()
	return token
}

// MakeLink makes the one link of an account, by a token of NewToken; one that it
// had is worth nothing from now on.
func (a *Auth) MakeLink(ctx context.Context, tx *db.Tx, token string, l Link) error {
	if err := deleteLink(ctx, tx, l.ID); err != nil {
		return err
	}
	return insertLink(ctx, tx, hashToken(token), l)
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
// finds, and uses the link up. Who came in before is out: sessions end, and bearer
// tokens unless these are to be kept. The tries that failed are forgotten.
func (a *Auth) UseLink(ctx context.Context, tx *db.Tx, token, passwordHash string, keepTokens bool) (Link, error) {
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
		func() error { return deleteTry(ctx, tx, try) },
	} {
		if err := step(); err != nil {
			return l, err
		}
	}
	if keepTokens {
		return l, nil
	}
	return l, deleteTokensOf(ctx, tx, l.ID)
}
