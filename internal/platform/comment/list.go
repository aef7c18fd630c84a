package comment

import (
	"context"
	"encoding/json"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// Thread is what was written beside one record, as Panel shows it.
type Thread struct {
	Record   task.Record
	Path     string // of the record's page
	Once     string // for the form of a new comment
	Comments []Comment
	Readers  []policy.Actor // who can read the section, and so be called
}

// Of returns the comments beside a record in the section of r, the oldest first;
// the zero Thread when that section is not open. The caller has checked the
// record and logs that it was read.
func (m *Module) Of(ctx context.Context, tx *db.Tx, r task.Record, open policy.Open) (t Thread, err error) {
	if !open[r.Section] {
		return t, nil
	}
	t = Thread{Record: r, Once: db.NewID()}
	if t.Path, _, err = m.Locate(ctx, tx, r.Kind, r.ID); err != nil {
		return t, err
	}
	if t.Readers, err = m.auth.Readers(ctx, tx, r.Kind, r.ID, r.Section); err != nil {
		return t, err
	}
	net := policy.From(ctx).Network
	if t.Comments, err = commentsOf(ctx, tx, net, r); err != nil || len(t.Comments) == 0 {
		return t, err
	}
	return t, m.fill(ctx, tx, t.Comments)
}

// fill opens the words of comments beside one record, and names who is in them.
func (m *Module) fill(ctx context.Context, tx *db.Tx, list []Comment) error {
	actor := policy.From(ctx)
	members, err := m.auth.Members(ctx, tx, actor.Network)
	if err != nil {
		return err
	}
	names := make(map[string]string, len(members))
	for _, mb := range members {
		names[mb.AccountID] = mb.Name
	}
	earlier, err := earlierOf(ctx, tx, actor.Network, list[0].Record)
	if err != nil {
		return err
	}
	keys, err := m.keys.Get(ctx, actor.Network, list[0].keyOwner)
	if err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		c.Author, c.Mine = names[c.AuthorID], c.AuthorID == actor.AccountID
		key := keys[c.keyOwner]
		if c.Removed != nil || key == nil {
			continue
		}
		if err := c.open(key); err != nil {
			return err
		}
		if err := c.openEarlier(key, earlier); err != nil {
			return err
		}
		c.Parts = Parts(c.Text, called(c.Calls, names))
	}
	return nil
}

// called are those whom a comment calls, to find their names in its text.
func called(ids []string, names map[string]string) (out []policy.Actor) {
	for _, id := range ids {
		out = append(out, policy.Actor{AccountID: id, Name: names[id]})
	}
	return out
}

// openEarlier adds what the comment said before.
func (c *Comment) openEarlier(key *crypto.Key, rows []earlierRow) error {
	for _, r := range rows {
		if r.comment != c.ID {
			continue
		}
		plain, err := key.Open(r.sealed, c.place())
		if err != nil {
			return err
		}
		var w Words
		if err := json.Unmarshal(plain, &w); err != nil {
			return err
		}
		c.Earlier = append(c.Earlier, Earlier{Text: w.Text, At: r.at})
	}
	return nil
}
