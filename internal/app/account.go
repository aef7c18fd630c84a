package app

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// newPassword is a change of one's own password, as it was typed.
type newPassword struct {
	current, password, again string
	keepTokens               bool // let programs come in as before
}

// changePassword gives the actor another password and ends their other sessions,
// and their bearer tokens unless these are to be kept: who knew the old one is
// out. Token is the session that stays.
func (a *App) changePassword(ctx context.Context, token string, n newPassword) error {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return err
	}
	c := errs.Check{}
	c.That(n.current != "", "current", "error.field_required")
	c.That(n.again == n.password, "again", "me.password.again_differs")
	c.That(n.password == "" || n.password != n.current, "password", "me.password.same")
	if err := c.Err(); err != nil {
		return err
	}
	hash, err := a.Auth.HashPassword(n.password, actor.Name, actor.Email)
	if err != nil {
		return err
	}
	ok, err := a.Auth.CheckPassword(ctx, actor.AccountID, n.current)
	if err != nil {
		return err
	}
	if c.That(ok, "current", "me.password.current_wrong"); !ok {
		return c.Err()
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		if err := a.Auth.SetPassword(ctx, tx, actor.AccountID, hash); err != nil {
			return err
		}
		if err := a.Auth.EndOtherSessions(ctx, tx, actor.AccountID, token); err != nil {
			return err
		}
		if !n.keepTokens {
			if err := a.Auth.RevokeTokens(ctx, tx, actor.AccountID); err != nil {
				return err
			}
		}
		return a.Audit.Record(ctx, tx, audit.Entry{Act: "account.password", Kind: "account", ID: actor.AccountID})
	})
}

// sessions lists where the actor is signed in; token is the session that asks.
func (a *App) sessions(ctx context.Context, token string) (out []auth.Session, err error) {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return nil, err
	}
	return out, a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = a.Auth.Sessions(ctx, tx, actor.AccountID, token)
		return err
	})
}

// endSession closes one session of the actor. One that there is not is NotFound:
// nobody is told that a screen elsewhere was closed when it was not.
func (a *App) endSession(ctx context.Context, handle string) error {
	return a.endSessions(ctx, func(tx *db.Tx, account string) error {
		return a.Auth.EndSession(ctx, tx, account, handle)
	})
}

// endOtherSessions closes every session of the actor but that of token.
func (a *App) endOtherSessions(ctx context.Context, token string) error {
	return a.endSessions(ctx, func(tx *db.Tx, account string) error {
		return a.Auth.EndOtherSessions(ctx, tx, account, token)
	})
}

func (a *App) endSessions(ctx context.Context, end func(tx *db.Tx, account string) error) error {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		if err := end(tx, actor.AccountID); err != nil {
			return err
		}
		return a.Audit.Record(ctx, tx, audit.Entry{Act: "account.sessions_end", Kind: "account", ID: actor.AccountID})
	})
}

// nowhere stands for the network where there is none yet: at the sign-in.
const nowhere = ""

// hideTry is the keyed hash under which tries at the sign-in are counted. They
// belong to no network: nobody is known yet.
func (a *App) hideTry(ctx context.Context, purpose, value string) ([]byte, error) {
	return a.Keys.MAC(ctx, nowhere, "sign-in", purpose, value)
}
