package app

import (
	"context"
	"fmt"
	"slices"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// newToken is a bearer token that is asked for.
type newToken struct {
	label string
	days  int
	sent  crypto.Sending
}

// makeToken makes a bearer token of the actor, for a program that asks in their
// name: it may what they may in the membership in which they work now. The same form
// sent twice makes one: the second time it is empty.
func (a *App) makeToken(ctx context.Context, n newToken) (token string, err error) {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return "", err
	}
	c := errs.Check{}
	c.That(n.label != "", "label", "error.field_required")
	c.That(errs.Fits(n.label, 100), "label", "me.token.label.long")
	c.That(slices.Contains(auth.TokenDays, n.days), "days", "error.field_choice")
	if err := c.Err(); err != nil {
		return "", err
	}
	return a.tokenOf(ctx, actor, n)
}

// IssueToken makes a bearer token from the terminal, for somebody who works in a
// network today; anybody else is SignIn.
func (a *App) IssueToken(ctx context.Context, email, label string, days int) (string, error) {
	most := auth.TokenDays[len(auth.TokenDays)-1]
	c := errs.Check{}
	c.That(days >= 1 && days <= most, "days", "me.token.days")
	if err := c.Err(); err != nil {
		return "", err
	}
	actor, err := a.Auth.Actor(ctx, email)
	if err != nil {
		return "", err
	}
	terminal := policy.Actor{AccountID: "terminal", Network: actor.Network}
	return a.tokenOf(policy.With(ctx, terminal), actor, newToken{label: label, days: days})
}

func (a *App) tokenOf(ctx context.Context, actor policy.Actor, n newToken) (token string, err error) {
	return token, a.DB.Write(ctx, func(tx *db.Tx) error {
		fresh := db.NewID()
		first, err := a.Keys.Once(ctx, tx, actor.Network, actor.AccountID, n.sent, fresh)
		if err != nil || first != fresh {
			return err
		}
		if token, err = a.Auth.MakeToken(ctx, tx, actor, n.label, n.days); err != nil {
			return err
		}
		return a.Audit.Record(ctx, tx, audit.Entry{Act: "account.token_make", Kind: "account", ID: actor.AccountID,
			Reason: fmt.Sprintf("days=%d", n.days)})
	})
}

// revokeToken ends a bearer token of the actor. One that is gone stays so.
func (a *App) revokeToken(ctx context.Context, handle string) error {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return err
	}
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		if err := a.Auth.RevokeToken(ctx, tx, actor.AccountID, handle); err != nil {
			return err
		}
		return a.Audit.Record(ctx, tx, audit.Entry{Act: "account.token_revoke", Kind: "account", ID: actor.AccountID})
	})
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	return err
}

// workAs makes a session of the actor work in another of their memberships, from
// the next request on.
func (a *App) workAs(ctx context.Context, token, membershipID string) error {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		places, err := a.Auth.Places(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(places, func(m auth.Membership) bool { return m.ID == membershipID })
		if i < 0 {
			return errs.Missing()
		}
		if err := a.Auth.WorkAs(ctx, tx, token, actor.AccountID, places[i].Network, membershipID); err != nil {
			return err
		}
		return a.Audit.Record(ctx, tx, audit.Entry{Act: "account.work_as", Kind: "account", ID: actor.AccountID,
			Reason: "role=" + string(places[i].Role)})
	})
}

// placesAndTokens lists what the actor can work as today, and their bearer tokens.
func (a *App) placesAndTokens(ctx context.Context) (places []ownPlace, tokens []auth.Token, err error) {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return nil, nil, err
	}
	return places, tokens, a.DB.Read(ctx, func(tx *db.Tx) error {
		if places, err = a.ownPlaces(ctx, tx, actor); err != nil {
			return err
		}
		tokens, err = a.Auth.Tokens(ctx, tx, actor.AccountID)
		return err
	})
}

// ownPlaces are the memberships of the actor that hold today.
func (a *App) ownPlaces(ctx context.Context, tx *db.Tx, actor policy.Actor) (out []ownPlace, err error) {
	all, err := a.Auth.Places(ctx, tx, actor.AccountID)
	for _, m := range all {
		name, _, err := a.Auth.Organisation(ctx, tx, m.Network, m.OrgID)
		if err != nil {
			return nil, err
		}
		out = append(out, ownPlace{m, name})
	}
	return out, err
}
