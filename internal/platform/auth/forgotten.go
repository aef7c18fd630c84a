package auth

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// Forgotten counts that somebody asks for a way into the account of an address,
// and returns its id. It takes as long for every address: one without an account,
// with a closed one or with an invitation that was not taken up gets an id that
// is nobody's. Busy tells that it was asked too often, for that address or from
// the one of ctx; addresses without an account are counted too.
func (a *Auth) Forgotten(ctx context.Context, email string) (accountID string, ok bool, err error) {
	if err := a.clean(ctx); err != nil {
		return "", false, err
	}
	try, err := a.attempt(ctx, perLetter, "forgotten", Fold(email))
	if err != nil {
		return "", false, err
	}
	if early, err := try.count(ctx); err != nil || early {
		return "", false, err
	}
	var hash string
	err = a.db.Read(ctx, func(tx *db.Tx) (err error) {
		accountID, hash, err = accountForSignIn(ctx, tx, Fold(email))
		return err
	})
	if errs.CodeOf(err) == errs.NotFound || err == nil && hash == "" {
		return db.NewID(), true, nil
	}
	return accountID, err == nil, err
}
