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

// Review is a moment at which family and team looked at the plan together.
type Review struct {
	ID     string
	PlanID string
	On     db.Date
	Who    string // name of who wrote it down
	Note   string
}

// NewReview is what a review asks for. Done are the actions that were found
// done.
type NewReview struct {
	On     db.Date
	Note   string
	Done   []string
	NextOn db.Date
	Sent   crypto.Sending
}

// Check reports what is wrong with a review.
func (n *NewReview) Check(today db.Date) error {
	c := errs.Check{}
	c.That(n.On != "" && n.On.Within(today, 5, 0), "on", "review.date_wrong")
	c.That(n.Note != "", "note", "review.note_missing")
	c.That(errs.Fits(n.Note, longText), "note", "error.field_long")
	c.That(n.NextOn == "" || n.NextOn > n.On, "next_on", "plan.review_date")
	return c.Err()
}

// ReviewPlan writes down a review of a plan in force and ticks off what was
// done.
func (m *Module) ReviewPlan(ctx context.Context, caseID string, n NewReview) error {
	if err := n.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		net := policy.From(ctx).Network
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.PlanReview, policy.Plan)
		if err != nil {
			return err
		}
		p, _, err := m.plans(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if p == nil {
			return errs.New(errs.Conflict, "plan.not_signed")
		}
		r := Review{ID: db.NewID(), PlanID: p.ID, On: n.On}
		first, err := m.keys.Once(ctx, tx, net, policy.From(ctx).AccountID, n.Sent, r.ID)
		if err != nil || first != r.ID {
			return err
		}
		if err := markDone(ctx, tx, net, p, n); err != nil {
			return err
		}
		if err := setReviewDate(ctx, tx, net, p.ID, n.NextOn); err != nil {
			return err
		}
		if err := m.remindReview(ctx, tx, c, p, n.NextOn); err != nil {
			return err
		}
		sealed := key.Seal([]byte(n.Note), "review/"+r.ID)
		if err := insertReview(ctx, tx, net, r, policy.From(ctx).AccountID, sealed); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "plan.review", c.ID, policy.Plan); err != nil {
			return err
		}
		return m.postCase(ctx, tx, net, c, "cases.review_held", r.On, ledger.Source{Kind: "plan_review", ID: r.ID})
	})
}

func markDone(ctx context.Context, tx *db.Tx, net string, p *Plan, n NewReview) error {
	for _, o := range p.Objectives {
		for _, a := range o.Actions {
			if a.DoneOn != "" || !slices.Contains(n.Done, a.ID) {
				continue
			}
			if err := setActionDone(ctx, tx, net, p.ID, a.ID, n.On); err != nil {
				return err
			}
		}
	}
	return nil
}

// reviews reads those of every edition of the plan of a case.
func (m *Module) reviews(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) ([]Review, error) {
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := reviewsOf(ctx, tx, policy.From(ctx).Network, c.ID)
	out := make([]Review, len(rows))
	for i, r := range rows {
		note, err := key.Open(r.sealed, "review/"+r.ID)
		if err != nil {
			return nil, err
		}
		r.Note, r.Who = string(note), names[r.Who]
		out[i] = r.Review
	}
	return out, err
}
