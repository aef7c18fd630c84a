package governance

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// Minutes is what a meeting says of itself (verbale), as it was saved last.
// Decisions are those of a draft: once confirmed they are records of their own.
type Minutes struct {
	words
	Number     int
	Correction bool
	By         string // account
	At         time.Time
	Who        string // name of by
	Earlier    []Minutes
}

// words is what is sealed of minutes.
type words struct {
	Text      string     `json:"text"`
	Decisions []Decision `json:"decisions,omitempty"`
	Reason    string     `json:"reason,omitempty"` // of a correction
}

// Decision is what a meeting decided: who answers for it, and by when.
type Decision struct {
	ID     string  `json:"-"`
	Number int     `json:"-"`
	Text   string  `json:"text"`
	Who    string  `json:"who,omitempty"` // an account or an organisation, see byAccount and byOrg
	Due    db.Date `json:"due,omitempty"`
	TaskID string  `json:"-"`
	Name   string  `json:"-"` // of who answers for it
}

// How a decision says who answers for it.
const (
	byAccount = "account:"
	byOrg     = "org:"
)

// ByAccount says that an operator answers for a decision.
func ByAccount(id string) string { return byAccount + id }

func (d *Decision) account() string {
	id, ok := strings.CutPrefix(d.Who, byAccount)
	if !ok {
		return ""
	}
	return id
}

func (d *Decision) org() string {
	id, ok := strings.CutPrefix(d.Who, byOrg)
	if !ok {
		return ""
	}
	return id
}

const (
	maxDecision  = 1000
	maxDecisions = 30
)

// Field names a field of the nth decision of a form.
func Field(n int, name string) string { return "d" + strconv.Itoa(n) + "." + name }

// check reports what is wrong with minutes about to be saved.
func (w *words) check(today db.Date) error {
	c := errs.Check{}
	c.That(errs.Fits(w.Text, longText), "text", "error.field_long")
	c.That(errs.Fits(w.Reason, maxTitle), "reason", "error.field_long")
	c.That(len(w.Decisions) <= maxDecisions, "text", "minutes.decisions_many")
	for i, d := range w.Decisions {
		c.That(d.Text != "", Field(i, "text"), "minutes.decision_missing")
		c.That(errs.Fits(d.Text, maxDecision), Field(i, "text"), "error.field_long")
		c.That(d.Due == "" || d.Due.Within(today, 1, 5), Field(i, "due"), "task.due_wrong")
	}
	return c.Err()
}

// SaveMinutes keeps a draft of the minutes of a meeting that has begun. What
// somebody else saved meanwhile comes back as an errs.Stale.
func (m *Module) SaveMinutes(ctx context.Context, id, text string, decisions []Decision, version int) error {
	w := words{Text: text, Decisions: decisions}
	return m.onMeeting(ctx, id, "meeting.minutes", func(tx *db.Tx, mt *Meeting, key *crypto.Key) error {
		if !mt.begun(tx.Now) {
			return errs.New(errs.Invalid, "meeting.not_yet")
		}
		if mt.State != Convened {
			return errs.New(errs.Conflict, "meeting.not_convened")
		}
		_, err := m.write(ctx, tx, mt, key, w, false, version)
		return err
	})
}

// Confirm saves the minutes and confirms them: the meeting was held and counts,
// with who was there, and each decision becomes a task of who answers for it. See
// Meeting.confirmable for what it needs. Sent twice it happens once.
func (m *Module) Confirm(ctx context.Context, id, text string, decisions []Decision, version int) error {
	w := words{Text: text, Decisions: decisions}
	return m.onMeeting(ctx, id, "meeting.confirm", func(tx *db.Tx, mt *Meeting, key *crypto.Key) error {
		net := policy.From(ctx).Network
		lines, err := m.attendance.Sheet(ctx, tx, net, key, mt.Session.ID)
		if err != nil {
			return err
		}
		if err := mt.confirmable(lines, text, tx.Now); err != nil {
			return err
		}
		if done, err := m.write(ctx, tx, mt, key, w, false, version); err != nil || done && mt.State == Held {
			return err
		}
		if mt.State == Held {
			return errs.New(errs.Conflict, "minutes.confirmed_already")
		}
		if err := confirmMeeting(ctx, tx, net, mt); err != nil {
			return err
		}
		counts, err := m.counting(ctx, tx, net, mt.Body)
		if err != nil {
			return err
		}
		if err := m.ledger.Post(ctx, tx, net, heldFact(mt, mt.Body, counts.TerritoryID)); err != nil {
			return err
		}
		if err := m.attendance.Count(ctx, tx, net, mt.Session, lines, counts); err != nil {
			return err
		}
		return m.decide(ctx, tx, mt, key, decisions)
	})
}

// CorrectMinutes writes confirmed minutes anew, with the reason; what they said
// before is kept. Decisions stay: each is a task by now.
func (m *Module) CorrectMinutes(ctx context.Context, id, text, reason string, version int) error {
	c := errs.Check{}
	c.That(text != "", "text", "minutes.text_missing")
	c.That(reason != "", "reason", "attendance.reason_missing")
	if err := c.Err(); err != nil {
		return err
	}
	return m.onMeeting(ctx, id, "meeting.minutes_correct", func(tx *db.Tx, mt *Meeting, key *crypto.Key) error {
		if mt.State != Held {
			return errs.New(errs.Conflict, "minutes.not_confirmed")
		}
		_, err := m.write(ctx, tx, mt, key, words{Text: text, Reason: reason}, true, version)
		return err
	})
}

