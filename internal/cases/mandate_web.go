package cases

import (
	"net/http"

	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) mandateRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		of("GET", "/mandates", policy.CaseTeam, m.getMandates),
		of("POST", "/mandates", policy.CaseTeam, m.postMandate),
		of("POST", "/mandates/{entry}/pass", policy.CaseTeam, m.postMandatePass),
		of("POST", "/mandates/{entry}/end", policy.CaseTeam, m.postMandateEnd),
	}
}

type mandatesView struct {
	*File
	form     NewMandate
	problems map[string]string
}

func (m *Module) getMandates(w http.ResponseWriter, r *http.Request) error {
	return m.showMandates(w, r, http.StatusOK, mandatesView{form: NewMandate{Told: true}})
}

func (m *Module) showMandates(w http.ResponseWriter, r *http.Request, code int, v mandatesView) (err error) {
	if v.File, err = m.workable(r, policy.Overview); err != nil {
		return err
	}
	return web.Show(w, r, code, mandatesPage(v))
}

func (m *Module) postMandate(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewMandate{AccountID: f.Text("account"), Subject: f.Text("subject"), Told: f.Bool("told"), Sent: f.Sent()}
	_, err = m.GiveMandate(r.Context(), r.PathValue("id"), n)
	return m.afterMandate(w, r, n, err, "mandate.given")
}

// afterMandate leads on when the mandates were changed, and shows the form again when not.
func (m *Module) afterMandate(w http.ResponseWriter, r *http.Request, n NewMandate, err error, done string) error {
	if web.Fixable(err) {
		return m.showMandates(w, r, web.Status(err), mandatesView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"/mandates", done)
}

func (m *Module) postMandatePass(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = m.PassMandate(r.Context(), r.PathValue("id"), r.PathValue("entry"), f.Text("account"))
	return m.afterMandate(w, r, NewMandate{Told: true}, err, "mandate.passed")
}

func (m *Module) postMandateEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = m.EndBodyMandate(r.Context(), r.PathValue("id"), r.PathValue("entry"), f.Text("reason"))
	return m.afterMandate(w, r, NewMandate{Told: true}, err, "mandate.ended")
}
