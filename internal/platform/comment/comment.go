package comment

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// Words is what is sealed of a comment: its text, and whom it calls.
type Words struct {
	Text  string   `json:"text"`
	Calls []string `json:"calls,omitempty"` // accounts
}

// Comment is a note beside a record, as one actor sees it.
type Comment struct {
	ID       string
	Record   task.Record
	AuthorID string
	Author   string // name
	At       time.Time
	EditedAt *time.Time
	Removed  *time.Time // then it has no words
	Words
	Earlier []Earlier // what it said before, newest first
	Version int
	Mine    bool
	Parts   []Part // of the text, with the names in it

	keyOwner string
	sealed   []byte
}

// Earlier is what a comment said until it was edited.
type Earlier struct {
	Text string
	At   time.Time
}

// maxText is how long a comment may be.
const maxText = 4000

// Draft is a comment as a form asks for it. Calls are those who were ticked; who
// is named in the text is called too.
type Draft struct {
	Record task.Record
	Words
	Version int            // of the comment the form was filled from; 0 for a new one
	Sent    crypto.Sending // the same sending makes one comment
}

// Check reports what is wrong with a comment.
func (d *Draft) Check() error {
	c := errs.Check{}
	c.That(d.Text != "", "text", "comment.text_missing")
	c.That(errs.Fits(d.Text, maxText), "text", "error.field_long")
	return c.Err()
}

// Add writes a comment and calls whom it names; the same form sent twice makes
// one. A record that the actor does not see is NotFound.
func (m *Module) Add(ctx context.Context, d Draft) (id string, err error) {
	if err := d.Check(); err != nil {
		return "", err
	}
	fresh := db.NewID()
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if err := m.see(ctx, tx, d.Record); err != nil {
			return err
		}
		actor := policy.From(ctx)
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, d.Sent, fresh); err != nil || id != fresh {
			return err
		}
		c := Comment{ID: id, Record: d.Record, AuthorID: actor.AccountID, Words: d.Words}
		if _, c.keyOwner, err = m.Locate(ctx, tx, d.Record.Kind, d.Record.ID); err != nil {
			return err
		}
		if err := m.write(ctx, tx, &c, nil); err != nil {
			return err
		}
		if err := insertComment(ctx, tx, actor.Network, &c); err != nil {
			return err
		}
		return m.record(ctx, tx, "comment.add", &c)
	})
	return id, err
}

// see refuses who is nobody or does not see the section of a record.
func (m *Module) see(ctx context.Context, tx *db.Tx, r task.Record) error {
	if _, err := policy.Check(ctx, policy.Home); err != nil {
		return err
	}
	return policy.CanRead(ctx, tx, r.Kind, r.ID, r.Section)
}

// write makes sure that everybody called can read the comment, seals it, and
// calls them; those of was who are called no more are let go.
func (m *Module) write(ctx context.Context, tx *db.Tx, c *Comment, was []string) error {
	readers, err := m.auth.Readers(ctx, tx, c.Record.Kind, c.Record.ID, c.Record.Section)
	if err != nil {
		return err
	}
	for _, id := range Mentions(c.Text, readers) {
		if !slices.Contains(c.Calls, id) {
			c.Calls = append(c.Calls, id)
		}
	}
	c.Calls = slices.DeleteFunc(c.Calls, func(id string) bool { return id == c.AuthorID })
	for _, id := range c.Calls {
		if !slices.ContainsFunc(readers, func(a policy.Actor) bool { return a.AccountID == id }) {
			return errs.Check{"calls": "comment.call_cannot"}.Err()
		}
	}
	key, err := m.keys.GetOne(ctx, policy.From(ctx).Network, c.keyOwner)
	if err == crypto.ErrDestroyed {
		return errs.Missing()
	}
	if err != nil {
		return err
	}
	plain, err := json.Marshal(c.Words)
	if err != nil {
		return err
	}
	c.sealed = key.Seal(plain, c.place())
	return m.call(ctx, tx, c, was)
}

