package cases

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Area is one of the six of the preliminary analysis (D.Lgs. 147/2017, art. 5),
// in the order of policy.Areas.
type Area struct {
	Section  policy.Section
	Severity int // 0 no difficulty … 4 very serious; -1 not looked at yet
	Notes    string
	SavedBy  string
	SavedAt  time.Time
	Version  int // 0 when nobody has saved it
}

// MaxSeverity is the worst of the scale.
const MaxSeverity = 4

// AnalysisOutcomes are what a preliminary analysis can lead to. The first is
// the norm's wording; the others are practice, to be checked.
var AnalysisOutcomes = []string{"multidisciplinary_team", "simplified_plan", "employment_services",
	"specialised_service", "no_further_support"}

// takesOn are the outcomes with which the family is taken on; with the others
// somebody else follows on, or nobody needs to.
var takesOn = map[string]bool{"multidisciplinary_team": true, "simplified_plan": true}

// Check reports what is wrong with an area about to be saved.
func (a *Area) Check(c errs.Check) {
	field := string(a.Section)
	c.That(a.Severity >= 0 && a.Severity <= MaxSeverity, field, "analysis.severity_missing")
	c.That(errs.Fits(a.Notes, longText), field, "error.field_long")
}

// SaveAnalysis saves the areas that the actor has changed, of those that are
// open to them. With an outcome the analysis is complete, and the family is
// taken on from today if the outcome says so. When somebody has saved one of
// the areas meanwhile it returns an errs.Stale with their areas, and changes
// nothing.
func (m *Module) SaveAnalysis(ctx context.Context, caseID string, areas []Area, outcome string) error {
	k := errs.Check{}
	for _, a := range areas {
		a.Check(k)
	}
	k.That(outcome == "" || slices.Contains(AnalysisOutcomes, outcome), "outcome", "error.field_choice")
	if err := k.Err(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.act(ctx, tx, caseID, policy.AnalysisWrite, policy.Overview)
		if err != nil {
			return err
		}
		var theirs []Area
		for _, a := range areas {
			other, err := m.saveArea(ctx, tx, c, open, key, a)
			if err != nil {
				return err
			}
			theirs = append(theirs, other...)
		}
		if len(theirs) > 0 {
			return errs.Changed(theirs)
		}
		return m.concludeAnalysis(ctx, tx, c, outcome)
	})
}

// saveArea saves one area, or returns what somebody else wrote there since the
// form was opened.
func (m *Module) saveArea(ctx context.Context, tx *db.Tx, c *Case, open policy.Open, key *crypto.Key, a Area) ([]Area, error) {
	actor := policy.From(ctx)
	if err := open.Require(a.Section); err != nil {
		return nil, err
	}
	if !slices.Contains(policy.Areas, a.Section) {
		return nil, errs.Missing()
	}
	sealed := key.Seal([]byte(a.Notes), areaPlace(c.ID, a.Section))
	saved, err := saveArea(ctx, tx, actor.Network, c.ID, a, sealed, actor.AccountID)
	if err != nil {
		return nil, err
	}
	if saved {
		return nil, m.record(ctx, tx, "analysis.save", c.ID, a.Section)
	}
	theirs, err := m.areas(ctx, tx, c, policy.Open{a.Section: true}, key)
	if err != nil {
		return nil, err
	}
	// The same words saved twice, as by a double click, are no conflict.
	if theirs[0].Severity == a.Severity && theirs[0].Notes == a.Notes {
		return nil, nil
	}
	return theirs, nil
}

// concludeAnalysis writes the outcome, which needs all six areas. A family that
// was taken on stays so: the outcome can change only to another that takes on.
func (m *Module) concludeAnalysis(ctx context.Context, tx *db.Tx, c *Case, outcome string) error {
	if outcome == c.AnalysisOutcome || outcome == "" {
		return nil
	}
	if _, err := policy.Check(ctx, policy.AnalysisEnd); err != nil {
		return err
	}
	net := policy.From(ctx).Network
	rows, err := areasOf(ctx, tx, net, c.ID)
	if err != nil {
		return err
	}
	k := errs.Check{}
	k.That(len(rows) == len(policy.Areas), "outcome", "analysis.areas_missing")
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
		c.advance(InCharge)
	}
	if err := updateCase(ctx, tx, net, c); err != nil {
		return err
	}
	return m.countAnalysis(ctx, tx, net, &was, c)
}

// areas returns the areas that are open, in order; those that nobody saved yet
// are there too, without a severity.
func (m *Module) areas(ctx context.Context, tx *db.Tx, c *Case, open policy.Open, key *crypto.Key) ([]Area, error) {
	rows, err := areasOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Area
	for _, s := range policy.Areas {
		if !open[s] {
			continue
		}
		a := Area{Section: s, Severity: -1}
		if i := slices.IndexFunc(rows, func(r areaRow) bool { return r.Section == s }); i >= 0 {
			notes, err := key.Open(rows[i].sealed, areaPlace(c.ID, s))
			if err != nil {
				return nil, err
			}
			a = rows[i].Area
			a.Notes, a.SavedBy = string(notes), names[a.SavedBy]
		}
		out = append(out, a)
	}
	return out, nil
}

func areaPlace(caseID string, s policy.Section) string {
	return "case_area/" + caseID + "/" + string(s)
}
