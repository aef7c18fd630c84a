package exchange

import (
	"context"
	"errors"
	"fmt"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// SweepImports takes away, in every network, what tables left behind that did not
// come in within a day: of those whose work was killed and was not begun again. Such
// a table can be looked at anew until its file expires; then it goes too, with the
// rows of it that stood on its page.
func (m *Module) SweepImports(ctx context.Context) error {
	var open []unfinished
	now := m.db.Now()
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		open, err = unfinishedBefore(ctx, tx, now.Add(-undoFor))
		return err
	})
	for _, u := range open {
		if imp, known := m.imports[u.what]; known && imp.Whole != nil {
			ctx := policy.With(ctx, policy.Actor{AccountID: "terminal", Network: u.network})
			err = errors.Join(err, m.sweepImport(ctx, imp, u, now.After(u.at.Add(lasts))))
		}
	}
	return err
}

// sweepImport sweeps one table; for good when it is too old to be begun again. Before
// anything is taken away it is back where its rows are looked at: nobody begins it
// meanwhile.
func (m *Module) sweepImport(ctx context.Context, imp Import, u unfinished, good bool) error {
	going := false
	err := m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if going, err = m.jobs.Going(ctx, tx, u.network, u.id, wholeArgs{}, undoArgs{}); err != nil || going || u.begun == nil {
			return err
		}
		return backToCheck(ctx, tx, u.network, u.id)
	})
	if err != nil || going {
		return err
	}
	taken := 0
	if _, err := imp.Whole.Take(ctx, u.id, func(done int) { taken = done }); err != nil {
		return err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		if good {
			if err := deleteImport(ctx, tx, u.network, u.id); err != nil {
				return err
			}
		}
		if taken == 0 {
			return nil
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "import.sweep", Kind: "import", ID: u.id, Reason: fmt.Sprintf("%s: %d taken out", u.what, taken)})
	})
	if err != nil || !good {
		return err
	}
	return m.keys.DestroyAll(ctx, u.network, []string{owner(u.id)})
}