func (c *Comment) place() string { return "comment/" + c.ID }

// call leaves a reminder with everybody called, and takes back those of was who
// are called no more.
func (m *Module) call(ctx context.Context, tx *db.Tx, c *Comment, was []string) error {
	for _, id := range was {
		if !slices.Contains(c.Calls, id) {
			if err := m.tasks.Withdraw(ctx, tx, c.callKey(id)); err != nil {
				return err
			}
		}
	}
	for _, id := range c.Calls {
		err := m.tasks.Remind(ctx, tx, task.Reminder{Key: c.callKey(id), To: task.To{AccountID: id}, Record: c.Record,
			Message: "comment.called"})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Comment) callKey(account string) string { return "mention/" + c.ID + "/" + account }

// Edit changes what a comment says: who wrote it may, and what it said is kept.
// What was saved since the form was filled comes back as an errs.Stale.
func (m *Module) Edit(ctx context.Context, id string, d Draft) error {
	if err := d.Check(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, err := m.own(ctx, tx, id, "comment.edit")
		switch {
		case err != nil:
			return err
		case c.Removed != nil:
			return errs.New(errs.Conflict, "comment.removed_already")
		case c.Version != d.Version && c.Text == d.Text:
			return nil // the same sent twice
		case c.Version != d.Version:
			return errs.Changed(*c)
		}
		net := policy.From(ctx).Network
		if err := insertEarlier(ctx, tx, net, c); err != nil {
			return err
		}
		was := c.Calls
		c.Words = d.Words
		if err := m.write(ctx, tx, c, was); err != nil {
			return err
		}
		return updateComment(ctx, tx, net, c)
	})
}

// Remove takes a comment away: it leaves a line that there was one, and calls
// nobody any more. Who wrote it may, and may take that back.
func (m *Module) Remove(ctx context.Context, id string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, err := m.own(ctx, tx, id, "comment.remove")
		if err != nil || c.Removed != nil {
			return err
		}
		was := c.Calls
		c.Calls = nil
		if err := m.call(ctx, tx, c, was); err != nil {
			return err
		}
		return setRemoved(ctx, tx, policy.From(ctx).Network, id, &tx.Now)
	})
}

// Restore takes back that a comment was taken away.
func (m *Module) Restore(ctx context.Context, id string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, err := m.own(ctx, tx, id, "comment.restore")
		if err != nil || c.Removed == nil {
			return err
		}
		if err := m.write(ctx, tx, c, nil); err != nil {
			return err
		}
		return setRemoved(ctx, tx, policy.From(ctx).Network, id, nil)
	})
}

// own loads a comment for an act of who wrote it, with its words even after it
// was taken away. What the actor does not see is NotFound.
func (m *Module) own(ctx context.Context, tx *db.Tx, id, act string) (*Comment, error) {
	actor := policy.From(ctx)
	c, err := commentByID(ctx, tx, actor.Network, id)
	if err != nil {
		return nil, err
	}
	if err := m.see(ctx, tx, c.Record); err != nil {
		return nil, err
	}
	if c.AuthorID != actor.AccountID {
		return nil, errs.New(errs.Forbidden, "comment.not_yours")
	}
	key, err := m.keys.GetOne(ctx, actor.Network, c.keyOwner)
	if err == crypto.ErrDestroyed {
		return nil, errs.Missing()
	}
	if err == nil {
		err = c.open(key)
	}
	if err != nil || act == "" {
		return &c, err
	}
	return &c, m.record(ctx, tx, act, &c)
}

func (c *Comment) open(key *crypto.Key) error {
	plain, err := key.Open(c.sealed, c.place())
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &c.Words)
}

func (m *Module) record(ctx context.Context, tx *db.Tx, act string, c *Comment) error {
	return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: c.Record.Kind, ID: c.Record.ID, Section: c.Record.Section})
}
