package cases

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Sitting returns a case and one of its sittings, as far as its plan is open to the
// actor: what was said at the sitting opens with the diary. It logs that they were read.
func (m *Module) Sitting(ctx context.Context, caseID, id string) (f *File, s *Sitting, err error) {
	if f, err = m.File(ctx, caseID); err != nil {
		return nil, nil, err
	}
	if err := f.Open.Require(policy.Plan); err != nil {
		return nil, nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		keys, err := m.keys.Get(ctx, policy.From(ctx).Network, caseID)
		if err != nil {
			return err
		}
		s, err = m.sittingFor(ctx, tx, f, id, keys[caseID])
		return err
	})
	return f, s, err
}

// sittingFor reads a sitting as far as the case is open to the reader of its file.
func (m *Module) sittingFor(ctx context.Context, tx *db.Tx, f *File, id string, key *crypto.Key) (*Sitting, error) {
	s, err := m.sitting(ctx, tx, &f.Case, id, key)
	if err == nil && !f.Open[policy.Diary] {
		s.withoutWords()
	}
	return s, err
}

// withoutWords takes out what was said.
func (s *Sitting) withoutWords() {
	if s.Minutes == nil {
		return
	}
	s.Minutes.Synthesis, s.Minutes.Dissent, s.Minutes.Earlier = "", nil, nil
}

// sitting reads one sitting of a case whole.
func (m *Module) sitting(ctx context.Context, tx *db.Tx, c *Case, id string, key *crypto.Key) (*Sitting, error) {
	r, err := sittingByID(ctx, tx, policy.From(ctx).Network, c.ID, id)
	if err == nil {
		err = r.open(key)
	}
	if err != nil {
		return nil, err
	}
	s := &r.Sitting
	if err := m.seats(ctx, tx, s, key); err != nil {
		return nil, err
	}
	s.Minutes, err = m.sittingMinutes(ctx, tx, s, key)
	return s, err
}

func (r *sittingRow) open(key *crypto.Key) error {
	plain, err := key.Open(r.sealed, r.place())
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &r.sittingWords)
}

func (m *Module) sittingMinutes(ctx context.Context, tx *db.Tx, s *Sitting, key *crypto.Key) (*SittingMinutes, error) {
	rows, err := sittingMinutesOf(ctx, tx, policy.From(ctx).Network, s.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		plain, err := key.Open(r.sealed, "sitting_minutes/"+r.id)
		if err == nil {
			err = json.Unmarshal(plain, &r.SittingText)
		}
		if err != nil {
			return nil, err
		}
		r.Who = names[r.By]
		for j := range r.Next {
			r.Next[j].Name = names[r.Next[j].Who]
		}
	}
	last := rows[len(rows)-1].SittingMinutes
	for i := range rows[:len(rows)-1] {
		if rows[i+1].Correction {
			last.Earlier = append(last.Earlier, rows[i].SittingMinutes)
		}
	}
	slices.Reverse(last.Earlier)
	return &last, nil
}

// SittingShow is which of the actor's sittings are listed.
type SittingShow string

// The lists of sittings to which the actor is asked, or which they convened.
const (
	SittingsComing  SittingShow = "coming"  // not over yet, the soonest first
	SittingsWaiting SittingShow = "minutes" // over, without confirmed minutes; the oldest first
)

// SittingShows lists them.
var SittingShows = []SittingShow{SittingsComing, SittingsWaiting}

// In tells whether a sitting that is convened stands in a list now.
func (s *Sitting) In(show SittingShow, now time.Time) bool {
	return s.Over(now) == (show == SittingsWaiting)
}

// Sittings lists the sittings to which the actor is asked, or which they convened, of
// cases whose plan is open to them, with the names that they may know: those in any of
// some lists, the soonest first.
func (m *Module) Sittings(ctx context.Context, shows ...SittingShow) (out []Sitting, err error) {
	actor, err := policy.Check(ctx, policy.CaseRead)
	if err != nil {
		return nil, err
	}
	var read []audit.Entry
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		out, read = nil, nil
		rows, err := convenedFor(ctx, tx, actor)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r sittingRow) bool {
			return !slices.ContainsFunc(shows, func(show SittingShow) bool { return r.In(show, tx.Now) })
		})
		if len(rows) == 0 {
			return nil
		}
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = r.CaseID
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		keys, err := m.keys.Get(ctx, actor.Network, ids...)
		if err != nil {
			return err
		}
		var names map[string]string
		if names, read, err = m.Names(ctx, tx, ids); err != nil {
			return err
		}
		for _, r := range rows {
			if err := r.open(keys[r.CaseID]); err != nil {
				return err
			}
			r.CaseName = names[r.CaseID]
			out = append(out, r.Sitting)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, m.audit.Append(ctx, read...)
}

// sittings are those of a case, as its page lists them.
func (m *Module) sittings(ctx context.Context, tx *db.Tx, c *Case) (out []Sitting, err error) {
	rows, err := sittingsOf(ctx, tx, policy.From(ctx).Network, c.ID)
	for _, r := range rows {
		out = append(out, r.Sitting)
	}
	return out, err
}
