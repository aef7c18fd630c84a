package cases

import (
	"context"
	"slices"
	"strings"
	"time"

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
func (p *Plan) Check(today db.Date) error {
	c := errs.Check{}
	c.That(len(p.Objectives) > 0, ObjectiveField(0, "text"), "plan.objective_missing")
	for i, o := range p.Objectives {
		c.That(o.Text != "", ObjectiveField(i, "text"), "plan.objective_missing")
		c.That(errs.Fits(o.Text, lineText), ObjectiveField(i, "text"), "error.field_long")
		c.That(len(o.Actions) > 0, ActionField(i, 0, "text"), "plan.action_missing")
		for j, a := range o.Actions {
			c.That(a.Text != "", ActionField(i, j, "text"), "plan.action_missing")
			c.That(errs.Fits(a.Text, lineText), ActionField(i, j, "text"), "error.field_long")
			c.That(a.DueOn != "", ActionField(i, j, "due"), "plan.due_missing")
			c.That(a.DueOn == "" || a.DueOn.Within(today, 1, 5), ActionField(i, j, "due"), "plan.due_wrong")
		}
	}
	return c.Err()
}

// says tells whether two plans have the same words, people and days.
func (p *Plan) says(o *Plan) bool {
	return slices.EqualFunc(p.Objectives, o.Objectives, func(a, b Objective) bool {
		return a.Text == b.Text && slices.EqualFunc(a.Actions, b.Actions, func(a, b Action) bool {
			return a.Text == b.Text && a.AccountID == b.AccountID && a.DueOn == b.DueOn
		})
	})
}

// Signed tells whether the plan is in force: signed, or with a reason why not.
func (p *Plan) Signed() bool { return p != nil && p.SignedOn != "" }

// SavePlan writes the plan of a case. The version is that of the plan the form
// was filled from, 0 for the first: when somebody has saved meanwhile, it
// returns an errs.Stale with what they wrote, and changes nothing.
func (m *Module) SavePlan(ctx context.Context, caseID string, p Plan) error {
	if err := p.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanWrite, policy.Plan)
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
			if was.says(&p) {
				return nil // the same words saved twice, as by a double click
			}
			return errs.Changed(*was)
		}
		if err := m.checkWho(ctx, tx, c, &p); err != nil {
			return err
		}
		p.CaseID, p.ID, p.Version = c.ID, db.NewID(), 1
		if was != nil {
			p.ID, p.Version = was.ID, was.Version+1
		}
		if err := m.writePlan(ctx, tx, &p, key); err != nil {
			return err
		}
		if err := m.keepVersion(ctx, tx, &p, key); err != nil {
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

// ObjectiveField is the form field of the ith objective.
func ObjectiveField(i int, field string) string { return "o" + itoa(i) + "." + field }

// ActionField is the form field of the jth action of the ith objective.
func ActionField(i, j int, field string) string {
	return strings.Join([]string{"o" + itoa(i), "a" + itoa(j), field}, ".")
}
