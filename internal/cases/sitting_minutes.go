package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// SittingDecisions is the code list of what a sitting can decide.
const SittingDecisions = "sitting_decision"

// SittingMinutes are what a sitting says of itself (verbale), as saved last.
type SittingMinutes struct {
	SittingText
	Number     int
	Correction bool
	By         string // account
	At         time.Time
	Who        string           // name of By
	Earlier    []SittingMinutes // what confirmed minutes said before each correction
}

// SittingText is what is sealed of minutes. What was said, Synthesis and Dissent, is
// for who sees the diary; the rest for who sees the plan.
type SittingText struct {
	Synthesis    string     `json:"synthesis"`
	About        string     `json:"about,omitempty"` // what they looked at: AboutPlan, AboutAssessment or empty
	Decision     string     `json:"decision"`        // code of SittingDecisions
	DecisionText string     `json:"decision_text,omitempty"`
	Dissent      []Dissent  `json:"dissent,omitempty"`
	Next         []NextStep `json:"next,omitempty"`
	NoQuorum     string     `json:"no_quorum,omitempty"` // why they sat though who had to be there was not
	Reason       string     `json:"reason,omitempty"`    // of a correction
}

// Dissent is who did not agree, and what they said.
type Dissent struct {
	Who  string `json:"who"`
	Text string `json:"text"`
}

// NextStep is what somebody does after a sitting: once the minutes are confirmed, a
// task of who has an account.
type NextStep struct {
	Text   string  `json:"text"`
	Who    string  `json:"who,omitempty"` // account; empty is nobody in particular
	Due    db.Date `json:"due,omitempty"`
	TaskID string  `json:"task,omitempty"`
	Name   string  `json:"-"` // of who
}

// SittingSheet is the form of the minutes: what they say, and who was there.
type SittingSheet struct {
	SittingText
	Presence map[string]Presence // by seat
	Version  int                 // of the sitting the form was filled from
}

const maxNext = 30

// DissentField and NextField name a field of the ith row of the form.
func DissentField(i int, field string) string { return "d" + itoa(i) + "." + field }

// NextField names a field of the ith step of the form.
func NextField(i int, field string) string { return "n" + itoa(i) + "." + field }

// AboutPlan says that a sitting looked at a version of the plan.
func AboutPlan(version int) string { return "plan/" + itoa(version) }

// AboutAssessment says that a sitting looked at an assessment.
func AboutAssessment(id string) string { return "assessment/" + id }

// check reports what is wrong with minutes; done says that they are to be confirmed.
func (t *SittingText) check(ctx context.Context, on, today db.Date, done bool) error {
	c := errs.Check{}
	c.That(!done || t.Synthesis != "", "synthesis", "sitting.synthesis_missing")
	c.That(errs.Fits(t.Synthesis, longText), "synthesis", "error.field_long")
	valid := codelist.Valid(ctx, SittingDecisions, t.Decision, on)
	c.That(valid || t.Decision == "" && !done, "decision", "sitting.decision_missing")
	c.That(errs.Fits(t.DecisionText, lineText), "decision_text", "error.field_long")
	c.That(errs.Fits(t.NoQuorum, lineText), "no_quorum", "error.field_long")
	c.That(errs.Fits(t.Reason, lineText), "reason", "error.field_long")
	c.That(len(t.Next) <= maxNext && len(t.Dissent) <= maxNext, "synthesis", "sitting.rows_many")
	for i, d := range t.Dissent {
		c.That(d.Who != "", DissentField(i, "who"), "sitting.dissent_who")
		c.That(d.Text != "", DissentField(i, "text"), "sitting.dissent_text")
		c.That(errs.Fits(d.Who, 120), DissentField(i, "who"), "error.field_long")
		c.That(errs.Fits(d.Text, lineText), DissentField(i, "text"), "error.field_long")
	}
	for i, n := range t.Next {
		c.That(n.Text != "", NextField(i, "text"), "sitting.next_text")
		c.That(errs.Fits(n.Text, lineText), NextField(i, "text"), "error.field_long")
		c.That(n.Due == "" || n.Due.Within(today, 1, 5), NextField(i, "due"), "task.due_wrong")
	}
	return c.Err()
}

