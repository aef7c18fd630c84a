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

// Plan is what the family, or one of its persons, and the team agree: needs,
// objectives, and for each who does what by when. It has editions: each is signed
// once, and the one in force stays until the next is signed.
type Plan struct {
	ID            string
	CaseID        string
	Edition       int    // 1 the first
	SubjectID     string // the person whose plan it is; empty is the household's
	SignedOn      db.Date
	ReplacedOn    db.Date // the next edition came into force
	MissingReason string  // why nobody signs
	ReviewOn      db.Date
	Approval      Approval
	SavedBy       string // name
	SavedAt       time.Time
	Version       int // of the text, through all editions; 0 before it is first saved
	Objectives    []Objective
	Signatures    []AdultSignature // of the text that stands
	Voices        []Voice          // of the minors, the last of each
}

// Objective is something the family wants to reach.
type Objective struct {
	ID   string
	Root string // the objective of an earlier edition that it goes on from; empty is none
	Text string
	ObjectiveMore
	Outcome   string // when the case closes; see Outcomes
	OutcomeOn db.Date
	Actions   []Action
}

// ObjectiveMore is the sealed part beside the text of an objective.
type ObjectiveMore struct {
	Need   string `json:"need,omitempty"`   // in words
	Source string `json:"source,omitempty"` // where it was seen: assessment/domain; see Sources
}

// Action is a step: who does it, by when. Without an account and without a body
// the family does.
type Action struct {
	ID        string
	Root      string // the action of an earlier edition that it goes on from; empty is none
	Text      string
	AccountID string
	Who       string // name
	ActionMore
	Fund   string // a code of FundingList, or the key of a PlaceOption; empty is not stated
	DueOn  db.Date
	DoneOn db.Date
}

// ActionMore is the sealed part beside the text of an action.
type ActionMore struct {
	Body     string `json:"body,omitempty"` // the body or service that does it, when nobody of the team
	Resource string `json:"resource,omitempty"`
}

// OfFamily tells whether the family does the action: a commitment. The others are
// supports.
func (a *Action) OfFamily() bool { return a.AccountID == "" && a.Body == "" }

// Outcomes are how an objective can end.
var Outcomes = []string{"reached", "partly", "not_reached", "dropped"}

// Check reports what is wrong with a plan about to be saved.
func (p *Plan) Check(today db.Date) error {
	c := errs.Check{}
	c.That(len(p.Objectives) > 0, ObjectiveField(0, "text"), "plan.objective_missing")
	for i, o := range p.Objectives {
		c.That(o.Text != "", ObjectiveField(i, "text"), "plan.objective_missing")
		c.That(errs.Fits(o.Text, lineText), ObjectiveField(i, "text"), "error.field_long")
		c.That(errs.Fits(o.Need, lineText), ObjectiveField(i, "need"), "error.field_long")
		c.That(len(o.Actions) > 0, ActionField(i, 0, "text"), "plan.action_missing")
		for j, a := range o.Actions {
			c.That(a.Text != "", ActionField(i, j, "text"), "plan.action_missing")
			c.That(errs.Fits(a.Text, lineText), ActionField(i, j, "text"), "error.field_long")
			c.That(errs.Fits(a.Body, lineText), ActionField(i, j, "body"), "error.field_long")
			c.That(a.AccountID == "" || a.Body == "", ActionField(i, j, "body"), "plan.body_who")
			c.That(errs.Fits(a.Resource, lineText), ActionField(i, j, "resource"), "error.field_long")
			c.That(a.DueOn != "", ActionField(i, j, "due"), "plan.due_missing")
			c.That(a.DueOn == "" || a.DueOn.Within(today, 1, 5), ActionField(i, j, "due"), "plan.due_wrong")
		}
	}
	return c.Err()
}

// says tells whether two plans have the same words, people and days.
func (p *Plan) says(o *Plan) bool {
	return p.SubjectID == o.SubjectID && slices.EqualFunc(p.Objectives, o.Objectives, func(a, b Objective) bool {
		return a.Text == b.Text && a.ObjectiveMore == b.ObjectiveMore && slices.EqualFunc(a.Actions, b.Actions, func(a, b Action) bool {
			return a.Text == b.Text && a.ActionMore == b.ActionMore && a.AccountID == b.AccountID && a.Fund == b.Fund && a.DueOn == b.DueOn
		})
	})
}

// Signed tells whether the plan came into force: signed, or with a reason why not.
func (p *Plan) Signed() bool { return p != nil && p.SignedOn != "" }

// SavePlan writes the plan of a case: the draft, or, where the plan is in force and
// none stands beside it, the draft of its next edition. The version is that of the
// draft the form was filled from, 0 for a new one: when somebody has saved meanwhile,
// it returns an errs.Stale with what they wrote, and changes nothing. What was
// approved or signed of the text before does not hold for the new one.
func (m *Module) SavePlan(ctx context.Context, caseID string, p Plan) error {
	if err := p.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanWrite, policy.Plan)
		if err != nil {
			return err
		}
		inForce, was, err := m.plans(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if was == nil && p.Version != 0 {
			return errs.New(errs.Conflict, "plan.signed_already")
		}
		base := was
		if base == nil {
			base = inForce
		}
		if err := m.settle(ctx, tx, &saving{c, open, key}, &p, base); err != nil {
			return err
		}
		if was != nil && was.Version != p.Version {
			if was.says(&p) {
				return nil // the same words saved twice, as by a double click
			}
			return errs.Changed(*was)
		}
		p.CaseID, p.ID, p.Version, p.Edition = c.ID, db.NewID(), 1, 1
		switch {
		case was != nil:
			p.ID, p.Version, p.Edition = was.ID, was.Version+1, was.Edition
			if err := m.withdraw(ctx, tx, c, was); err != nil {
				return err
			}
		case inForce != nil:
			p.Version, p.Edition = inForce.Version+1, inForce.Edition+1
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

// saving is a case with what writing its plan needs.
type saving struct {
	*Case
	open policy.Open
	key  *crypto.Key
}

// ObjectiveField is the form field of the ith objective.
func ObjectiveField(i int, field string) string { return "o" + itoa(i) + "." + field }

// ActionField is the form field of the jth action of the ith objective.
func ActionField(i, j int, field string) string {
	return strings.Join([]string{"o" + itoa(i), "a" + itoa(j), field}, ".")
}
