package task

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Record is what a task is about; the zero Record is nothing in particular.
// Section is the part of it that one must see to see the task.
type Record struct {
	Kind    policy.Kind
	ID      string
	Section policy.Section
}

// Words is what is sealed of a task.
type Words struct {
	Title string `json:"title"`
	Text  string `json:"text,omitempty"`
}

// To is who a task is for: an account, or without one whoever takes it in an
// organisation, of one role there when it is named.
type To struct {
	AccountID string
	OrgID     string
	Role      policy.Role
}

// Task is something to do by a day, as one actor sees it.
type Task struct {
	ID string
	Record
	Words
	To
	Message   string            // of a reminder: a key of the catalogue
	Args      map[string]string // of the message: codes and days
	Source    string
	Due       db.Date // empty: no day
	Snoozed   db.Date // not before
	CreatedBy string
	CreatedAt time.Time
	DoneBy    string
	DoneAt    *time.Time
	SavedBy   string // name of who wrote the words last
	SavedAt   time.Time
	Version   int

	// What the page shows beside it.
	Path              string // of the record, when the actor sees it
	About             string // its name, as far as the actor may know
	Who, Author, Doer string // names
	Queue             string // name of the organisation that takes it
	Lost              bool   // about a record that is no longer the actor's: no words
	Back              bool   // who it is for lost the record: it is the author's again
	MayAct, MayTake   bool

	keyOwner, argsJSON string
	sealed             []byte
}

// Done tells whether the task was done.
func (t *Task) Done() bool { return t.DoneAt != nil }

// When is the day on which the task asks for attention: its day, or the later
// one to which it was put off. Empty: none.
func (t *Task) When() db.Date { return max(t.Due, t.Snoozed) }

// Late tells whether its day is over, and it was not put off.
func (t *Task) Late(today db.Date) bool { return !t.Done() && t.When() != "" && t.When() < today }

const (
	maxTitle = 200
	maxText  = 4000
)

// Draft is a task as a form asks for it.
type Draft struct {
	Record
	Words
	To
	Due     db.Date
	Version int            // of the task the form was filled from; 0 for a new one
	Sent    crypto.Sending // the same sending makes one task
}

// Check reports what is wrong with a task.
func (n *Draft) Check(today db.Date) error {
	c := errs.Check{}
	c.That(n.Title != "", "title", "task.title_missing")
	c.That(errs.Fits(n.Title, maxTitle), "title", "error.field_long")
	c.That(errs.Fits(n.Text, maxText), "text", "error.field_long")
	c.That(n.Due == "" || n.Due.Within(today, 1, 5), "due", "task.due_wrong")
	c.That(n.AccountID != "" || n.OrgID != "", "to", "task.to_missing")
	return c.Err()
}

// Add writes a task and returns its id; the same form sent twice makes one. A
// task about a record is for somebody who sees it in that section; one about
// nothing in particular is for a colleague of the actor's organisation. A record
// that the actor does not see is NotFound.
func (m *Module) Add(ctx context.Context, n Draft) (id string, err error) {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return "", err
	}
	if err := n.Check(db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	fresh := db.NewID()
	if n.Kind == "" {
		if _, err := m.keys.CreateOne(ctx, actor.Network, fresh); err != nil {
			return "", err
		}
	}
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		return m.add(ctx, tx, id, n)
	})
	return id, err
}

// AddTo is Add in the transaction of an area that makes a task out of what was
// written in a record: the task is about the record, and open to those it is.
func (m *Module) AddTo(ctx context.Context, tx *db.Tx, n Draft) (id string, err error) {
	if err := n.Check(tx.Today()); err != nil {
		return "", err
	}
	if n.Kind == "" {
		return "", errs.Missing()
	}
	id = db.NewID()
	return id, m.add(ctx, tx, id, n)
}

func (m *Module) add(ctx context.Context, tx *db.Tx, id string, n Draft) error {
	actor, owner := policy.From(ctx), id
	if n.Kind != "" {
		if err := policy.CanRead(ctx, tx, n.Kind, n.Record.ID, n.Section); err != nil {
			return err
		}
		var err error
		if _, owner, err = m.Locate(ctx, tx, n.Kind, n.Record.ID); err != nil {
			return err
		}
	}
	if err := m.checkTo(ctx, tx, n.Record, n.To); err != nil {
		return err
	}
	t := Task{ID: id, Record: n.Record, Words: n.Words, To: n.To, Due: n.Due, CreatedBy: actor.AccountID, keyOwner: owner}
	if err := m.seal(ctx, &t); err != nil {
		return err
	}
	if err := insertTask(ctx, tx, actor.Network, &t); err != nil {
		return err
	}
	return m.record(ctx, tx, "task.add", &t)
}

// seal closes the words of a task under the key of its owner.
func (m *Module) seal(ctx context.Context, t *Task) error {
	key, err := m.keys.GetOne(ctx, policy.From(ctx).Network, t.keyOwner)
	if err == crypto.ErrDestroyed {
		return errs.Missing()
	}
	if err != nil {
		return err
	}
	plain, err := json.Marshal(t.Words)
	t.sealed = key.Seal(plain, t.place())
	return err
}

func (t *Task) place() string { return "task/" + t.ID }

// checkTo refuses who could not see the task. A queue is the actor's own
// organisation, and who takes from it must see the record.
func (m *Module) checkTo(ctx context.Context, tx *db.Tx, r Record, to To) error {
	actor := policy.From(ctx)
	if to.AccountID == "" {
		if to.OrgID != actor.OrgID {
			return errs.Check{"to": "error.field_choice"}.Err()
		}
		return nil
	}
	list, err := m.candidates(ctx, tx, r)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.AccountID == to.AccountID {
			return nil
		}
	}
	return errs.Check{"to": "task.to_cannot"}.Err()
}

// Candidates lists whom a task about a record, or about none, can be for.
func (m *Module) Candidates(ctx context.Context, r Record) (out []policy.Actor, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if r.Kind != "" {
			if err := policy.CanRead(ctx, tx, r.Kind, r.ID, r.Section); err != nil {
				return err
			}
			if _, _, err := m.Locate(ctx, tx, r.Kind, r.ID); err != nil {
				return err
			}
		}
		out, err = m.candidates(ctx, tx, r)
		return err
	})
	return out, err
}

// candidates are, without a record, the colleagues of the actor's organisation
// but those who run the accounts: they see nobody's record, and free words may
// speak of people.
func (m *Module) candidates(ctx context.Context, tx *db.Tx, r Record) ([]policy.Actor, error) {
	if r.Kind != "" {
		return m.auth.Readers(ctx, tx, r.Kind, r.ID, r.Section)
	}
	actor := policy.From(ctx)
	members, err := m.auth.Members(ctx, tx, actor.Network)
	out := []policy.Actor{actor}
	for _, mb := range members {
		if mb.OrgID != actor.OrgID || mb.AccountID == actor.AccountID || mb.Role == policy.Admin {
			continue
		}
		a, ok, err := m.auth.Today(ctx, tx, mb.AccountID)
		if err != nil {
			return nil, err
		}
		listed := slices.ContainsFunc(out, func(o policy.Actor) bool { return o.AccountID == a.AccountID })
		if ok && !listed && a.OrgID == actor.OrgID && a.Role != policy.Admin {
			out = append(out, a)
		}
	}
	return out, err
}