// SaveSittingMinutes keeps a draft of the minutes of a sitting that has begun, and who
// was there. What somebody else saved meanwhile comes back as an errs.Stale.
func (m *Module) SaveSittingMinutes(ctx context.Context, caseID, id string, n SittingSheet) error {
	return m.onSitting(ctx, caseID, id, "sitting.minutes", func(tx *db.Tx, c *Case, s *Sitting, key *crypto.Key) error {
		if err := n.check(ctx, s.Day(), tx.Today(), false); err != nil {
			return err
		}
		if again, err := m.writable(ctx, tx, c, s, n); again || err != nil {
			return err
		}
		if err := m.saveSitting(ctx, tx, s, key); err != nil {
			return err
		}
		return m.writeMinutes(ctx, tx, s, key, n.SittingText, false)
	})
}

// ConfirmSitting saves the minutes and signs them: the sitting was held, and is frozen.
// Two at least must have been there. Where the quorum lacks, it says why they sat all
// the same, and the sitting does not count. What was decided becomes tasks. Sent twice
// it happens once.
func (m *Module) ConfirmSitting(ctx context.Context, caseID, id string, n SittingSheet) error {
	return m.onSitting(ctx, caseID, id, "sitting.confirm", func(tx *db.Tx, c *Case, s *Sitting, key *crypto.Key) error {
		if err := n.check(ctx, s.Day(), tx.Today(), true); err != nil {
			return err
		}
		if again, err := m.writable(ctx, tx, c, s, n); again && s.State == SittingHeld || err != nil {
			return err
		}
		if err := s.valid(ctx, n); err != nil {
			return err
		}
		actor := policy.From(ctx)
		var err error
		if s.Place, err = m.sittingPlace(ctx, tx, c, s.Kind); err != nil {
			return err
		}
		s.State, s.Decision, s.ConfirmedBy, s.ConfirmedAt = SittingHeld, n.Decision, actor.AccountID, &tx.Now
		if err := m.saveSitting(ctx, tx, s, key); err != nil {
			return err
		}
		if n.Next, err = m.assign(ctx, tx, c, n.Next); err != nil {
			return err
		}
		if err := m.writeMinutes(ctx, tx, s, key, n.SittingText, false); err != nil {
			return err
		}
		territory, err := m.network.Territory(ctx, tx, actor.Network, c.OrgID)
		if err != nil {
			return err
		}
		return m.ledger.Post(ctx, tx, actor.Network, s.facts(c, territory)...)
	})
}

// valid says whether a sitting can be confirmed as held, and whether with its quorum.
func (s *Sitting) valid(ctx context.Context, n SittingSheet) error {
	present := 0
	k := errs.Check{}
	for _, seat := range s.Seats {
		k.That(seat.Presence != "", SeatField(seat.ID), "sitting.presence_missing")
		if seat.here() {
			present++
		}
	}
	if err := k.Err(); err != nil {
		return err
	}
	if present < leastPresent {
		return errs.New(errs.Invalid, "sitting.too_few").With("Least", leastPresent)
	}
	s.Quorate = len(lacking(ctx, s.Kind, s.Seats, s.Day())) == 0
	k.That(s.Quorate || n.NoQuorum != "", "no_quorum", "sitting.no_quorum_missing")
	return k.Err()
}

// SeatField is the form field of the presence of a seat.
func SeatField(seat string) string { return "seat." + seat }

// CorrectSitting writes confirmed minutes anew, with the reason; what they said before
// is kept. Who was there, what they looked at and the tasks stay.
func (m *Module) CorrectSitting(ctx context.Context, caseID, id string, n SittingSheet) error {
	if n.Reason == "" {
		return errs.Check{"reason": "sitting.reason_missing"}.Err()
	}
	return m.onSitting(ctx, caseID, id, "sitting.correct", func(tx *db.Tx, _ *Case, s *Sitting, key *crypto.Key) error {
		if s.State != SittingHeld {
			return errs.New(errs.Conflict, "sitting.not_held")
		}
		n.About, n.Next, n.NoQuorum = s.Minutes.About, s.Minutes.Next, s.Minutes.NoQuorum
		if err := n.check(ctx, s.Day(), tx.Today(), true); err != nil {
			return err
		}
		if n.says(&s.Minutes.SittingText) {
			return nil
		}
		if s.Version != n.Version {
			return errs.Changed(*s)
		}
		s.Decision = n.Decision
		if err := m.saveSitting(ctx, tx, s, key); err != nil {
			return err
		}
		return m.writeMinutes(ctx, tx, s, key, n.SittingText, true)
	})
}

