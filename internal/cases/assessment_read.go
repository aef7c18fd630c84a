package cases

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// assessments reads every assessment of a case with all that stands in it, the oldest
// first, whatever is open to the actor: seen makes of it what they may read.
func (m *Module) assessments(ctx context.Context, tx *db.Tx, w *assessing) ([]Assessment, error) {
	net := policy.From(ctx).Network
	rows, err := assessmentsOf(ctx, tx, net, w.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	instruments, err := m.instrumentsOf(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	keys, err := m.keysOf(ctx, rows, w.key)
	if err != nil {
		return nil, err
	}
	scores, err := standingScores(ctx, tx, net, w.ID)
	if err != nil {
		return nil, err
	}
	var out []Assessment
	for _, r := range rows {
		r.Instrument = instruments[r.instrumentKey()]
		key := keys[r.Subject.ID]
		if r.Instrument == nil || key == nil { // of somebody who was erased nothing can be read
			continue
		}
		for _, s := range scores {
			if s.assessment != r.ID {
				continue
			}
			if err := s.open(key); err != nil {
				return nil, err
			}
			r.Scores = append(r.Scores, s.Score)
		}
		out = append(out, r.Assessment)
	}
	return out, nil
}

// keysOf are the keys of the subjects: of a household, that of its case.
func (m *Module) keysOf(ctx context.Context, rows []assessmentRow, ofCase *crypto.Key) (map[string]*crypto.Key, error) {
	var persons []string
	for _, r := range rows {
		if r.Subject.Kind != OfHousehold && !slices.Contains(persons, r.Subject.ID) {
			persons = append(persons, r.Subject.ID)
		}
	}
	keys := map[string]*crypto.Key{}
	if len(persons) > 0 {
		var err error
		if keys, err = m.keys.Get(ctx, policy.From(ctx).Network, persons...); err != nil {
			return nil, err
		}
	}
	for _, r := range rows {
		if r.Subject.Kind == OfHousehold {
			keys[r.Subject.ID] = ofCase
		}
	}
	return keys, nil
}

func (m *Module) keyOf(ctx context.Context, a *Assessment, ofCase *crypto.Key) (*crypto.Key, error) {
	keys, err := m.keysOf(ctx, []assessmentRow{{Assessment: *a}}, ofCase)
	if err == nil && keys[a.Subject.ID] == nil {
		err = errs.Missing()
	}
	return keys[a.Subject.ID], err
}

// seen leaves of the assessments of a case what the actor may read: those of persons
// who are open to them, and in each the domains whose section is.
func (m *Module) seen(ctx context.Context, tx *db.Tx, f *File, all []Assessment) ([]Assessment, error) {
	var persons []string
	for _, a := range all {
		if a.Subject.Kind != OfHousehold {
			persons = append(persons, a.Subject.ID)
		}
	}
	readable := []string{}
	if len(persons) > 0 {
		var err error
		if readable, err = policy.Readable(ctx, tx, policy.Person, persons); err != nil {
			return nil, err
		}
	}
	by, err := m.authors(ctx, tx, &f.Case)
	if err != nil {
		return nil, err
	}
	var out []Assessment
	for _, a := range all {
		if a.Subject.Kind != OfHousehold {
			if !slices.Contains(readable, a.Subject.ID) {
				continue
			}
			a.Subject.Name = subjectOf(f.Household, a.Subject.ID, a.On).Name
		}
		a.Scores = a.openScores(f.Open)
		for i := range a.Scores {
			a.Scores[i].SavedBy = cmp.Or(a.Scores[i].From, by.of(a.Scores[i].SavedBy))
		}
		if len(a.Scores) > 0 {
			out = append(out, a)
		}
	}
	return out, nil
}

// openScores has a score for each domain that is open, said or not.
func (a *Assessment) openScores(open policy.Open) (out []Score) {
	for _, d := range a.Instrument.Domains {
		if open[d.Section] {
			out = append(out, a.score(d.Code))
		}
	}
	return out
}

// Assessment returns a case and one of its assessments, as far as both are open to
// the actor, with what the assessment said before, and logs that they were read. That
// of the id of the case is its preliminary analysis, begun or not.
func (m *Module) Assessment(ctx context.Context, caseID, id string) (f *File, a *Assessment, err error) {
	if f, err = m.File(ctx, caseID); err != nil {
		return nil, nil, err
	}
	if a, err = pick(f.Assessments, id); err != nil {
		if id != f.ID {
			return nil, nil, err
		}
		a = f.analysis()
		if len(a.Scores) == 0 {
			return nil, nil, errs.Missing()
		}
		return f, a, nil
	}
	return f, a, m.db.Read(ctx, func(tx *db.Tx) error { return m.earlier(ctx, tx, f, a) })
}

// earlier fills in what the assessment said before.
func (m *Module) earlier(ctx context.Context, tx *db.Tx, f *File, a *Assessment) error {
	keys, err := m.keys.Get(ctx, policy.From(ctx).Network, f.ID)
	if err != nil {
		return err
	}
	key, err := m.keyOf(ctx, a, keys[f.ID])
	if err != nil {
		return err
	}
	by, err := m.authors(ctx, tx, &f.Case)
	if err != nil {
		return err
	}
	rows, err := scoresOf(ctx, tx, policy.From(ctx).Network, a.ID)
	for _, r := range rows {
		d := a.Instrument.domain(r.Domain)
		if d == nil || !f.Open[d.Section] || r.Version == a.score(r.Domain).Version {
			continue
		}
		if err := r.open(key); err != nil {
			return err
		}
		r.SavedBy = cmp.Or(r.From, by.of(r.SavedBy))
		a.Earlier = append(a.Earlier, r.Score)
	}
	return err
}

// analysis is the preliminary analysis of a case, as far as its areas are open.
func (f *File) analysis() *Assessment {
	if a, err := pick(f.Assessments, f.ID); err == nil {
		return a
	}
	a := &Assessment{ID: f.ID, CaseID: f.ID, Instrument: shippedInstrument(SixAreas), Moment: Moments[0], On: f.OpenedOn,
		Subject: Subject{Kind: OfHousehold, ID: f.HouseholdID}}
	a.Scores = a.openScores(f.Open)
	return a
}

// scorePlace binds what is sealed to where it stands. What was sealed when the six
// areas had a table of their own stays bound to that.
func (r *scoreRow) place() string {
	if r.level != nil {
		return "case_area/" + r.assessment + "/" + r.Domain
	}
	return "assessment/" + r.assessment + "/" + r.Domain + "/" + strconv.Itoa(r.Version)
}

// open reads what is sealed of a score.
func (r *scoreRow) open(key *crypto.Key) error {
	plain, err := key.Open(r.sealed, r.place())
	if err != nil {
		return err
	}
	if r.level != nil {
		r.Said = Said{Level: *r.level, Self: NotScored, Notes: string(plain)}
		return nil
	}
	return json.Unmarshal(plain, &r.Said)
}

// seal returns what of a score is written.
func (r *scoreRow) seal(key *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(r.Said)
	return key.Seal(plain, r.place()), err
}
