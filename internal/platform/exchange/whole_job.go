package exchange

import (
	"context"
	"fmt"
	"io"
	"slices"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/table"
)

// reportFactor is how many times larger than its table a report may be.
const reportFactor = 8

// workCheck looks at a table: what would become of each row stands in a file, and
// some rows of each fate on the page.
func (m *Module) workCheck(ctx context.Context, r *jobs.Run, args checkArgs) error {
	t, imp, err := m.find(ctx, args.ID)
	if err != nil {
		return err
	}
	r.Link("/imports/" + t.id)
	if t.checked != nil || t.begun != nil {
		return nil
	}
	d, err := m.digest(ctx, t)
	if err != nil {
		return err
	}
	d.Rows, t.fresh, t.already, t.refused = nil, 0, 0, 0
	kept, err := m.report(ctx, imp, t, d, func(row func(...any) error) error {
		return m.walk(ctx, imp, t, r, func(batch []outcome) error {
			for i := range batch {
				t.count(&batch[i])
				d.show(imp, t.mapping, &batch[i])
				if err := row(reportCells(ctx, &batch[i])...); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	actor := policy.From(ctx)
	key, err := m.keys.GetOne(ctx, actor.Network, owner(t.id))
	if err != nil {
		return err
	}
	t.words, t.report = d.seal(key, t.id), kept.ID
	return m.db.Write(ctx, func(tx *db.Tx) error {
		err := setChecked(ctx, tx, actor.Network, t)
		if errs.CodeOf(err) == errs.NotFound {
			return nil // the columns were chosen otherwise meanwhile, and are looked at by another
		}
		if err != nil {
			return err
		}
		return m.files.Attach(ctx, tx, kept, storage.Parent{Kind: storage.Mine, ID: actor.AccountID})
	})
}

func (t *task) count(o *outcome) {
	switch o.fate {
	case fresh:
		t.fresh++
	case there:
		t.already++
	case refused:
		t.refused++
	}
}

// show keeps a row for the page, as long as there are few of its fate.
func (d *digest) show(imp Import, p mapping, o *outcome) {
	n := 0
	for _, s := range d.Rows {
		if s.Fate == o.fate {
			n++
		}
	}
	if n >= listedOf {
		return
	}
	s := sample{Number: o.Number, Fate: o.fate, Reason: o.reason}
	for _, f := range mapped(imp.Fields, p) {
		s.Cells = append(s.Cells, o.Text(f.Name))
	}
	d.Rows = append(d.Rows, s)
	order := []fate{refused, there, fresh}
	slices.SortStableFunc(d.Rows, func(a, b sample) int { return slices.Index(order, a.Fate) - slices.Index(order, b.Fate) })
}

// mapped are the fields that have a column.
func mapped(fields []Field, p mapping) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { _, ok := p[f.Name]; return !ok })
}

func reportCells(ctx context.Context, o *outcome) []any {
	out := []any{i18n.T(ctx, "exchange.fate."+string(o.fate)), o.reason, o.Number}
	for _, c := range o.cells {
		out = append(out, c)
	}
	return out
}

// report writes a table of what becomes of each row into a file of the actor's.
func (m *Module) report(ctx context.Context, imp Import, t task, d digest, rows func(row func(...any) error) error) (*storage.Kept, error) {
	format := formatOf(d.File)
	s := table.Sheet{Name: i18n.T(ctx, "exchange.check"), Columns: []table.Column{{Title: i18n.T(ctx, "exchange.fate"), Kind: table.Text},
		{Title: i18n.T(ctx, "exchange.why"), Kind: table.Text}, {Title: i18n.T(ctx, "exchange.row"), Kind: table.Number}}}
	for _, title := range d.Titles {
		s.Columns = append(s.Columns, table.Column{Title: title, Kind: table.Text})
	}
	pr, pw := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		w, err := table.NewWriter(pw, format, s)
		if err == nil {
			err = rows(w.Row)
		}
		if err == nil {
			err = w.Close()
		}
		failed <- err
		pw.CloseWithError(err)
	}()
	kept, err := m.files.Put(ctx, storage.Incoming{Name: i18n.T(ctx, "exchange.report.file") + format.Ending(), Content: pr, Lasts: lasts, Most: reportFactor * m.most(imp)})
	pr.CloseWithError(err) // ends the writer when the store refused
	if cause := <-failed; cause != nil {
		return nil, cause
	}
	return kept, err
}

// workWhole brings a table in. What it writes is seen by nobody until all of it is
// there; when it fails, or is cancelled, nothing stays.
func (m *Module) workWhole(ctx context.Context, r *jobs.Run, args wholeArgs) error {
	t, imp, err := m.find(ctx, args.ID)
	if err != nil {
		return err
	}
	r.Link("/imports/" + t.id)
	if t.done != nil {
		r.Outcome("exchange.import.outcome", map[string]any{"New": t.made, "There": t.already, "Refused": t.refused})
		return nil
	}
	nothing := func(int) {}
	if _, err := imp.Whole.Take(ctx, t.id, nothing); err != nil { // of a try that was killed
		return err
	}
	err = m.bringIn(ctx, imp, t, r)
	if err != nil {
		_, again := imp.Whole.Take(context.WithoutCancel(ctx), t.id, nothing)
		if again != nil {
			return again
		}
		return err
	}
	r.Outcome("exchange.import.outcome", map[string]any{"New": t.fresh, "There": t.already, "Refused": t.refused})
	return nil
}

func (m *Module) bringIn(ctx context.Context, imp Import, t task, r *jobs.Run) error {
	now := task{}
	err := m.walk(ctx, imp, t, r, func(batch []outcome) error {
		var rows []*Row
		for i := range batch {
			if now.count(&batch[i]); batch[i].fate == fresh {
				rows = append(rows, batch[i].Row)
			}
		}
		if len(rows) == 0 {
			return nil
		}
		return imp.Whole.Stage(ctx, t.id, rows)
	})
	if err != nil {
		return err
	}
	network := policy.From(ctx).Network
	if now.fresh != t.fresh || now.already != t.already || now.refused != t.refused {
		if err := m.db.Write(ctx, func(tx *db.Tx) error { return backToCheck(ctx, tx, network, t.id) }); err != nil {
			return err
		}
		return errs.New(errs.Conflict, "exchange.whole.changed")
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := imp.Whole.Show(ctx, tx, t.id); err != nil {
			return err
		}
		if err := m.files.Remove(ctx, tx, t.file); err != nil {
			return err
		}
		if err := endWhole(ctx, tx, network, t.id, t.fresh); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "import", Kind: "import", ID: t.id,
			Reason: fmt.Sprintf("%s: %d new, %d there, %d refused", t.what, t.fresh, t.already, t.refused)})
	})
}

// workUndo takes out what came in with a table; one of which nothing is in yet goes
// with it.
func (m *Module) workUndo(ctx context.Context, r *jobs.Run, args undoArgs) error {
	t, imp, err := m.find(ctx, args.ID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil // it went the first time
	}
	if err != nil || t.undone != nil {
		return err
	}
	total := max(t.made, t.fresh)
	left, err := imp.Whole.Take(ctx, t.id, func(done int) { r.Progress(done, total) })
	if err != nil {
		return err
	}
	network := policy.From(ctx).Network
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		if t.done == nil {
			if err := deleteBegun(ctx, tx, network, t.id); err != nil {
				return err
			}
			return m.files.Remove(ctx, tx, t.file)
		}
		if err := setUndone(ctx, tx, network, t.id, left); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "import.undo", Kind: "import", ID: t.id,
			Reason: fmt.Sprintf("%s: %d taken out, %d stay", t.what, t.made-left, left)})
	})
	if err == nil && t.done != nil {
		r.Link("/imports/" + t.id)
		r.Outcome("exchange.undo.outcome", map[string]any{"Gone": t.made - left, "Left": left})
	}
	return err
}
