package cases

import (
	"context"
	"net/http"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

type stageView struct {
	*File
	form     Move
	problems map[string]string
}

// reasons offers the reasons of a list; the first answer is none.
func (v stageView) reasons(ctx context.Context, to Stage) []ui.Option {
	return append([]ui.Option{{Label: i18n.T(ctx, "closing.choose")}}, codelist.Options(ctx, reasonsOf[to], v.form.On, v.form.Reason)...)
}

// chosen is the stage that the form shows: the only one there is, or the one chosen.
func (v stageView) chosen() string {
	if to := v.movable(v.Steps); v.form.To == "" && len(to) == 1 {
		return string(to[0])
	}
	return string(v.form.To)
}

func (m *Module) getStage(w http.ResponseWriter, r *http.Request) error {
	f, err := m.workable(r, policy.Overview)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, stagePage(stageView{File: f, form: Move{On: db.DateOf(m.db.Now()), Version: f.Version}}))
}

func (m *Module) postStage(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	f, err := m.workable(r, policy.Overview)
	if err != nil {
		return err
	}
	n := Move{To: Stage(form.Text("to")), On: form.Date("on"), Version: form.Version()}
	if list := reasonsOf[n.To]; list != "" {
		n.Reason = form.Text(reasonField(n.To))
	}
	if err = form.Problem.Err(); err == nil {
		err = m.MoveTo(r.Context(), f.ID, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, path(f, ""), "stage.saved")
	}
	n.Version = f.Version
	v := stageView{f, n, web.Problems(r.Context(), err)}
	v.problems[reasonField(n.To)] = v.problems["reason"]
	return web.Show(w, r, web.Status(err), stagePage(v))
}

// reasonField is the form field of the reason for a stage.
func reasonField(to Stage) string { return "reason_" + string(to) }

type reopenView struct {
	*File
	reason   string
	problems map[string]string
}

// reopenable loads a case that is closed, for the form that goes on with it.
func (m *Module) reopenable(r *http.Request) (*File, error) {
	f, err := m.fileFor(r, policy.Overview)
	if err == nil && !f.closed() {
		return nil, errs.New(errs.Conflict, "case.open_already")
	}
	return f, err
}

func (m *Module) getReopen(w http.ResponseWriter, r *http.Request) error {
	f, err := m.reopenable(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, reopenPage(reopenView{File: f}))
}

func (m *Module) postReopen(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	f, err := m.reopenable(r)
	if err != nil {
		return err
	}
	n := Reopening{Reason: form.Text("reason"), Sent: form.Sent()}
	id, err := m.Reopen(r.Context(), f.ID, n)
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "case.reopened")
	}
	return web.Show(w, r, web.Status(err), reopenPage(reopenView{f, n.Reason, web.Problems(r.Context(), err)}))
}
