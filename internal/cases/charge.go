package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// countAnalysis posts what became true between was and c.
func (m *Module) countAnalysis(ctx context.Context, tx *db.Tx, net string, was, c *Case) error {
	if err := m.record(ctx, tx, "analysis.conclude", c.ID, policy.Overview); err != nil {
		return err
	}
	if was.ChargedOn == "" && c.ChargedOn != "" {
		persons, err := m.people.MemberIDs(ctx, tx, net, c.HouseholdID)
		if err != nil {
			return err
		}
		for _, p := range persons {
			if err := insertCasePerson(ctx, tx, net, c.ID, p, c.ChargedOn); err != nil {
				return err
			}
		}
	}
	before, err := m.chargeFacts(ctx, tx, net, was)
	if err != nil {
		return err
	}
	after, err := m.chargeFacts(ctx, tx, net, c)
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(after, func(f ledger.Fact) bool { return slices.Contains(before, f) })
	return m.ledger.Post(ctx, tx, net, fresh...)
}

// chargeFacts are what assessing a family and taking it on count for.
func (m *Module) chargeFacts(ctx context.Context, tx *db.Tx, net string, c *Case) (facts []ledger.Fact, err error) {
	place, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil || c.AnalysedOn == "" {
		return nil, err
	}
	facts = append(facts, c.fact("cases.analysis_done", c.AnalysedOn, c.source(), place))
	if c.ChargedOn == "" {
		return facts, nil
	}
	facts = append(facts, c.fact("cases.household_in_charge", c.ChargedOn, c.source(), place))
	persons, err := casePersons(ctx, tx, net, c.ID)
	for _, p := range persons {
		f, err := m.personFact(ctx, tx, net, c, p, place)
		if err != nil {
			return nil, err
		}
		facts = append(facts, f)
	}
	return facts, err
}

func (m *Module) personFact(ctx context.Context, tx *db.Tx, net string, c *Case, p casePerson, place string) (ledger.Fact, error) {
	f := c.fact("cases.person_in_charge", p.since, c.source(), place)
	f.SubjectID = p.person
	dims, err := m.people.Dimensions(ctx, tx, net, p.person, p.since)
	f.Dimensions = dims
	return f, err
}

// Joined is told that somebody has joined a household: in each case that has
// taken the family on, they are in charge from today. App fills people's slot
// with it.
func (m *Module) Joined(ctx context.Context, tx *db.Tx, householdID, personID string) error {
	net := policy.From(ctx).Network
	rows, err := chargedCases(ctx, tx, net, householdID)
	for _, r := range rows {
		p := casePerson{personID, tx.Today()}
		if err := insertCasePerson(ctx, tx, net, r.ID, p.person, p.since); err != nil {
			return err
		}
		place, err := m.network.Territory(ctx, tx, net, r.OrgID)
		if err != nil {
			return err
		}
		f, err := m.personFact(ctx, tx, net, &r.Case, p, place)
		if err != nil {
			return err
		}
		if err := m.ledger.Post(ctx, tx, net, f); err != nil {
			return err
		}
	}
	return err
}
