package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

// pathFacts are what a way into work counts for from the day it began.
func (m *Module) pathFacts(ctx context.Context, tx *db.Tx, network string, p *WorkPath) ([]ledger.Fact, error) {
	f, err := m.workFact(ctx, tx, network, p, "cases.work_path_opened", p.OpenedOn, p.OrgID)
	f.Source = p.source()
	return []ledger.Fact{f}, err
}

// stepFacts are what a step counts for: nothing, once it was taken back.
func (m *Module) stepFacts(ctx context.Context, tx *db.Tx, network string, p *WorkPath, s *WorkStep) (facts []ledger.Fact, err error) {
	if s.VoidReason != "" {
		return nil, nil
	}
	for _, one := range []struct {
		measure string
		is      bool
		on      db.Date
	}{
		{"cases.work_training_completed", s.Kind == Training && slices.Contains(endedWell, s.Outcome), s.EndedOn},
		{"cases.work_internship_started", s.Kind == Internship, s.StartedOn},
		{"cases.work_job_started", s.Kind == Job, s.StartedOn},
		{"cases.work_job_kept_3", s.Kept3 == "yes", s.Kept3On},
		{"cases.work_job_kept_6", s.Kept6 == "yes", s.Kept6On},
	} {
		if !one.is {
			continue
		}
		f, err := m.workFact(ctx, tx, network, p, one.measure, one.on, s.OrgID)
		if err != nil {
			return nil, err
		}
		f.Source = s.source()
		facts = append(facts, f)
	}
	return facts, nil
}

func (m *Module) workFact(ctx context.Context, tx *db.Tx, network string, p *WorkPath, measure string, on db.Date, org string) (f ledger.Fact, err error) {
	f = ledger.Fact{Measure: measure, Date: on, SubjectID: p.PersonID, Place: p.Place, OrgID: org, Quantity: 1}
	if f.TerritoryID, err = m.network.Territory(ctx, tx, network, org); err != nil {
		return f, err
	}
	f.Dimensions, err = m.people.Dimensions(ctx, tx, network, p.PersonID, on)
	return f, err
}

// allWorkFacts recomputes those of a whole network, for verify.
func (m *Module) allWorkFacts(ctx context.Context, tx *db.Tx, network string) (facts []ledger.Fact, err error) {
	paths, err := allWorkPaths(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	steps, err := allWorkSteps(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	byID := map[string]*WorkPath{}
	for i := range paths {
		p := &paths[i].WorkPath
		byID[p.ID] = p
		of, err := m.pathFacts(ctx, tx, network, p)
		if err != nil {
			return nil, err
		}
		facts = append(facts, of...)
	}
	for i := range steps {
		of, err := m.stepFacts(ctx, tx, network, byID[steps[i].PathID], &steps[i].WorkStep)
		if err != nil {
			return nil, err
		}
		facts = append(facts, of...)
	}
	return facts, nil
}
