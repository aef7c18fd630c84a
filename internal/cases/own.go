package cases

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// OwnPlan is a plan as who signed it reads it: what the family does, and what the
// team does, by body and not by name.
type OwnPlan struct {
	SignedOn    db.Date
	Mine, Yours []OwnStep
}

// OwnStep is a step of a plan.
type OwnStep struct {
	Text  string
	OrgID string // of who does it; empty when the family does, or a body that the plan names in words
	Due   db.Date
	Done  bool
}

// OwnPlans lists the plans in force that the person who reads has signed, and
// logs that they read them. A plan that they did not sign is the household's, and
// not theirs; one of a programme that is very restricted is not on a page that
// somebody else may hold in their hands (safeguards, 3).
func (m *Module) OwnPlans(ctx context.Context) (out []OwnPlan, err error) {
	actor, err := policy.Own(ctx)
	if err != nil {
		return nil, err
	}
	var read []audit.Entry
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		out, read = nil, nil
		ids, err := signedBy(ctx, tx, actor.Network, actor.PersonID)
		if err != nil {
			return err
		}
		orgs, err := m.orgsOfStaff(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			p, err := m.ownPlan(ctx, tx, id, orgs)
			if err != nil {
				return err
			}
			if p != nil {
				out = append(out, *p)
				read = append(read, audit.Entry{Act: "own.read", Kind: policy.Case, ID: id, Section: policy.Plan})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, m.audit.Append(ctx, read...)
}

// ownPlan is the plan of a case, or nil when it is not to be shown.
func (m *Module) ownPlan(ctx context.Context, tx *db.Tx, id string, orgs map[string]string) (*OwnPlan, error) {
	network := policy.From(ctx).Network
	c, err := anyCase(ctx, tx, network, id)
	if err != nil || c.closed() {
		return nil, err
	}
	class, err := m.programmes.Class(ctx, tx, c.Programme)
	if err != nil || class == policy.VeryRestricted {
		return nil, err
	}
	keys, err := m.keys.Get(ctx, network, id)
	if err != nil {
		return nil, err
	}
	p, err := m.plan(ctx, tx, &c, keys[id])
	if err != nil || !p.Signed() {
		return nil, err
	}
	out := &OwnPlan{SignedOn: p.SignedOn}
	for _, o := range p.Objectives {
		for _, a := range o.Actions {
			s := OwnStep{Text: a.Text, OrgID: orgs[a.AccountID], Due: a.DueOn, Done: a.DoneOn != ""}
			if a.OfFamily() {
				out.Mine = append(out.Mine, s)
			} else {
				out.Yours = append(out.Yours, s)
			}
		}
	}
	return out, nil
}

// orgsOfStaff says where each colleague works.
func (m *Module) orgsOfStaff(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	staff, err := m.network.Operators(ctx, tx)
	out := make(map[string]string, len(staff))
	for _, o := range staff {
		out[o.AccountID] = o.OrgID
	}
	return out, err
}
