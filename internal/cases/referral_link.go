package cases

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/policy"
)

// AnswerPath begins the address by which a body without an account answers.
const AnswerPath = "/answer/"

// linkLife is how long such an address holds.
const linkLife = 21 * 24 * time.Hour

// ReferralLink is the way by which a body without an account answers a referral: once.
type ReferralLink struct {
	Language string
	Made     time.Time
	Expires  time.Time
	Token    string // known when it was just made, and not mailed
	Mailed   bool

	network, referral, by string
}

// NewLink is what making one asks for. Without an address it is shown once, to be
// printed or sent by hand.
type NewLink struct {
	Language string // of i18n.Staff
	Email    string
}

// MakeReferralLink makes the link of a referral that waits for the answer of a body in
// which nobody has an account; the one before holds no more. The letter names nobody.
func (m *Module) MakeReferralLink(ctx context.Context, caseID, id string, n NewLink) (l ReferralLink, err error) {
	c := errs.Check{}
	c.That(slices.Contains(i18n.Staff, n.Language), "language", "error.field_choice")
	c.That(n.Email == "" || m.mail.Ready(), "email", "referral.link.no_mail")
	if err := c.Err(); err != nil {
		return l, err
	}
	actor, token := policy.From(ctx), auth.NewToken()
	var letter *mail.Prepared
	if n.Email != "" {
		letter, err = m.mail.Prepare(ctx, mail.Message{Network: actor.Network, To: n.Email, Lang: n.Language, Key: "answer.letter",
			Args: map[string]any{"Org": actor.OrgName}, Link: AnswerPath + token})
		if errs.CodeOf(err) == errs.Invalid {
			err = errs.Check{"email": "mail.address"}.Err()
		}
		if err != nil {
			return l, err
		}
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		_, r, err := m.sent(ctx, tx, caseID, id)
		if err != nil {
			return err
		}
		staff, err := m.answerers(ctx, tx, r.ToOrg)
		if err != nil {
			return err
		}
		if !r.open() || len(staff) > 0 {
			return errs.New(errs.Conflict, "referral.link.not_needed")
		}
		l = ReferralLink{Language: n.Language, Made: tx.Now, Expires: tx.Now.Add(linkLife), network: actor.Network, referral: r.ID, by: actor.AccountID}
		if err := dropReferralLink(ctx, tx, actor.Network, r.ID); err != nil {
			return err
		}
		if err := insertReferralLink(ctx, tx, &l, hashToken(token)); err != nil {
			return err
		}
		how := "by=hand"
		if letter != nil {
			l.Mailed, how = true, "by=mail"
			if err := letter.Send(ctx, tx); err != nil {
				return err
			}
		} else {
			l.Token = token
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "referral.link", Kind: policy.Referral, ID: r.ID, Reason: how})
	})
	return l, err
}

// LinkAddress is where a link that was just made leads, as it is printed.
func (m *Module) LinkAddress(path string) string { return m.mail.Link(path) }

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// linkOf is the link of a referral while it holds, or nil.
func (m *Module) linkOf(ctx context.Context, tx *db.Tx, referral string) (*ReferralLink, error) {
	l, err := referralLinkOf(ctx, tx, policy.From(ctx).Network, referral)
	if errs.CodeOf(err) == errs.NotFound || err == nil && !tx.Now.Before(l.Expires) {
		return nil, nil
	}
	return &l, err
}

// ByReferralLink returns what was shared with who holds a link, and logs that it was
// opened. NotFound once it was answered, withdrawn or over, and when no agreement
// covers it any more.
func (m *Module) ByReferralLink(ctx context.Context, token string) (f *ReferralFile, err error) {
	var at context.Context
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		var r *Referral
		at, r, f, err = m.linked(ctx, tx, token)
		if err != nil {
			return err
		}
		return m.whole(at, tx, f, r)
	})
	if err != nil {
		return nil, err
	}
	return f, m.audit.Append(at, audit.Entry{Act: "referral.open", Kind: policy.Referral, ID: f.ID})
}

// LinkLanguage is the language of a link that holds, or NotFound.
func (m *Module) LinkLanguage(ctx context.Context, token string) (lang string, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		l, err := referralLinkBy(ctx, tx, hashToken(token))
		lang = l.Language
		return err
	})
	return lang, err
}

// linked finds the referral of a link, in the name of nobody.
func (m *Module) linked(ctx context.Context, tx *db.Tx, token string) (at context.Context, r *Referral, f *ReferralFile, err error) {
	l, err := referralLinkBy(ctx, tx, hashToken(token))
	if err != nil {
		return ctx, nil, nil, err
	}
	at = policy.With(ctx, policy.Actor{Network: l.network})
	if r, err = anyReferral(at, tx, l.network, l.referral); err != nil {
		return at, nil, nil, err
	}
	open, err := m.openByLink(at, tx, r)
	if err != nil {
		return at, nil, nil, err
	}
	if !r.open() || !open[policy.Overview] {
		return at, nil, nil, errs.Missing()
	}
	return at, r, &ReferralFile{Link: &l, Today: tx.Today()}, m.unseal(at, tx, r, open)
}

// openByLink asks, in place of the scope, what agreements let reach a body in which
// nobody has an account.
func (m *Module) openByLink(ctx context.Context, tx *db.Tx, r *Referral) (policy.Open, error) {
	net, open := policy.From(ctx).Network, policy.Open{}
	c, err := anyCase(ctx, tx, net, r.CaseID)
	if err != nil {
		return nil, err
	}
	terms := policy.Terms{Owner: c.OrgID, Purpose: policy.CaseWork, Basis: r.Basis, Class: r.Class}
	for _, s := range r.Sections {
		if open[s], err = policy.MayShare(ctx, tx, net, r.ToOrg, terms, s); err != nil {
			return nil, err
		}
	}
	family, err := m.people.Terms(ctx, tx, c.HouseholdID, r.Basis)
	if err != nil {
		return nil, err
	}
	family.Class = max(family.Class, r.Class)
	open[policy.Identity], err = policy.MayShare(ctx, tx, net, r.ToOrg, family, policy.Identity)
	return open, err
}

// AnswerByLink answers a referral for who holds its link; one that holds no more is
// NotFound. The answer ends the link, unless it is that one waits.
func (m *Module) AnswerByLink(ctx context.Context, token string, n ReferralAnswer) error {
	n.Operator = ""
	return m.db.Write(ctx, func(tx *db.Tx) error {
		at, r, _, err := m.linked(ctx, tx, token)
		if err != nil {
			return err
		}
		return m.answer(at, tx, r, n, nil)
	})
}