// write adds what the minutes say now. Done tells that they said it already: then
// nothing is written.
func (m *Module) write(ctx context.Context, tx *db.Tx, mt *Meeting, key *crypto.Key, w words, correction bool, version int) (done bool, err error) {
	if err := w.check(tx.Today()); err != nil {
		return false, err
	}
	last, err := m.minutes(ctx, tx, mt, key)
	if err != nil {
		return false, err
	}
	if last != nil && last.Text == w.Text && slices.Equal(last.Decisions, w.Decisions) {
		return true, nil
	}
	if mt.Version != version {
		return false, errs.Changed(*mt)
	}
	if mt.State == Held && !correction {
		return false, errs.New(errs.Conflict, "minutes.confirmed_already")
	}
	net, id, number := policy.From(ctx).Network, db.NewID(), 1
	if last != nil {
		number = last.Number + 1
	}
	plain, err := json.Marshal(w)
	if err != nil {
		return false, err
	}
	if err := touchMeeting(ctx, tx, net, mt); err != nil {
		return false, err
	}
	return false, insertMinutes(ctx, tx, net, mt.ID, minutesRow{id: id, Minutes: Minutes{Number: number, Correction: correction, By: policy.From(ctx).AccountID},
		sealed: key.Seal(plain, "meeting_minutes/"+id)})
}

// minutes returns what was saved last, with what confirmed minutes said before
// each correction; nil when nothing was.
func (m *Module) minutes(ctx context.Context, tx *db.Tx, mt *Meeting, key *crypto.Key) (*Minutes, error) {
	rows, err := minutesOf(ctx, tx, policy.From(ctx).Network, mt.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		plain, err := key.Open(r.sealed, "meeting_minutes/"+r.id)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(plain, &r.words); err != nil {
			return nil, err
		}
		r.Who = names[r.By]
	}
	last := rows[len(rows)-1].Minutes
	for i := range rows[:len(rows)-1] {
		if rows[i+1].Correction {
			last.Earlier = append(last.Earlier, rows[i].Minutes)
		}
	}
	return &last, nil
}

// decide writes the decisions of confirmed minutes, and makes of each the task of
// who answers for it: an operator, or the first of an organisation who sits in
// the body. Where nobody has an account there is no task, and the page says so.
func (m *Module) decide(ctx context.Context, tx *db.Tx, mt *Meeting, key *crypto.Key, list []Decision) error {
	members, err := m.members(ctx, tx, mt.Body)
	if err != nil {
		return err
	}
	orgs, err := m.network.Names(ctx, tx)
	if err != nil {
		return err
	}
	for i, d := range list {
		if d.org() != "" && orgs[d.org()] == "" {
			return errs.Check{Field(i, "who"): "error.field_choice"}.Err()
		}
		d.ID, d.Number = db.NewID(), i+1
		to := d.account()
		for _, mb := range members {
			if to == "" && d.org() != "" && mb.OrgID == d.org() && mb.AccountID != "" && mb.on(tx.Today()) {
				to = mb.AccountID
			}
		}
		if to != "" {
			if d.TaskID, err = m.tasks.AddTo(ctx, tx, d.task(mt.BodyID, to)); err != nil {
				return asDecision(err, i)
			}
		}
		if err := insertDecision(ctx, tx, policy.From(ctx).Network, mt, &d, key.Seal([]byte(d.Text), "decision/"+d.ID)); err != nil {
			return err
		}
	}
	return nil
}

// task is what a decision asks of somebody. Its title is as much of the decision
// as a title holds.
func (d *Decision) task(bodyID, to string) task.Draft {
	title, text := d.Text, ""
	if first, _, _ := strings.Cut(title, "\n"); first != title || !errs.Fits(title, maxTitle) {
		runes := []rune(first)
		title, text = string(runes[:min(len(runes), maxTitle)]), d.Text
	}
	return task.Draft{Record: task.Record{Kind: policy.Body, ID: bodyID, Section: policy.Whole}, Words: task.Words{Title: title, Text: text},
		To: task.To{AccountID: to}, Due: d.Due}
}

// asDecision says of a task that cannot be made which decision it is of.
func asDecision(err error, i int) error {
	if key := errs.FieldsOf(err)["to"]; key != "" {
		return errs.Check{Field(i, "who"): key}.Err()
	}
	return err
}

// decisions returns those of meetings of a body, newest meeting first; of one
// meeting only when it is named.
func (m *Module) decisions(ctx context.Context, tx *db.Tx, b *Body, meetingID string) ([]Decided, error) {
	rows, err := decisionsOf(ctx, tx, policy.From(ctx).Network, b.ID, meetingID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	keys, err := m.reading(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	staff, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	orgs, err := m.network.Names(ctx, tx)
	out := make([]Decided, len(rows))
	for i, r := range rows {
		if key := keys[b.ID]; key != nil {
			plain, err := key.Open(r.sealed, "decision/"+r.ID)
			if err != nil {
				return nil, err
			}
			r.Text = string(plain)
		}
		r.Name = staff[r.accountID]
		if r.accountID != "" {
			r.Who = byAccount + r.accountID
		} else if r.orgID != "" {
			r.Who = byOrg + r.orgID
			r.Name = orgs[r.orgID]
		}
		out[i] = r.Decided
	}
	return out, err
}

// Decided is a decision and the meeting that took it.
type Decided struct {
	Decision
	MeetingID string
}
