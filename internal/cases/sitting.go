package cases

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// SittingKind is who sits on a case.
type SittingKind string

// The kinds of sittings: as packs call the bodies.
const (
	TeamSitting SittingKind = "multidisciplinary_team" // équipe multidisciplinare
	UnitSitting SittingKind = "assessment_unit"        // unità di valutazione
)

// SittingKinds lists them.
var SittingKinds = []SittingKind{TeamSitting, UnitSitting}

// SittingState is where a sitting stands.
type SittingState string

// The states of a sitting. It was held once its minutes are confirmed.
const (
	SittingConvened  SittingState = "convened"
	SittingHeld      SittingState = "held"
	SittingCancelled SittingState = "cancelled"
)

// SittingStates lists them.
var SittingStates = []SittingState{SittingConvened, SittingHeld, SittingCancelled}

// SittingModes are how one can sit.
var SittingModes = []ledger.Mode{ledger.InPerson, ledger.Remote}

// SittingCancelReasons are why a sitting does not take place.
var SittingCancelReasons = []string{"moved", "too_few", "family", "other"}

// Sitting is one time at which the team of a case, or the unit that assesses it, sits.
type Sitting struct {
	ID           string
	CaseID       string
	Kind         SittingKind
	State        SittingState
	StartsAt     time.Time
	Lasts        int // minutes
	Mode         ledger.Mode
	Quorate      bool   // of one that was held: who had to be there was
	Decision     string // code of SittingDecisions
	CancelReason string
	ConvenedBy   string // account
	ConfirmedBy  string // account
	ConfirmedAt  *time.Time
	Version      int
	ledger.Place // where it counts
	sittingWords

	// What its own page shows, and lists do not.
	Seats       []Seat
	Minutes     *SittingMinutes // nil until somebody saves some
	CaseName    string          // in lists of many cases, as far as the reader may know
	ConfirmedOf string          // name of ConfirmedBy
}

// sittingWords is what is sealed of a sitting before it is held.
type sittingWords struct {
	Where  string `json:"where,omitempty"`
	Agenda string `json:"agenda,omitempty"`
	Note   string `json:"note,omitempty"` // of one that was cancelled
}

// Day is that of the sitting in Rome.
func (s *Sitting) Day() db.Date { return db.DateOf(s.StartsAt) }

// Over tells whether it has ended by an instant.
func (s *Sitting) Over(now time.Time) bool {
	return !now.Before(s.StartsAt.Add(time.Duration(s.Lasts) * time.Minute))
}

func (s *Sitting) place() string { return "sitting/" + s.ID }

// Guest is somebody who is asked to a sitting and is not in the team.
type Guest struct {
	Name       string `json:"name"`
	Body       string `json:"body"`
	Profession string `json:"-"`
}

// SittingDraft is a sitting as a form asks for it.
type SittingDraft struct {
	Kind     SittingKind
	StartsAt time.Time
	Lasts    int // minutes
	Mode     ledger.Mode
	Where    string
	Agenda   string
	Accounts []string // of the team
	Guests   []Guest
	Version  int // of the sitting the form was filled from; 0 for a new one
	Sent     crypto.Sending
}

const maxGuests = 12

// GuestField names a field of the ith guest of a form.
func GuestField(i int, field string) string { return "g" + itoa(i) + "." + field }

// Check reports what is wrong with a sitting: its day is from five years ago to two
// ahead, and somebody is asked.
func (n *SittingDraft) Check(today db.Date) error {
	c := errs.Check{}
	c.That(slices.Contains(SittingKinds, n.Kind), "kind", "error.field_choice")
	c.That(!n.StartsAt.IsZero() && db.DateOf(n.StartsAt).Within(today, 5, 2), "on", "sitting.when_wrong")
	c.That(n.Lasts >= 10 && n.Lasts <= 600, "lasts", "sitting.lasts_wrong")
	c.That(slices.Contains(SittingModes, n.Mode), "mode", "error.field_choice")
	c.That(n.Mode == ledger.Remote || n.Where != "", "where", "sitting.where_missing")
	c.That(errs.Fits(n.Where, 300), "where", "error.field_long")
	c.That(errs.Fits(n.Agenda, lineText), "agenda", "error.field_long")
	c.That(len(n.Accounts)+len(n.Guests) >= leastPresent, "accounts", "sitting.asked_missing")
	c.That(len(n.Guests) <= maxGuests, "accounts", "sitting.guests_many")
	for i, g := range n.Guests {
		c.That(g.Name != "", GuestField(i, "name"), "sitting.guest_name")
		c.That(g.Body != "", GuestField(i, "body"), "sitting.guest_body")
		c.That(slices.Contains(SittingProfessions, g.Profession), GuestField(i, "profession"), "sitting.guest_profession")
		c.That(errs.Fits(g.Name, 120), GuestField(i, "name"), "error.field_long")
		c.That(errs.Fits(g.Body, 200), GuestField(i, "body"), "error.field_long")
	}
	return c.Err()
}

