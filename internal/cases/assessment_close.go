package cases

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// close ends an assessment: from here on it counts, and is only corrected. Who closes
// answers for the whole, so all its domains must be open to them; in enough of them
// something must be said, and levels that need it must say what they rest on.
func (m *Module) close(ctx context.Context, tx *db.Tx, w *assessing, a *Assessment, reviewOn db.Date) error {
	for _, d := range a.Instrument.Domains {
		if !w.open[d.Section] {
			return errs.New(errs.Conflict, "assessment.not_whole")
		}
	}
	said := slices.DeleteFunc(slices.Clone(a.Scores), func(s Score) bool { return s.Level == NotScored })
	if len(said) < a.Instrument.Least {
		return errs.New(errs.Invalid, "assessment.too_few").With("Least", a.Instrument.Least).With("Said", len(said))
	}
	if err := m.checkEvidence(ctx, tx, w, a, said); err != nil {
		return err
	}
	a.ClosedOn, a.Revision, a.ReviewOn = tx.Today(), 1, reviewOn
	if err := updateAssessment(ctx, tx, policy.From(ctx).Network, a); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "assessment.close", w.ID, policy.Overview); err != nil {
		return err
	}
	if err := m.remindAssessment(ctx, tx, w.Case, a); err != nil {
		return err
	}
	done, err := m.doneFacts(ctx, tx, policy.From(ctx).Network, w.Case, a)
	if err != nil {
		return err
	}
	if err := m.ledger.Post(ctx, tx, policy.From(ctx).Network, done...); err != nil {
		return err
	}
	return m.recount(ctx, tx, w, a)
}

// correct follows a closed assessment that says something else now.
func (m *Module) correct(ctx context.Context, tx *db.Tx, w *assessing, a *Assessment, s Sheet) error {
	if err := m.checkEvidence(ctx, tx, w, a, s.Scores); err != nil {
		return err
	}
	a.Revision++
	if err := updateAssessment(ctx, tx, policy.From(ctx).Network, a); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "assessment.correct", w.ID, policy.Overview); err != nil {
		return err
	}
	return m.recount(ctx, tx, w, a)
}

// checkEvidence wants a note beside each score whose level needs one, against the
// last closed assessment before this one.
func (m *Module) checkEvidence(ctx context.Context, tx *db.Tx, w *assessing, a *Assessment, scores []Score) error {
	series, err := m.series(ctx, tx, w, a)
	if err != nil {
		return err
	}
	last := map[string]int{}
	for _, o := range series {
		if o.ID == a.ID {
			break
		}
		last = o.levels()
	}
	k := errs.Check{}
	for _, s := range scores {
		needed := a.Instrument.NeedsEvidence(s.Level, levelIn(last, s.Domain))
		k.That(s.Evidence != "" || !needed, DomainField(s.Domain, "evidence"), "assessment.evidence_missing")
	}
	return k.Err()
}

// series are the assessments that can be compared with one, itself among them: closed,
// of the same subject by the same edition of an instrument; the oldest first.
func (m *Module) series(ctx context.Context, tx *db.Tx, w *assessing, a *Assessment) ([]Assessment, error) {
	all, err := m.assessments(ctx, tx, w)
	return slices.DeleteFunc(all, func(o Assessment) bool {
		return !a.comparable(&o) || o.Revision == 0 && o.ID != a.ID
	}), err
}

func (a *Assessment) comparable(o *Assessment) bool {
	return a.Subject.ID == o.Subject.ID && a.Instrument.key() == o.Instrument.key() && a.Instrument.OrgID == o.Instrument.OrgID
}

// Baseline is what the assessments of a series are compared with: the first of T0, or
// the first of all. It is nil for itself, and where nothing was closed before.
func (a *Assessment) Baseline(all []Assessment) *Assessment {
	var first *Assessment
	for i := range all {
		o := &all[i]
		if !a.comparable(o) || o.Revision == 0 {
			continue
		}
		if first == nil || first.Moment != Moments[0] && o.Moment == Moments[0] {
			first = o
		}
	}
	if first == nil || first.ID == a.ID {
		return nil
	}
	return first
}

// recount settles what the series of an assessment says of change. Its last one is
// held against the first (see Baseline): what counts is where a family stands now, and
// not that it stood better once. So a household or a person has at most one fact of
// each measure of change for an instrument in a case, of the day of the last
// assessment; the one before is reversed, and figures as of an earlier day keep it.
func (m *Module) recount(ctx context.Context, tx *db.Tx, w *assessing, a *Assessment) error {
	series, err := m.series(ctx, tx, w, a)
	if err != nil || !a.Instrument.Autonomy {
		return err
	}
	ours := slices.DeleteFunc(slices.Clone(series), func(o Assessment) bool { return o.Imported })
	if len(ours) == 0 {
		return nil
	}
	last := &ours[len(ours)-1]
	last.improved = ""
	if first := last.Baseline(series); first != nil {
		last.improved = strings.Join(a.Instrument.improvedIn(first.levels(), last.levels()), " ")
	}
	net := policy.From(ctx).Network
	if err := setImproved(ctx, tx, net, last.ID, last.improved); err != nil {
		return err
	}
	change := w.changeSource(last)
	if err := m.ledger.Reverse(ctx, tx, net, change); err != nil {
		return err
	}
	facts, err := m.changeFacts(ctx, tx, net, w.Case, last)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, net, facts...)
}

