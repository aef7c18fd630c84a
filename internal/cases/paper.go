package cases

import (
	"cmp"
	"context"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// PaperPlan is a plan as the family takes it away: the draft that waits for their
// signatures, else the one in force.
type PaperPlan struct {
	*File
	Text    *Plan
	Signers []people.Signer // who signs it
}

// PlanOnPaper returns the plan of a case to print, and logs that it was read;
// NotFound when it is not open to the actor, a Conflict when there is none.
func (m *Module) PlanOnPaper(ctx context.Context, caseID string) (*PaperPlan, error) {
	f, err := m.File(ctx, caseID)
	if err == nil {
		err = f.Open.Require(policy.Plan)
	}
	if err != nil {
		return nil, err
	}
	p := &PaperPlan{File: f, Text: f.Writing()}
	if p.Text == nil {
		p.Text = f.Plan
	}
	if p.Text == nil {
		return nil, errs.New(errs.Conflict, "plan.none_yet")
	}
	return p, m.db.Read(ctx, func(tx *db.Tx) error {
		who, err := m.whoSigns(ctx, tx, &f.Case, p.Text, cmp.Or(p.Text.SignedOn, tx.Today()))
		p.Signers = nil
		for _, s := range who.all {
			if !s.MayNot {
				p.Signers = append(p.Signers, s)
			}
		}
		return err
	})
}

// by says who does a support, by body: who holds the paper may not be who signed it.
func (p *PaperPlan) by(a Action) string {
	for _, t := range p.Team {
		if a.AccountID != "" && t.AccountID == a.AccountID {
			return t.OrgName
		}
	}
	return a.Body
}
