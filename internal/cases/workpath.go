package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// WorkPath is the way of a person into work: what they can do, and the steps that they
// took. It is read with the work section of the case.
type WorkPath struct {
	ID       string
	PersonID string
	Name     string // as far as the reader may know
	OpenedOn db.Date
	OrgID    string // of the case
	Version  int
	Gone     bool // the person was erased: what was written cannot be read
	ledger.Place
	WorkWords
	Steps []WorkStep // the first first
}

// WorkWords is what is sealed of it: the profile of skills.
type WorkWords struct {
	Skills string `json:"skills"`           // what they can do, and have done
	Wishes string `json:"wishes,omitempty"` // what they look for
	Limits string `json:"limits,omitempty"` // what stands in the way: hours, children, papers, transport
}

func (w *WorkWords) check(c errs.Check) {
	c.That(w.Skills != "", "skills", "work.skills_missing")
	for field, text := range map[string]string{"skills": w.Skills, "wishes": w.Wishes, "limits": w.Limits} {
		c.That(errs.Fits(text, longText), field, "error.field_long")
	}
}

func (p *WorkPath) sealedAt() string { return "work_path/" + p.ID }

func (p *WorkPath) source() ledger.Source { return ledger.Source{Kind: "work_path", ID: p.ID} }

// ofAge tells whether a person can begin one: from 14 on, and when nobody knows their age.
func ofAge(p people.Person, on db.Date) bool {
	return !slices.Contains(ledger.AgeClasses[:3], ledger.AgeClass(p.Birth.Year, p.Birth.Month, on))
}

// NewWorkPath is what beginning one asks for.
type NewWorkPath struct {
	PersonID string
	PlaceKey string // the activity it belongs to; "-" takes the case's own
	WorkWords
	Sent crypto.Sending
}

// OpenWorkPath begins the way of somebody of the family into work. A second one of the
// same person is a Conflict; the same form sent twice returns the first.
func (m *Module) OpenWorkPath(ctx context.Context, caseID string, n NewWorkPath) (id string, err error) {
	c := errs.Check{}
	n.check(c)
	if err := c.Err(); err != nil {
		return "", err
	}
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, _, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.AreaWork)
		if err != nil {
			return err
		}
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		p := &WorkPath{ID: id, PersonID: n.PersonID, OpenedOn: tx.Today(), OrgID: c.OrgID, Version: 1, Place: c.Place, WorkWords: n.WorkWords}
		if n.PlaceKey != SamePlace {
			if p.Place, err = m.programmes.PlaceOf(ctx, tx, n.PlaceKey); err != nil {
				return err
			}
		}
		sealed, err := m.beginWork(ctx, tx, c, p)
		if err != nil {
			return err
		}
		if err := insertWorkPath(ctx, tx, actor, c.ID, p, sealed); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "work.open", c.ID, policy.AreaWork); err != nil {
			return err
		}
		facts, err := m.pathFacts(ctx, tx, actor.Network, p)
		if err != nil {
			return err
		}
		return m.ledger.Post(ctx, tx, actor.Network, facts...)
	})
	return id, err
}

// beginWork checks whose way it is, and seals it under their key.
func (m *Module) beginWork(ctx context.Context, tx *db.Tx, c *Case, p *WorkPath) ([]byte, error) {
	h, err := m.people.HouseholdIn(ctx, tx, c.HouseholdID)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(h.Members, func(mb people.Member) bool { return mb.PersonID == p.PersonID && ofAge(mb.Person, tx.Today()) }) {
		return nil, errs.Check{"person": "error.field_choice"}.Err()
	}
	if err := m.people.CheckUse(ctx, tx, p.PersonID); err != nil {
		return nil, err
	}
	network := policy.From(ctx).Network
	taken, err := workPathOfPerson(ctx, tx, network, c.ID, p.PersonID)
	if err == nil && taken {
		err = errs.New(errs.Conflict, "work.open_already")
	}
	if err != nil {
		return nil, err
	}
	theirs, err := m.keys.GetOne(ctx, network, p.PersonID)
	if err != nil {
		return nil, err
	}
	return sealMore(theirs, p.sealedAt(), p.WorkWords)
}

// SaveWorkPath writes the profile anew; what somebody else saved since is an errs.Stale.
func (m *Module) SaveWorkPath(ctx context.Context, caseID, id string, version int, w WorkWords) error {
	c := errs.Check{}
	w.check(c)
	if err := c.Err(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, p, theirs, err := m.workPath(ctx, tx, caseID, id)
		if err != nil {
			return err
		}
		switch {
		case p.WorkWords == w:
			return nil
		case p.Version != version:
			return errs.Changed(*p)
		}
		sealed, err := sealMore(theirs, p.sealedAt(), w)
		if err != nil {
			return err
		}
		if err := updateWorkPath(ctx, tx, policy.From(ctx).Network, p.ID, version, sealed); err != nil {
			return err
		}
		return m.record(ctx, tx, "work.save", c.ID, policy.AreaWork)
	})
}

// workPath loads one of a case for an act, with the key of its person.
func (m *Module) workPath(ctx context.Context, tx *db.Tx, caseID, id string) (*Case, *WorkPath, *crypto.Key, error) {
	c, _, _, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.AreaWork)
	if err != nil {
		return nil, nil, nil, err
	}
	network := policy.From(ctx).Network
	row, err := workPathByID(ctx, tx, network, c.ID, id)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := m.people.CheckUse(ctx, tx, row.PersonID); err != nil {
		return nil, nil, nil, err
	}
	theirs, err := m.keys.GetOne(ctx, network, row.PersonID)
	if err != nil {
		return nil, nil, nil, err
	}
	return c, &row.WorkPath, theirs, openMore(theirs, row.sealedAt(), row.sealed, &row.WorkWords)
}

// workPaths are those of a case whose person the actor may read.
func (m *Module) workPaths(ctx context.Context, tx *db.Tx, f *File) (out []WorkPath, err error) {
	network := policy.From(ctx).Network
	rows, err := workPathsOf(ctx, tx, network, f.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var persons []string
	for _, r := range rows {
		persons = append(persons, r.PersonID)
	}
	readable, err := policy.Readable(ctx, tx, policy.Person, persons)
	if err != nil {
		return nil, err
	}
	keys, err := m.keys.Get(ctx, network, persons...)
	if err != nil {
		return nil, err
	}
	steps, err := workStepsOf(ctx, tx, network, f.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if !slices.Contains(readable, r.PersonID) {
			continue
		}
		key := keys[r.PersonID]
		if r.Gone = key == nil; !r.Gone {
			if err := openMore(key, r.sealedAt(), r.sealed, &r.WorkWords); err != nil {
				return nil, err
			}
		}
		r.Name = subjectOf(f.Household, r.PersonID, f.OpenedOn).Name
		for _, s := range steps {
			if s.PathID != r.ID {
				continue
			}
			if !r.Gone {
				if err := openMore(key, s.sealedAt(), s.sealed, &s.StepWords); err != nil {
					return nil, err
				}
			}
			r.Steps = append(r.Steps, s.WorkStep)
		}
		out = append(out, r.WorkPath)
	}
	return out, nil
}
