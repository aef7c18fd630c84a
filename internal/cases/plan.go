package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Plan is what the family and the team agree: objectives, and for each who does
// what by when.
type Plan struct {
	ID            string
	CaseID        string
	SignedOn      db.Date
	Signers       []string // persons who signed
	MissingReason string   // why nobody of the family did
	ReviewOn      db.Date
	SavedBy       string // name
	SavedAt       time.Time
	Version       int // 0 before it is first saved
	Objectives    []Objective
}

// Objective is something the family wants to reach.
type Objective struct {
	ID        string
	Text      string
	Outcome   string // when the case closes; see Outcomes
	OutcomeOn db.Date
	Actions   []Action
}

// Action is a step: who does it, by when. Without an account the family does.
type Action struct {
	ID        string
	Text      string
	AccountID string
	Who       string // name
	DueOn     db.Date
	DoneOn    db.Date
}

// Outcomes are how an objective can end.
var Outcomes = []string{"reached", "partly", "not_reached", "dropped"}

// Check reports what is wrong with a plan about to be saved.
func (p *Plan) Check() error {
	c := errs.Check{}
	c.That(len(p.Objectives) > 0, "o0.text", "plan.objective_missing")
	for i, o := range p.Objectives {
		c.That(o.Text != "", ObjectiveField(i, "text"), "plan.objective_missing")
		c.That(len(o.Text) <= 2000, ObjectiveField(i, "text"), "error.field_long")
		c.That(len(o.Actions) > 0, ActionField(i, 0, "text"), "plan.action_missing")
		for j, a := range o.Actions {
			c.That(a.Text != "", ActionField(i, j, "text"), "plan.action_missing")
			c.That(len(a.Text) <= 2000, ActionField(i, j, "text"), "error.field_long")
			c.That(a.DueOn != "", ActionField(i, j, "due"), "plan.due_missing")
		}
	}
	return c.Err()
}

// Signed tells whether the plan is in force: signed, or with a reason why not.
func (p *Plan) Signed() bool { return p != nil && p.SignedOn != "" }

// PlanConflict carries what somebody else saved since the form was opened.
// Nothing of either is lost.
type PlanConflict struct {
	Theirs Plan
	error
}

// Unwrap gives the refusal that the conflict is.
func (c *PlanConflict) Unwrap() error { return c.error }

// SavePlan writes the plan of a case. The version is that of the plan the form
// was filled from, 0 for the first: when somebody has saved meanwhile, it
// returns a *PlanConflict with what they wrote, and changes nothing.
func (m *Module) SavePlan(ctx context.Context, caseID string, p Plan) error {
	if err := p.Check(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.act(ctx, tx, caseID, policy.PlanWrite, policy.Plan)
		if err != nil {
			return err
		}
		was, err := m.plan(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if was.Signed() {
			return errs.New(errs.Conflict, "plan.signed_already")
		}
		if was != nil && was.Version != p.Version {
			return &PlanConflict{*was, errs.New(errs.Conflict, "error.version")}
		}
		if err := m.checkWho(ctx, tx, c, &p); err != nil {
			return err
		}
		p.CaseID, p.ID = c.ID, db.NewID()
		if was != nil {
			p.ID = was.ID
		}
		if err := m.writePlan(ctx, tx, &p, key); err != nil {
			return err
		}
		return m.record(ctx, tx, "plan.save", c.ID, policy.Plan)
	})
}

// checkWho lets only the team take on actions.
func (m *Module) checkWho(ctx context.Context, tx *db.Tx, c *Case, p *Plan) error {
	team, err := teamOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if err != nil {
		return err
	}
	k := errs.Check{}
	for i, o := range p.Objectives {
		for j, a := range o.Actions {
			in := slices.ContainsFunc(team, func(t TeamMember) bool { return t.AccountID == a.AccountID && t.To == "" })
			k.That(a.AccountID == "" || in, ActionField(i, j, "who"), "plan.who_not_in_team")
		}
	}
	return k.Err()
}

