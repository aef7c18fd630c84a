package cases

import (
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type closingView struct {
	*File
	form     Closing
	problems map[string]string
}

func (m *Module) getClosing(w http.ResponseWriter, r *http.Request) error {
	f, err := m.workable(r, policy.Plan)
	if err != nil {
		return err
	}
	v := closingView{File: f, form: Closing{On: db.DateOf(m.db.Now()), Version: f.Version}}
	return web.Show(w, r, http.StatusOK, closingPage(v))
}

func (m *Module) postClosing(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	f, err := m.workable(r, policy.Plan)
	if err != nil {
		return err
	}
	n := Closing{On: form.Date("on"), Reason: form.Text("reason"), Outcomes: map[string]string{}, Version: form.Version()}
	if f.Plan != nil {
		for _, o := range f.Plan.Objectives {
			n.Outcomes[o.ID] = form.Text(OutcomeField(o.ID))
		}
	}
	if err = form.Problem.Err(); err == nil {
		err = m.Close(r.Context(), f.ID, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, path(f, ""), "closing.saved")
	}
	n.Version = f.Version
	return web.Show(w, r, web.Status(err), closingPage(closingView{f, n, web.Problems(r.Context(), err)}))
}
