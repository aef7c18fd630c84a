package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Signature is how a plan comes into force, once each adult who signs it is
// accounted for: see Sign.
type Signature struct {
	On            db.Date
	MissingReason string // of whom nothing was recorded; and of a plan that nobody can sign
	ReviewOn      db.Date
	Version       int // of the plan that was read
}

// Check reports what is wrong with a signature.
func (s *Signature) Check(today db.Date) error {
	c := errs.Check{}
	c.That(s.On != "" && s.On.Within(today, 5, 0), "on", "plan.signature_date")
	c.That(s.MissingReason == "" || slices.Contains(MissingReasons, s.MissingReason), "missing_reason", "error.field_choice")
	c.That(s.ReviewOn == "" || s.ReviewOn > s.On, "review_on", "plan.review_date")
	return c.Err()
}

// SignPlan brings the draft into force, in place of the edition before. Two who do
// at once: one wins, the other is a Conflict.
func (m *Module) SignPlan(ctx context.Context, caseID string, s Signature) error {
	if err := s.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanSign, policy.Plan)
		if err != nil {
			return err
		}
		p, err := m.toSign(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if p.Version != s.Version {
			return errs.Changed(*p)
		}
		inForce, _, err := m.plans(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if err := m.account(ctx, tx, c, p, inForce, s); err != nil {
			return err
		}
		p.SignedOn, p.ReviewOn = s.On, s.ReviewOn
		if err := bringIntoForce(ctx, tx, policy.From(ctx).Network, p); err != nil {
			return err
		}
		if err := m.remindReview(ctx, tx, c, p, s.ReviewOn); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "plan.sign", c.ID, policy.Plan); err != nil {
			return err
		}
		if inForce != nil {
			return m.replace(ctx, tx, c, inForce, p)
		}
		return m.firstInForce(ctx, tx, c, p)
	})
}

// firstInForce takes the case on to its plan, and counts the family: it has a plan
// once, however often the plan is changed.
func (m *Module) firstInForce(ctx context.Context, tx *db.Tx, c *Case, p *Plan) error {
	net := policy.From(ctx).Network
	if err := m.advance(ctx, tx, c, PlanActive, p.SignedOn); err != nil {
		return err
	}
	if err := updateCase(ctx, tx, net, c); err != nil {
		return err
	}
	return m.postCase(ctx, tx, net, c, "cases.plan_signed", p.SignedOn, ledger.Source{Kind: "plan", ID: p.ID})
}

// replace ends an edition. What was done of it is done in the next too.
func (m *Module) replace(ctx context.Context, tx *db.Tx, c *Case, was, p *Plan) error {
	net, done := policy.From(ctx).Network, map[string]db.Date{}
	for _, o := range was.Objectives {
		for _, a := range o.Actions {
			done[a.Root] = a.DoneOn
		}
	}
	for _, o := range p.Objectives {
		for _, a := range o.Actions {
			if done[a.Root] == "" {
				continue
			}
			if err := setActionDone(ctx, tx, net, p.ID, a.ID, done[a.Root]); err != nil {
				return err
			}
		}
	}
	if err := m.remindReview(ctx, tx, c, was, ""); err != nil {
		return err
	}
	return replacePlan(ctx, tx, net, was.ID, p.SignedOn)
}

// toSign is the draft of a case, when it can be signed now; else a Conflict says
// why not.
func (m *Module) toSign(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) (*Plan, error) {
	inForce, p, err := m.plans(ctx, tx, c, key)
	if err != nil {
		return nil, err
	}
	alone, err := m.network.ApprovesAlone(ctx, tx, c.OrgID)
	switch {
	case err != nil:
		return nil, err
	case p == nil && inForce == nil:
		return nil, errs.New(errs.Conflict, "plan.none_yet")
	case p == nil:
		return nil, errs.New(errs.Conflict, "plan.signed_already")
	case c.ChargedOn == "":
		return nil, errs.New(errs.Conflict, "plan.before_charge")
	case !alone && p.Approval.At == nil:
		return nil, errs.New(errs.Conflict, "plan.not_approved")
	}
	return p, nil
}

// account refuses a plan of which an adult is not accounted for. One reason may be
// given for all of whom nothing was recorded.
func (m *Module) account(ctx context.Context, tx *db.Tx, c *Case, p, inForce *Plan, s Signature) error {
	who, err := m.whoSigns(ctx, tx, c, p, s.On)
	if err != nil {
		return err
	}
	k := errs.Check{}
	k.That(s.On >= c.OpenedOn, "on", "plan.signature_before")
	k.That(inForce == nil || s.On >= inForce.SignedOn, "on", "plan.signature_order")
	for _, one := range p.Signatures {
		k.That(s.On >= one.On, "on", "plan.signature_order")
	}
	open := who.open(p)
	k.That(s.MissingReason != "" || len(open) == 0 && len(p.Signatures) > 0, "missing_reason", "plan.signature_missing")
	if err := k.Err(); err != nil {
		return err
	}
	if len(open) == 0 && len(p.Signatures) == 0 {
		p.MissingReason = s.MissingReason
	}
	for len(open) > 0 {
		for _, one := range open {
			a := AdultSignature{PlanID: p.ID, PersonID: one.Person.ID, Version: p.Version, Way: missing, On: s.On, AdultWords: AdultWords{Reason: s.MissingReason}}
			if err := m.keepSignature(ctx, tx, a); err != nil {
				return err
			}
			p.Signatures = append(p.Signatures, a)
		}
		open = who.open(p) // of a minor for whom nobody at home signs, those from elsewhere
	}
	return nil
}

// postCase posts one fact about the household, where the leading body works.
func (m *Module) postCase(ctx context.Context, tx *db.Tx, net string, c *Case, measure string, on db.Date, s ledger.Source) error {
	place, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, net, c.fact(measure, on, s, place))
}
