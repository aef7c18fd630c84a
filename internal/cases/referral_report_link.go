package cases

import (
	"context"
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

// ReportLink is the form that was given to one service.
type ReportLink struct {
	ID       string
	OrgID    string
	Sender   string
	Language string
	Made     time.Time
	Expires  time.Time
	Ended    *time.Time
	network  string
	by       string
}

// holds tells whether a form can be sent at an instant.
func (l *ReportLink) holds(now time.Time) bool { return l.Ended == nil && now.Before(l.Expires) }

// MakeReportLink makes the form of a service, and returns its token, which is shown
// once: the same form sent twice is a Conflict.
func (m *Module) MakeReportLink(ctx context.Context, sender, language string, sent crypto.Sending) (token string, err error) {
	actor, err := policy.Check(ctx, policy.CaseOpen)
	if err != nil {
		return "", err
	}
	c := errs.Check{}
	c.That(sender != "", "sender", "error.field_required")
	c.That(errs.Fits(sender, 200), "sender", "error.field_long")
	c.That(slices.Contains(i18n.Staff, language), "language", "error.field_choice")
	if err := c.Err(); err != nil {
		return "", err
	}
	token = auth.NewToken()
	return token, m.db.Write(ctx, func(tx *db.Tx) error {
		l := ReportLink{ID: db.NewID(), OrgID: actor.OrgID, Sender: sender, Language: language, Made: tx.Now, Expires: tx.Now.Add(reportLinkLife),
			network: actor.Network, by: actor.AccountID}
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, l.ID)
		if err == nil && first != l.ID {
			err = errs.New(errs.Conflict, "intake.link.shown_already")
		}
		if err != nil {
			return err
		}
		if err := insertReportLink(ctx, tx, &l, hashToken(token)); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "report.link", Kind: "report_link", ID: l.ID})
	})
}

// EndReportLink ends the form of a service from now on.
func (m *Module) EndReportLink(ctx context.Context, id string) error {
	actor, err := policy.Check(ctx, policy.CaseOpen)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := endReportLink(ctx, tx, actor, id); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "report.link_end", Kind: "report_link", ID: id})
	})
}

// ReportLinks lists the forms that the actor's body has given out, the newest first.
func (m *Module) ReportLinks(ctx context.Context) (list []ReportLink, err error) {
	actor, err := policy.Check(ctx, policy.CaseOpen)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		list, err = reportLinksOf(ctx, tx, actor)
		return err
	})
	return list, err
}

// ByReportLink says whose form a token opens, and for whom, or NotFound.
func (m *Module) ByReportLink(ctx context.Context, token string) (l ReportLink, org string, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if l, err = reportLinkBy(ctx, tx, hashToken(token)); err != nil {
			return err
		}
		if !l.holds(tx.Now) {
			return errs.Missing()
		}
		org, _, err = m.network.Organisation(ctx, tx, l.network, l.OrgID)
		return err
	})
	return l, org, err
}
