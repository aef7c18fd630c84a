package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Assessment is what was seen of a family, or of one of its persons, on a day and
// with an instrument. It is a draft until somebody closes it; then it is corrected
// with a reason, and what it said before stays.
type Assessment struct {
	ID         string
	CaseID     string
	Instrument *Instrument
	Subject    Subject
	Moment     Moment
	On         db.Date
	ClosedOn   db.Date
	Revision   int     // 0 a draft, 1 closed, one more for each correction
	ReviewOn   db.Date // when to look again
	Scores     []Score // of the domains that are open to the reader, in their order
	Earlier    []Score // what was said before, newest first; on its own page only
	Imported   bool    // another body made it: it is compared with, and counts nothing
	improved   string  // see Instrument.improvedIn
}

// Subject is whom an assessment is about.
type Subject struct {
	Kind SubjectKind
	ID   string // of the household or of the person
	Name string // empty for the household
}

// Moment is when in the course of a case an assessment falls.
type Moment string

// Moments lists them in order. The preliminary analysis is of the first.
var Moments = []Moment{"t0", "review", "exit", followUp}

// followUp is the one moment that comes after the end of a case.
const followUp Moment = "follow_up"

// Score is what was said of one domain.
type Score struct {
	Domain string
	Said
	SavedBy string // name
	SavedAt time.Time
	Version int // 0 when nobody has saved it
}

// Said is the sealed part of a score. Level is the worker's, Self is what the person
// or the family says: each stands by itself, and NotScored where nothing was said.
type Said struct {
	Level    int    `json:"level"`
	Self     int    `json:"self"`
	Notes    string `json:"notes,omitempty"`
	Evidence string `json:"evidence,omitempty"` // what the level rests on
	Reason   string `json:"reason,omitempty"`   // why it was corrected after the closing
	From     string `json:"from,omitempty"`     // who said it where it was imported from, in words
}

// unsaid is a domain that nobody has looked at.
func unsaid(domain string) Score {
	return Score{Domain: domain, Said: Said{Level: NotScored, Self: NotScored}}
}

// NewAssessment is what beginning an assessment asks for.
type NewAssessment struct {
	Instrument string // code and edition: see Instruments
	Subject    string // id of the household or of one of its persons
	Moment     Moment
	On         db.Date
	Sheet      Sheet // may come at once
	Sent       crypto.Sending
}

// Sheet is what is written into an assessment: the scores that were typed over, each
// with the version that it replaces.
type Sheet struct {
	Scores   []Score
	Close    bool
	Outcome  string  // of the preliminary analysis, which it closes
	ReviewOn db.Date // with Close: when to look again, or empty
	Reason   string  // why a closed assessment is corrected
}

// Check reports what is wrong with the scores of a sheet.
func (s *Sheet) Check(in *Instrument, on db.Date) error {
	c := errs.Check{}
	for _, score := range s.Scores {
		field := DomainField(score.Domain, "")
		c.That(in.domain(score.Domain) != nil, field, "error.field_choice")
		c.That(score.Level == NotScored || in.Has(score.Level), field, "assessment.level_wrong")
		c.That(score.Self == NotScored || in.Has(score.Self), DomainField(score.Domain, "self"), "assessment.level_wrong")
		c.That(errs.Fits(score.Notes, longText), DomainField(score.Domain, "notes"), "error.field_long")
		c.That(errs.Fits(score.Evidence, lineText), DomainField(score.Domain, "evidence"), "error.field_long")
		c.That(score.Level != NotScored || !in.preliminary(), field, "analysis.severity_missing")
	}
	c.That(errs.Fits(s.Reason, lineText), "reason", "error.field_long")
	c.That(s.Outcome == "" || in.preliminary() && slices.Contains(AnalysisOutcomes, s.Outcome), "outcome", "error.field_choice")
	c.That(s.ReviewOn == "" || s.ReviewOn > on && s.ReviewOn.Within(on, 0, 2), "review_on", "assessment.review_date")
	return c.Err()
}

