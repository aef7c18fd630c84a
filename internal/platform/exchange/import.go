package exchange

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/table"
)

// lasts is how long tables are kept that wait to be imported or fetched.
const lasts = 7 * 24 * time.Hour

// task is an import on its way.
type task struct {
	id, account, what, file, job string
	mapping                      mapping
	total, already               int
	made, refused                int
	refusedFile                  string
	at                           time.Time
	begun, done                  *time.Time

	// Of one that comes in whole.
	words           []byte // sealed: see digest
	fresh           int
	report          string // file
	checked, undone *time.Time
}

// arrived is a table that was stored, and how it would be brought in.
type arrived struct {
	kept *storage.Kept
	task
}

// store keeps a table that arrives. What cannot be read as a table is refused
// before anything is stored.
func (m *Module) store(ctx context.Context, imp Import, name string, content io.Reader) (*arrived, error) {
	actor, err := policy.Check(ctx, imp.Permission)
	if err != nil {
		return nil, err
	}
	most := m.most(imp)
	raw, err := io.ReadAll(io.LimitReader(content, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > most {
		return nil, errs.New(errs.Invalid, "file.too_large")
	}
	d, total, err := look(imp, path.Ext(name), raw)
	if err != nil {
		return nil, err
	}
	a := &arrived{task: task{id: db.NewID(), account: actor.AccountID, what: imp.What, total: total}}
	if a.mapping, err = m.recall(ctx, imp, d.Titles); err != nil {
		return nil, err
	}
	if imp.Whole != nil {
		key, err := m.keys.CreateOne(ctx, actor.Network, owner(a.id))
		if err != nil {
			return nil, err
		}
		d.File = name
		a.words = d.seal(key, a.id)
	}
	if a.kept, err = m.files.Put(ctx, storage.Incoming{Name: name, Content: bytes.NewReader(raw), Lasts: lasts, Most: most}); err != nil {
		return nil, err
	}
	a.file = a.kept.ID
	return a, nil
}

// most is how large a table may be, in bytes.
func (m *Module) most(imp Import) int64 {
	if imp.Whole != nil {
		return max(m.files.Most(), wholeMost)
	}
	return m.files.Most()
}

// look reads the titles and the first row of a table, and how many rows there are.
func look(imp Import, ending string, raw []byte) (d digest, total int, err error) {
	note := func(titles []string, r table.Row) error {
		if total == 0 {
			d.Titles, d.First = titles, r.Cells
		}
		total++
		return nil
	}
	if imp.Whole != nil {
		return d, total, table.Each(ending, raw, note)
	}
	rows, err := table.Read(ending, raw)
	if err != nil {
		return d, 0, err
	}
	for _, r := range rows.Rows {
		note(rows.Titles, r)
	}
	return d, total, nil
}

// begin begins an import of a table that was stored. The same form sent twice
// returns the first; the second table, in no row, is swept.
func (m *Module) begin(ctx context.Context, imp Import, a *arrived, sent crypto.Sending) (id string, err error) {
	actor, err := policy.Check(ctx, imp.Permission)
	if err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, a.id); err != nil || id != a.id {
			return err
		}
		if err := m.files.Attach(ctx, tx, a.kept, storage.Parent{Kind: storage.Mine, ID: actor.AccountID}); err != nil {
			return err
		}
		return insertImport(ctx, tx, actor.Network, a.task)
	})
	return id, err
}

// find returns an import of the actor's, with what it brings, or NotFound.
func (m *Module) find(ctx context.Context, id string) (t task, imp Import, err error) {
	actor := policy.From(ctx)
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		t, err = importByID(ctx, tx, actor.Network, actor.AccountID, id)
		return err
	})
	if err != nil {
		return t, imp, err
	}
	imp, known := m.imports[t.what]
	return t, imp, may(ctx, imp.Permission, known)
}

// rows reads the table of an import.
func (m *Module) rows(ctx context.Context, t task) (storage.File, *table.Rows, error) {
	f, r, err := m.files.Read(ctx, t.file)
	if err != nil {
		return f, nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		return f, nil, err
	}
	rows, err := table.Read(path.Ext(f.Name), raw)
	return f, rows, err
}

// saveMapping says which column holds which field, and remembers it for the next
// table; too late is a Conflict.
func (m *Module) saveMapping(ctx context.Context, id string, p mapping) error {
	t, imp, err := m.find(ctx, id)
	if err != nil {
		return err
	}
	titles, err := m.titles(ctx, t, imp)
	if err != nil {
		return err
	}
	kept := mapping{}
	for _, f := range imp.Fields {
		if column, ok := p[f.Name]; ok {
			kept[f.Name] = column
		}
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := late(updateMapping(ctx, tx, policy.From(ctx).Network, t.id, kept)); err != nil {
			return err
		}
		if err := m.remember(ctx, tx, imp, titles, kept); err != nil || imp.Whole == nil {
			return err
		}
		return m.enqueueCheck(ctx, tx, t.id, kept)
	})
}

