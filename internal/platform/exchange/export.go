package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/table"
)

// Purposes are why a table goes out, as codes.
var Purposes = []string{"work", "reporting", "oversight", "request", "transfer", "other"}

// order is what somebody asks for.
type order struct {
	filter  url.Values
	format  table.Format
	purpose string
	note    string
}

// check reports what is wrong with an order; a purpose that has no code is said
// in words.
func (o *order) check() error {
	c := errs.Check{}
	c.That(slices.Contains(table.Formats, o.format), "format", "error.field_choice")
	c.That(slices.Contains(Purposes, o.purpose), "purpose", "exchange.purpose.needed")
	c.That(o.purpose != "other" || o.note != "", "note", "exchange.note.needed")
	c.That(errs.Fits(o.note, 500), "note", "error.field_long")
	return c.Err()
}

var errMany = errors.New("exchange: more rows than are sent at once")

// let answers an order: with the table when it is small, with the id of a job's
// export when it is not. What goes out is in the audit before it leaves.
func (m *Module) let(ctx context.Context, exp Export, o order) (content *bytes.Buffer, id string, err error) {
	actor, err := policy.Check(ctx, exp.Permission)
	if err != nil {
		return nil, "", err
	}
	if err := o.check(); err != nil {
		return nil, "", err
	}
	content = new(bytes.Buffer)
	rows, many := 0, exp.Kept
	if !many {
		rows, err = m.write(ctx, content, exp, o, m.AtOnce)
		many = errors.Is(err, errMany)
	}
	if err != nil && !many {
		return nil, "", err
	}
	out := outgoing{id: db.NewID(), account: actor.AccountID, what: exp.What, format: string(o.format), purpose: o.purpose}
	key, err := m.keys.CreateOne(ctx, actor.Network, owner(out.id))
	if err != nil {
		return nil, "", err
	}
	out.note = key.Seal([]byte(o.note), place(out.id, "note"))
	out.filter = key.Seal([]byte(o.filter.Encode()), place(out.id, "filter"))
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if many {
			if out.job, err = m.jobs.Enqueue(ctx, tx, exportArgs{out.id}, jobs.Opts{Key: out.id}); err != nil {
				return err
			}
			return insertExport(ctx, tx, actor.Network, out)
		}
		out.rows = rows
		if err := insertExport(ctx, tx, actor.Network, out); err != nil {
			return err
		}
		return m.record(ctx, tx, out)
	})
	if many {
		content = nil
	}
	return content, out.id, err
}

func place(id, what string) string { return "export/" + id + "/" + what }

// record writes that a table went out: what, how many rows, why by its code. The
// words are with the export, sealed.
func (m *Module) record(ctx context.Context, tx *db.Tx, o outgoing) error {
	return m.audit.Record(ctx, tx, audit.Entry{Act: "export", Kind: "export", ID: o.id,
		Reason: fmt.Sprintf("%s: %d rows, %s, %s", o.what, o.rows, o.format, o.purpose)})
}

// write writes the table, of at most so many rows when most is not 0, and returns
// how many there were.
func (m *Module) write(ctx context.Context, out io.Writer, exp Export, o order, most int) (n int, err error) {
	w, err := table.NewWriter(out, o.format, m.sheet(ctx, exp, o))
	if err != nil {
		return 0, err
	}
	err = exp.Rows(ctx, o.filter, func(cells ...any) error {
		if n++; most > 0 && n > most {
			return errMany
		}
		return w.Row(cells...)
	})
	if err != nil {
		return n, err
	}
	return n, w.Close()
}

// sheet describes the table, and what stands about it.
func (m *Module) sheet(ctx context.Context, exp Export, o order) table.Sheet {
	actor := policy.From(ctx)
	s := table.Sheet{Name: name(ctx, exp.What), About: i18n.T(ctx, "exchange.about")}
	for _, c := range exp.Columns {
		s.Columns = append(s.Columns, table.Column{Title: i18n.T(ctx, c.Key), Kind: c.Kind})
	}
	purpose := i18n.T(ctx, "exchange.purpose."+o.purpose)
	if o.note != "" {
		purpose += ": " + o.note
	}
	hidden := exp.Suppressed
	if hidden == "" {
		hidden = "exchange.about.whole"
	}
	line := func(key, value string) { s.Lines = append(s.Lines, table.Line{Label: i18n.T(ctx, key), Value: value}) }
	line("exchange.about.what", s.Name)
	line("exchange.about.when", i18n.DateTime(ctx, m.db.Now()))
	line("exchange.about.who", actor.Name+", "+actor.OrgName)
	line("exchange.about.purpose", purpose)
	filters := 0
	if exp.Filter != nil {
		for _, l := range exp.Filter(ctx, o.filter) {
			s.Lines = append(s.Lines, table.Line{Label: i18n.T(ctx, "exchange.about.filter", "Name", l.Label), Value: l.Value})
			filters++
		}
	}
	if filters == 0 {
		line("exchange.about.nofilter", i18n.T(ctx, "exchange.about.all"))
	}
	line("exchange.about.suppressed", i18n.T(ctx, hidden))
	line("exchange.about.care", i18n.T(ctx, "exchange.about.care.text"))
	return s
}

