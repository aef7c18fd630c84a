package people

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Merge says that two entries are of one person: who asks for the one that is
// gone gets the one that is kept, figures count them once from now on, and what
// was counted before stays known as it was.
type Merge struct {
	ID         string
	PairID     string
	Kept, Gone string
	Parts      []Part // that were taken from the one that is gone
	By         string // name
	At         time.Time

	keptVersion int
	openedTo    []policy.Grantee
	home        string   // as it was asked for: see MergePair
	left        []string // memberships that it ended
}

// both are the two entries of a merge, each with its key.
type both struct {
	kept, gone       *Person
	keptKey, goneKey *crypto.Key
}

func (m *Module) both(ctx context.Context, tx *db.Tx, network, kept, gone string) (b both, err error) {
	if b.kept, b.keptKey, err = m.keyed(ctx, tx, network, kept); err != nil {
		return b, err
	}
	b.gone, b.goneKey, err = m.keyed(ctx, tx, network, gone)
	return b, err
}

// MergePair merges the two of a pair: keep is the id of the entry that stays,
// parts are taken over from the other, home is the household in which the person
// lives from now on: one of Homes, EveryHome or, empty, that of the entry that
// stays. Both stand as they were before for who undoes it. NotFound unless both are
// open to the actor, Conflict when either was merged already.
func (m *Module) MergePair(ctx context.Context, id, keep string, parts []Part, home string) error {
	actor, err := policy.Check(ctx, policy.PersonMerge)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(parts, func(p Part) bool { return !slices.Contains(Parts, p) }) {
		return errs.Check{"parts": "error.field_choice"}.Err()
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		row, err := pairInScope(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		gone := row.a
		switch keep {
		case row.a:
			gone = row.b
		case row.b:
		default:
			return errs.Check{"keep": "error.field_choice"}.Err()
		}
		b, err := m.both(ctx, tx, actor.Network, keep, gone)
		if err != nil {
			return err
		}
		if b.kept.MergedInto != "" || b.gone.MergedInto != "" {
			return errs.New(errs.Conflict, "duplicate.merged")
		}
		if err := m.CheckUse(ctx, tx, keep, gone); err != nil {
			return err
		}
		if err := m.checkProtected(ctx, tx, b); err != nil {
			return err
		}
		return m.merge(ctx, tx, &Merge{ID: db.NewID(), PairID: id, Kept: keep, Gone: gone, Parts: parts, home: home}, b)
	})
}

func (m *Module) merge(ctx context.Context, tx *db.Tx, mg *Merge, b both) error {
	actor := policy.From(ctx)
	next := *b.kept
	for _, part := range mg.Parts {
		next.take(part, b.gone)
	}
	mg.keptVersion = b.kept.Version
	if err := m.save(ctx, tx, b.kept, &next, b.keptKey, mg.Parts); err != nil {
		return err
	}
	if err := setMergedInto(ctx, tx, actor.Network, mg.Gone, mg.Kept); err != nil {
		return err
	}
	if err := findNoMore(ctx, tx, actor.Network, mg.Gone); err != nil {
		return err
	}
	if err := deleteDigests(ctx, tx, actor.Network, mg.Gone); err != nil {
		return err
	}
	if err := m.reindex(ctx, tx, actor.Network, &next); err != nil {
		return err
	}
	var err error
	if mg.openedTo, err = m.openAlike(ctx, tx, actor.Network, mg.Gone, mg.Kept); err != nil {
		return err
	}
	if err := m.settleHome(ctx, tx, mg); err != nil {
		return err
	}
	if err := m.ledger.Alias(ctx, tx, actor.Network, ledger.Person, mg.Gone, mg.Kept); err != nil {
		return err
	}
	if err := insertMerge(ctx, tx, actor, mg); err != nil {
		return err
	}
	if err := setPair(ctx, tx, actor, mg.PairID, PairMerged, ""); err != nil {
		return err
	}
	return m.recordBoth(ctx, tx, "person.merge", mg)
}

func (m *Module) recordBoth(ctx context.Context, tx *db.Tx, act string, mg *Merge) error {
	if err := m.record(ctx, tx, act, mg.Kept); err != nil {
		return err
	}
	return m.record(ctx, tx, act, mg.Gone)
}

