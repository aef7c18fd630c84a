package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// ClosingReasons are why a case ends.
var ClosingReasons = []string{"objectives_reached", "moved", "other_service", "refused", "unreachable", "programme_ended", "death"}

// Closing is what closing a case asks for: a reason, and an outcome for each
// objective of the plan, by the objective's id.
type Closing struct {
	On       db.Date
	Reason   string
	Outcomes map[string]string
	Version  int // of the case that was read
}

// Check reports what is wrong with a closing, for the plan of a case opened on a
// day.
func (n *Closing) Check(p *Plan, opened, today db.Date) error {
	c := errs.Check{}
	c.That(n.On != "" && n.On >= opened && n.On <= today, "on", "closing.date_wrong")
	c.That(slices.Contains(ClosingReasons, n.Reason), "reason", "closing.reason_missing")
	if p != nil {
		for _, o := range p.Objectives {
			c.That(slices.Contains(Outcomes, n.Outcomes[o.ID]), OutcomeField(o.ID), "closing.outcome_missing")
		}
	}
	return c.Err()
}

// OutcomeField is the form field of the outcome of an objective.
func OutcomeField(objectiveID string) string { return "outcome." + objectiveID }

// Close ends a case with an outcome for each objective. The team reads it
// on, that of other bodies for closedReads days; the family can be taken on again
// with a new case.
func (m *Module) Close(ctx context.Context, caseID string, n Closing) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		net := policy.From(ctx).Network
		c, key, err := m.lead(ctx, tx, caseID, policy.CaseClose, policy.Plan)
		if err != nil {
			return err
		}
		inForce, draft, err := m.plans(ctx, tx, c, key)
		if err != nil {
			return err
		}
		p := inForce
		if p == nil {
			p = draft
		}
		if err := n.Check(p, c.OpenedOn, tx.Today()); err != nil {
			return err
		}
		if n.Version != c.Version {
			return errs.New(errs.Conflict, "error.version")
		}
		c.ClosedOn, c.ClosingReason = n.On, n.Reason
		if p != nil {
			if err := setOutcomes(ctx, tx, net, p, n); err != nil {
				return err
			}
		}
		return m.endCase(ctx, tx, c, inForce, draft)
	})
}

// endCase closes a case of which is known when and why, takes back what waits for somebody, and
// counts it.
func (m *Module) endCase(ctx context.Context, tx *db.Tx, c *Case, inForce, draft *Plan) error {
	net, p := policy.From(ctx).Network, inForce
	if p == nil {
		p = draft
	}
	c.Stage = Closed
	step := Step{ID: db.NewID(), CaseID: c.ID, Stage: Closed, Since: c.ClosedOn}
	if c.ClosingReason == transferred {
		step.Reason = transferred
	}
	if err := m.step(ctx, tx, c, step); err != nil {
		return err
	}
	if err := updateCase(ctx, tx, net, c); err != nil {
		return err
	}
	if p != nil {
		if err := m.remindReview(ctx, tx, c, p, ""); err != nil {
			return err
		}
	}
	if err := m.withdraw(ctx, tx, c, draft); err != nil {
		return err
	}
	if err := m.tasks.Settle(ctx, tx, assessmentRule(c), nil); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "case.close", c.ID, policy.Overview); err != nil {
		return err
	}
	facts, err := m.closingFacts(ctx, tx, net, c, p)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, net, facts...)
}

func setOutcomes(ctx context.Context, tx *db.Tx, net string, p *Plan, n Closing) error {
	for i := range p.Objectives {
		o := &p.Objectives[i]
		o.Outcome, o.OutcomeOn = n.Outcomes[o.ID], n.On
		if err := setOutcome(ctx, tx, net, p.ID, o); err != nil {
			return err
		}
	}
	return nil
}

// closingFacts are what a closed case counts for.
func (m *Module) closingFacts(ctx context.Context, tx *db.Tx, net string, c *Case, p *Plan) ([]ledger.Fact, error) {
	if c.Stage != Closed {
		return nil, nil
	}
	place, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil {
		return nil, err
	}
	facts := []ledger.Fact{c.fact("cases.closed", c.ClosedOn, c.source(), place)}
	// An objective that the family never agreed to is nobody's result.
	if p.Signed() {
		for _, o := range p.Objectives {
			if o.Outcome == "reached" {
				facts = append(facts, c.fact("cases.objective_reached", o.OutcomeOn,
					ledger.Source{Kind: "plan_objective", ID: o.ID}, place))
			}
		}
	}
	return facts, nil
}
