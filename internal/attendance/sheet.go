package attendance

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

// SubjectKind is who stands on a sheet.
type SubjectKind string

// Whom a sheet can list.
const (
	Operator SubjectKind = "operator" // an account of the network
	Person   SubjectKind = "person"   // in care
	Citizen  SubjectKind = "citizen"  // an active citizen
	Guest    SubjectKind = "guest"    // anybody else, by name
)

// Subject is one who stands on a sheet, with what was true of them then. ID is an
// account, a person or a citizen; of a guest the id of a record of the area, or
// any new one. Name and From, of a guest, are sealed.
type Subject struct {
	Kind       SubjectKind
	ID         string
	OrgID      string
	Profession string
	Name, From string
}

// State says whether somebody was there.
type State string

// The states; nothing is known of who has none.
const (
	Present State = "present"
	Absent  State = "absent"
	Excused State = "excused"
)

// States lists them, in the order of a form.
var States = []State{Present, Absent, Excused}

// Mark is what was marked of somebody. Who was not there has neither mode nor
// minutes.
type Mark struct {
	State   State
	Mode    ledger.Mode
	Minutes int
}

// Marked is a mark as it was saved.
type Marked struct {
	Mark
	Number int    // in the history of its line, from 1
	Reason string // of a correction
	By     string // account
	At     time.Time
}

// Line is one row of a sheet. Without an ID it is not on the sheet yet; without
// a mark nobody has marked it.
type Line struct {
	ID string
	Subject
	Mark
	History []Marked // oldest first; the last is the mark
}

// Corrected tells whether the mark was changed with a reason.
func (l *Line) Corrected() bool {
	return len(l.History) > 0 && l.History[len(l.History)-1].Reason != ""
}

// Source is the record that the facts of the line come from.
func (l *Line) Source() ledger.Source { return ledger.Source{Kind: "presence", ID: l.ID} }

func (l *Line) place() string { return "presence/" + l.ID }

// same tells whether two lines are of one subject.
func (l *Line) same(o *Line) bool {
	return l.Kind == o.Kind && l.Subject.ID == o.Subject.ID
}

// PresentAt counts those who were there.
func PresentAt(lines []Line) (n int) {
	for _, l := range lines {
		if l.State == Present {
			n++
		}
	}
	return n
}

// Sheet returns the lines of a session, in the order in which they were added.
func (m *Module) Sheet(ctx context.Context, tx *db.Tx, network string, key *crypto.Key, sessionID string) ([]Line, error) {
	rows, err := linesOf(ctx, tx, network, sessionID)
	if err != nil {
		return nil, err
	}
	marks, err := marksOf(ctx, tx, network, sessionID)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(rows))
	for i, r := range rows {
		if err := r.open(key); err != nil {
			return nil, err
		}
		lines[i] = r.Line
	}
	for _, k := range marks {
		i := slices.IndexFunc(lines, func(l Line) bool { return l.ID == k.line })
		if err := k.open(key); err != nil {
			return nil, err
		}
		lines[i].Mark, lines[i].History = k.Mark, append(lines[i].History, k.Marked)
	}
	return lines, nil
}

// open reads what is sealed of a guest; without a key nothing.
func (r *lineRow) open(key *crypto.Key) error {
	if len(r.sealed) == 0 || key == nil {
		return nil
	}
	plain, err := key.Open(r.sealed, r.place())
	if err != nil {
		return err
	}
	var g guest
	err = json.Unmarshal(plain, &g)
	r.Name, r.From = g.Name, g.From
	return err
}

func (k *markRow) open(key *crypto.Key) error {
	if len(k.sealed) == 0 || key == nil {
		return nil
	}
	plain, err := key.Open(k.sealed, "presence_mark/"+k.id)
	k.Reason = string(plain)
	return err
}

// guest is what is sealed of a line.
type guest struct {
	Name string `json:"name"`
	From string `json:"from,omitempty"`
}

const (
	maxWords   = 200
	maxMinutes = 24 * 60
)