// underEntry looks for a paper of a person under each of their entries, until
// find has it, and returns the key that it is sealed with; NotFound when none has
// it.
func (m *Module) underEntry(ctx context.Context, tx *db.Tx, person string, find func(entry string, key *crypto.Key) (bool, error)) (*crypto.Key, error) {
	network := policy.From(ctx).Network
	entries, err := entriesOf(ctx, tx, network, person)
	if err != nil {
		return nil, err
	}
	keys, err := m.keys.Get(ctx, network, entries...)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if keys[entry] == nil {
			continue // erased
		}
		if found, err := find(entry, keys[entry]); found || err != nil {
			return keys[entry], err
		}
	}
	return nil, errs.Missing()
}

// openAlike opens a person to whom another entry of theirs is open, and returns
// to whom that was new.
func (m *Module) openAlike(ctx context.Context, tx *db.Tx, network, from, to string) (fresh []policy.Grantee, err error) {
	before, err := policy.Grantees(ctx, tx, network, policy.Person, to)
	if err != nil {
		return nil, err
	}
	if err := policy.Inherit(ctx, tx, network, policy.Person, from, policy.Person, to); err != nil {
		return nil, err
	}
	after, err := policy.Grantees(ctx, tx, network, policy.Person, to)
	return slices.DeleteFunc(after, func(g policy.Grantee) bool { return slices.Contains(before, g) }), err
}

// UndoMerge takes back the merge of a pair: both are as they were, but for what
// was changed since of the one that was kept, which stays as it was changed. The
// pair is open again.
func (m *Module) UndoMerge(ctx context.Context, pairID string) error {
	actor, err := policy.Check(ctx, policy.PersonMerge)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := pairInScope(ctx, tx, actor, pairID); err != nil {
			return err
		}
		mg, err := mergeOf(ctx, tx, actor.Network, pairID)
		if errs.CodeOf(err) == errs.NotFound {
			return errs.New(errs.Conflict, "duplicate.not_merged")
		}
		if err != nil {
			return err
		}
		b, err := m.both(ctx, tx, actor.Network, mg.Kept, mg.Gone)
		if err != nil {
			return err
		}
		return m.undo(ctx, tx, &mg, b)
	})
}

func (m *Module) undo(ctx context.Context, tx *db.Tx, mg *Merge, b both) error {
	actor := policy.From(ctx)
	if err := setMergedInto(ctx, tx, actor.Network, mg.Gone, ""); err != nil {
		return err
	}
	next, err := m.giveBack(ctx, tx, mg, b)
	if err != nil {
		return err
	}
	for _, p := range []*Person{next, b.gone} {
		if err := m.reindex(ctx, tx, actor.Network, p); err != nil {
			return err
		}
	}
	for _, g := range mg.openedTo {
		if err := policy.Revoke(ctx, tx, actor.Network, policy.Person, mg.Kept, g); err != nil {
			return err
		}
	}
	if err := reopenMembers(ctx, tx, actor.Network, mg); err != nil {
		return err
	}
	if err := m.ledger.Unalias(ctx, tx, actor.Network, ledger.Person, mg.Gone); err != nil {
		return err
	}
	if err := endMerge(ctx, tx, actor, mg.ID); err != nil {
		return err
	}
	if err := setPair(ctx, tx, actor, mg.PairID, PairOpen, ""); err != nil {
		return err
	}
	return m.recordBoth(ctx, tx, "person.unmerge", mg)
}

// giveBack puts back those parts of the kept one that still stand as the merge
// made them, and returns how it is then.
func (m *Module) giveBack(ctx context.Context, tx *db.Tx, mg *Merge, b both) (*Person, error) {
	before, err := m.stateOf(ctx, tx, mg.Kept, mg.keptVersion, b.keptKey)
	if err != nil {
		return nil, err
	}
	next := *b.kept
	var back []Part
	for _, part := range mg.Parts {
		if b.kept.Version > mg.keptVersion && b.kept.same(part, b.gone) {
			next.take(part, before)
			back = append(back, part)
		}
	}
	return &next, m.save(ctx, tx, b.kept, &next, b.keptKey, back)
}

// standingMerge is the merge of a pair, with the name of who made it.
func (m *Module) standingMerge(ctx context.Context, tx *db.Tx, pairID string) (*Merge, error) {
	mg, err := mergeOf(ctx, tx, policy.From(ctx).Network, pairID)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	mg.By = names[mg.By]
	return &mg, err
}
