package network

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/policy"
)

// wayIn is a link about to be made, with the letter that carries it; no letter
// where mail cannot leave.
type wayIn struct {
	token  string
	letter *mail.Prepared
}

// wayIn writes the letter to an account in its language, before the transaction.
func (m *Module) wayIn(ctx context.Context, acc auth.Account) (w wayIn, err error) {
	w.token = auth.NewToken()
	if !m.mail.Ready() {
		return w, nil
	}
	actor, key := policy.From(ctx), "account.letter.reset"
	if acc.New {
		key = "account.letter.invite"
	}
	w.letter, err = m.mail.Prepare(ctx, mail.Message{Network: actor.Network, To: acc.Email, Name: acc.Name, Lang: acc.Language, Key: key,
		Args: map[string]any{"By": actor.Name}, Link: LinkPath + w.token})
	return w, err
}

// link makes the link of an account, and lets its letter leave.
func (m *Module) link(ctx context.Context, tx *db.Tx, acc auth.Account, w wayIn) (Link, error) {
	actor := policy.From(ctx)
	l := Link{Account: acc, Mailed: w.letter != nil, Expires: tx.Now.Add(auth.LinkLife)}
	err := m.auth.MakeLink(ctx, tx, w.token, auth.Link{Account: acc, Network: actor.Network, By: actor.AccountID, Expires: l.Expires})
	if err != nil {
		return l, err
	}
	how := "by=hand"
	if l.Mailed {
		how = "by=mail"
		err = w.letter.Send(ctx, tx)
	} else {
		l.Token = w.token
	}
	if err != nil {
		return l, err
	}
	return l, m.audit.Record(ctx, tx, audit.Entry{Act: "account.link", Kind: "account", ID: acc.ID, Reason: how})
}
