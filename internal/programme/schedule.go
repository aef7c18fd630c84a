package programme

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// ActivityState says where an activity stands.
type ActivityState string

// The states; each has a word in the catalogue under "schedule.state.".
const (
	Planned    ActivityState = "planned"
	Running    ActivityState = "underway"
	Suspended  ActivityState = "suspended"
	Redesigned ActivityState = "redesigned" // it goes on, online
	Completed  ActivityState = "done"
)

// ActivityStates lists the states, in the order in which they come.
var ActivityStates = []ActivityState{Planned, Running, Suspended, Redesigned, Completed}

// Modes are how an activity can be done.
var Modes = []ledger.Mode{ledger.InPerson, ledger.Remote, ledger.OnTerritory}

// Plan is when an activity runs, who answers for it, how, and where it stands.
// From and To are days, both included; either may be empty. Since and Until are
// those of the suspension or of the redesign, and Reason is why. Version 0 is
// what the pack says.
type Plan struct {
	Activity     string
	From, To     db.Date
	OrgID        string
	Mode         ledger.Mode
	State        ActivityState
	Reason       string
	Since, Until db.Date
	Version      int
	ChangedAt    time.Time

	OrgName string // for showing
}

// maxReason is the longest reason, in characters.
const maxReason = 300

// departs tells whether the activity is not done as it was planned.
func (p *Plan) departs() bool { return p.State == Suspended || p.State == Redesigned }

// Check reports what is wrong with a plan.
func (p *Plan) Check() error {
	c := errs.Check{}
	c.That(slices.Contains(ActivityStates, p.State), "state", "error.field_choice")
	c.That(p.Mode == "" || slices.Contains(Modes, p.Mode), "mode", "error.field_choice")
	c.That(p.To == "" || p.From != "", "from", "schedule.from.needed")
	c.That(p.To == "" || p.To >= p.From, "to", "error.field_before")
	c.That(errs.Fits(p.Reason, maxReason), "reason", "error.field_long")
	if p.departs() {
		c.That(p.Reason != "", "reason", "schedule.reason.needed")
		c.That(p.Since != "", "since", "schedule.since.needed")
		c.That(p.Until == "" || p.Until >= p.Since, "until", "error.field_before")
	} else {
		c.That(p.Reason == "", "reason", "schedule.reason.without")
		c.That(p.Since == "", "since", "schedule.reason.without")
		c.That(p.Until == "", "until", "schedule.reason.without")
	}
	return c.Err()
}

// same tells whether two plans say the same.
func (p Plan) same(q Plan) bool {
	q.Version, q.ChangedAt, q.OrgName = p.Version, p.ChangedAt, p.OrgName
	return p == q
}

// Scheduled is an activity on the schedule: its plan, and the versions before it,
// the newest first.
type Scheduled struct {
	Code  string
	Title Text
	Plan
	Before []Plan
}

// Schedule lists the activities of a programme in the order of the logframe,
// each with its plan.
func (m *Module) Schedule(ctx context.Context, code string) (p Programme, list []Scheduled, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return p, nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if p, err = programmeByCode(ctx, tx, actor.Network, code); err != nil {
			return err
		}
		list, err = m.scheduleOf(ctx, tx, p)
		return err
	})
	return p, list, err
}

func (m *Module) scheduleOf(ctx context.Context, tx *db.Tx, p Programme) ([]Scheduled, error) {
	net := policy.From(ctx).Network
	written, err := plansOf(ctx, tx, net, p.Code)
	if err != nil {
		return nil, err
	}
	orgs, err := m.network.Organisations(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Scheduled
	for s := range p.Steps() {
		if s.Kind != NodeActivity {
			continue
		}
		versions := append(written[s.Code], p.declaredPlan(s.PackNode, orgs))
		for i := range versions {
			versions[i].OrgName = orgName(orgs, versions[i].OrgID)
		}
		out = append(out, Scheduled{s.Code, s.Title, versions[0], versions[1:]})
	}
	return out, nil
}

// declaredPlan is what the pack says of an activity: its own dates, owner and way,
// and what a change of the programme says of it when it says when.
func (p *Pack) declaredPlan(n *PackNode, orgs []network.Organisation) Plan {
	plan := Plan{Activity: n.Code, From: db.Date(n.From), To: db.Date(n.To), Mode: ledger.Mode(n.Mode), State: Planned}
	owner := n.Owner
	if owner == "" && len(n.Partners) == 1 {
		owner = n.Partners[0]
	}
	for _, o := range orgs {
		if owner != "" && o.Code == owner {
			plan.OrgID = o.ID
		}
	}
	for _, c := range p.Changes {
		if slices.Contains(c.Nodes, n.Code) {
			plan.State, plan.Reason = Suspended, c.Reason.It
			if c.Kind == "redesign" {
				plan.State = Redesigned
			}
			plan.Since, plan.Until = db.Date(c.From), db.Date(c.To)
		}
	}
	return plan
}

func orgName(orgs []network.Organisation, id string) string {
	for _, o := range orgs {
		if o.ID == id {
			return o.Name
		}
	}
	return ""
}

// PlanActivity writes how an activity goes on from now; what was planned stays
// readable. It is for who leads this programme: for all others it is NotFound.
// An owner that is no partner is Invalid. When somebody else has changed the plan
// since it was read, that is a Conflict; the same sent twice happens once.
func (m *Module) PlanActivity(ctx context.Context, code string, p Plan) error {
	actor := policy.From(ctx)
	if !actor.MayIn(policy.ProgrammePlan, code) {
		return errs.Missing()
	}
	if err := p.Check(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		now, err := m.activityPlan(ctx, tx, code, p.Activity)
		if err != nil {
			return err
		}
		partners, err := m.network.Partners(ctx, tx, code)
		if err != nil {
			return err
		}
		c := errs.Check{}
		c.That(p.OrgID == "" || p.OrgID == now.OrgID || slices.ContainsFunc(partners, func(o network.Partnership) bool {
			return o.OrgID == p.OrgID && (o.To == "" || o.To > tx.Today())
		}), "org", "error.field_choice")
		if err := c.Err(); err != nil {
			return err
		}
		switch {
		case now.same(p) && now.Version >= p.Version:
			return nil
		case now.Version != p.Version:
			return errs.New(errs.Conflict, "error.version")
		}
		p.Version++
		if err := insertPlan(ctx, tx, actor.Network, code, p); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "schedule.change", Kind: "activity", ID: code + "/" + p.Activity})
	})
}

// activityPlan is the plan of an activity that holds now, or NotFound.
func (m *Module) activityPlan(ctx context.Context, tx *db.Tx, code, activity string) (s Scheduled, err error) {
	p, err := programmeByCode(ctx, tx, policy.From(ctx).Network, code)
	if err != nil {
		return s, err
	}
	list, err := m.scheduleOf(ctx, tx, p)
	if err != nil {
		return s, err
	}
	for _, s := range list {
		if s.Code == activity {
			return s, nil
		}
	}
	return s, errs.Missing()
}

// departures are the stretches of time in which an activity was not done as
// planned, as any version says. One without an end lasts until the version that
// ended it; the last one is still open.
func (s *Scheduled) departures() (out []Plan) {
	var after *Plan
	for _, p := range append([]Plan{s.Plan}, s.Before...) {
		if p.departs() && p.Since != "" {
			if p.Until == "" && after != nil {
				p.Until = db.DateOf(after.ChangedAt)
			}
			if !slices.ContainsFunc(out, func(o Plan) bool { return o.State == p.State && o.Since == p.Since }) {
				out = append(out, p)
			}
		}
		after = &p
	}
	slices.Reverse(out)
	return out
}
