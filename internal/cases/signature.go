package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// MissingReasons are why a plan may be in force without a signature.
var MissingReasons = []string{"not_present", "needs_mediator", "refused", "protection", "other"}

// Signature is how a plan comes into force: signed by adults of the family, or
// with the reason why not (Firma mancante).
type Signature struct {
	On            db.Date
	Signers       []string
	MissingReason string
	ReviewOn      db.Date
	Version       int // of the plan that was read
}

// Check reports what is wrong with a signature.
func (s *Signature) Check(today db.Date) error {
	c := errs.Check{}
	c.That(s.On != "" && s.On.Within(today, 5, 0), "on", "plan.signature_date")
	c.That(len(s.Signers) > 0 || s.MissingReason != "", "signers", "plan.signature_missing")
	c.That(len(s.Signers) == 0 || s.MissingReason == "", "missing_reason", "plan.signature_both")
	c.That(s.MissingReason == "" || slices.Contains(MissingReasons, s.MissingReason), "missing_reason", "error.field_choice")
	c.That(s.ReviewOn == "" || s.ReviewOn > s.On, "review_on", "plan.review_date")
	return c.Err()
}

// SignPlan brings the plan into force. Two who sign at once: one wins, the
// other is a Conflict.
func (m *Module) SignPlan(ctx context.Context, caseID string, s Signature) error {
	if err := s.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		net := policy.From(ctx).Network
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanSign, policy.Plan)
		if err != nil {
			return err
		}
		p, err := m.plan(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if err := signable(c, p); err != nil {
			return err
		}
		if p.Version != s.Version {
			return errs.Changed(*p)
		}
		if err := m.checkSigners(ctx, tx, c, s); err != nil {
			return err
		}
		p.SignedOn, p.Signers, p.MissingReason, p.ReviewOn = s.On, s.Signers, s.MissingReason, s.ReviewOn
		if err := signPlan(ctx, tx, net, p); err != nil {
			return err
		}
		if err := m.remindReview(ctx, tx, c, p, s.ReviewOn); err != nil {
			return err
		}
		if err := m.advance(ctx, tx, c, PlanActive, s.On); err != nil {
			return err
		}
		if err := updateCase(ctx, tx, net, c); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "plan.sign", c.ID, policy.Plan); err != nil {
			return err
		}
		return m.postCase(ctx, tx, net, c, "cases.plan_signed", p.SignedOn, ledger.Source{Kind: "plan", ID: p.ID})
	})
}

// signable tells why the plan of a case cannot come into force now, if so.
func signable(c *Case, p *Plan) error {
	switch {
	case p == nil:
		return errs.New(errs.Conflict, "plan.none_yet")
	case p.Signed():
		return errs.New(errs.Conflict, "plan.signed_already")
	case c.ChargedOn == "":
		return errs.New(errs.Conflict, "plan.before_charge")
	}
	return nil
}

// checkSigners lets only those sign who may, on a day from which the case was open:
// adults, and for a minor who has the care of them. Children are heard, and do not
// sign (safeguards, 9).
func (m *Module) checkSigners(ctx context.Context, tx *db.Tx, c *Case, s Signature) error {
	h, err := m.people.HouseholdIn(ctx, tx, c.HouseholdID)
	if err != nil {
		return err
	}
	all, err := m.people.Signers(ctx, tx, h, s.On)
	if err != nil {
		return err
	}
	k := errs.Check{}
	k.That(s.On >= c.OpenedOn, "on", "plan.signature_before")
	for _, id := range s.Signers {
		i := slices.IndexFunc(all, func(o people.Signer) bool { return o.Person.ID == id })
		k.That(i >= 0, "signers", "plan.signer_not_adult")
		k.That(i < 0 || !all[i].MayNot, "signers", "plan.signer_may_not")
	}
	k.That(len(s.Signers) == 0 || s.coverMinors(all), "signers", "plan.signer_for_minor")
	return k.Err()
}

// coverMinors tells whether for each minor for whom somebody may sign one does.
func (s *Signature) coverMinors(all []people.Signer) bool {
	signed := map[string]bool{}
	for _, one := range all {
		for _, minor := range one.For {
			signed[minor.ID] = signed[minor.ID] || slices.Contains(s.Signers, one.Person.ID)
		}
	}
	for _, ok := range signed {
		if !ok {
			return false
		}
	}
	return true
}

// postCase posts one fact about the household, where the leading body works.
func (m *Module) postCase(ctx context.Context, tx *db.Tx, net string, c *Case, measure string, on db.Date, s ledger.Source) error {
	place, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, net, c.fact(measure, on, s, place))
}
