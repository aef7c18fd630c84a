package cases

import (
	"net/http"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type receptionView struct {
	*File
	form     Reception
	theirs   *Reception // what somebody else saved meanwhile
	problems map[string]string
}

func (m *Module) getReception(w http.ResponseWriter, r *http.Request) error {
	f, err := m.workable(r, policy.Plan)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, receptionPage(receptionView{File: f, form: *f.Reception}))
}

func (m *Module) postReception(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := Reception{ExitOn: form.Date("exit_on"), HandedOn: form.Date("handed_on"), Version: form.Version(),
		ReceptionWords: ReceptionWords{Body: form.Text("body"), Hands: form.Text("hands")}}
	if err = form.Problem.Err(); err == nil {
		err = m.SaveReception(r.Context(), r.PathValue("id"), n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+r.PathValue("id")+"#reception", "reception.saved")
	}
	status := web.Status(err)
	v := receptionView{form: n, problems: web.Problems(r.Context(), err)}
	if v.theirs = errs.TheirsOf[Reception](err); v.theirs != nil {
		v.form.Version, v.problems = v.theirs.Version, nil // sent again it replaces what they saved, knowingly
	}
	if v.File, err = m.workable(r, policy.Plan); err != nil {
		return err
	}
	return web.Show(w, r, status, receptionPage(v))
}