// writePlan replaces objectives and actions by those of p.
func (m *Module) writePlan(ctx context.Context, tx *db.Tx, p *Plan, key *crypto.Key) error {
	actor := policy.From(ctx)
	if err := upsertPlan(ctx, tx, actor.Network, p, actor.AccountID); err != nil {
		return err
	}
	if err := deletePlanParts(ctx, tx, actor.Network, p.ID); err != nil {
		return err
	}
	for i := range p.Objectives {
		o := &p.Objectives[i]
		o.ID = db.NewID()
		sealed := key.Seal([]byte(o.Text), "objective/"+o.ID)
		if err := insertObjective(ctx, tx, actor.Network, p.ID, i, o, sealed); err != nil {
			return err
		}
		for j := range o.Actions {
			a := &o.Actions[j]
			a.ID = db.NewID()
			sealed := key.Seal([]byte(a.Text), "action/"+a.ID)
			if err := insertAction(ctx, tx, actor.Network, o.ID, j, a, sealed); err != nil {
				return err
			}
		}
	}
	return nil
}

// plan reads the plan of a case, or nil when there is none.
func (m *Module) plan(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) (*Plan, error) {
	net := policy.From(ctx).Network
	p, err := planOf(ctx, tx, net, c.ID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if p.Signers, err = signersOf(ctx, tx, net, p.ID); err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	p.SavedBy = names[p.SavedBy]
	objectives, err := objectivesOf(ctx, tx, net, p.ID)
	if err != nil {
		return nil, err
	}
	actions, err := actionsOf(ctx, tx, net, p.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range objectives {
		text, err := key.Open(o.sealed, "objective/"+o.ID)
		if err != nil {
			return nil, err
		}
		o.Text = string(text)
		for _, a := range actions {
			if a.objective != o.ID {
				continue
			}
			text, err := key.Open(a.sealed, "action/"+a.ID)
			if err != nil {
				return nil, err
			}
			a.Text, a.Who = string(text), names[a.AccountID]
			o.Actions = append(o.Actions, a.Action)
		}
		p.Objectives = append(p.Objectives, o.Objective)
	}
	return &p, nil
}

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
	c.That(s.On != "" && s.On <= today, "on", "plan.signature_date")
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
		c, _, key, err := m.act(ctx, tx, caseID, policy.PlanSign, policy.Plan)
		if err != nil {
			return err
		}
		p, err := m.plan(ctx, tx, c, key)
		switch {
		case err != nil:
			return err
		case p == nil:
			return errs.New(errs.Conflict, "plan.none_yet")
		case p.Signed():
			return errs.New(errs.Conflict, "plan.signed_already")
		case p.Version != s.Version:
			return &PlanConflict{*p, errs.New(errs.Conflict, "error.version")}
		}
		if err := m.checkSigners(ctx, tx, c, s.Signers); err != nil {
			return err
		}
		p.SignedOn, p.Signers, p.MissingReason, p.ReviewOn = s.On, s.Signers, s.MissingReason, s.ReviewOn
		if err := signPlan(ctx, tx, net, p); err != nil {
			return err
		}
		c.Stage = PlanActive
		if err := updateCase(ctx, tx, net, c); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "plan.sign", c.ID, policy.Plan); err != nil {
			return err
		}
		return m.postCase(ctx, tx, net, c, "cases.plan_signed", p.SignedOn, ledger.Source{Kind: "plan", ID: p.ID})
	})
}

// checkSigners lets only the family sign.
func (m *Module) checkSigners(ctx context.Context, tx *db.Tx, c *Case, signers []string) error {
	members, err := m.people.MemberIDs(ctx, tx, policy.From(ctx).Network, c.HouseholdID)
	k := errs.Check{}
	for _, s := range signers {
		k.That(slices.Contains(members, s), "signers", "error.field_choice")
	}
	if err == nil {
		err = k.Err()
	}
	return err
}

// postCase posts one fact about the household, where the leading body works.
func (m *Module) postCase(ctx context.Context, tx *db.Tx, net string, c *Case, measure string, on db.Date, s ledger.Source) error {
	place, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, net, c.fact(measure, on, s, place))
}

// ObjectiveField is the form field of the ith objective.
func ObjectiveField(i int, field string) string { return "o" + itoa(i) + "." + field }

// ActionField is the form field of the jth action of the ith objective.
func ActionField(i, j int, field string) string {
	return strings.Join([]string{"o" + itoa(i), "a" + itoa(j), field}, ".")
}