// DomainField is the form field of a domain: of its level, or of what stands beside it.
func DomainField(domain, what string) string {
	return strings.TrimSuffix("d."+domain+"."+what, ".")
}

// StartAssessment begins an assessment of the family of a case or of one of its
// persons, by an instrument that the actor's body may use, and returns its id. What
// the sheet carries is saved at once. A closed case takes only a follow-up.
func (m *Module) StartAssessment(ctx context.Context, caseID string, n NewAssessment) (id string, err error) {
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		w, err := m.assess(ctx, tx, caseID)
		if err != nil {
			return err
		}
		a, err := m.begin(ctx, tx, w, n)
		if err != nil {
			return err
		}
		actor := policy.From(ctx)
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, a.ID); err != nil || id != a.ID {
			return err
		}
		if err := insertAssessment(ctx, tx, actor.Network, a, actor.AccountID); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "assessment.start", caseID, policy.Overview); err != nil {
			return err
		}
		return m.write(ctx, tx, w, a, n.Sheet)
	})
	return id, err
}

// assessing is a case with what an assessment of it needs.
type assessing struct {
	*Case
	open policy.Open
	key  *crypto.Key // of the case
}

// assess loads a case for who may assess; it is refused, with a Conflict, while the
// data of somebody of the family are only kept.
func (m *Module) assess(ctx context.Context, tx *db.Tx, caseID string) (*assessing, error) {
	c, open, key, err := m.load(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	if err := open.Require(policy.Overview); err != nil {
		return nil, err
	}
	if _, err := policy.Check(ctx, policy.AnalysisWrite); err != nil {
		return nil, err
	}
	if err := m.works(ctx, tx, c, policy.AnalysisWrite); err != nil {
		return nil, err
	}
	return &assessing{c, open, key}, m.people.CheckHousehold(ctx, tx, c.HouseholdID)
}

// begin checks what a new assessment asks for.
func (m *Module) begin(ctx context.Context, tx *db.Tx, w *assessing, n NewAssessment) (*Assessment, error) {
	if w.closed() && n.Moment != followUp {
		return nil, errs.New(errs.Conflict, "case.closed_already")
	}
	usable, err := m.usable(ctx, tx)
	if err != nil {
		return nil, err
	}
	family, err := m.people.HouseholdIn(ctx, tx, w.HouseholdID)
	if err != nil {
		return nil, err
	}
	a := &Assessment{ID: db.NewID(), CaseID: w.ID, Moment: n.Moment, On: n.On}
	k := errs.Check{}
	i := slices.IndexFunc(usable, func(in *Instrument) bool { return in.key() == n.Instrument && !in.preliminary() })
	k.That(i >= 0, "instrument", "error.field_choice")
	k.That(slices.Contains(Moments, n.Moment) && w.closed() == (n.Moment == followUp), "moment", "error.field_choice")
	k.That(n.On != "" && n.On.Within(tx.Today(), 5, 0), "on", "assessment.date_wrong")
	if i >= 0 {
		a.Instrument = usable[i]
		a.Subject = subjectOf(family, n.Subject, tx.Today())
		k.That(slices.Contains(a.Instrument.AppliesTo, a.Subject.Kind), "subject", "assessment.subject_wrong")
	}
	return a, k.Err()
}

// subjectOf is the family, or one of its members who are open to the reader; of no
// kind when it is neither.
func subjectOf(family *people.Household, id string, today db.Date) Subject {
	if id == family.ID {
		return Subject{Kind: OfHousehold, ID: id}
	}
	for _, mb := range family.Members {
		if mb.PersonID != id {
			continue
		}
		if mb.Person.AdultOn(today) {
			return Subject{OfPerson, id, mb.Person.Name()}
		}
		return Subject{OfChild, id, mb.Person.Name()}
	}
	return Subject{}
}

// SaveAssessment writes into an assessment what the actor has changed, of the domains
// that are open to them; a closed one is corrected so, and asks why. When somebody has
// saved one of the domains meanwhile it returns an errs.Stale with their scores, and
// changes nothing. The preliminary analysis of a case has the id of the case, and
// begins when it is first saved.
func (m *Module) SaveAssessment(ctx context.Context, caseID, id string, s Sheet) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		w, err := m.assess(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if id == w.ID {
			if err := m.beginAnalysis(ctx, tx, w); err != nil {
				return err
			}
		}
		all, err := m.assessments(ctx, tx, w)
		if err != nil {
			return err
		}
		a, err := pick(all, id)
		if err != nil {
			return err
		}
		if w.closed() && a.Moment != followUp {
			return errs.New(errs.Conflict, "case.closed_already")
		}
		return m.write(ctx, tx, w, a, s)
	})
}