// fileName is how the table is called.
func (m *Module) fileName(ctx context.Context, exp Export, f table.Format) string {
	return name(ctx, exp.What) + " " + string(db.DateOf(m.db.Now())) + f.Ending()
}

// exportArgs name an export to write.
type exportArgs struct{ ID string }

// Kind names the job.
func (exportArgs) Kind() string { return "exchange.export" }

// lasts is how long the link to a table holds.
func (e *Export) lasts() time.Duration {
	if e.Kept {
		return keptFor
	}
	return lasts
}

// keptFor is how long the link holds to a table that never goes with the answer.
const keptFor = 24 * time.Hour

// workExport writes a large table into a file that lasts a while.
func (m *Module) workExport(ctx context.Context, r *jobs.Run, args exportArgs) error {
	out, exp, err := m.findExport(ctx, args.ID)
	if err != nil {
		return err
	}
	r.Link("/exports/" + out.id)
	if out.file != "" {
		return nil
	}
	o, err := m.orderOf(ctx, out)
	if err != nil {
		return err
	}
	pr, pw := io.Pipe()
	written := make(chan int, 1)
	go func() {
		n, err := m.write(ctx, pw, exp, o, 0)
		written <- n
		pw.CloseWithError(err)
	}()
	kept, err := m.files.Put(ctx, storage.Incoming{Name: m.fileName(ctx, exp, o.format), Content: pr, Lasts: exp.lasts(), Most: 1 << 30})
	pr.CloseWithError(err) // ends the writer when the store refused
	out.rows = <-written
	if err != nil {
		return err
	}
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		if err := m.files.Attach(ctx, tx, kept, storage.Parent{Kind: storage.Mine, ID: actor.AccountID}); err != nil {
			return err
		}
		if err := endExport(ctx, tx, actor.Network, out.id, kept.ID, out.rows); err != nil {
			return err
		}
		return m.record(ctx, tx, out)
	})
	r.Outcome("exchange.export.outcome", map[string]any{"Rows": out.rows})
	return err
}

// findExport returns an export of the actor's, or NotFound.
func (m *Module) findExport(ctx context.Context, id string) (o outgoing, exp Export, err error) {
	actor := policy.From(ctx)
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		o, err = exportByID(ctx, tx, actor.Network, actor.AccountID, id)
		return err
	})
	if err != nil {
		return o, exp, err
	}
	exp, known := m.exports[o.what]
	return o, exp, may(ctx, exp.Permission, known)
}

// orderOf opens what was asked for.
func (m *Module) orderOf(ctx context.Context, out outgoing) (o order, err error) {
	key, err := m.keys.GetOne(ctx, policy.From(ctx).Network, owner(out.id))
	if err != nil {
		return o, err
	}
	note, err := key.Open(out.note, place(out.id, "note"))
	if err != nil {
		return o, err
	}
	filter, err := key.Open(out.filter, place(out.id, "filter"))
	if err != nil {
		return o, err
	}
	o = order{format: table.Format(out.format), purpose: out.purpose, note: string(note)}
	o.filter, err = url.ParseQuery(string(filter))
	return o, err
}

// listed is how many exports a page shows.
const listed = 50

// gone is an export as the auditor reads it.
type gone struct {
	outgoing
	note string
}

// all lists what went out of the network, the newest first, with why.
func (m *Module) all(ctx context.Context, before string) (out []gone, err error) {
	actor, err := policy.Check(ctx, policy.AuditRead)
	if err != nil {
		return nil, err
	}
	var rows []outgoing
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		rows, err = exportsBefore(ctx, tx, actor.Network, before, listed+1)
		return err
	})
	owners := make([]string, len(rows))
	for i, o := range rows {
		owners[i] = owner(o.id)
	}
	if err != nil {
		return nil, err
	}
	keys, err := m.keys.Get(ctx, actor.Network, owners...)
	for _, o := range rows {
		note, openErr := keys[owner(o.id)].Open(o.note, place(o.id, "note"))
		if err = errors.Join(err, openErr); err != nil {
			return nil, err
		}
		out = append(out, gone{o, string(note)})
	}
	if err != nil {
		return nil, err
	}
	return out, m.audit.Append(ctx, audit.Entry{Act: "audit.read", Kind: "network", ID: actor.Network})
}
