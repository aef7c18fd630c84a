package exchange

import (
	"context"
	"net/http"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/web"
)

// wholeView is an import that comes in whole, on its way.
type wholeView struct {
	importView
	digest digest
	undo   bool // it can still be undone
}

// showWhole shows the columns and what was found, what is under way, or what came
// of it.
func (m *Module) showWhole(w http.ResponseWriter, r *http.Request, v importView) (err error) {
	ctx := r.Context()
	if v.job, err = m.state(r, v.task.job); err == nil && v.task.job != "" && v.job.Over() {
		v.task, v.Import, err = m.find(ctx, v.id) // it may have ended since
	}
	if err != nil {
		return err
	}
	out := wholeView{importView: v, undo: v.undoable(m.db.Now())}
	if v.done == nil {
		if out.digest, err = m.digest(ctx, v.task); err != nil {
			return err
		}
		out.file, out.titles, out.first = out.digest.File, out.digest.Titles, out.digest.First
	}
	return web.Show(w, r, http.StatusOK, wholePage(out))
}

func (m *Module) postUndo(w http.ResponseWriter, r *http.Request) error {
	t, imp, err := m.find(r.Context(), r.PathValue("id"))
	if err == nil && imp.Whole != nil {
		err = m.undo(r.Context(), t)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/imports/"+t.id, "")
}

// shown is the import with those fields alone that have a column.
func (v wholeView) shown() importView {
	v.importView.Fields = mapped(v.Fields, v.mapping)
	return v.importView
}

// going tells whether something is under way.
func (v wholeView) going() bool { return v.task.job != "" && !v.job.Over() && v.job.ID != "" }

// stopped tells whether what was under way did not end well.
func (v wholeView) stopped() bool {
	return v.job.State == jobs.Failed || v.job.State == jobs.Cancelled
}

// earlierText says of an earlier import what came of it.
func (t *task) earlierText(ctx context.Context) string {
	switch {
	case t.undone != nil:
		return i18n.T(ctx, "exchange.undone")
	case t.done != nil:
		return i18n.N(ctx, "exchange.earlier.done", t.made)
	}
	return i18n.T(ctx, "exchange.earlier.open")
}
