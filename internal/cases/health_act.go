package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// onHealthPath runs an act on a path of care that the actor is named to, and writes
// what it leaves of it. The data of a person that are only kept take no more.
func (m *Module) onHealthPath(ctx context.Context, id, act string, do func(tx *db.Tx, p *HealthPath) error) error {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return err
	}
	network := policy.From(ctx).Network
	return m.db.Write(ctx, func(tx *db.Tx) error {
		p, own, err := m.healthPath(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.PersonID != "" {
			if err := m.people.CheckUse(ctx, tx, p.PersonID); err != nil {
				return err
			}
		}
		before := *p
		if err := do(tx, p); err != nil {
			return err
		}
		sealed, err := m.sealHealth(ctx, p, own)
		if err != nil {
			return err
		}
		if err := updateHealthPath(ctx, tx, network, p, sealed); err != nil {
			return err
		}
		if err := m.countHealth(ctx, tx, &before, p); err != nil {
			return err
		}
		return m.recordHealth(ctx, tx, act, id)
	})
}

// ChangeHealthPath writes where a path of care stands and what is known of it. What
// somebody else saved since comes back as an errs.Stale; one that has ended is a
// Conflict.
func (m *Module) ChangeHealthPath(ctx context.Context, id string, n HealthDraft) error {
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.onHealthPath(ctx, id, "health.change", func(_ *db.Tx, p *HealthPath) error {
		switch {
		case p.ended():
			return errs.New(errs.Conflict, "health.ended_already")
		case p.Version != n.Version:
			return errs.Changed(*p)
		}
		p.fill(&n)
		return nil
	})
}

// HealthEnd is how a path of care ends.
type HealthEnd struct {
	Outcome    string // code of HealthOutcomes
	On         db.Date
	FollowUpOn db.Date // when one asks how it goes; empty: one does not
	Note       string
	Version    int // of the path the form was filled from
}

// EndHealthPath ends a path of care. One that has ended is a Conflict, and what
// somebody else saved since comes back as an errs.Stale.
func (m *Module) EndHealthPath(ctx context.Context, id string, n HealthEnd) error {
	today := db.DateOf(m.db.Now())
	c := errs.Check{}
	c.That(codelist.Valid(ctx, HealthOutcomes, n.Outcome, ""), "outcome", "health.outcome_missing")
	c.That(n.On != "" && n.On <= today, "ended_on", "health.ended_when")
	c.That(n.FollowUpOn == "" || n.FollowUpOn > n.On && n.FollowUpOn.Within(today, 5, 2), "follow_up_on", "health.follow_up_wrong")
	c.That(errs.Fits(n.Note, lineText), "note", "error.field_long")
	if err := c.Err(); err != nil {
		return err
	}
	return m.onHealthPath(ctx, id, "health.end", func(_ *db.Tx, p *HealthPath) error {
		switch {
		case p.ended():
			return errs.New(errs.Conflict, "health.ended_already")
		case p.Version != n.Version:
			return errs.Changed(*p)
		case n.On < p.OpenedOn:
			return errs.Check{"ended_on": "health.ended_when"}.Err()
		}
		p.State, p.Outcome, p.EndedOn, p.FollowUpOn, p.OutcomeNote = HealthEnded, n.Outcome, n.On, n.FollowUpOn, n.Note
		return nil
	})
}

// healthFacts are what a path of care counts for: that it began and, once it was held,
// its first appointment.
func (m *Module) healthFacts(ctx context.Context, tx *db.Tx, network string, p *HealthPath) ([]ledger.Fact, error) {
	territory, err := m.network.Territory(ctx, tx, network, p.OrgID)
	f := ledger.Fact{Measure: "cases.health_path_opened", Date: p.OpenedOn, SubjectID: p.subject, Place: p.Place, OrgID: p.OrgID, TerritoryID: territory,
		Quantity: 1, Source: ledger.Source{Kind: string(policy.HealthPath), ID: p.ID}, Dimensions: p.Dimensions}
	facts := []ledger.Fact{f}
	if p.Came {
		f.Measure, f.Date = "cases.health_first_appointment", p.FirstOn
		facts = append(facts, f)
	}
	return facts, err
}

func (m *Module) allHealthFacts(ctx context.Context, tx *db.Tx, network string) (facts []ledger.Fact, err error) {
	rows, err := allHealthPaths(ctx, tx, network)
	for i := range rows {
		of, err := m.healthFacts(ctx, tx, network, &rows[i].HealthPath)
		if err != nil {
			return nil, err
		}
		facts = append(facts, of...)
	}
	return facts, err
}

// countHealth posts what became true of a path since it was before, nil when it is
// new; when something of it is true no more, all of it is reversed and posted anew.
func (m *Module) countHealth(ctx context.Context, tx *db.Tx, before, p *HealthPath) (err error) {
	var was []ledger.Fact
	network := policy.From(ctx).Network
	if before != nil {
		if was, err = m.healthFacts(ctx, tx, network, before); err != nil {
			return err
		}
	}
	facts, err := m.healthFacts(ctx, tx, network, p)
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(slices.Clone(facts), func(f ledger.Fact) bool { return slices.Contains(was, f) })
	if len(fresh) != len(facts)-len(was) {
		if err := m.ledger.Reverse(ctx, tx, network, facts[0].Source); err != nil {
			return err
		}
		fresh = facts
	}
	return m.ledger.Post(ctx, tx, network, fresh...)
}
