package exchange

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

func (m *Module) getUpload(imp Import) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := m.uploadView(r.Context(), imp)
		if err != nil {
			return err
		}
		return web.Show(w, r, http.StatusOK, uploadPage(v))
	}
}

// uploadView is the page that asks for a table.
type uploadView struct {
	Import
	most    int64
	problem string
	earlier []task // of the same kind, the newest first
}

// rows is how many a table may have.
func (v uploadView) rows() int64 {
	if v.Whole != nil {
		return table.MostRows
	}
	return table.MaxRows
}

func (m *Module) uploadView(ctx context.Context, imp Import) (v uploadView, err error) {
	v = uploadView{Import: imp, most: m.most(imp)}
	if imp.Whole == nil {
		return v, nil
	}
	actor := policy.From(ctx)
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		v.earlier, err = importsOf(ctx, tx, actor.Network, actor.AccountID, imp.What, listedEarlier)
		return err
	})
	return v, err
}

// listedEarlier is how many earlier imports the first page lists.
const listedEarlier = 10

func (m *Module) postUpload(imp Import) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var a *arrived
		f, err := web.ParseUpload(w, r, m.most(imp), func(u web.Upload) (err error) {
			if u.Field == "table" {
				a, err = m.store(r.Context(), imp, u.Name, u.Content)
			}
			return err
		})
		if err == nil {
			f.Problem.That(a != nil, "table", "exchange.import.choose")
			err = f.Problem.Err()
		}
		id := ""
		if err == nil {
			id, err = m.begin(r.Context(), imp, a, f.Sent())
		}
		if web.Fixable(err) {
			v, again := m.uploadView(r.Context(), imp)
			if again != nil {
				return again
			}
			problems := web.Problems(r.Context(), err)
			v.problem = cmp.Or(problems["table"], problems[""])
			return web.Show(w, r, web.Status(err), uploadPage(v))
		}
		if err != nil {
			return err
		}
		return web.Go(w, r, "/imports/"+id, "")
	}
}

// importView is an import on its way: what it would do, what it does, or what it
// did.
type importView struct {
	task
	Import
	file   string
	titles []string
	first  []string // row, as an example of what stands where
	plan   *plan
	job    jobs.Job
}

// shown is how many rows the page lists.
const shown = 100

func (m *Module) getImport(w http.ResponseWriter, r *http.Request) (err error) {
	ctx, v := r.Context(), importView{}
	if v.task, v.Import, err = m.find(ctx, r.PathValue("id")); err != nil {
		return err
	}
	if v.Whole != nil {
		return m.showWhole(w, r, v)
	}
	if v.begun != nil {
		if v.job, err = m.state(r, v.task.job); err == nil && v.done == nil && v.job.Over() {
			v.task, v.Import, err = m.find(ctx, v.id) // it may have ended since
		}
		if err != nil {
			return err
		}
		return web.Show(w, r, http.StatusOK, progressPage(v))
	}
	f, rows, err := m.rows(ctx, v.task)
	if err != nil {
		return err
	}
	if v.plan, err = m.plan(ctx, v.Import, v.mapping, rows); err != nil {
		return err
	}
	v.file, v.titles, v.first = f.Name, rows.Titles, rows.Rows[0].Cells
	return web.Show(w, r, http.StatusOK, mappingPage(v))
}

func (m *Module) postMapping(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	p := mapping{}
	for name := range f.Values {
		if column, err := strconv.Atoi(f.Text(name)); err == nil && column >= 0 && column < 1000 {
			p[name] = column
		}
	}
	if err := m.saveMapping(r.Context(), r.PathValue("id"), p); err != nil && errs.CodeOf(err) != errs.Conflict {
		return err
	}
	return web.Go(w, r, "/imports/"+r.PathValue("id")+"#check", "")
}

func (m *Module) postRun(w http.ResponseWriter, r *http.Request) error {
	if err := m.run(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return web.Go(w, r, "/imports/"+r.PathValue("id"), "")
}

func (m *Module) postDrop(w http.ResponseWriter, r *http.Request) error {
	back, err := m.drop(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Go(w, r, back, "exchange.import.dropped")
}

// getRefused answers with the rows that would be refused now, with their
// reasons.
func (m *Module) getRefused(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	t, imp, err := m.find(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	if t.begun != nil || imp.Whole != nil {
		return errs.Missing() // they are a file
	}
	f, rows, err := m.rows(ctx, t)
	if err != nil {
		return err
	}
	p, err := m.plan(ctx, imp, t.mapping, rows)
	if err != nil {
		return err
	}
	format := formatOf(f.Name)
	attach(w, format, i18n.T(ctx, "exchange.refused.file")+format.Ending())
	out, err := table.NewWriter(w, format, rejectedSheet(ctx, imp, rows.Titles))
	if err != nil {
		return err
	}
	return p.rejected(ctx, rows.Titles, out)
}

// worst are the rows that the page lists: those that need a look first.
func (v importView) worst() []planned {
	order := map[fate]int{refused: 0, there: 1, fresh: 2}
	out := slices.Clone(v.plan.rows)
	slices.SortStableFunc(out, func(a, b planned) int { return order[a.fate] - order[b.fate] })
	return out[:min(len(out), shown)]
}

// cell is what a row says of a field.
func (v importView) cell(p planned, f Field) string {
	if i, ok := v.mapping[f.Name]; ok && i < len(p.Cells) {
		return p.Cells[i]
	}
	return ""
}

// columns are the columns of the table as choices, with what stands in them.
func (v importView) columns(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "-", Label: i18n.T(ctx, "exchange.import.no_column")}}
	for i, title := range v.titles {
		label := cmp.Or(title, i18n.T(ctx, "exchange.import.column", "Number", i+1))
		if i < len(v.first) && v.first[i] != "" {
			label += " (" + short(v.first[i]) + ")"
		}
		out = append(out, ui.Option{Value: strconv.Itoa(i), Label: label})
	}
	return out
}

func short(text string) string {
	if runes := []rune(text); len(runes) > 30 {
		return string(runes[:29]) + "…"
	}
	return text
}

// column is the choice for a field.
func (v importView) column(f Field) string {
	if i, ok := v.mapping[f.Name]; ok && i < len(v.titles) {
		return strconv.Itoa(i)
	}
	return "-"
}

// unmapped are the fields that must be there and have no column.
func (v importView) unmapped(ctx context.Context, f Field) string {
	if f.Required && v.column(f) == "-" {
		return i18n.T(ctx, "exchange.import.needs_column")
	}
	return ""
}

// stages is the way of an import.
func (v importView) stages(ctx context.Context) []ui.Stage {
	at := 1
	if v.begun != nil {
		at = 2
	}
	if v.done != nil {
		at = 3
	}
	out := make([]ui.Stage, 3)
	for i, key := range []string{"exchange.stage.file", "exchange.stage.check", "exchange.stage.import"} {
		out[i] = ui.Stage{Label: i18n.T(ctx, key), State: ui.Next}
		if i < at {
			out[i].State = ui.Done
		} else if i == at {
			out[i].State = ui.Current
		}
	}
	return out
}

func fateKind(f fate) string {
	return map[fate]string{fresh: ui.Success, there: ui.Neutral, refused: ui.Warning}[f]
}

// accepted are the endings that the file field offers.
const accepted = ".xlsx,.ods,.csv,.txt"
