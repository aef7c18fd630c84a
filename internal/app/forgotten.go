package app

import (
	"context"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/policy"
)

// forgotten is the job that sends a letter to who forgot the password. It is
// enqueued for every address, with the id of nobody for one without an account:
// nothing that takes time is done while somebody could measure it.
type forgotten struct{ Account string }

// Kind names the job.
func (forgotten) Kind() string { return "account.forgotten" }

// askForgotten lets a letter go to the account of an address, if there is one
// that is in use. Nobody learns from it whether there is; asked too often it
// does nothing.
func (a *App) askForgotten(ctx context.Context, email string) error {
	c := errs.Check{}
	c.That(email != "", "email", "error.field_required")
	c.That(errs.Fits(email, 200), "email", "error.field_long")
	if err := c.Err(); err != nil {
		return err
	}
	id, ok, err := a.Auth.Forgotten(ctx, email)
	if err != nil || !ok {
		return err
	}
	ctx = policy.With(ctx, policy.Actor{}) // whoever is signed in here has nothing to do with it
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := a.Jobs.Enqueue(ctx, tx, forgotten{id}, jobs.Opts{System: true})
		return err
	})
}

// sendForgotten makes the link of an account that works somewhere today, and lets
// the letter with it leave.
func (a *App) sendForgotten(ctx context.Context, _ *jobs.Run, f forgotten) error {
	acc, at, err := a.worksAt(ctx, f.Account)
	if errs.CodeOf(err) == errs.NotFound || err == nil && at == "" || !a.Mail.Ready() {
		return nil
	}
	if err != nil {
		return err
	}
	token := auth.NewToken()
	letter, err := a.Mail.Prepare(ctx, mail.Message{Network: at, To: acc.Email, Name: acc.Name, Lang: acc.Language,
		Key: "account.letter.forgotten", Link: network.LinkPath + token})
	if err != nil {
		return err
	}
	ctx = policy.With(ctx, policy.Actor{AccountID: acc.ID, Network: at})
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		l := auth.Link{Account: acc, Network: at, Expires: tx.Now.Add(auth.AskedLife)}
		if err := a.Auth.MakeLink(ctx, tx, token, l); err != nil {
			return err
		}
		if err := letter.Send(ctx, tx); err != nil {
			return err
		}
		return a.Audit.Record(ctx, tx, audit.Entry{Act: "account.forgotten", Kind: "account", ID: acc.ID})
	})
}

// worksAt returns an account and the network in which it works today; empty when
// it works nowhere, or cannot sign in.
func (a *App) worksAt(ctx context.Context, accountID string) (acc auth.Account, at string, err error) {
	return acc, at, a.DB.Read(ctx, func(tx *db.Tx) error {
		places, err := a.Auth.Places(ctx, tx, accountID)
		if err != nil || len(places) == 0 {
			return err
		}
		acc, err = a.Auth.InNetwork(ctx, tx, places[0].Network, accountID)
		if acc.Active && !acc.New {
			at = places[0].Network
		}
		return err
	})
}
