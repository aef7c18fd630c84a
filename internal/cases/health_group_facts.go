package cases

import (
	"context"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

func (s *GroupSession) source() ledger.Source { return ledger.Source{Kind: sessionKind, ID: s.ID} }

// sessionFacts are what a session counts for: itself, how long it was, and who was there
// by name or code. Who did not say who they are cannot be told apart, and is no fact. It
// reads nothing that is sealed.
func (m *Module) sessionFacts(ctx context.Context, tx *db.Tx, network string, g *HealthGroup, s *GroupSession) ([]ledger.Fact, error) {
	if !s.counts() {
		return nil, nil
	}
	territory, err := m.network.Territory(ctx, tx, network, g.OrgID)
	if err != nil {
		return nil, err
	}
	f := ledger.Fact{Measure: "cases.prevention_session", Date: s.Date(), SubjectID: s.ID, Place: g.Place, OrgID: g.OrgID, TerritoryID: territory,
		Mode: s.Mode, Quantity: 1, Source: s.source()}
	facts := []ledger.Fact{f}
	f.Measure, f.Quantity = "cases.prevention_minutes", int64(s.Minutes())
	facts = append(facts, f)
	lines, err := m.attendance.Sheet(ctx, tx, network, nil, s.Session.ID)
	if err != nil {
		return nil, err
	}
	rows, err := groupPeopleOf(ctx, tx, network, g.ID)
	for _, r := range rows {
		for _, l := range lines {
			if l.Subject.ID == r.ID && l.State == attendance.Present {
				f.Measure, f.Quantity, f.SubjectID, f.Dimensions = "cases.prevention_participant", 1, r.subject, r.Dimensions
				facts = append(facts, f)
			}
		}
	}
	return facts, err
}

func (m *Module) allGroupFacts(ctx context.Context, tx *db.Tx, network string) (facts []ledger.Fact, err error) {
	groups, err := allHealthGroups(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	for i := range groups {
		sessions, err := m.sessionsOf(ctx, tx, network, &groups[i].HealthGroup, nil)
		if err != nil {
			return nil, err
		}
		for j := range sessions {
			of, err := m.sessionFacts(ctx, tx, network, &groups[i].HealthGroup, &sessions[j])
			if err != nil {
				return nil, err
			}
			facts = append(facts, of...)
		}
	}
	return facts, nil
}
