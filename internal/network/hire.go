package network

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// NewOperator is an account about to be opened, with its place of work.
type NewOperator struct {
	Name, Email string
	Language    string // in which the account reads; empty is Italian
	OrgID       string
	Role        policy.Role
	Profession  string
	// Programmes are the codes, with spaces between, of those whose records and
	// full figures a lead or an evaluator reads.
	Programmes string
	Sent       crypto.Sending
}

// place is where a new operator works, from a day on.
func (n *NewOperator) place(from db.Date) NewPlace {
	return NewPlace{OrgID: n.OrgID, Role: n.Role, Profession: n.Profession, Programmes: n.Programmes, From: from}
}

// Check reports what is wrong with a new operator.
func (n *NewOperator) Check() error {
	c := errs.Check{}
	c.That(n.Name != "", "name", "error.field_required")
	c.That(errs.Fits(n.Name, maxName), "name", "error.field_long")
	c.That(len(n.Email) <= 200 && validEmail(n.Email), "email", "account.email_wrong")
	c.That(n.Language == "" || slices.Contains(i18n.Staff, n.Language), "language", "error.field_choice")
	p := n.place("")
	p.check(c)
	return c.Err()
}

// Link is the way in for one person: a link by which they set their password. It
// was Mailed to them, or else Token is shown once; it is kept nowhere.
type Link struct {
	auth.Account
	Token   string // empty when the link was mailed: who made it cannot use it
	Mailed  bool
	Again   bool // the same form made the account before: no other link was made
	Expires time.Time
}

// Hire opens an account with its first membership and invites the person by a
// link, which is mailed where mail can leave; nobody else knows their password.
// Only who manages accounts may; an e-mail address in use is a Conflict. The same
// form sent twice opens one account and makes one link.
func (m *Module) Hire(ctx context.Context, n NewOperator) (l Link, err error) {
	actor, err := policy.Check(ctx, policy.Account)
	if err != nil {
		return l, err
	}
	if err := n.Check(); err != nil {
		return l, err
	}
	acc := n.account()
	way, err := m.wayIn(ctx, acc)
	if err != nil {
		return l, err
	}
	return l, taken(m.db.Write(ctx, func(tx *db.Tx) error {
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, acc.ID)
		if err != nil {
			return err
		}
		if first != acc.ID {
			l = Link{Again: true}
			l.Account, err = m.auth.InNetwork(ctx, tx, actor.Network, first)
			return err
		}
		if err := m.hire(ctx, tx, actor.Network, "", acc, n); err != nil {
			return err
		}
		l, err = m.link(ctx, tx, acc, way)
		return err
	}))
}

// taken says which field it is when an account was not opened because it is
// there: the address is the only thing that two cannot share.
func taken(err error) error {
	var e *errs.Error
	if errors.As(err, &e) && e.Key == "error.exists" {
		return &errs.Error{Code: errs.Conflict, Key: "error.form_invalid", Fields: map[string]string{"email": "account.email_taken"}}
	}
	return err
}

// account is the one that is about to be opened.
func (n *NewOperator) account() auth.Account {
	return auth.Account{ID: db.NewID(), Email: auth.Fold(n.Email), Name: n.Name, Language: cmp.Or(n.Language, i18n.Staff[0]), Active: true, New: true}
}

func (m *Module) hire(ctx context.Context, tx *db.Tx, network, hash string, acc auth.Account, n NewOperator) error {
	if err := m.auth.CreateAccount(ctx, tx, acc, hash); err != nil {
		return err
	}
	mb, err := m.addPlace(ctx, tx, network, acc.ID, n.place(tx.Today()))
	if err != nil {
		return err
	}
	return m.recordPlace(ctx, tx, "account.open", mb)
}

// Found opens an account with a password when nobody can sign in yet to do it:
// the demo calls it, and the command line through app.
func (m *Module) Found(ctx context.Context, tx *db.Tx, network, hash string, n NewOperator) (string, error) {
	acc := n.account()
	return acc.ID, m.hire(ctx, tx, network, hash, acc, n)
}

// SendLink makes a link by which a person sets their password: the invitation
// again for who has not taken it up, a new password for who has. The link before
// it is worth nothing from now on. Nobody makes one for themselves. Where mail can
// leave the person gets it, so that nobody makes one behind their back.
func (m *Module) SendLink(ctx context.Context, accountID string) (l Link, err error) {
	actor, err := policy.Check(ctx, policy.Account)
	if err != nil {
		return l, err
	}
	var acc auth.Account
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		acc, err = m.auth.InNetwork(ctx, tx, actor.Network, accountID)
		return err
	})
	if err != nil {
		return l, err
	}
	way, err := m.wayIn(ctx, acc)
	if err != nil {
		return l, err
	}
	return l, m.onAccount(ctx, accountID, "account.own_link", func(tx *db.Tx, acc auth.Account) (err error) {
		if !acc.Active && !acc.New {
			return errs.New(errs.Invalid, "account.link.closed")
		}
		if !acc.Active {
			if err := m.auth.SetActive(ctx, tx, acc.ID, true); err != nil {
				return err
			}
		}
		l, err = m.link(ctx, tx, acc, way)
		return err
	})
}

// DropLink takes a link back: nobody gets in by it. An account that was invited
// is closed with its invitation, until another is sent.
func (m *Module) DropLink(ctx context.Context, accountID string) error {
	return m.onAccount(ctx, accountID, "account.own_link", func(tx *db.Tx, acc auth.Account) error {
		if err := m.auth.DropLink(ctx, tx, acc.ID); err != nil {
			return err
		}
		if acc.New {
			if err := m.auth.SetActive(ctx, tx, acc.ID, false); err != nil {
				return err
			}
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "account.link_drop", Kind: "account", ID: acc.ID})
	})
}

// SetActive closes or opens an account. Nobody closes their own, and the last who
// manages accounts in a network is closed by nobody.
func (m *Module) SetActive(ctx context.Context, accountID string, active bool) error {
	return m.onAccount(ctx, accountID, "account.own", func(tx *db.Tx, acc auth.Account) error {
		act := "account.close"
		if active {
			act = "account.reopen"
		} else if err := m.keepsAdmin(ctx, tx, acc.ID, tx.Today()); err != nil {
			return err
		}
		if err := m.auth.SetActive(ctx, tx, acc.ID, active); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: "account", ID: acc.ID})
	})
}

// onAccount does something with another's account. An account of another network
// is NotFound, one's own Forbidden, in the words of own.
func (m *Module) onAccount(ctx context.Context, accountID, own string, do func(tx *db.Tx, acc auth.Account) error) error {
	actor, err := policy.Check(ctx, policy.Account)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		acc, err := m.auth.InNetwork(ctx, tx, actor.Network, accountID)
		if err != nil {
			return err
		}
		if accountID == actor.AccountID {
			return errs.New(errs.Forbidden, own)
		}
		return do(tx, acc)
	})
}

// keepsAdmin is Forbidden when without an account nobody would manage those of
// the network on a day. It matters when two administrators act at once.
func (m *Module) keepsAdmin(ctx context.Context, tx *db.Tx, accountID string, day db.Date) error {
	ok, err := m.auth.HasOther(ctx, tx, policy.From(ctx).Network, policy.Admin, accountID, day)
	if err == nil && !ok {
		err = errs.New(errs.Forbidden, "account.last_admin")
	}
	return err
}
