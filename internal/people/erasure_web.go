package people

import (
	"context"
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// erasureRoutes are for who watches over data: they name nobody.
func (m *Module) erasureRoutes() []web.Route {
	routes := []web.Route{
		{Method: "GET", Pattern: "/rights", Handler: m.getRequests},
		{Method: "GET", Pattern: "/rights/{id}", Handler: m.getRequest},
		{Method: "POST", Pattern: "/rights/{id}/accept", Handler: m.decided("rights.accepted", m.Accept)},
		{Method: "POST", Pattern: "/rights/{id}/refuse", Handler: m.decided("rights.refused", m.Refuse)},
		{Method: "POST", Pattern: "/rights/{id}/lift", Handler: m.decided("rights.lifted", m.Lift)},
		{Method: "POST", Pattern: "/rights/{id}/erase", Handler: m.postErase},
	}
	for i := range routes {
		routes[i].Permission = policy.RightsDecide
	}
	return routes
}

// requestsView is what is asked of the network.
type requestsView struct {
	list   []Request
	closed bool
	today  db.Date
}

func (m *Module) getRequests(w http.ResponseWriter, r *http.Request) (err error) {
	v := requestsView{closed: r.URL.Query().Get("closed") != "", today: db.DateOf(m.db.Now())}
	if v.list, err = m.Requests(r.Context(), v.closed); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, requestsPage(v))
}

// decisionView is one request, with what was written in its forms.
type decisionView struct {
	*Decision
	said      Request // how it was refused
	reference string
	on        db.Date
	problems  map[string]string
	today     db.Date
}

func (m *Module) getRequest(w http.ResponseWriter, r *http.Request) error {
	return m.showRequest(w, r, http.StatusOK, decisionView{})
}

func (m *Module) showRequest(w http.ResponseWriter, r *http.Request, code int, v decisionView) (err error) {
	if v.Decision, err = m.Request(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	v.today = db.DateOf(m.db.Now())
	return web.Show(w, r, code, decisionPage(v))
}

// decided answers a form of the page of a request.
func (m *Module) decided(notice string, do func(context.Context, Request) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := web.ParseForm(w, r)
		if err != nil {
			return err
		}
		said := readAnswer(f, r.PathValue("id"))
		err = do(r.Context(), said)
		return m.afterDecision(w, r, decisionView{said: said}, notice, err)
	}
}

func (m *Module) afterDecision(w http.ResponseWriter, r *http.Request, v decisionView, notice string, err error) error {
	if web.Fixable(err) {
		v.problems = web.Problems(r.Context(), err)
		return m.showRequest(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/rights/"+r.PathValue("id"), notice)
}

func (m *Module) postErase(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	a := Authorisation{Reference: f.Text("reference"), On: f.Date("authorised_on"), Version: f.Version()}
	if err = f.Problem.Err(); err == nil {
		err = m.Erase(r.Context(), r.PathValue("id"), a)
	}
	return m.afterDecision(w, r, decisionView{reference: a.Reference, on: a.On}, "rights.erased", err)
}
