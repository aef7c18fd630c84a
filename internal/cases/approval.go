package cases

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Approval is where the approval of the text of a plan stands: who writes a plan
// does not approve it (safeguards, 10).
type Approval struct {
	ToID     string // account of who is asked; empty when nobody is
	To       string // name
	AskedBy  string // name
	AskedAt  *time.Time
	By       string     // name of who approved
	At       *time.Time // nil until somebody did
	Returned string     // why it was sent back, the last time
}

// Waiting tells whether somebody is asked and has not answered.
func (a *Approval) Waiting() bool { return a.ToID != "" && a.At == nil }

// Approvers lists who may approve the draft of a case: social workers of the body
// that leads it who wrote nothing of it.
func (m *Module) Approvers(ctx context.Context, f *File) (out []network.Operator, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		out, err = m.approvers(ctx, tx, &f.Case, f.Writing())
		return err
	})
	return out, err
}

func (m *Module) approvers(ctx context.Context, tx *db.Tx, c *Case, p *Plan) ([]network.Operator, error) {
	if p == nil {
		return nil, errs.New(errs.Conflict, "plan.none_yet")
	}
	wrote, err := writersOf(ctx, tx, policy.From(ctx).Network, p.ID)
	if err != nil {
		return nil, err
	}
	all, err := m.network.Operators(ctx, tx, policy.SocialWorker)
	return slices.DeleteFunc(all, func(op network.Operator) bool {
		return !op.Active || op.OrgID != c.OrgID || slices.Contains(wrote, op.AccountID)
	}), err
}

// ProposePlan asks one of the Approvers to approve the draft that was read. Until
// they answer they see the overview and the plan of the case.
func (m *Module) ProposePlan(ctx context.Context, caseID, account string, version int) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanWrite, policy.Plan)
		if err != nil {
			return err
		}
		p, err := m.draft(ctx, tx, c, key, version)
		if err != nil {
			return err
		}
		if p.Approval.At != nil || p.Approval.ToID == account {
			return nil // asked twice, as by a double click
		}
		may, err := m.approvers(ctx, tx, c, p)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(may, func(op network.Operator) bool { return op.AccountID == account }) {
			return errs.Check{"to": "plan.approver_missing"}.Err()
		}
		if err := m.withdraw(ctx, tx, c, p); err != nil {
			return err
		}
		if err := m.openTo(ctx, tx, c, account); err != nil {
			return err
		}
		if err := setProposed(ctx, tx, policy.From(ctx).Network, p.ID, account, policy.From(ctx).AccountID); err != nil {
			return err
		}
		return m.record(ctx, tx, "plan.propose", c.ID, policy.Plan)
	})
}

// Decision is the answer of who was asked to approve a plan.
type Decision struct {
	Approve bool
	Note    string // why it goes back
	Version int    // of the plan that was read
}

// DecidePlan approves the draft of a case, or sends it back; only who was asked
// does, and they see the case no more unless they work on it.
func (m *Module) DecidePlan(ctx context.Context, caseID string, d Decision) error {
	k := errs.Check{}
	k.That(d.Approve || d.Note != "", "note", "plan.return_note")
	k.That(errs.Fits(d.Note, lineText), "note", "error.field_long")
	if err := k.Err(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanApprove, policy.Plan)
		if err != nil {
			return err
		}
		p, err := m.draft(ctx, tx, c, key, d.Version)
		if err != nil {
			return err
		}
		actor := policy.From(ctx)
		if !p.Approval.Waiting() || p.Approval.ToID != actor.AccountID {
			return errs.New(errs.Conflict, "plan.not_asked")
		}
		if err := m.withdraw(ctx, tx, c, p); err != nil {
			return err
		}
		act := "plan.approve"
		if d.Approve {
			err = setApproved(ctx, tx, actor.Network, p.ID, actor.AccountID)
		} else {
			act, err = "plan.return", setReturned(ctx, tx, actor.Network, p.ID, key.Seal([]byte(d.Note), "plan/"+p.ID+"/returned"))
		}
		if err != nil {
			return err
		}
		return m.record(ctx, tx, act, c.ID, policy.Plan)
	})
}

// draft is the draft of a case in the version that was read.
func (m *Module) draft(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key, version int) (*Plan, error) {
	inForce, p, err := m.plans(ctx, tx, c, key)
	switch {
	case err != nil:
		return nil, err
	case p == nil && inForce != nil:
		return nil, errs.New(errs.Conflict, "plan.signed_already")
	case p == nil:
		return nil, errs.New(errs.Conflict, "plan.none_yet")
	case p.Version != version:
		return nil, errs.Changed(*p)
	}
	return p, nil
}

// openTo opens to a colleague of the body what they need to approve the plan.
func (m *Module) openTo(ctx context.Context, tx *db.Tx, c *Case, account string) error {
	if in, err := inTeam(ctx, tx, c, account); err != nil || in {
		return err
	}
	terms, err := m.terms(ctx, tx, c, policy.InstitutionalTask)
	if err != nil {
		return err
	}
	to := policy.ToAccount(account)
	if err := policy.Grant(ctx, tx, policy.From(ctx).Network, policy.Case, c.ID, to, terms, policy.Overview, policy.Plan); err != nil {
		return err
	}
	return m.people.Share(ctx, tx, c.HouseholdID, to, terms.Basis)
}

// withdraw closes the case to who was asked to approve its plan, unless they work on
// it or the plan asks nobody.
func (m *Module) withdraw(ctx context.Context, tx *db.Tx, c *Case, p *Plan) error {
	if p == nil || !p.Approval.Waiting() {
		return nil
	}
	net, account := policy.From(ctx).Network, p.Approval.ToID
	if in, err := inTeam(ctx, tx, c, account); err != nil || in {
		return err
	}
	if err := policy.Revoke(ctx, tx, net, policy.Case, c.ID, policy.ToAccount(account)); err != nil {
		return err
	}
	return m.unshare(ctx, tx, net, c, account)
}

func inTeam(ctx context.Context, tx *db.Tx, c *Case, account string) (bool, error) {
	team, err := teamOf(ctx, tx, policy.From(ctx).Network, c.ID)
	return slices.ContainsFunc(team, func(t TeamMember) bool { return t.AccountID == account && t.To == "" }), err
}

// ToApprove is a plan that waits for the actor's approval.
type ToApprove struct {
	File
	AskedBy string // name
	AskedAt time.Time
}

// PlansToApprove lists the plans that wait for the actor's approval, the longest
// first, each with its case, named as far as the actor may know.
func (m *Module) PlansToApprove(ctx context.Context) (out []ToApprove, err error) {
	actor, err := policy.Check(ctx, policy.PlanApprove)
	if err != nil {
		return nil, err
	}
	var read []string
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		asked, err := proposedTo(ctx, tx, actor)
		if err != nil || len(asked) == 0 {
			out, read = nil, nil
			return err
		}
		rows := make([]caseRow, len(asked))
		for i := range asked {
			rows[i] = asked[i].caseRow
		}
		files, ids, err := m.households(ctx, tx, rows)
		if err != nil {
			return err
		}
		names, err := m.network.StaffNames(ctx, tx)
		out, read = nil, ids
		for i, f := range files {
			out = append(out, ToApprove{File: f, AskedBy: names[asked[i].by], AskedAt: asked[i].at})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, m.audit.Read(ctx, policy.Person, policy.Identity, read...)
}
