package task

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Task returns one task as the actor sees it, and logs that it was read. A task
// that the actor does not see, or about a record that they do not see any more,
// is NotFound.
func (m *Module) Task(ctx context.Context, id string) (*Task, error) {
	var t *Task
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		t, err = m.load(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return t, m.logRead(ctx, []Task{*t})
}

// load reads a task that the actor sees with its words: it is theirs, or about a
// record that is open to them.
func (m *Module) load(ctx context.Context, tx *db.Tx, id string) (*Task, error) {
	actor := policy.From(ctx)
	row, err := taskByID(ctx, tx, actor.Network, id)
	if err != nil {
		return nil, err
	}
	list := []Task{row}
	if err := m.fill(ctx, tx, list); err != nil {
		return nil, err
	}
	t := &list[0]
	if t.Lost || t.Kind == "" && !t.concerns(actor) {
		return nil, errs.Missing()
	}
	return t, m.comesBack(ctx, tx, t)
}

// concerns tells whether the task is the actor's: for them, by them, or to be
// taken by them.
func (t *Task) concerns(a policy.Actor) bool {
	return t.AccountID == a.AccountID || t.CreatedBy == a.AccountID || t.queued(a)
}

// queued tells whether the task waits for somebody like the actor to take it.
func (t *Task) queued(a policy.Actor) bool {
	return t.AccountID == "" && t.OrgID == a.OrgID && t.OrgID != "" && (t.Role == "" || t.Role == a.Role)
}

// act loads a task for an act that only whom it concerns may do.
func (m *Module) act(ctx context.Context, tx *db.Tx, id, act string, allowed func(*Task) bool) (*Task, error) {
	t, err := m.load(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if !allowed(t) {
		return nil, errs.New(errs.Forbidden, "task.not_yours")
	}
	return t, m.record(ctx, tx, act, t)
}

func mayAct(t *Task) bool  { return t.MayAct }
func mayTake(t *Task) bool { return t.MayTake }

// Finish writes that a task is done, today and by the actor. Done already, it
// stays as it was.
func (m *Module) Finish(ctx context.Context, id string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		t, err := m.act(ctx, tx, id, "task.done", mayAct)
		if err != nil || t.Done() {
			return err
		}
		return setDone(ctx, tx, policy.From(ctx), id, true)
	})
}

// Reopen takes back that a task is done.
func (m *Module) Reopen(ctx context.Context, id string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		t, err := m.act(ctx, tx, id, "task.reopen", mayAct)
		if err != nil || !t.Done() {
			return err
		}
		return setDone(ctx, tx, policy.From(ctx), id, false)
	})
}

// Snooze puts a task off to a day from tomorrow on, at most a year ahead; the
// empty day takes that back. Its own day stays what it was.
func (m *Module) Snooze(ctx context.Context, id string, until db.Date) error {
	today := db.DateOf(m.db.Now())
	if until != "" && (until <= today || !until.Within(today, 0, 1)) {
		return errs.Check{"until": "task.snooze_wrong"}.Err()
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := m.act(ctx, tx, id, "task.snooze", mayAct); err != nil {
			return err
		}
		return setSnoozed(ctx, tx, policy.From(ctx).Network, id, until)
	})
}

// Take makes a task of a queue the actor's, or one that came back to its author.
// Somebody who was quicker is a Conflict.
func (m *Module) Take(ctx context.Context, id string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		actor := policy.From(ctx)
		t, err := m.load(ctx, tx, id)
		if err == nil && !t.MayTake && t.AccountID != "" && t.OrgID == actor.OrgID {
			return errs.New(errs.Conflict, "task.taken_already")
		}
		if t, err = m.act(ctx, tx, id, "task.take", mayTake); err != nil {
			return err
		}
		return assign(ctx, tx, actor.Network, t.ID, actor.AccountID)
	})
}

// Edit changes the words of a task, its day and who it is for: its author and
// who it is for may. What somebody else saved since the form was filled comes
// back as an errs.Stale, and nothing changes. What a reminder says stays.
func (m *Module) Edit(ctx context.Context, id string, n Draft) error {
	if err := n.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		t, err := m.act(ctx, tx, id, "task.edit", mayAct)
		if err != nil {
			return err
		}
		if t.Message != "" || t.Done() {
			return errs.New(errs.Conflict, "task.fixed")
		}
		if t.Version != n.Version {
			if t.Words == n.Words && t.Due == n.Due && t.To == n.To {
				return nil // the same sent twice
			}
			return errs.Changed(*t)
		}
		if t.To != n.To {
			if err := m.checkTo(ctx, tx, t.Record, n.To); err != nil {
				return err
			}
		}
		t.Words, t.Due, t.To, t.SavedBy = n.Words, n.Due, n.To, policy.From(ctx).AccountID
		if err := m.seal(ctx, t); err != nil {
			return err
		}
		return updateTask(ctx, tx, policy.From(ctx).Network, t)
	})
}

// record logs an act on a task, by the record it is about.
func (m *Module) record(ctx context.Context, tx *db.Tx, act string, t *Task) error {
	e := audit.Entry{Act: act, Kind: t.Kind, ID: t.Record.ID, Section: t.Section}
	if t.Kind == "" {
		e.Kind, e.ID = "task", t.ID
	}
	return m.audit.Record(ctx, tx, e)
}