func pick(all []Assessment, id string) (*Assessment, error) {
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, errs.Missing()
}

// write saves a sheet, and closes or corrects what it closes or corrects.
func (m *Module) write(ctx context.Context, tx *db.Tx, w *assessing, a *Assessment, s Sheet) error {
	if err := s.Check(a.Instrument, a.On); err != nil {
		return err
	}
	k := errs.Check{}
	k.That(s.Reason != "" || a.Revision == 0 || len(s.Scores) == 0 || a.Instrument.preliminary(), "reason", "assessment.reason_missing")
	if err := k.Err(); err != nil {
		return err
	}
	if a.Subject.Kind != OfHousehold {
		if err := m.people.CheckUse(ctx, tx, a.Subject.ID); err != nil {
			return err
		}
	}
	if err := m.saveScores(ctx, tx, w, a, s); err != nil {
		return err
	}
	switch {
	case a.Instrument.preliminary():
		return m.concludeAnalysis(ctx, tx, w, a, s.Outcome)
	case a.Revision > 0 && len(s.Scores) > 0:
		return m.correct(ctx, tx, w, a, s)
	case a.Revision == 0 && s.Close:
		return m.close(ctx, tx, w, a, s.ReviewOn)
	}
	return nil
}

// saveScores adds a version of each domain that was typed over; what somebody else
// wrote there since the form was opened comes back in an errs.Stale.
func (m *Module) saveScores(ctx context.Context, tx *db.Tx, w *assessing, a *Assessment, s Sheet) error {
	key, err := m.keyOf(ctx, a, w.key)
	if err != nil {
		return err
	}
	actor := policy.From(ctx)
	var theirs []Score
	for _, score := range s.Scores {
		if err := w.open.Require(a.Instrument.domain(score.Domain).Section); err != nil {
			return err
		}
		score.Reason = s.Reason
		stands := a.score(score.Domain)
		switch {
		case stands.Version == score.Version:
			score.Version++
			if err := insertScore(ctx, tx, actor.Network, a, score, key, actor.AccountID); err != nil {
				return err
			}
			a.put(score)
			act := "assessment.save"
			if a.Instrument.preliminary() {
				act = "analysis.save"
			}
			if err := m.record(ctx, tx, act, w.ID, a.Instrument.domain(score.Domain).Section); err != nil {
				return err
			}
		case stands.same(score): // the same words saved twice, as by a double click, are no conflict
		default:
			theirs = append(theirs, stands)
		}
	}
	if len(theirs) > 0 {
		return errs.Changed(theirs)
	}
	return nil
}

func (s Score) same(o Score) bool {
	return s.Level == o.Level && s.Self == o.Self && s.Notes == o.Notes && s.Evidence == o.Evidence
}

// score is what stands of a domain.
func (a *Assessment) score(domain string) Score {
	for _, s := range a.Scores {
		if s.Domain == domain {
			return s
		}
	}
	return unsaid(domain)
}

func (a *Assessment) put(score Score) {
	a.Scores = append(slices.DeleteFunc(a.Scores, func(s Score) bool { return s.Domain == score.Domain }), score)
}

// levels are the worker's, by domain.
func (a *Assessment) levels() map[string]int {
	out := make(map[string]int, len(a.Scores))
	for _, s := range a.Scores {
		out[s.Domain] = s.Level
	}
	return out
}
