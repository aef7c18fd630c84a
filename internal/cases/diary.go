package cases

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// DiaryKindList is the code list of what entries of the diary are about.
const DiaryKindList = "diary_kind"

// Readers of an entry, among those who read the diary of the case.
const (
	TeamReads   = "team"
	BodyReads   = "body"   // who works for the author's body
	AuthorReads = "author" // and who answers for the case
)

// EntryReaders lists them in the order of a form.
var EntryReaders = []string{TeamReads, BodyReads, AuthorReads}

// Entry is what one of the team writes of something that happened.
type Entry struct {
	ID   string
	Kind string // of DiaryKindList
	Audience
	On      db.Date
	Author  string // name
	At      time.Time
	Version int
	EntryWords
	Earlier []EarlierEntry // what it said before, the last first
}

// Audience says who reads what somebody wrote, among those who read the diary.
type Audience struct {
	Readers   string // of EntryReaders
	AccountID string // who wrote it
	OrgID     string // for whom they worked then
}

// EntryWords is the sealed part of an entry.
type EntryWords struct {
	Text   string `json:"text"`
	Who    string `json:"who,omitempty"`    // was there, in words
	Reason string `json:"reason,omitempty"` // why it was corrected; of what stands
	From   string `json:"from,omitempty"`   // who wrote it where it was imported from, in words
}

// EarlierEntry is what an entry said until it was corrected.
type EarlierEntry struct {
	EntryWords
	Version int
	Until   time.Time
}

func (e *Entry) place(version int) string { return "diary/" + e.ID + "/" + itoa(version) }

// openTo tells whether somebody who reads the diary of a case reads this too.
func (w *Audience) openTo(a policy.Actor, c *Case) bool { return w.reads(a.AccountID, a.OrgID, c) }

func (w *Audience) reads(account, org string, c *Case) bool {
	switch w.Readers {
	case TeamReads:
		return true
	case BodyReads:
		return org == w.OrgID
	}
	return account == w.AccountID || account == c.ManagerID
}

// NewEntry is what writing one asks for.
type NewEntry struct {
	Kind    string
	Readers string
	On      db.Date
	EntryWords
	Sent crypto.Sending
}

// Check reports what is wrong with an entry about to be written.
func (n *NewEntry) Check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	c.That(codelist.Valid(ctx, DiaryKindList, n.Kind, today), "kind", "diary.kind_missing")
	c.That(slices.Contains(EntryReaders, n.Readers), "readers", "error.field_choice")
	c.That(n.On != "" && n.On.Within(today, 5, 0), "on", "intervention.date_wrong")
	n.EntryWords.check(c)
	return c.Err()
}

func (w *EntryWords) check(c errs.Check) {
	c.That(w.Text != "", "text", "diary.text_missing")
	c.That(errs.Fits(w.Text, longText), "text", "error.field_long")
	c.That(errs.Fits(w.Who, lineText), "who", "error.field_long")
	c.That(errs.Fits(w.Reason, lineText), "reason", "error.field_long")
}

// WriteDiary writes an entry of the diary; who is named in it with an @, of the team,
// finds a reminder without its words. The same form sent twice returns the first.
func (m *Module) WriteDiary(ctx context.Context, caseID string, n NewEntry) (id string, err error) {
	n.Reason = ""
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.Diary)
		if err != nil {
			return err
		}
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		e := &Entry{ID: id, Kind: n.Kind, Audience: Audience{n.Readers, actor.AccountID, actor.OrgID}, On: n.On, Version: 1, EntryWords: n.EntryWords}
		if err := m.callInEntry(ctx, tx, c, open, key, e); err != nil {
			return err
		}
		sealed, err := sealMore(key, e.place(1), e.EntryWords)
		if err != nil {
			return err
		}
		if err := insertEntry(ctx, tx, actor.Network, c.ID, e, sealed); err != nil {
			return err
		}
		return m.record(ctx, tx, "diary.write", c.ID, policy.Diary)
	})
	return id, err
}

// CorrectDiary replaces the words of an entry of the actor's, with a reason; what it said
// stays. If it was corrected since it was read, it is a conflict with what stands.
func (m *Module) CorrectDiary(ctx context.Context, caseID, id string, version int, w EntryWords) error {
	c := errs.Check{}
	w.check(c)
	c.That(w.Reason != "", "reason", "diary.reason_missing")
	if err := c.Err(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.Diary)
		if err != nil {
			return err
		}
		row, err := m.entry(ctx, tx, c, key, id)
		if err != nil {
			return err
		}
		actor, e := policy.From(ctx), row.Entry
		w.From = e.From
		switch {
		case e.AccountID != actor.AccountID:
			return errs.New(errs.Forbidden, "diary.not_yours")
		case e.Version != version && e.EntryWords == w:
			return nil // the same sent twice
		case e.Version != version:
			return errs.Changed(e)
		}
		if err := insertEarlierEntry(ctx, tx, actor.Network, id, e.Version, row.sealed); err != nil {
			return err
		}
		e.EntryWords, e.Version = w, e.Version+1
		if err := m.callInEntry(ctx, tx, c, open, key, &e); err != nil {
			return err
		}
		sealed, err := sealMore(key, e.place(e.Version), w)
		if err != nil {
			return err
		}
		if err := updateEntry(ctx, tx, actor.Network, &e, sealed); err != nil {
			return err
		}
		return m.record(ctx, tx, "diary.correct", c.ID, policy.Diary)
	})
}

// entry finds one of a case; one that the actor may not read is NotFound.
func (m *Module) entry(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key, id string) (row entryRow, err error) {
	actor := policy.From(ctx)
	if row, err = entryByID(ctx, tx, actor.Network, c.ID, id); err != nil {
		return row, err
	}
	if !row.openTo(actor, c) {
		return row, errs.Missing()
	}
	return row, openMore(key, row.place(row.Version), row.sealed, &row.EntryWords)
}

// callInEntry leaves a reminder with who is named in an entry; to name somebody who may
// not read it is refused.
func (m *Module) callInEntry(ctx context.Context, tx *db.Tx, c *Case, open policy.Open, key *crypto.Key, e *Entry) error {
	team, err := m.team(ctx, tx, c, open, key)
	if err != nil {
		return err
	}
	var people []policy.Actor
	closed := map[string]bool{}
	for _, t := range team {
		if t.To == "" && !t.Gone {
			people = append(people, policy.Actor{AccountID: t.AccountID, Name: t.Name})
			closed[t.AccountID] = t.Closed || !slices.Contains(t.sees, policy.Diary) || !e.reads(t.AccountID, t.OrgID, c)
		}
	}
	for _, account := range comment.Mentions(e.Text, people) {
		if closed[account] {
			return errs.Check{"text": "diary.call_cannot"}.Err()
		}
		if account == e.AccountID {
			continue
		}
		err := m.tasks.Remind(ctx, tx, task.Reminder{Key: "diary/" + e.ID + "/" + account, To: task.To{AccountID: account},
			Record: task.Record{Kind: policy.Case, ID: c.ID, Section: policy.Diary}, Message: "diary.called"})
		if err != nil {
			return err
		}
	}
	return nil
}