// ConveneSitting asks the team of a case, and others, to sit; one that has met already
// is written down the same way. Who sees plan and diary may. It returns the id; the
// same form sent twice convenes once.
func (m *Module) ConveneSitting(ctx context.Context, caseID string, n SittingDraft) (id string, err error) {
	if err := n.Check(db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	actor, fresh := policy.From(ctx), db.NewID()
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.actOnAll(ctx, tx, caseID, policy.SittingWork, policy.Plan)
		if err == nil {
			err = open.Require(policy.Diary)
		}
		if err != nil {
			return err
		}
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		s := &Sitting{ID: id, CaseID: c.ID, State: SittingConvened, ConvenedBy: actor.AccountID, Version: 1}
		s.fill(n)
		sealed, err := s.seal(key)
		if err != nil {
			return err
		}
		if err := insertSitting(ctx, tx, actor.Network, s, sealed); err != nil {
			return err
		}
		if err := m.ask(ctx, tx, c, s, key, n); err != nil {
			return err
		}
		return m.record(ctx, tx, "sitting.convene", c.ID, policy.Plan)
	})
	return id, err
}

// fill writes into a sitting what a form says of it.
func (s *Sitting) fill(n SittingDraft) {
	s.Kind, s.StartsAt, s.Lasts, s.Mode = n.Kind, n.StartsAt, n.Lasts, n.Mode
	s.Where, s.Agenda = n.Where, n.Agenda
}

func (s *Sitting) seal(key *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(s.sittingWords)
	return key.Seal(plain, s.place()), err
}

// ChangeSitting writes when, where and about what one sits and who is asked, while the
// minutes are not confirmed: also whoever came unasked. What somebody else saved since
// comes back as an errs.Stale.
func (m *Module) ChangeSitting(ctx context.Context, caseID, id string, n SittingDraft) error {
	if err := n.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.onSitting(ctx, caseID, id, "sitting.change", func(tx *db.Tx, c *Case, s *Sitting, key *crypto.Key) error {
		switch {
		case s.State != SittingConvened:
			return errs.New(errs.Conflict, "sitting.not_convened")
		case s.Version != n.Version:
			return errs.Changed(*s)
		}
		s.fill(n)
		if err := m.saveSitting(ctx, tx, s, key); err != nil {
			return err
		}
		return m.ask(ctx, tx, c, s, key, n)
	})
}

func (m *Module) saveSitting(ctx context.Context, tx *db.Tx, s *Sitting, key *crypto.Key) error {
	sealed, err := s.seal(key)
	if err != nil {
		return err
	}
	return updateSitting(ctx, tx, policy.From(ctx).Network, s, sealed)
}

// CancelSitting says that a sitting does not take place, and why. One that was held is
// a Conflict; one that is cancelled stays as it was.
func (m *Module) CancelSitting(ctx context.Context, caseID, id, reason, note string) error {
	k := errs.Check{}
	k.That(slices.Contains(SittingCancelReasons, reason), "reason", "error.field_choice")
	k.That(errs.Fits(note, lineText), "note", "error.field_long")
	if err := k.Err(); err != nil {
		return err
	}
	return m.onSitting(ctx, caseID, id, "sitting.cancel", func(tx *db.Tx, _ *Case, s *Sitting, key *crypto.Key) error {
		switch s.State {
		case SittingHeld:
			return errs.New(errs.Conflict, "sitting.not_convened")
		case SittingCancelled:
			return nil
		}
		s.State, s.CancelReason, s.Note = SittingCancelled, reason, note
		return m.saveSitting(ctx, tx, s, key)
	})
}

// onSitting runs an act on a sitting of a case whose plan and diary are open to the
// actor, and writes it into the audit. A closed case takes what was left to write.
func (m *Module) onSitting(ctx context.Context, caseID, id, act string, do func(tx *db.Tx, c *Case, s *Sitting, key *crypto.Key) error) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.load(ctx, tx, caseID)
		if err != nil {
			return err
		}
		for _, s := range []policy.Section{policy.Plan, policy.Diary} {
			if err := open.Require(s); err != nil {
				return err
			}
		}
		if _, err := policy.Check(ctx, policy.SittingWork); err != nil {
			return err
		}
		if err := m.works(ctx, tx, c, policy.SittingWork); err != nil {
			return err
		}
		if err := m.people.CheckHousehold(ctx, tx, c.HouseholdID); err != nil {
			return err
		}
		s, err := m.sitting(ctx, tx, c, id, key)
		if err != nil {
			return err
		}
		if err := m.record(ctx, tx, act, c.ID, policy.Plan); err != nil {
			return err
		}
		return do(tx, c, s, key)
	})
}

// facts are what a sitting counts for: nothing until it is held, nor when who had to be
// there was not.
func (s *Sitting) facts(c *Case, territory string) []ledger.Fact {
	if s.State != SittingHeld || !s.Quorate {
		return nil
	}
	f := c.fact("cases.sitting_held", s.Day(), ledger.Source{Kind: "sitting", ID: s.ID}, territory)
	f.Place, f.Mode = s.Place, s.Mode
	return []ledger.Fact{f}
}

// sittingPlace is the activity to which its pack says that such sittings belong, or
// else the case's own.
func (m *Module) sittingPlace(ctx context.Context, tx *db.Tx, c *Case, kind SittingKind) (ledger.Place, error) {
	places, err := m.programmes.BodyPlaces(ctx, tx, string(kind))
	if i := slices.IndexFunc(places, func(p ledger.Place) bool { return p.Programme == c.Programme }); i >= 0 {
		return places[i], err
	}
	return c.Place, err
}
