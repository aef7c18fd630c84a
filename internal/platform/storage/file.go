package storage

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Incoming is a document that arrives.
type Incoming struct {
	Name    string // as the sender calls it; the ending says which kind it claims to be
	Content io.Reader
	Owner   string        // whose key seals it: a person or a case; empty for a key of its own
	Lasts   time.Duration // how long it is kept; 0 for as long as its parent
	Most    int64         // bytes; 0 for what the configuration allows
}

// Kept is a document whose content is stored and that belongs to nothing yet:
// Attach makes it somebody's. What is never attached goes after a day.
type Kept struct {
	File
	lasts time.Duration
}

// Put checks a document, seals it and stores it. It is called before the
// transaction of the use case: a program that is killed between the two leaves
// content without a row, never a row without content. What is wrong with the
// document is an Invalid error in words.
func (s *Store) Put(ctx context.Context, in Incoming) (*Kept, error) {
	actor, id := policy.From(ctx), db.NewID()
	k := &Kept{File{ID: id, Name: tidy(in.Name), By: actor.AccountID, owner: in.Owner}, in.Lasts}
	if in.Most == 0 {
		in.Most = s.most
	}
	counted := &counter{from: in.Content, left: in.Most}
	f, content, err := recognise(k.Name, counted)
	if err != nil {
		return nil, err
	}
	if f.image {
		drawn, err := redraw(f.mediaType, content)
		if err != nil {
			return nil, err
		}
		counted = &counter{from: drawn, left: 2*in.Most + 1<<20} // PNG may grow a little
		content = counted
	}
	key, err := s.key(ctx, actor.Network, k)
	if err != nil {
		return nil, err
	}
	sealed, err := key.SealStream(content, place(actor.Network, id, "content"))
	if err != nil {
		return nil, err
	}
	if err := s.box.put(ctx, blob(actor.Network, id), sealed); err != nil {
		if counted.err != nil {
			return nil, counted.err
		}
		slog.ErrorContext(ctx, "file not stored", "id", id, "err", err)
		return nil, errs.New(errs.Busy, "file.away")
	}
	k.MediaType, k.Size = f.mediaType, counted.n
	k.sealed = key.Seal([]byte(k.Name), place(actor.Network, id, "name"))
	return k, nil
}

// key is the owner's, or a new one of the document's own.
func (s *Store) key(ctx context.Context, network string, k *Kept) (*crypto.Key, error) {
	if k.owner != "" {
		return s.keys.GetOne(ctx, network, k.owner)
	}
	k.owner = ownKey(k.ID)
	return s.keys.CreateOne(ctx, network, k.owner)
}

// counter counts what is read, and refuses to read more than left.
type counter struct {
	from    io.Reader
	n, left int64
	err     error
}

func (c *counter) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.from.Read(p)
	if c.n += int64(n); c.n > c.left {
		n, err = 0, errs.New(errs.Invalid, "file.too_large")
	}
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// Attach makes a stored document part of a record, in the transaction of the use
// case, which has asked whether the actor may write there. It is audited on the
// record.
func (s *Store) Attach(ctx context.Context, tx *db.Tx, k *Kept, to Parent) error {
	k.Parent, k.At = to, tx.Now
	if k.lasts > 0 {
		until := tx.Now.Add(k.lasts)
		k.Expires = &until
	}
	if err := insertFile(ctx, tx, policy.From(ctx).Network, &k.File); err != nil {
		return err
	}
	return s.record(ctx, tx, "file.add", &k.File)
}

// Remove takes a document away, in the transaction of the use case, which has
// asked whether the actor may write on its record. The name is forgotten at once,
// the content with the next sweep.
func (s *Store) Remove(ctx context.Context, tx *db.Tx, id string) error {
	network := policy.From(ctx).Network
	f, err := fileByID(ctx, tx, network, id)
	if err != nil {
		return err
	}
	if err := markRemoved(ctx, tx, network, id); err != nil {
		return err
	}
	return s.record(ctx, tx, "file.remove", &f)
}

// Hold keeps a document from everybody until it is held no more, in the transaction of
// the use case, which has asked whether the actor may and audits it. Nothing is lost.
func (s *Store) Hold(ctx context.Context, tx *db.Tx, id string, held bool) error {
	return markHeld(ctx, tx, policy.From(ctx).Network, id, held)
}

// record writes what happened on the record that a document belongs to; the id
// of the document stands where an actor's words would.
func (s *Store) record(ctx context.Context, tx *db.Tx, act string, f *File) error {
	return s.log.Record(ctx, tx, entry(act, f))
}

func entry(act string, f *File) audit.Entry {
	return audit.Entry{Act: act, Kind: f.Kind, ID: f.Parent.ID, Section: f.Section, Reason: "file " + f.ID}
}

// Of lists the documents of a record that the actor may open, the newest first.
// One whose key was destroyed is not among them.
func (s *Store) Of(ctx context.Context, tx *db.Tx, kind policy.Kind, record string) ([]File, error) {
	actor := policy.From(ctx)
	network := actor.Network
	open, err := policy.Sections(ctx, tx, kind, record)
	if p, shared := s.open[kind]; shared {
		open = policy.Open{policy.Whole: actor.May(p)}
	}
	if err != nil {
		return nil, err
	}
	all, err := filesOf(ctx, tx, network, kind, record)
	if err != nil {
		return nil, err
	}
	var out []File
	for _, f := range all {
		if !open[f.Section] {
			continue
		}
		switch ok, err := s.name(ctx, network, &f); {
		case err != nil:
			return nil, err
		case ok:
			out = append(out, f)
		}
	}
	return out, nil
}

// name opens the name of a document; false when its key was destroyed.
func (s *Store) name(ctx context.Context, network string, f *File) (bool, error) {
	keys, err := s.keys.Get(ctx, network, f.owner)
	if err != nil || keys[f.owner] == nil {
		return false, err
	}
	name, err := keys[f.owner].Open(f.sealed, place(network, f.ID, "name"))
	f.Name = string(bytes.ToValidUTF8(name, nil))
	return true, err
}