// late says that an import has begun by now.
func late(err error) error {
	if errs.CodeOf(err) == errs.NotFound {
		return errs.New(errs.Conflict, "exchange.import.begun")
	}
	return err
}

// importArgs name an import to do.
type importArgs struct{ ID string }

// Kind names the job.
func (importArgs) Kind() string { return "exchange.import" }

// run begins an import, or begins again one whose job failed.
func (m *Module) run(ctx context.Context, id string) error {
	t, imp, err := m.find(ctx, id)
	if err != nil {
		return err
	}
	if imp.Whole != nil {
		return m.runWhole(ctx, t)
	}
	if t.done != nil {
		return nil
	}
	_, rows, err := m.rows(ctx, t)
	if err != nil {
		return err
	}
	p, err := m.plan(ctx, imp, t.mapping, rows)
	if err != nil {
		return err
	}
	network := policy.From(ctx).Network
	return m.db.Write(ctx, func(tx *db.Tx) error {
		job, err := m.jobs.Enqueue(ctx, tx, importArgs{t.id}, jobs.Opts{Key: t.id})
		if err != nil {
			return err
		}
		return beginImport(ctx, tx, network, t.id, job, p.count[there])
	})
}

// drop forgets an import that has not begun, with its table.
func (m *Module) drop(ctx context.Context, id string) (back string, err error) {
	t, imp, err := m.find(ctx, id)
	if err != nil {
		return "", err
	}
	if imp.Whole != nil && t.begun != nil {
		return imp.At, m.undo(ctx, t)
	}
	return imp.At, m.db.Write(ctx, func(tx *db.Tx) error {
		if err := late(deleteImport(ctx, tx, policy.From(ctx).Network, t.id)); err != nil {
			return err
		}
		return m.files.Remove(ctx, tx, t.file)
	})
}

// work does an import. Each row is a use case of its own: one that was killed
// half-way goes on, and what was made meanwhile is there already.
func (m *Module) work(ctx context.Context, r *jobs.Run, args importArgs) error {
	t, imp, err := m.find(ctx, args.ID)
	if err != nil {
		return err
	}
	r.Link("/imports/" + t.id)
	if t.done != nil {
		r.Outcome("exchange.import.outcome", map[string]any{"New": t.made, "There": t.already, "Refused": t.refused})
		return nil
	}
	f, rows, err := m.rows(ctx, t)
	if err != nil {
		return err
	}
	p, err := m.plan(ctx, imp, t.mapping, rows)
	if err != nil {
		return err
	}
	for i := range p.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.Progress(i, len(p.rows))
		one := &p.rows[i]
		if one.fate != fresh {
			continue
		}
		if err := one.make(ctx); refusal(err) {
			one.fate, one.reason = refused, reason(ctx, imp, err)
			p.count[fresh]--
			p.count[refused]++
		} else if err != nil {
			return err
		}
	}
	t.refused = p.count[refused]
	t.made = t.total - t.refused - t.already
	if err := m.finish(ctx, t, imp, f, rows, p); err != nil {
		return err
	}
	r.Progress(t.total, t.total)
	r.Outcome("exchange.import.outcome", map[string]any{"New": t.made, "There": t.already, "Refused": t.refused})
	return nil
}

// finish keeps the refused rows, lets go of the table, and says what came of it.
func (m *Module) finish(ctx context.Context, t task, imp Import, f storage.File, rows *table.Rows, p *plan) error {
	var kept *storage.Kept
	if t.refused > 0 {
		format := formatOf(f.Name)
		content := new(bytes.Buffer)
		w, err := table.NewWriter(content, format, rejectedSheet(ctx, imp, rows.Titles))
		if err != nil {
			return err
		}
		if err := p.rejected(ctx, rows.Titles, w); err != nil {
			return err
		}
		kept, err = m.files.Put(ctx, storage.Incoming{Name: i18n.T(ctx, "exchange.refused.file") + format.Ending(), Content: content,
			Lasts: lasts, Most: 4 * m.files.Most()})
		if err != nil {
			return err
		}
		t.refusedFile = kept.ID
	}
	actor := policy.From(ctx)
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if kept != nil {
			if err := m.files.Attach(ctx, tx, kept, storage.Parent{Kind: storage.Mine, ID: actor.AccountID}); err != nil {
				return err
			}
		}
		if err := m.files.Remove(ctx, tx, t.file); err != nil {
			return err
		}
		if err := endImport(ctx, tx, actor.Network, t); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "import", Kind: "import", ID: t.id,
			Reason: fmt.Sprintf("%s: %d new, %d there, %d refused", t.what, t.made, t.already, t.refused)})
	})
}

// formatOf is the format to answer in to who sent a table of that name.
func formatOf(name string) table.Format {
	switch path.Ext(name) {
	case ".xlsx":
		return table.XLSX
	case ".ods":
		return table.ODS
	}
	return table.Semicolon
}
