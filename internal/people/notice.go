package people

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Notice is that a person was told what is kept of them and why (informativa;
// GDPR, 13 and 14): in which language, which text, how and by whom.
type Notice struct {
	ID       string
	OrgName  string
	Language string // BCP 47, of i18n.People or another that was spoken
	Edition  string // which text, as the body numbers it
	Way      string // one of NoticeWays
	On       db.Date
	ByName   string
	orgID    string
	by       string
}

// NoticeWays are how a notice can be given.
var NoticeWays = []string{"paper", "read_aloud", "mediator"}

const maxEdition = 60

// Check reports what is wrong with a notice about to be written down.
func (n *Notice) Check(today db.Date) error {
	c := errs.Check{}
	c.That(slices.Contains(Languages, n.Language) || slices.Contains(i18n.People, n.Language), "notice_language", "error.field_choice")
	c.That(n.Edition != "", "notice_edition", "error.field_required")
	c.That(errs.Fits(n.Edition, maxEdition), "notice_edition", "error.field_long")
	c.That(slices.Contains(NoticeWays, n.Way), "notice_way", "error.field_choice")
	c.That(n.On != "" && n.On <= today && n.On.Within(today, 5, 0), "notice_on", "rights.day_past")
	return c.Err()
}

// GiveNotice writes down that a person who is open to the actor was told.
func (m *Module) GiveNotice(ctx context.Context, personID string, n Notice, sent crypto.Sending) error {
	if err := n.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	_, err := m.right(ctx, personID, "rights.notice", sent, func(tx *db.Tx, actor policy.Actor, id string) error {
		n.ID, n.orgID, n.by = id, actor.OrgID, actor.AccountID
		return insertNotice(ctx, tx, actor.Network, personID, n)
	})
	return err
}

// Consent is that a person agrees to something one may do without. It opens no
// record and closes no service.
type Consent struct {
	ID          string
	Purpose     string // one of ConsentPurposes
	RecipientID string // the organisation that may use it
	Recipient   string
	Section     string // of what: one of ConsentSections
	From, To    db.Date
	ByName      string // who wrote it down
	WithdrawnAt *time.Time
	orgID, by   string
}

// What a consent can be about. A service, and work on a case, rest on the task of
// a public body, and are never among them (safeguards, 1).
var (
	ConsentPurposes = []string{"images", "newsletter", "testimony", "research", "leisure"}
	ConsentSections = []string{"contacts", "images", "story", "attendance"}
)

// Holds tells whether a consent can be relied on that day.
func (c *Consent) Holds(on db.Date) bool {
	return c.WithdrawnAt == nil && c.From <= on && (c.To == "" || on <= c.To)
}

// Check reports what is wrong with a consent about to be written down.
func (c *Consent) Check(today db.Date) error {
	k := errs.Check{}
	k.That(slices.Contains(ConsentPurposes, c.Purpose), "consent_purpose", "error.field_choice")
	k.That(slices.Contains(ConsentSections, c.Section), "consent_section", "error.field_choice")
	k.That(c.RecipientID != "", "consent_recipient", "error.field_required")
	k.That(c.From != "" && c.From.Within(today, 5, 1), "consent_from", "error.field_date")
	k.That(c.To == "" || c.To >= c.From && c.To.Within(today, 5, 10), "consent_to", "rights.to_before_from")
	return k.Err()
}

// GiveConsent writes down what a person who is open to the actor agrees to.
func (m *Module) GiveConsent(ctx context.Context, personID string, c Consent, sent crypto.Sending) error {
	if err := c.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	_, err := m.right(ctx, personID, "rights.consent", sent, func(tx *db.Tx, actor policy.Actor, id string) error {
		if _, _, err := m.network.Organisation(ctx, tx, actor.Network, c.RecipientID); errs.CodeOf(err) == errs.NotFound {
			return errs.Check{"consent_recipient": "error.field_choice"}.Err()
		} else if err != nil {
			return err
		}
		c.ID, c.orgID, c.by = id, actor.OrgID, actor.AccountID
		return insertConsent(ctx, tx, actor.Network, personID, c)
	})
	return err
}

// WithdrawConsent ends a consent from this instant on: it is as easy as giving
// it. One that was withdrawn before stays as it is.
func (m *Module) WithdrawConsent(ctx context.Context, personID, id string) error {
	_, err := m.right(ctx, personID, "rights.consent_end", crypto.Sending{}, func(tx *db.Tx, actor policy.Actor, _ string) error {
		return endConsent(ctx, tx, actor.Network, personID, id, actor.AccountID)
	})
	return err
}
