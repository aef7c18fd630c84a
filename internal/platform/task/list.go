package task

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Show is which of one's own lists is shown.
type Show string

// The lists of the actor's own tasks.
const (
	Mine  Show = "mine"  // for the actor, and those that came back to them
	Queue Show = "queue" // for whoever takes them
	Given Show = "given" // for others, by the actor
	Past  Show = "done"  // done by now, newest first
)

// Shows lists them in the order of the page.
var Shows = []Show{Mine, Queue, Given, Past}

// listLimit is how many tasks a list shows at most.
const listLimit = 200

// List returns one of the actor's lists, by day, and logs which records the
// words speak of. A task about a record that is no longer the actor's has no
// words; see Task.Lost.
func (m *Module) List(ctx context.Context, s Show) (list []Task, err error) {
	actor, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return nil, err
	}
	var read []audit.Entry
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if list, err = listed(ctx, tx, actor, s, listLimit); err != nil {
			return err
		}
		var given []Task
		if s == Mine {
			if given, err = listed(ctx, tx, actor, Given, listLimit); err != nil {
				return err
			}
		}
		list = append(list, given...)
		if err := m.fill(ctx, tx, list); err != nil {
			return err
		}
		if list, err = m.returned(ctx, tx, s, list); err != nil {
			return err
		}
		read, err = m.name(ctx, tx, list)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, byDay)
	return list, m.logRead(ctx, list, read...)
}

// Soon returns what asks for attention in the actor's own list by a week from
// now, as /tasks?soon=1 shows it: news, what is late, today's, then by day.
func (m *Module) Soon(ctx context.Context) (out []Task, err error) {
	list, err := m.List(ctx, Mine)
	for _, g := range grouped(Mine, list, db.DateOf(m.db.Now())) {
		if g.soon {
			out = append(out, g.list...)
		}
	}
	return out, err
}

