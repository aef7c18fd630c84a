package people

import (
	"context"

	"tessuto/internal/platform/db"
)

// indexAtOnce is how many persons are opened together.
const indexAtOnce = 500

// CatchUp makes, for the people of a network, what they are found and compared by,
// where a migration or an older program left none. Only the terminal calls it.
func (m *Module) CatchUp(ctx context.Context, tx *db.Tx, network string) error {
	indexed, err := anyToken(ctx, tx, network)
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
	for after, done := "", 0; ; {
		rows, err := personsAfter(ctx, tx, network, after, indexAtOnce)
		if err != nil || len(rows) == 0 {
			return closed, err
		}
		people, err := m.unsealed(ctx, network, rows)
		if err != nil {
			return closed, err
		}
		for i := range people {
			if people[i].Name() == "" {
				closed++
				continue
			}
			tokens, err := m.tokens(ctx, network, &people[i])
			if err != nil {
				return closed, err
			}
			id := people[i].ID
			if people[i].MergedInto != "" {
				if id, err = rootOf(ctx, tx, network, id); err != nil {
					return closed, err
				}
			}
			if err := insertTokens(ctx, tx, network, id, tokens); err != nil {
				return closed, err
			}
		}
		after, done = rows[len(rows)-1].ID, done+len(rows)
		step(done)
	}
}
