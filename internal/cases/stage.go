package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Stage is where a case stands.
type Stage string

// The stages. From reported to closed they are in the order of the work; a case may
// rest, be oriented to somebody else before it is taken on, and go on as a new one
// after it was closed.
const (
	Reported        Stage = "reported"
	FirstContact    Stage = "first_contact"
	UnderAssessment Stage = "under_assessment"
	InCharge        Stage = "in_charge"
	PlanActive      Stage = "plan_active"
	Suspended       Stage = "suspended"
	Oriented        Stage = "oriented"
	Closed          Stage = "closed"
	Reopened        Stage = "reopened" // of a case that goes on from a closed one: how it began
)

// Stages lists those through which most cases go, in order.
var Stages = []Stage{Reported, FirstContact, UnderAssessment, InCharge, PlanActive, Closed}

// FirstStages are those in which a case can be opened.
var FirstStages = Stages[:3]

// The code lists of reasons for a move.
const (
	SuspensionList  = "suspension_reason"
	OrientationList = "orientation_reason"
)

// moves are where a worker can take a case from each stage; the analysis, the plan
// and the closing take it to the others. A suspended case goes back to where it was.
var moves = map[Stage][]Stage{
	Reported:        {FirstContact, UnderAssessment, Oriented},
	FirstContact:    {UnderAssessment, Oriented},
	Reopened:        {UnderAssessment, Oriented, Suspended},
	UnderAssessment: {Oriented, Suspended},
	InCharge:        {Suspended},
	PlanActive:      {Suspended},
}

// reasonsOf are the lists from which a move takes its reason.
var reasonsOf = map[Stage]string{Suspended: SuspensionList, Oriented: OrientationList}

// Step is a stage to which a case came.
type Step struct {
	ID     string
	CaseID string
	Stage  Stage
	Since  db.Date
	Reason string // a code of the list of the stage; empty where none is asked
	Who    string // name of who took it there
}

// closed tells whether the case takes no more work.
func (c *Case) closed() bool { return c.Stage == Closed || c.Stage == Oriented }

// Move is what taking a case to another stage asks for.
type Move struct {
	To      Stage
	On      db.Date
	Reason  string
	Version int // of the case that was read
}

// Check reports what is wrong with a move of a case to one of the stages.
func (n *Move) Check(ctx context.Context, c *Case, to []Stage, today db.Date) error {
	k := errs.Check{}
	k.That(slices.Contains(to, n.To), "to", "error.field_choice")
	k.That(n.On != "" && n.On >= c.OpenedOn && n.On <= today, "on", "closing.date_wrong")
	if list := reasonsOf[n.To]; list != "" {
		k.That(codelist.Valid(ctx, list, n.Reason, n.On), "reason", "stage.reason_missing")
	}
	return k.Err()
}

// MoveTo takes a case to a stage to which no other act leads. From one that is
// oriented elsewhere the family can be taken on again with a new case.
func (m *Module) MoveTo(ctx context.Context, caseID string, n Move) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, err := m.lead(ctx, tx, caseID, policy.CaseClose, policy.Overview)
		if err != nil {
			return err
		}
		steps, err := stepsOf(ctx, tx, policy.From(ctx).Network, c.ID)
		if err != nil {
			return err
		}
		if err := n.Check(ctx, c, c.movable(steps), tx.Today()); err != nil {
			return err
		}
		if n.Version != c.Version {
			return errs.New(errs.Conflict, "error.version")
		}
		c.Stage = n.To
		if n.To == Oriented {
			c.ClosedOn, c.ClosingReason = n.On, n.Reason
		}
		if err := updateCase(ctx, tx, policy.From(ctx).Network, c); err != nil {
			return err
		}
		step := Step{ID: db.NewID(), CaseID: c.ID, Stage: n.To, Since: n.On, Reason: n.Reason}
		if err := m.step(ctx, tx, c, step); err != nil {
			return err
		}
		return m.record(ctx, tx, "case.stage", c.ID, policy.Overview)
	})
}

// movable are the stages to which a worker can take a case from where it stands.
func (c *Case) movable(steps []Step) []Stage {
	if c.Stage == Suspended {
		return []Stage{before(steps, c)}
	}
	return moves[c.Stage]
}

// before is the stage in which a suspended case was. Cases of an older program have
// no steps: then what was done with them says it.
func before(steps []Step, c *Case) Stage {
	for _, s := range slices.Backward(steps) {
		if s.Stage != Suspended {
			return s.Stage
		}
	}
	if c.ChargedOn == "" {
		return UnderAssessment
	}
	return InCharge
}

