package exchange

import (
	"context"
	"encoding/json"
	"io"
	"path"
	"time"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
)

// Whole brings many rows in together or not at all. Its rows are handed over some
// at a time, in their order.
type Whole struct {
	// Look says what is known of rows, and changes nothing; what is wrong with one
	// stands in its Problem.
	Look func(ctx context.Context, rows []*Row) ([]Finding, error)
	// Stage writes rows that are new under an import, so that nobody sees them yet.
	Stage func(ctx context.Context, id string, rows []*Row) error
	// Show lets all that was staged under an import be seen.
	Show func(ctx context.Context, tx *db.Tx, id string) error
	// Take takes away what is there under an import, seen or not, but for what
	// somebody has worked with since: it returns how many that is.
	Take func(ctx context.Context, id string, step func(done int)) (left int, err error)
}

// Finding is what is known of a row. Key stands for whom or what it speaks of: two
// rows with the same one say the same. There is, in words, why it is in the register
// already; empty when it is not.
type Finding struct{ Key, There string }

const (
	wholeMost = 64 << 20       // bytes of a table that comes in whole
	undoFor   = 24 * time.Hour // how long it can be taken out again
	atOnce    = 200            // rows that are handed over together
	listedOf  = 40             // rows of each fate that the page shows
)

// Undoable tells until when an import can be undone.
func (t *task) undoable(now time.Time) bool {
	return t.done != nil && t.undone == nil && now.Before(t.done.Add(undoFor))
}

// digest is what the page of an import shows of its table, sealed beside it: the
// titles, the first row, and some rows of each fate.
type digest struct {
	File   string
	Titles []string
	First  []string
	Rows   []sample
}

// sample is a row as the page shows it.
type sample struct {
	Number int
	Fate   fate
	Reason string
	Cells  []string
}

func (d *digest) seal(key *crypto.Key, id string) []byte {
	plain, err := json.Marshal(d)
	if err != nil {
		panic(err) // text and numbers
	}
	return key.Seal(plain, "import/"+id)
}

func (m *Module) digest(ctx context.Context, t task) (d digest, err error) {
	key, err := m.keys.GetOne(ctx, policy.From(ctx).Network, owner(t.id))
	if err != nil {
		return d, err
	}
	plain, err := key.Open(t.words, "import/"+t.id)
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(plain, &d)
}

// outcome is a row, and what becomes of it.
type outcome struct {
	*Row
	fate
	reason string
	cells  []string
}

// walk looks at all rows of a table and hands them over with what becomes of each.
func (m *Module) walk(ctx context.Context, imp Import, t task, r *jobs.Run, take func([]outcome) error) error {
	f, content, err := m.files.Read(ctx, t.file)
	if err != nil {
		return err
	}
	defer content.Close()
	raw, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	said, done, batch := map[string]int{}, 0, []outcome{}
	flush := func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.judge(ctx, imp, batch, said); err != nil {
			return err
		}
		done += len(batch)
		r.Progress(done, t.total)
		err := take(batch)
		batch = batch[:0]
		return err
	}
	err = table.Each(path.Ext(f.Name), raw, func(_ []string, row table.Row) error {
		batch = append(batch, outcome{Row: t.mapping.row(imp.Fields, row), fate: fresh, cells: row.Cells})
		if len(batch) < atOnce {
			return nil
		}
		return flush()
	})
	if err == nil && len(batch) > 0 {
		err = flush()
	}
	return err
}

// judge says what becomes of rows: said are the rows that were met before, by key.
func (m *Module) judge(ctx context.Context, imp Import, batch []outcome, said map[string]int) error {
	rows := make([]*Row, len(batch))
	for i := range batch {
		rows[i] = batch[i].Row
	}
	found, err := imp.Whole.Look(ctx, rows)
	if err != nil {
		return err
	}
	for i := range batch {
		o := &batch[i]
		switch first := said[found[i].Key]; {
		case len(o.Problem) > 0:
			o.fate, o.reason = refused, reason(ctx, imp, o.Problem.Err())
			continue
		case first != 0:
			o.fate, o.reason = refused, i18n.T(ctx, imp.Same, "Row", first)
			continue
		case found[i].There != "":
			o.fate, o.reason = there, found[i].There
		}
		if found[i].Key != "" {
			said[found[i].Key] = o.Number
		}
	}
	return nil
}

type checkArgs struct{ ID string }

// Kind names the job.
func (checkArgs) Kind() string { return "exchange.check" }

type wholeArgs struct{ ID string }

// Kind names the job.
func (wholeArgs) Kind() string { return "exchange.whole" }

type undoArgs struct{ ID string }

// Kind names the job.
func (undoArgs) Kind() string { return "exchange.undo" }

func (m *Module) enqueueCheck(ctx context.Context, tx *db.Tx, id string, p mapping) error {
	job, err := m.jobs.Enqueue(ctx, tx, checkArgs{id}, jobs.Opts{Key: "check " + id + " " + p.String()})
	if err != nil {
		return err
	}
	return setJob(ctx, tx, policy.From(ctx).Network, id, job)
}

// runWhole brings in what was looked at, or tries again. What was not looked at
// since its columns were chosen is a Conflict.
func (m *Module) runWhole(ctx context.Context, t task) error {
	if t.done != nil {
		return nil
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		job, err := m.jobs.Enqueue(ctx, tx, wholeArgs{t.id}, jobs.Opts{Key: t.id})
		if err != nil {
			return err
		}
		err = beginWhole(ctx, tx, policy.From(ctx).Network, t.id, job)
		if errs.CodeOf(err) == errs.NotFound {
			err = errs.New(errs.Conflict, "exchange.whole.unchecked")
		}
		return err
	})
}

// undo takes out again what came in, or what began to; too late is a Conflict.
func (m *Module) undo(ctx context.Context, t task) error {
	if t.done != nil && !t.undoable(m.db.Now()) {
		return errs.New(errs.Conflict, "exchange.undo.late")
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		job, err := m.jobs.Enqueue(ctx, tx, undoArgs{t.id}, jobs.Opts{Key: t.id})
		if err != nil {
			return err
		}
		return setUndoing(ctx, tx, policy.From(ctx).Network, t.id, job)
	})
}
