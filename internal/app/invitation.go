package app

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// invitation is a link to set a password, as it is shown to who opens it.
type invitation struct {
	auth.Link
	byName  string            // of who made it; empty when the person asked for it
	places  []auth.Membership // where the person works today
	orgName map[string]string // by membership
	tokens  bool              // programs come in by bearer tokens
}

// invitation returns the link of a token, or NotFound. It uses nothing up: mail
// programs open links too.
func (a *App) invitation(ctx context.Context, token string) (v invitation, err error) {
	v.orgName = map[string]string{}
	return v, a.DB.Read(ctx, func(tx *db.Tx) error {
		if v.Link, err = a.Auth.ByLink(ctx, tx, token); err != nil {
			return err
		}
		tokens, err := a.Auth.Tokens(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		v.tokens = len(tokens) > 0
		if v.places, err = a.Auth.Places(ctx, tx, v.ID); err != nil {
			return err
		}
		for _, m := range v.places {
			if v.orgName[m.ID], _, err = a.Auth.Organisation(ctx, tx, m.Network, m.OrgID); err != nil {
				return err
			}
		}
		by, err := a.Auth.InNetwork(ctx, tx, v.Network, v.By)
		if errs.CodeOf(err) == errs.NotFound {
			err = nil
		}
		v.byName = by.Name
		return err
	})
}

// accept sets the password of the account that a link leads to, uses the link up
// and opens a session; empty when the person works nowhere today. A link that
// holds no more is NotFound.
func (a *App) accept(ctx context.Context, token string, n newPassword) (session string, err error) {
	v, err := a.invitation(ctx, token)
	if err != nil {
		return "", err // before a password costs time
	}
	c := errs.Check{}
	c.That(n.again == n.password, "again", "me.password.again_differs")
	hash, err := a.Auth.HashPassword(n.password, v.Name, v.Email)
	for field, key := range errs.FieldsOf(err) {
		c.That(false, field, key)
	}
	if err := c.Err(); err != nil {
		return "", err
	}
	if err != nil {
		return "", err
	}
	return session, a.DB.Write(ctx, func(tx *db.Tx) error {
		l, err := a.Auth.UseLink(ctx, tx, token, hash, n.keepTokens)
		if err != nil {
			return err
		}
		act := "account.reset"
		if l.New {
			act = "account.accept"
		}
		ctx := policy.With(ctx, policy.Actor{AccountID: l.ID, Network: l.Network})
		if err := a.Audit.Record(ctx, tx, audit.Entry{Act: act, Kind: "account", ID: l.ID}); err != nil {
			return err
		}
		session, err = a.Auth.OpenSession(ctx, tx, l.ID)
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		return err
	})
}
