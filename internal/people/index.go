package people

import (
	"context"
	"maps"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// indexAtOnce is how many persons are opened together.
const indexAtOnce = 500

// CatchUp makes, for the people of a network, what they are found and compared by,
// where a migration or an older program left none. Only the terminal calls it.
func (m *Module) CatchUp(ctx context.Context, tx *db.Tx, network string) error {
	indexed, err := anyFindable(ctx, tx, network)
	if err == nil && !indexed {
		_, err = m.Index(ctx, tx, network, func(int) {})
	}
	if err != nil {
		return err
	}
	return m.compareAll(ctx, tx, network)
}

// Index makes anew what the people of a network are found by, after a restore:
// backups leave it out. It returns how many have no key, and are found by nobody.
// Step is told how many were read. Only the terminal calls it: nobody sees what
// it opens.
func (m *Module) Index(ctx context.Context, tx *db.Tx, network string, step func(done int)) (closed int, err error) {
	var merged []string
	for after, done := "", 0; ; {
		rows, err := personsAfter(ctx, tx, network, after, indexAtOnce)
		if err != nil {
			return closed, err
		}
		if len(rows) == 0 {
			return closed, m.indexMerged(ctx, tx, network, merged)
		}
		people, err := m.unsealed(ctx, network, rows)
		if err != nil {
			return closed, err
		}
		var found []findable
		for i := range people {
			p := &people[i]
			if p.Name() == "" {
				closed++
				continue
			}
			if p.MergedInto != "" {
				merged = append(merged, p.ID)
				continue
			}
			tokens, err := m.tokens(ctx, network, p)
			if err != nil {
				return closed, err
			}
			found = append(found, findable{p.ID, tokens})
		}
		if err := letFind(ctx, tx, network, found); err != nil {
			return closed, err
		}
		after, done = rows[len(rows)-1].ID, done+len(rows)
		step(done)
	}
}

// indexMerged lets the spellings of merged entries lead to who stands for them.
func (m *Module) indexMerged(ctx context.Context, tx *db.Tx, network string, entries []string) error {
	roots, err := rootsOf(ctx, tx, network, entries)
	if err != nil {
		return err
	}
	for _, id := range slices.Compact(slices.Sorted(maps.Values(roots))) {
		p, _, err := m.keyed(ctx, tx, network, id)
		if errs.CodeOf(err) == errs.NotFound {
			continue // erased
		}
		if err == nil {
			err = m.letFindAll(ctx, tx, network, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
