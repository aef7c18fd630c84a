package network

import (
	"context"
	"slices"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Agreement is what bodies have signed on what they do together. While it is in
// force it lets each party open its records to the others, for the purposes and
// the sections it covers (safeguards, 1; GDPR 26). The programmes say why it was
// made; they do not narrow it.
type Agreement struct {
	ID         string
	Kind       string
	Title      string
	Programmes []string
	Parties    []Party
	Purposes   []policy.Purpose
	Sections   []policy.Section // of a case; the others follow from the purposes
	Class      policy.Class     // the highest that it covers
	SignedOn   db.Date          // empty: a draft
	From, To   db.Date          // both included; To is empty when it has no end
	EndedOn    db.Date          // the first day on which it is not in force, ended before its time
	EndReason  string
	Protocol   string // number in the register of documents
	Contact    string // where people ask about their data: an office
	Version    int
}

// Party is a body that has signed.
type Party struct {
	OrgID string
	Role  string // lead, party
	Name  string // for showing
}

// AgreementKinds are the kinds of agreements.
var AgreementKinds = []string{"joint_controllership", "convention", "partnership", "protocol"}

// Roles of a party.
const (
	PartyLead   = "lead"
	PartyMember = "party"
)

// AgreementState is where an agreement stands on a day.
type AgreementState string

// The states of an agreement.
const (
	Draft    AgreementState = "draft"
	ToCome   AgreementState = "to_come"
	InForce  AgreementState = "in_force"
	Expiring AgreementState = "expiring" // in force, and over within WarnDays
	Expired  AgreementState = "expired"
	Ended    AgreementState = "ended"
)

// AgreementStates lists them.
var AgreementStates = []AgreementState{Draft, ToCome, InForce, Expiring, Expired, Ended}

// WarnDays is how long before its end an agreement is spoken of (safeguards, 1).
const WarnDays = 60

// State returns where the agreement stands on a day.
func (a *Agreement) State(on db.Date) AgreementState {
	switch {
	case a.SignedOn == "":
		return Draft
	case a.EndedOn != "" && a.EndedOn <= on:
		return Ended
	case a.To != "" && a.To < on:
		return Expired
	case a.From > on:
		return ToCome
	case a.Last() != "" && a.Last() <= on.AddDays(WarnDays):
		return Expiring
	}
	return InForce
}

// Last returns the last day on which it is in force, or empty.
func (a *Agreement) Last() db.Date {
	if a.EndedOn != "" {
		if last := a.EndedOn.AddDays(-1); a.To == "" || last < a.To {
			return last
		}
	}
	return a.To
}

const maxWords = 300

// Check reports what is wrong with an agreement.
func (a *Agreement) Check() error {
	c := errs.Check{}
	c.That(a.Title != "", "title", "error.field_required")
	c.That(slices.Contains(AgreementKinds, a.Kind), "kind", "error.field_choice")
	c.That(slices.Contains(policy.Classes, a.Class), "class", "error.field_choice")
	c.That(len(a.Parties) >= 2, "parties", "agreement.parties_missing")
	c.That(!slices.ContainsFunc(a.Purposes, func(p policy.Purpose) bool { return !slices.Contains(policy.Purposes, p) }), "purposes", "error.field_choice")
	c.That(!slices.ContainsFunc(a.Sections, func(s policy.Section) bool { return !slices.Contains(policy.CaseSections, s) }), "sections", "error.field_choice")
	c.That(!slices.Contains(a.Purposes, policy.CaseWork) || slices.Contains(a.Sections, policy.Overview), "sections", "agreement.overview_missing")
	c.That(a.From != "", "from", "error.field_required")
	c.That(a.To == "" || a.To >= a.From, "to", "agreement.to_before_from")
	for field, text := range map[string]string{"title": a.Title, "protocol": a.Protocol, "contact": a.Contact} {
		c.That(errs.Fits(text, maxWords), field, "error.field_long")
	}
	return c.Err()
}

// AddAgreement writes a draft, which opens nothing. The same form sent twice
// returns the first.
func (m *Module) AddAgreement(ctx context.Context, a Agreement, sent crypto.Sending) (string, error) {
	if err := a.Check(); err != nil {
		return "", err
	}
	return m.create(ctx, policy.AgreementManage, "agreement.add", "", sent, func(tx *db.Tx, network, id string) error {
		a.ID, a.SignedOn = id, ""
		if err := m.checkAgreement(ctx, tx, network, a); err != nil {
			return err
		}
		if err := insertAgreement(ctx, tx, network, a); err != nil {
			return err
		}
		return insertParts(ctx, tx, network, a)
	})
}

// SaveAgreement changes a draft. What was signed does not change: it is renewed,
// or ended and written anew.
func (m *Module) SaveAgreement(ctx context.Context, a Agreement) error {
	if err := a.Check(); err != nil {
		return err
	}
	return m.changeAgreement(ctx, "agreement.change", a.ID, a.Version, func(tx *db.Tx, network string, was *Agreement) error {
		if was.SignedOn != "" {
			return errs.New(errs.Conflict, "agreement.signed_already")
		}
		if err := m.checkAgreement(ctx, tx, network, a); err != nil {
			return err
		}
		a.Version, a.SignedOn = was.Version, ""
		*was = a
		return replaceParts(ctx, tx, network, a)
	})
}

// SignAgreement puts a draft in force, on the days that it says.
func (m *Module) SignAgreement(ctx context.Context, id string, on db.Date, protocol string, version int) error {
	return m.changeAgreement(ctx, "agreement.sign", id, version, func(tx *db.Tx, _ string, a *Agreement) error {
		if a.SignedOn != "" {
			return errs.New(errs.Conflict, "agreement.signed_already")
		}
		c := errs.Check{}
		c.That(on != "", "on", "error.field_required")
		c.That(on <= tx.Today(), "on", "agreement.signed_ahead")
		c.That(errs.Fits(protocol, maxWords), "protocol", "error.field_long")
		a.SignedOn = on
		if protocol != "" {
			a.Protocol = protocol
		}
		return c.Err()
	})
}

// RenewAgreement moves the last day of a signed agreement on; with no day it has
// no end. What it opened is open again at once.
func (m *Module) RenewAgreement(ctx context.Context, id string, to db.Date, version int) error {
	return m.changeAgreement(ctx, "agreement.renew", id, version, func(tx *db.Tx, _ string, a *Agreement) error {
		if a.SignedOn == "" || a.EndedOn != "" {
			return errs.New(errs.Conflict, "agreement.not_renewable")
		}
		c := errs.Check{}
		c.That(to == "" || to > a.To && to >= tx.Today(), "to", "agreement.renewed_short")
		c.That(a.To != "", "to", "agreement.no_end")
		a.To = to
		return c.Err()
	})
}

// EndAgreement ends a signed agreement before its time, on a day: the first on
// which it opens nothing. Today closes it at once.
func (m *Module) EndAgreement(ctx context.Context, id string, on db.Date, reason string, version int) error {
	return m.changeAgreement(ctx, "agreement.end", id, version, func(_ *db.Tx, _ string, a *Agreement) error {
		if a.SignedOn == "" || a.EndedOn != "" {
			return errs.New(errs.Conflict, "agreement.not_renewable")
		}
		c := errs.Check{}
		c.That(on != "", "on", "error.field_required")
		c.That(on == "" || on >= a.From && (a.To == "" || on <= a.To), "on", "agreement.end_outside")
		c.That(reason != "", "reason", "error.field_required")
		c.That(errs.Fits(reason, maxWords), "reason", "error.field_long")
		a.EndedOn, a.EndReason = on, reason
		return c.Err()
	})
}

// changeAgreement loads an agreement, lets the change act on it, writes it and
// sets its gates. One that somebody else changed meanwhile is a Conflict.
func (m *Module) changeAgreement(ctx context.Context, act, id string, version int, change func(*db.Tx, string, *Agreement) error) error {
	return m.manage(ctx, policy.AgreementManage, act, id, func(tx *db.Tx, network string) error {
		a, err := agreementByID(ctx, tx, network, id)
		if err != nil {
			return err
		}
		if a.Version != version {
			return errs.New(errs.Conflict, "error.version")
		}
		if err := change(tx, network, &a); err != nil {
			return err
		}
		if err := updateAgreement(ctx, tx, network, a); err != nil {
			return err
		}
		return m.setGates(ctx, tx, network, a)
	})
}

// checkAgreement looks at what its own fields cannot tell.
func (m *Module) checkAgreement(ctx context.Context, tx *db.Tx, network string, a Agreement) error {
	c := errs.Check{}
	seen := map[string]bool{}
	for _, p := range a.Parties {
		_, err := organisationByID(ctx, tx, network, p.OrgID)
		c.That(err == nil && !seen[p.OrgID], "parties", "error.field_choice")
		seen[p.OrgID] = true
	}
	titles, err := m.titles(ctx, tx)
	for _, code := range a.Programmes {
		c.That(slices.ContainsFunc(titles, func(t Title) bool { return t.Code == code }), "programmes", "error.field_choice")
	}
	if err != nil {
		return err
	}
	return c.Err()
}
