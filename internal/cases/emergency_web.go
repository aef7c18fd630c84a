package cases

import (
	"context"
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

func (m *Module) emergencyRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/cases/emergency", Permission: policy.CaseRead, Handler: m.getEmergency},
		{Method: "POST", Pattern: "/cases/emergency", Permission: policy.CaseRead, Handler: m.postEmergency},
		of("POST", "/emergency-access/{entry}/end", policy.CaseTeam, m.postEmergencyEnd),
		{Method: "GET", Pattern: "/emergency-access", Permission: policy.AuditRead, Handler: m.getEmergencies},
	}
}

// emergencyView is where one asks for emergency access, with what it opens now.
type emergencyView struct {
	form     EmergencyAsk
	person   string // name, of who was chosen
	own      []Emergency
	problems map[string]string
}

func (m *Module) getEmergency(w http.ResponseWriter, r *http.Request) error {
	v := emergencyView{form: EmergencyAsk{PersonID: r.URL.Query().Get("person")}}
	v.form.Sent.Key = db.NewID()
	return m.showEmergency(w, r, http.StatusOK, v)
}

func (m *Module) showEmergency(w http.ResponseWriter, r *http.Request, code int, v emergencyView) (err error) {
	if v.form.PersonID != "" {
		p, err := m.people.Person(r.Context(), v.form.PersonID)
		if err != nil {
			return err
		}
		v.person = p.Name()
	}
	if v.own, err = m.OwnEmergencies(r.Context()); err != nil {
		return err
	}
	return web.Show(w, r, code, emergencyPage(v))
}

func (m *Module) postEmergency(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := EmergencyAsk{PersonID: f.Text("person"), CaseID: f.Text("case"), Reason: f.Text("reason"), Words: f.Text("words"), Sent: f.Sent()}
	err = m.AskEmergency(r.Context(), n)
	if web.Fixable(err) {
		return m.showEmergency(w, r, web.Status(err), emergencyView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/emergency", "emergency.asked")
}

func (m *Module) postEmergencyEnd(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.EndEmergency(r.Context(), id, r.PathValue("entry")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id, "emergency.ended")
}

func (m *Module) getEmergencies(w http.ResponseWriter, r *http.Request) error {
	list, err := m.Emergencies(r.Context())
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, emergenciesPage(list, m.db.Now()))
}

func emergencyReasons(ctx context.Context) []ui.Option {
	out := ui.Options(ctx, "emergency.reason.", EmergencyReasons)
	for i := range out {
		out[i].Hint = i18n.T(ctx, "emergency.reason_hint."+out[i].Value)
	}
	return out
}