// advance moves the case on to a stage, when it is not farther already, and writes
// the step.
func (m *Module) advance(ctx context.Context, tx *db.Tx, c *Case, to Stage, on db.Date) error {
	if slices.Index(Stages, to) <= slices.Index(Stages, c.Stage) {
		return nil
	}
	c.Stage = to
	return m.step(ctx, tx, c, Step{ID: db.NewID(), CaseID: c.ID, Stage: to, Since: on})
}

// step writes that a case came to a stage, and counts it.
func (m *Module) step(ctx context.Context, tx *db.Tx, c *Case, s Step) error {
	actor := policy.From(ctx)
	if err := insertStep(ctx, tx, actor.Network, s, actor.AccountID); err != nil {
		return err
	}
	place, err := m.network.Territory(ctx, tx, actor.Network, c.OrgID)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, actor.Network, s.facts(c, place)...)
}

// counted are the measures of the stages that no other record counts.
var counted = map[Stage]string{Oriented: "cases.oriented", Reopened: "cases.reopened"}

func (s Step) facts(c *Case, place string) []ledger.Fact {
	measure := counted[s.Stage]
	if measure == "" {
		return nil
	}
	return []ledger.Fact{c.fact(measure, s.Since, ledger.Source{Kind: "case_stage", ID: s.ID}, place)}
}

// steps reads the history of a case, the first first, with the names of who wrote it.
func (m *Module) steps(ctx context.Context, tx *db.Tx, c *Case) ([]Step, error) {
	steps, err := stepsOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if err != nil || len(steps) == 0 {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	for i := range steps {
		steps[i].Who = names[steps[i].Who]
	}
	return steps, err
}

// goneOn is the case that goes on from a closed one, when the actor may read it.
func (m *Module) goneOn(ctx context.Context, tx *db.Tx, c *Case) (string, error) {
	if !c.closed() {
		return "", nil
	}
	actor := policy.From(ctx)
	id, err := goneOnWith(ctx, tx, actor.Network, c.ID)
	if err != nil || id == "" {
		return "", err
	}
	_, err = caseByID(ctx, tx, actor, id)
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	return id, err
}

// Reopening is what going on with a closed case asks for.
type Reopening struct {
	Reason string
	Sent   crypto.Sending
}

// Reopen goes on with the family of a closed case in a new one, which names it: what
// was closed and counted stays as it was. The team comes along, as far as agreements
// still hold; the actor answers for the new case. It returns its id. An open case of
// the body on the family is a Conflict.
func (m *Module) Reopen(ctx context.Context, caseID string, n Reopening) (string, error) {
	actor, err := policy.Check(ctx, policy.CaseOpen)
	if err != nil {
		return "", err
	}
	fresh, id := db.NewID(), ""
	key, err := m.keys.CreateOne(ctx, actor.Network, fresh)
	if err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		was, _, _, err := m.load(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if !was.closed() {
			return errs.New(errs.Conflict, "case.open_already")
		}
		form := NewCase{HouseholdID: was.HouseholdID, Reason: n.Reason, Reopens: was.ID, Stage: Reopened}
		if was.Programme != "" {
			form.PlaceKey = was.Programme + "/" + was.Activity
		}
		if err := form.Check(); err != nil {
			return err
		}
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		if err := m.open(ctx, tx, actor, id, form, key); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "case.reopen", was.ID, policy.Overview); err != nil {
			return err
		}
		return m.bringTeam(ctx, tx, was, id)
	})
	return id, err
}

// bringTeam names to a case whoever was in the team of another when it was closed, also
// whose mandate has lapsed since.
// Whom no agreement lets in any more, or who has another role now, stays out.
func (m *Module) bringTeam(ctx context.Context, tx *db.Tx, was *Case, id string) error {
	actor := policy.From(ctx)
	row, err := caseByID(ctx, tx, actor, id)
	if err != nil {
		return err
	}
	if err := m.bringMandates(ctx, tx, was, &row.Case); err != nil {
		return err
	}
	team, err := teamOf(ctx, tx, actor.Network, was.ID)
	for _, t := range team {
		if t.To != "" && !t.Lapsed || t.AccountID == actor.AccountID {
			continue
		}
		op, err := m.network.Operator(ctx, tx, t.AccountID)
		mandate := t.Mandate
		if mandate == CaseManager {
			mandate = "social_worker"
		}
		if errs.CodeOf(err) == errs.NotFound || err == nil && (!op.Active || !slices.Contains(mandatesOf[op.Role], mandate)) {
			continue
		}
		if err == nil {
			err = m.join(ctx, tx, &row.Case, op, mandate, policy.InstitutionalTask)
		}
		if err != nil && errs.CodeOf(err) != errs.Conflict {
			return err
		}
	}
	return err
}
