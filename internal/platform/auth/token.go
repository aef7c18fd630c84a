package auth

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// TokenDays are the days that a bearer token may last.
var TokenDays = []int{30, 90, 365}

// Token is a bearer token, by which a program asks in somebody's name. Handle
// names it on a page and opens nothing.
type Token struct {
	Handle  string
	Label   string
	Made    time.Time
	Used    *time.Time // to within five minutes; nil is never
	Expires time.Time
	Network string
	Place   string // the membership it is bound to
}

// MakeToken makes a bearer token of the actor, in the membership in which they
// work now; what is returned is kept nowhere.
func (a *Auth) MakeToken(ctx context.Context, tx *db.Tx, actor policy.Actor, label string, days int) (string, error) {
	token, hash := newToken()
	t := tokenRow{account: actor.AccountID, work: work{actor.Network, actor.MembershipID}, label: label, expires: tx.Now.AddDate(0, 0, days)}
	return token, insertToken(ctx, tx, hash, t)
}

// Tokens lists the bearer tokens of an account, the newest first; those that are
// over too.
func (a *Auth) Tokens(ctx context.Context, tx *db.Tx, accountID string) ([]Token, error) {
	rows, err := tokensOf(ctx, tx, accountID)
	out := make([]Token, len(rows))
	for i, r := range rows {
		out[i] = Token{Handle: handle(r.hash), Label: r.label, Made: r.made, Used: r.used, Expires: r.expires,
			Network: r.work.network, Place: r.work.membership}
	}
	return out, err
}

// RevokeToken ends the token of an account that a handle names, or is NotFound.
func (a *Auth) RevokeToken(ctx context.Context, tx *db.Tx, accountID, name string) error {
	rows, err := tokensOf(ctx, tx, accountID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if handle(r.hash) == name {
			return deleteToken(ctx, tx, r.hash)
		}
	}
	return errs.Missing()
}

// RevokeTokens ends every token of an account.
func (a *Auth) RevokeTokens(ctx context.Context, tx *db.Tx, accountID string) error {
	return deleteTokensOf(ctx, tx, accountID)
}
