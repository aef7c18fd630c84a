package cases

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/ledger"
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

// Check reports what is wrong with an area about to be saved.
func (a *Area) Check(c errs.Check) {
	field := string(a.Section)
	c.That(a.Severity >= 0 && a.Severity <= MaxSeverity, field, "analysis.severity_missing")
	c.That(len(a.Notes) <= 8000, field, "error.field_long")
}

// AreaConflict carries what somebody else saved of an area since the form was
// opened. Nothing of either is lost.
type AreaConflict struct {
	Theirs Area
	error
}

// Unwrap gives the refusal that the conflict is.
func (c *AreaConflict) Unwrap() error { return c.error }

// SaveAnalysis saves the areas that the actor has filled in, of those that are
// open to them. With an outcome the analysis is complete: the household and its
// members are in charge from today.
func (m *Module) SaveAnalysis(ctx context.Context, caseID string, areas []Area, outcome string) error {
	c := errs.Check{}
	for _, a := range areas {
		a.Check(c)
	}
	c.That(outcome == "" || slices.Contains(AnalysisOutcomes, outcome), "outcome", "error.field_choice")
	if err := c.Err(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.act(ctx, tx, caseID, policy.AnalysisWrite, policy.Overview)
		if err != nil {
			return err
		}
		for _, a := range areas {
			if err := m.saveArea(ctx, tx, c, open, key, a); err != nil {
				return err
			}
		}
		if outcome == "" {
			return nil
		}
		return m.completeAnalysis(ctx, tx, c, outcome)
	})
}

func (m *Module) saveArea(ctx context.Context, tx *db.Tx, c *Case, open policy.Open, key *crypto.Key, a Area) error {
	actor := policy.From(ctx)
	if err := open.Require(a.Section); err != nil {
		return err
	}
	if !slices.Contains(policy.Areas, a.Section) {
		return errs.Missing()
	}
	sealed := key.Seal([]byte(a.Notes), areaPlace(c.ID, a.Section))
	saved, err := saveArea(ctx, tx, actor.Network, c.ID, a, sealed, actor.AccountID)
	if err != nil {
		return err
	}
	if !saved {
		theirs, err := m.areas(ctx, tx, c, policy.Open{a.Section: true}, key)
		if err != nil {
			return err
		}
		return &AreaConflict{theirs[0], errs.New(errs.Conflict, "error.version")}
	}
	return m.record(ctx, tx, "analysis.save", c.ID, a.Section)
}

// completeAnalysis takes the household in charge. Doing it again only changes
// the outcome: a family is taken in charge once.
func (m *Module) completeAnalysis(ctx context.Context, tx *db.Tx, c *Case, outcome string) error {
	net := policy.From(ctx).Network
	first := c.AnalysedOn == ""
	c.AnalysisOutcome = outcome
	if first {
		c.AnalysedOn, c.Stage = tx.Today(), InCharge
	}
	if err := updateCase(ctx, tx, net, c); err != nil || !first {
		return err
	}
	persons, err := m.people.MemberIDs(ctx, tx, net, c.HouseholdID)
	if err != nil {
		return err
	}
	for _, p := range persons {
		if err := insertCasePerson(ctx, tx, net, c.ID, p, c.AnalysedOn); err != nil {
			return err
		}
	}
	if err := m.record(ctx, tx, "case.in_charge", c.ID, policy.Overview); err != nil {
		return err
	}
	facts, err := m.chargeFacts(ctx, tx, net, c)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, net, facts...)
}

// chargeFacts are what taking a family in charge counts for.
func (m *Module) chargeFacts(ctx context.Context, tx *db.Tx, net string, c *Case) ([]ledger.Fact, error) {
	if c.AnalysedOn == "" {
		return nil, nil
	}
	place, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil {
		return nil, err
	}
	facts := []ledger.Fact{
		c.fact("cases.analysis_done", c.AnalysedOn, c.source(), place),
		c.fact("cases.household_in_charge", c.AnalysedOn, c.source(), place),
	}
	persons, err := casePersons(ctx, tx, net, c.ID)
	for _, p := range persons {
		f := c.fact("cases.person_in_charge", p.since, c.source(), place)
		f.SubjectID = p.person
		if f.Dimensions, err = m.people.Dimensions(ctx, tx, net, p.person, p.since); err != nil {
			return nil, err
		}
		facts = append(facts, f)
	}
	return facts, err
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