// check reports what is wrong with a line, under the name of its place in a form.
func (l *Line) check(c errs.Check, field string) {
	c.That(slices.Contains(States, l.State), field, "attendance.state_missing")
	c.That(l.State != Present || slices.Contains(Modes, l.Mode), field, "error.field_choice")
	c.That(l.Minutes >= 0 && l.Minutes <= maxMinutes, field+".minutes", "attendance.minutes_wrong")
	c.That(l.Kind != Guest || errs.Fits(l.Name, maxWords) && errs.Fits(l.From, maxWords), field, "error.field_long")
}

// tidy leaves to who was not there neither mode nor minutes.
func (l *Line) tidy() {
	if l.State != Present {
		l.Mode, l.Minutes = "", 0
	}
}

// Save writes the marks of a sheet that differ from those that stand, and adds
// the lines that were not on it. Sent twice it changes nothing. What somebody
// else saved since version was read comes back as an errs.Stale with the lines
// as they are. Once the session counts, a change needs a reason, and the ledger
// gets the reversal of what stood and the new facts.
func (m *Module) Save(ctx context.Context, tx *db.Tx, network string, key *crypto.Key, s Session, marks []Line, reason string, counts *Counting) error {
	standing, err := m.Sheet(ctx, tx, network, key, s.ID)
	if err != nil {
		return err
	}
	changed, problems := changes(standing, marks)
	if err := problems.Err(); err != nil || len(changed) == 0 {
		return err
	}
	if counts != nil && reason == "" {
		return errs.Check{"reason": "attendance.reason_missing"}.Err()
	}
	if !errs.Fits(reason, maxWords) {
		return errs.Check{"reason": "error.field_long"}.Err()
	}
	fresh, err := touchSession(ctx, tx, network, &s)
	if err == nil && !fresh {
		return errs.Changed(standing)
	}
	if err != nil {
		return err
	}
	for i := range changed {
		if err := m.mark(ctx, tx, network, key, s, &changed[i], reason, counts); err != nil {
			return err
		}
	}
	return nil
}

// changes are the marks that differ from those that stand, each with the line it
// is of.
func changes(standing, marks []Line) (changed []Line, problems errs.Check) {
	problems = errs.Check{}
	for _, l := range marks {
		l.tidy()
		l.check(problems, Field(l.Subject))
		i := slices.IndexFunc(standing, func(o Line) bool { return o.same(&l) })
		switch {
		case i < 0:
			l.ID, l.History = "", nil
			changed = append(changed, l)
		case standing[i].Mark != l.Mark:
			was := standing[i]
			was.Mark = l.Mark
			changed = append(changed, was)
		}
	}
	return changed, problems
}

// Field is the name of the field of a subject in the form of a sheet.
func Field(s Subject) string { return "p_" + string(s.Kind) + "_" + s.ID }

// mark writes one mark, and what it changes in the ledger.
func (m *Module) mark(ctx context.Context, tx *db.Tx, network string, key *crypto.Key, s Session, l *Line, reason string, counts *Counting) error {
	if l.ID == "" {
		if err := m.add(ctx, tx, network, key, s.ID, l); err != nil {
			return err
		}
	}
	id := db.NewID()
	var sealed []byte
	if reason != "" {
		sealed = key.Seal([]byte(reason), "presence_mark/"+id)
	}
	row := markRow{id: id, line: l.ID, Marked: Marked{Mark: l.Mark, Number: len(l.History) + 1, By: policy.From(ctx).AccountID}, sealed: sealed}
	if err := insertMark(ctx, tx, network, row); err != nil || counts == nil {
		return err
	}
	if err := m.ledger.Reverse(ctx, tx, network, l.Source()); err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, network, counts.Facts(s, []Line{*l})...)
}

func (m *Module) add(ctx context.Context, tx *db.Tx, network string, key *crypto.Key, sessionID string, l *Line) error {
	l.ID = db.NewID()
	row := lineRow{Line: *l}
	if l.Name != "" {
		plain, err := json.Marshal(guest{l.Name, l.From})
		if err != nil {
			return err
		}
		row.sealed = key.Seal(plain, l.place())
	}
	return insertLine(ctx, tx, network, sessionID, row)
}
