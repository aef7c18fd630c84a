package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// AnalysisOutcomes are what a preliminary analysis can lead to. The first is
// the norm's wording; the others are practice, to be checked.
var AnalysisOutcomes = []string{"multidisciplinary_team", "simplified_plan", "employment_services",
	"specialised_service", "no_further_support"}

// takesOn are the outcomes with which the family is taken on; with the others
// somebody else follows on, or nobody needs to.
var takesOn = map[string]bool{"multidisciplinary_team": true, "simplified_plan": true}

// beginAnalysis makes the preliminary analysis of a case, if nobody has begun it.
func (m *Module) beginAnalysis(ctx context.Context, tx *db.Tx, w *assessing) error {
	a := &Assessment{ID: w.ID, CaseID: w.ID, Instrument: shippedInstrument(SixAreas), Moment: Moments[0], On: w.OpenedOn,
		Subject: Subject{Kind: OfHousehold, ID: w.HouseholdID}}
	actor := policy.From(ctx)
	return insertAssessment(ctx, tx, actor.Network, a, actor.AccountID)
}

// concludeAnalysis writes the outcome, which needs all areas and closes the
// analysis. A family that was taken on stays so: the outcome can change only to
// another that takes on.
func (m *Module) concludeAnalysis(ctx context.Context, tx *db.Tx, w *assessing, a *Assessment, outcome string) error {
	c := w.Case
	if outcome == c.AnalysisOutcome || outcome == "" {
		return nil
	}
	if _, err := policy.Check(ctx, policy.AnalysisEnd); err != nil {
		return err
	}
	k := errs.Check{}
	k.That(len(a.Scores) >= a.Instrument.Least, "outcome", "analysis.areas_missing")
	k.That(c.ChargedOn == "" || takesOn[outcome], "outcome", "analysis.charged_already")
	if err := k.Err(); err != nil {
		return err
	}
	was := *c
	c.AnalysisOutcome = outcome
	if c.AnalysedOn == "" {
		c.AnalysedOn = tx.Today()
	}
	if c.ChargedOn == "" && takesOn[outcome] {
		c.ChargedOn = tx.Today()
		if err := m.advance(ctx, tx, c, InCharge, c.ChargedOn); err != nil {
			return err
		}
	}
	net := policy.From(ctx).Network
	if err := updateCase(ctx, tx, net, c); err != nil {
		return err
	}
	a.ClosedOn, a.Revision = c.AnalysedOn, a.Revision+1
	if err := updateAssessment(ctx, tx, net, a); err != nil {
		return err
	}
	return m.countAnalysis(ctx, tx, net, &was, c)
}
