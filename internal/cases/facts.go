package cases

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

// Facts recomputes from the records every fact of the area that should stand,
// so that verify can hold the ledger against it.
func (m *Module) Facts(ctx context.Context, tx *db.Tx, network string) ([]ledger.Fact, error) {
	rows, err := allCases(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*Case, len(rows))
	var facts []ledger.Fact
	for i := range rows {
		c := &rows[i].Case
		byID[c.ID] = c
		of, err := m.caseFacts(ctx, tx, network, c)
		if err != nil {
			return nil, err
		}
		facts = append(facts, of...)
	}
	for _, of := range []func() ([]ledger.Fact, error){
		func() ([]ledger.Fact, error) { return m.assessmentFacts(ctx, tx, network, byID) },
		func() ([]ledger.Fact, error) { return m.referralFacts(ctx, tx, network, byID) },
		func() ([]ledger.Fact, error) { return m.allHealthFacts(ctx, tx, network) },
		func() ([]ledger.Fact, error) { return m.allGroupFacts(ctx, tx, network) },
		func() ([]ledger.Fact, error) { return m.allWorkFacts(ctx, tx, network) },
		func() ([]ledger.Fact, error) { return m.allMobileFacts(ctx, tx, network) },
		func() ([]ledger.Fact, error) { return m.sittingFacts(ctx, tx, network, byID) },
	} {
		some, err := of()
		if err != nil {
			return nil, err
		}
		facts = append(facts, some...)
	}
	steps, err := allSteps(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	for _, s := range steps {
		place, err := m.network.Territory(ctx, tx, network, byID[s.CaseID].OrgID)
		if err != nil {
			return nil, err
		}
		facts = append(facts, s.facts(byID[s.CaseID], place)...)
	}
	interventions, err := allInterventions(ctx, tx, network)
	for _, i := range interventions {
		place, err := m.network.Territory(ctx, tx, network, i.OrgID)
		if err != nil {
			return nil, err
		}
		facts = append(facts, i.facts(byID[i.caseID], place)...)
	}
	return facts, err
}

func (m *Module) sittingFacts(ctx context.Context, tx *db.Tx, network string, byID map[string]*Case) (facts []ledger.Fact, err error) {
	sittings, err := heldSittings(ctx, tx, network)
	for _, s := range sittings {
		place, err := m.network.Territory(ctx, tx, network, byID[s.CaseID].OrgID)
		if err != nil {
			return nil, err
		}
		facts = append(facts, s.facts(byID[s.CaseID], place)...)
	}
	return facts, err
}

func (m *Module) caseFacts(ctx context.Context, tx *db.Tx, network string, c *Case) ([]ledger.Fact, error) {
	facts, err := m.chargeFacts(ctx, tx, network, c)
	if err != nil {
		return nil, err
	}
	team, err := teamOf(ctx, tx, network, c.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range team {
		facts = append(facts, t.fact(c))
	}
	first, p, err := planWithOutcomes(ctx, tx, network, c.ID)
	if err != nil {
		return nil, err
	}
	closing, err := m.closingFacts(ctx, tx, network, c, p)
	if err != nil || p == nil {
		return append(facts, closing...), err
	}
	place, err := m.network.Territory(ctx, tx, network, c.OrgID)
	if err != nil {
		return nil, err
	}
	if first.Signed() {
		facts = append(facts, c.fact("cases.plan_signed", first.SignedOn, ledger.Source{Kind: "plan", ID: first.ID}, place))
	}
	reviews, err := reviewsOf(ctx, tx, network, c.ID)
	for _, r := range reviews {
		facts = append(facts, c.fact("cases.review_held", r.On, ledger.Source{Kind: "plan_review", ID: r.ID}, place))
	}
	return append(facts, closing...), err
}

// planWithOutcomes reads of the plan of a case what counts, and opens nothing: its
// first edition, and the one that stands; nil when there is none.
func planWithOutcomes(ctx context.Context, tx *db.Tx, network, caseID string) (first, p *Plan, err error) {
	rows, err := plansOf(ctx, tx, network, caseID)
	for i := range rows {
		if p == nil || rows[i].Signed() {
			p = &rows[i].Plan
		}
	}
	if err != nil || p == nil {
		return nil, nil, err
	}
	objectives, err := objectivesOf(ctx, tx, network, []string{p.ID})
	for _, o := range objectives {
		p.Objectives = append(p.Objectives, o.Objective)
	}
	return &rows[0].Plan, p, err
}