// byDay puts what asks for attention first; what has no day is last.
func byDay(a, b Task) int {
	if a.Done() || b.Done() {
		return 0
	}
	day := func(t Task) db.Date {
		if w := t.When(); w != "" {
			return w
		}
		return "9999-12-31"
	}
	switch x, y := day(a), day(b); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// returned marks the tasks for others that those cannot see any more: they are
// in the author's own list until somebody else has them. Other people's tasks
// are not in that list, and what was lost waits for nobody in a queue.
func (m *Module) returned(ctx context.Context, tx *db.Tx, s Show, list []Task) (out []Task, err error) {
	actor := policy.From(ctx)
	for _, t := range list {
		if err := m.comesBack(ctx, tx, &t); err != nil {
			return nil, err
		}
		hidden := s == Mine && t.AccountID != actor.AccountID && !t.Back || t.Lost && (s == Queue || t.Message != "")
		if !hidden {
			out = append(out, t)
		}
	}
	return out, nil
}

// comesBack marks a task for somebody else that they cannot see any more: it is
// its author's again.
func (m *Module) comesBack(ctx context.Context, tx *db.Tx, t *Task) (err error) {
	me := policy.From(ctx).AccountID
	if t.CreatedBy != me || t.AccountID == me || t.AccountID == "" || t.Lost || t.Done() {
		return nil
	}
	t.Back, err = m.stranded(ctx, tx, t)
	t.MayTake = t.Back
	return err
}

// stranded tells whether who a task is for has left, or lost the record.
func (m *Module) stranded(ctx context.Context, tx *db.Tx, t *Task) (bool, error) {
	if t.Kind == "" {
		_, ok, err := m.auth.Today(ctx, tx, t.AccountID)
		return !ok, err
	}
	_, ok, err := m.auth.Reader(ctx, tx, t.AccountID, t.Kind, t.Record.ID, t.Section)
	return !ok, err
}

// Board is what there is to do about one record, as Panel shows it.
type Board struct {
	Record
	Path  string // of the record's page
	Today db.Date
	Tasks []Task
}

// Of returns what somebody wrote to do about a record, of the sections that are
// open to the actor; what was done is last. New tasks are in the section of r.
// The caller has checked the record and logs that it was read.
func (m *Module) Of(ctx context.Context, tx *db.Tx, r Record, open policy.Open) (b Board, err error) {
	b = Board{Record: r, Today: tx.Today()}
	if b.Path, _, err = m.Locate(ctx, tx, r.Kind, r.ID); err != nil {
		return b, err
	}
	list, err := ofRecord(ctx, tx, policy.From(ctx).Network, r.Kind, r.ID)
	if err != nil {
		return b, err
	}
	list = slices.DeleteFunc(list, func(t Task) bool { return !open[t.Section] })
	slices.SortStableFunc(list, func(a, b Task) int {
		switch {
		case !a.Done() && b.Done():
			return -1
		case a.Done() && !b.Done():
			return 1
		}
		return 0
	})
	b.Tasks = list
	return b, m.fill(ctx, tx, list)
}

// fill finds which records are open to the actor, opens the words of their
// tasks, and names who is in them.
func (m *Module) fill(ctx context.Context, tx *db.Tx, list []Task) error {
	if len(list) == 0 {
		return nil
	}
	if err := m.checkOpen(ctx, tx, list); err != nil {
		return err
	}
	members, err := m.auth.Members(ctx, tx, policy.From(ctx).Network)
	if err != nil {
		return err
	}
	names := make(map[string]string, len(members))
	for _, mb := range members {
		names[mb.AccountID] = mb.Name
	}
	if err := m.openWords(ctx, list); err != nil {
		return err
	}
	for i := range list {
		t := &list[i]
		t.Who, t.Author, t.Doer, t.SavedBy = names[t.AccountID], names[t.CreatedBy], names[t.DoneBy], names[t.SavedBy]
		if t.AccountID == "" && t.OrgID != "" {
			if t.Queue, _, err = m.auth.Organisation(ctx, tx, policy.From(ctx).Network, t.OrgID); err != nil {
				return err
			}
		}
		if t.Kind != "" && !t.Lost {
			if t.Path, _, err = m.Locate(ctx, tx, t.Kind, t.Record.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// name says which record each task is about, and returns what was read for that.
func (m *Module) name(ctx context.Context, tx *db.Tx, list []Task) (read []audit.Entry, err error) {
	ids := map[policy.Kind][]string{}
	for _, t := range list {
		if t.Path != "" && !slices.Contains(ids[t.Kind], t.Record.ID) {
			ids[t.Kind] = append(ids[t.Kind], t.Record.ID)
		}
	}
	for kind, all := range ids {
		names, entries, err := m.Name(ctx, tx, kind, all)
		if err != nil {
			return nil, err
		}
		read = append(read, entries...)
		for i := range list {
			if t := &list[i]; t.Path != "" && t.Kind == kind {
				t.About = names[t.Record.ID]
			}
		}
	}
	return read, nil
}

// checkOpen asks the scope once for each kind and section in the list.
func (m *Module) checkOpen(ctx context.Context, tx *db.Tx, list []Task) error {
	actor := policy.From(ctx)
	type part struct {
		kind    policy.Kind
		section policy.Section
	}
	ids := map[part][]string{}
	for _, t := range list {
		if p := (part{t.Kind, t.Section}); t.Kind != "" && !slices.Contains(ids[p], t.Record.ID) {
			ids[p] = append(ids[p], t.Record.ID)
		}
	}
	open := map[part][]string{}
	for p, all := range ids {
		var err error
		if open[p], err = openRecords(ctx, tx, actor, p.kind, p.section, all); err != nil {
			return err
		}
	}
	for i := range list {
		t := &list[i]
		t.Lost = t.Kind != "" && !slices.Contains(open[part{t.Kind, t.Section}], t.Record.ID)
		t.MayAct = !t.Lost && t.concerns(actor)
		t.MayTake = !t.Lost && !t.Done() && t.queued(actor)
	}
	return nil
}

// openWords opens what is sealed, with one look into the keystore. A record
// whose key was destroyed has no words any more.
func (m *Module) openWords(ctx context.Context, list []Task) error {
	var owners []string
	for _, t := range list {
		if !t.Lost && len(t.sealed) > 0 && !slices.Contains(owners, t.keyOwner) {
			owners = append(owners, t.keyOwner)
		}
	}
	keys, err := m.keys.Get(ctx, policy.From(ctx).Network, owners...)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].open(keys[list[i].keyOwner]); err != nil {
			return err
		}
	}
	return nil
}

func (t *Task) open(key *crypto.Key) error {
	if t.Lost {
		t.Record.ID = "" // nor which record it was
		return nil
	}
	if t.argsJSON != "" {
		if err := json.Unmarshal([]byte(t.argsJSON), &t.Args); err != nil {
			return err
		}
	}
	if len(t.sealed) == 0 || key == nil {
		return nil
	}
	plain, err := key.Open(t.sealed, t.place())
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &t.Words)
}

// logRead writes down of which records the actor has read words.
func (m *Module) logRead(ctx context.Context, list []Task, entries ...audit.Entry) error {
	for _, t := range list {
		e := audit.Entry{Act: "read", Kind: t.Kind, ID: t.Record.ID, Section: t.Section}
		if t.Kind != "" && !t.Lost && t.Message == "" && !slices.Contains(entries, e) {
			entries = append(entries, e)
		}
	}
	return m.audit.Append(ctx, entries...)
}