// says tells whether two texts are the same, whatever tasks they have become.
func (t *SittingText) says(o *SittingText) bool {
	plain := func(t SittingText) []byte {
		t.Next = slices.Clone(t.Next)
		for i := range t.Next {
			t.Next[i].TaskID = ""
		}
		out, _ := json.Marshal(t)
		return out
	}
	return bytes.Equal(plain(*t), plain(*o))
}

// writable takes who was there from a form, and refuses what cannot be written. Again
// tells that all is as the form says already.
func (m *Module) writable(ctx context.Context, tx *db.Tx, c *Case, s *Sitting, n SittingSheet) (again bool, err error) {
	if s.State == SittingCancelled {
		return false, errs.New(errs.Conflict, "sitting.not_convened")
	}
	if tx.Now.Before(s.StartsAt) {
		return false, errs.New(errs.Invalid, "sitting.not_yet")
	}
	again = s.Minutes != nil && n.says(&s.Minutes.SittingText)
	for i := range s.Seats {
		seat := &s.Seats[i]
		p, said := n.Presence[seat.ID]
		if !said || p == seat.Presence {
			continue
		}
		if p != "" && !slices.Contains(Presences, p) {
			return false, errs.Check{SeatField(seat.ID): "error.field_choice"}.Err()
		}
		again, seat.Presence = false, p
	}
	switch {
	case again:
		return true, nil
	case s.State == SittingHeld:
		return false, errs.New(errs.Conflict, "sitting.confirmed_already")
	case s.Version != n.Version:
		return false, errs.Changed(*s)
	}
	return false, m.checkAbout(ctx, tx, c, n.About)
}

// checkAbout refuses what is no version of the plan and no assessment of the case.
func (m *Module) checkAbout(ctx context.Context, tx *db.Tx, c *Case, about string) error {
	if about == "" {
		return nil
	}
	net := policy.From(ctx).Network
	plans, err := plansOf(ctx, tx, net, c.ID)
	if err != nil {
		return err
	}
	if last := len(plans) - 1; last >= 0 && planVersion(about) > 0 && planVersion(about) <= plans[last].Version {
		return nil
	}
	all, err := assessmentsOf(ctx, tx, net, c.ID)
	if slices.ContainsFunc(all, func(r assessmentRow) bool { return about == AboutAssessment(r.ID) }) {
		return nil
	}
	if err == nil {
		err = errs.Check{"about": "error.field_choice"}.Err()
	}
	return err
}

// assign makes of each step of who has an account their task.
func (m *Module) assign(ctx context.Context, tx *db.Tx, c *Case, list []NextStep) ([]NextStep, error) {
	out := slices.Clone(list)
	for i := range out {
		n := &out[i]
		if n.Who == "" {
			continue
		}
		words := task.Words{Title: n.Text}
		if first, _, more := strings.Cut(n.Text, "\n"); more || !errs.Fits(n.Text, 200) {
			runes := []rune(first)
			words = task.Words{Title: string(runes[:min(len(runes), 200)]), Text: n.Text}
		}
		var err error
		n.TaskID, err = m.tasks.AddTo(ctx, tx, task.Draft{Words: words, To: task.To{AccountID: n.Who}, Due: n.Due,
			Record: task.Record{Kind: policy.Case, ID: c.ID, Section: policy.Plan}})
		if key := errs.FieldsOf(err)["to"]; key != "" {
			err = errs.Check{NextField(i, "who"): key}.Err()
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// writeMinutes adds what the minutes say now, and who was there.
func (m *Module) writeMinutes(ctx context.Context, tx *db.Tx, s *Sitting, key *crypto.Key, t SittingText, correction bool) error {
	actor := policy.From(ctx)
	plain, err := json.Marshal(t)
	if err != nil {
		return err
	}
	r := sittingMinutesRow{id: db.NewID(), SittingMinutes: SittingMinutes{Number: 1, Correction: correction, By: actor.AccountID}}
	if s.Minutes != nil {
		r.Number = s.Minutes.Number + 1
	}
	r.sealed = key.Seal(plain, "sitting_minutes/"+r.id)
	if err := insertSittingMinutes(ctx, tx, actor.Network, s.ID, r); err != nil {
		return err
	}
	if correction {
		return nil
	}
	for _, seat := range s.Seats {
		if err := setPresence(ctx, tx, actor.Network, s.ID, seat.ID, seat.Presence); err != nil {
			return err
		}
	}
	return nil
}
