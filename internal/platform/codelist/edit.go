package codelist

import (
	"context"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// over lays a network's edits over the lists: the last edit of a code holds, and
// the network's own codes come last.
func (s *Set) over(rows []Edit) *Set {
	out := &Set{maps.Clone(s.lists)}
	for key, l := range s.lists {
		own := *l
		own.Entries = slices.Clone(l.Entries)
		out.lists[key] = &own
	}
	for _, r := range rows { // in the order in which they were made
		l := out.lists[r.List]
		if l == nil {
			continue // a list that this release does not know
		}
		ships := s.lists[r.List].Entry(r.Code)
		e := l.Entry(r.Code)
		switch {
		case e == nil && r.Entry == nil:
			continue
		case e == nil:
			l.Entries = append(l.Entries, Entry{})
			e = &l.Entries[len(l.Entries)-1]
		}
		if r.Entry != nil {
			*e = *r.Entry
		} else {
			*e = *ships
		}
		e.Code, e.Local, e.Version = r.Code, ships == nil, r.Version
		e.Fixed = ships != nil && ships.Fixed
	}
	return out
}

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$`)

const (
	maxLabel = 200
	maxNote  = 400
)

// checkEntry reports what is wrong with an entry about to be saved.
func checkEntry(l *List, e *Entry) error {
	c := errs.Check{}
	c.That(codeForm.MatchString(e.Code), "code", "codelist.code_wrong")
	c.That(strings.TrimSpace(e.Label["it"]) != "", "label_it", "codelist.label_missing")
	for lang, label := range e.Label {
		c.That(errs.Fits(label, maxLabel), "label_"+lang, "error.field_long")
	}
	c.That(errs.Fits(e.Note, maxNote), "note", "error.field_long")
	c.That(e.From == "" || e.To == "" || e.From <= e.To, "to", "codelist.to_wrong")
	c.That(e.To == "" || !e.Fixed, "to", "codelist.fixed")
	c.That(e.ReplacedBy == "" || e.ReplacedBy != e.Code && l.Entry(e.ReplacedBy) != nil, "replaced_by", "error.field_choice")
	c.That(e.Parent == "" || e.Parent != e.Code && l.Entry(e.Parent) != nil, "parent", "error.field_choice")
	return c.Err()
}

// Save changes the words, the note and the days of a code, under the version
// that the form was filled from: what somebody else saved since comes back as an
// errs.Stale.
func (m *Module) Save(ctx context.Context, list string, e Entry) error {
	return m.edit(ctx, list, crypto.Sending{}, func(l *List) (Edit, error) {
		was := l.Entry(e.Code)
		switch {
		case was == nil:
			return Edit{}, errs.Missing()
		case was.Version != e.Version && !was.says(e):
			return Edit{}, errs.Changed(*was)
		}
		e.Fixed = was.Fixed
		return Edit{Code: e.Code, Version: was.Version + 1, Act: "codes.edit", Entry: &e}, checkEntry(l, &e)
	})
}

// Add adds a code of the network's own. One that is in the list is refused, unless
// it is the same form sent twice.
func (m *Module) Add(ctx context.Context, list string, e Entry, sent crypto.Sending) error {
	return m.edit(ctx, list, sent, func(l *List) (Edit, error) {
		if l.Entry(e.Code) != nil {
			return Edit{}, errs.Check{"code": "codelist.code_taken"}.Err()
		}
		return Edit{Code: e.Code, Version: 1, Act: "codes.add", Entry: &e}, checkEntry(l, &e)
	})
}

// End ends a code: on is the last day on which it is offered. Records that have
// it keep it, and its word. A code that rules speak of is never ended.
func (m *Module) End(ctx context.Context, list, code string, on db.Date, replacedBy string) error {
	return m.change(ctx, list, code, "codes.end", func(e *Entry) error {
		c := errs.Check{}
		c.That(on != "", "to", "error.field_required")
		e.To, e.ReplacedBy = on, replacedBy
		return c.Err()
	})
}

// Reopen takes back that a code was ended.
func (m *Module) Reopen(ctx context.Context, list, code string) error {
	return m.change(ctx, list, code, "codes.reopen", func(e *Entry) error {
		e.To, e.ReplacedBy = "", ""
		return nil
	})
}

// change edits the entry of a code as it stands.
func (m *Module) change(ctx context.Context, list, code, act string, fn func(*Entry) error) error {
	return m.edit(ctx, list, crypto.Sending{}, func(l *List) (Edit, error) {
		was := l.Entry(code)
		if was == nil {
			return Edit{}, errs.Missing()
		}
		e := *was
		if err := fn(&e); err != nil {
			return Edit{}, err
		}
		return Edit{Code: code, Version: was.Version + 1, Act: act, Entry: &e}, checkEntry(l, &e)
	})
}

// Reset makes a code what it is as it ships. One of the network's own cannot be:
// it may be in records, and is ended instead.
func (m *Module) Reset(ctx context.Context, list, code string) error {
	return m.edit(ctx, list, crypto.Sending{}, func(l *List) (Edit, error) {
		was := l.Entry(code)
		switch {
		case was == nil:
			return Edit{}, errs.Missing()
		case was.Local:
			return Edit{}, errs.New(errs.Conflict, "codelist.own_stays")
		}
		return Edit{Code: code, Version: was.Version + 1, Act: "codes.reset"}, nil
	})
}

// Import changes a list to what a file says of its codes, all or none: what
// differs is edited, what is new becomes the network's own, what the file does
// not name stays. It returns how many codes changed.
func (m *Module) Import(ctx context.Context, list string, src []byte) (changed int, err error) {
	file, err := Read(src)
	if err != nil {
		return 0, err
	}
	if file.Key != list {
		return 0, errs.New(errs.Invalid, "codelist.other_list").With("Key", file.Key)
	}
	actor, err := policy.Check(ctx, policy.CodeEdit)
	if err != nil {
		return 0, err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		changed = 0
		l, err := m.listIn(ctx, tx, list)
		if err != nil {
			return err
		}
		for _, e := range file.Entries {
			was := l.Entry(e.Code)
			if was != nil && was.says(e) {
				continue
			}
			edit := Edit{List: list, Code: e.Code, Version: 1, Act: "codes.import", Entry: &e, AccountID: actor.AccountID}
			if was != nil {
				edit.Version, e.Fixed = was.Version+1, was.Fixed
			}
			if err := checkEntry(file, &e); err != nil {
				return err
			}
			if err := insertEdit(ctx, tx, actor.Network, edit); err != nil {
				return err
			}
			changed++
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "codes.import", Kind: "code_list", ID: list})
	})
	if err == nil {
		m.forget(actor.Network)
	}
	return changed, err
}

// says tells whether two entries say the same.
func (e Entry) says(o Entry) bool {
	o.Local, o.Version, o.Fixed = e.Local, e.Version, e.Fixed
	return reflect.DeepEqual(e, o)
}

// edit makes one edit of a list in the name of the actor, once for each sending.
func (m *Module) edit(ctx context.Context, list string, sent crypto.Sending, decide func(*List) (Edit, error)) error {
	actor, err := policy.Check(ctx, policy.CodeEdit)
	if err != nil {
		return err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		l, err := m.listIn(ctx, tx, list)
		if err != nil {
			return err
		}
		fresh := db.NewID()
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || first != fresh {
			return err
		}
		e, err := decide(l)
		if err != nil {
			return err
		}
		e.List, e.AccountID = list, actor.AccountID
		if err := insertEdit(ctx, tx, actor.Network, e); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: e.Act, Kind: "code_list", ID: list})
	})
	if err == nil {
		m.forget(actor.Network)
	}
	return err
}

// listIn reads a list of the actor's network as it stands in a transaction.
func (m *Module) listIn(ctx context.Context, tx *db.Tx, list string) (*List, error) {
	if Shipped().List(list) == nil {
		return nil, errs.Missing()
	}
	rows, err := editsOf(ctx, tx, policy.From(ctx).Network, list)
	return Shipped().over(rows).List(list), err
}

// History returns a list of the actor's network and its edits, newest first.
// Names name who made them.
func (m *Module) History(ctx context.Context, list string) (l *List, edits []Edit, err error) {
	if _, err := policy.Check(ctx, policy.CodeEdit); err != nil {
		return nil, nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if l, err = m.listIn(ctx, tx, list); err != nil {
			return err
		}
		if edits, err = editsOf(ctx, tx, policy.From(ctx).Network, list); err != nil {
			return err
		}
		members, err := m.auth.Members(ctx, tx, policy.From(ctx).Network)
		for _, mb := range members {
			for i := range edits {
				if edits[i].AccountID == mb.AccountID {
					edits[i].Who = mb.Name
				}
			}
		}
		return err
	})
	slices.SortStableFunc(edits, func(a, b Edit) int { return b.At.Compare(a.At) })
	return l, edits, err
}

// Languages are those in which a label can be written: the reader's first choice
// is always there.
var Languages = i18n.Public