// changeSource stands for the series of an assessment.
func (c *Case) changeSource(a *Assessment) ledger.Source {
	return ledger.Source{Kind: "assessment_series", ID: strings.Join([]string{c.ID, a.Subject.ID, a.Instrument.key(), a.Instrument.OrgID}, "/")}
}

// doneFacts count that an assessment was closed.
func (m *Module) doneFacts(ctx context.Context, tx *db.Tx, net string, c *Case, a *Assessment) ([]ledger.Fact, error) {
	place, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil {
		return nil, err
	}
	source := ledger.Source{Kind: "assessment", ID: a.ID}
	done := []ledger.Fact{c.fact("cases.assessment_done", a.On, source, place)}
	if a.Subject.Kind == OfHousehold {
		return done, nil
	}
	person, err := m.subjectFact(ctx, tx, net, c.fact("cases.person_assessed", a.On, source, place), a)
	return append(done, person), err
}

// changeFacts count in what the subject of the last assessment of a series stands
// better than at first.
func (m *Module) changeFacts(ctx context.Context, tx *db.Tx, net string, c *Case, last *Assessment) (out []ledger.Fact, err error) {
	place, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil {
		return nil, err
	}
	for _, in := range strings.Fields(last.improved) {
		if last.Subject.Kind == OfHousehold {
			out = append(out, c.fact(improvedMeasures[in], last.On, c.changeSource(last), place))
			continue
		}
		if in == wholeSubject {
			f, err := m.subjectFact(ctx, tx, net, c.fact("cases.person_autonomy_improved", last.On, c.changeSource(last), place), last)
			if err != nil {
				return nil, err
			}
			out = append(out, f)
		}
	}
	return out, nil
}

// improvedMeasures is the measure of each thing in which a household can stand better.
// The personal section has none: see Instrument.improvedIn.
var improvedMeasures = map[string]string{
	wholeSubject:                "cases.autonomy_improved",
	string(policy.AreaEconomic): "cases.autonomy_improved_economic",
	string(policy.AreaWork):     "cases.autonomy_improved_work",
	string(policy.AreaLearning): "cases.autonomy_improved_learning",
	string(policy.AreaHousing):  "cases.autonomy_improved_housing",
	string(policy.AreaNetworks): "cases.autonomy_improved_networks",
}

// subjectFact makes of a fact about a case one about the person who was assessed.
func (m *Module) subjectFact(ctx context.Context, tx *db.Tx, net string, f ledger.Fact, a *Assessment) (ledger.Fact, error) {
	dims, err := m.people.Dimensions(ctx, tx, net, a.Subject.ID, a.On)
	f.SubjectID, f.Dimensions = a.Subject.ID, dims
	return f, err
}

// assessmentFacts recomputes every fact of the assessments of a network. They say all
// that counts in the clear: nothing is opened.
func (m *Module) assessmentFacts(ctx context.Context, tx *db.Tx, network string, cases map[string]*Case) (out []ledger.Fact, err error) {
	rows, err := closedAssessments(ctx, tx, network)
	if err != nil {
		return nil, err
	}
	last := map[ledger.Source]*Assessment{}
	for i := range rows {
		r := &rows[i]
		c := cases[r.CaseID]
		r.Instrument = &Instrument{Code: r.code, Edition: r.edition, OrgID: r.of}
		if r.Revision == 0 || c == nil {
			continue
		}
		facts, err := m.doneFacts(ctx, tx, network, c, &r.Assessment)
		if err != nil {
			return nil, err
		}
		out = append(out, facts...)
		last[c.changeSource(&r.Assessment)] = &r.Assessment
	}
	for _, a := range last {
		facts, err := m.changeFacts(ctx, tx, network, cases[a.CaseID], a)
		if err != nil {
			return nil, err
		}
		out = append(out, facts...)
	}
	return out, nil
}

// remindAssessment reminds who answers for the case of the next assessment of the
// same series; without a day the reminder of an earlier one goes.
func (m *Module) remindAssessment(ctx context.Context, tx *db.Tx, c *Case, a *Assessment) error {
	rule := assessmentRule(c) + "/" + a.Instrument.Code + "/" + a.Subject.ID
	if a.ReviewOn == "" {
		return m.tasks.Settle(ctx, tx, rule, nil)
	}
	return m.tasks.Settle(ctx, tx, rule, []task.Reminder{{Key: rule + "/" + string(a.ReviewOn), Due: a.ReviewOn, To: task.To{AccountID: c.ManagerID},
		Record: task.Record{Kind: policy.Case, ID: c.ID, Section: policy.Overview}, Message: "task.reminder.assessment"}})
}

// assessmentRule makes the reminders of all assessments of a case.
func assessmentRule(c *Case) string { return "assessment/" + c.ID }
