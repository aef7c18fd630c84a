package network

import (
	"net/http"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func missing() error { return errs.Missing() }

func (m *Module) territoryRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/territories", Permission: policy.OrganisationRead, Handler: m.getTerritories},
		{Method: "GET", Pattern: "/territories/new", Permission: policy.OrganisationManage, Handler: m.getNewTerritory},
		{Method: "POST", Pattern: "/territories", Permission: policy.OrganisationManage, Handler: m.postNewTerritory},
		{Method: "GET", Pattern: "/territories/{id}", Permission: policy.OrganisationRead, Handler: m.getTerritory},
		{Method: "GET", Pattern: "/territories/{id}/edit", Permission: policy.OrganisationManage, Handler: m.getEditTerritory},
		{Method: "POST", Pattern: "/territories/{id}/edit", Permission: policy.OrganisationManage, Handler: m.postTerritory},
		{Method: "POST", Pattern: "/territories/{id}/end", Permission: policy.OrganisationManage, Handler: m.postTerritoryEnd},
	}
}

// dayOf reads the day of an address; what is no day is today.
func dayOf(r *http.Request) db.Date {
	on, err := db.ParseDate(r.URL.Query().Get("on"))
	if err != nil {
		return ""
	}
	return on
}

func (m *Module) getTerritories(w http.ResponseWriter, r *http.Request) error {
	a, err := m.Atlas(r.Context(), strings.TrimSpace(r.URL.Query().Get("q")), dayOf(r))
	if err != nil {
		return err
	}
	if web.Fragment(r) {
		return web.Show(w, r, http.StatusOK, territoryTree(a))
	}
	return web.Show(w, r, http.StatusOK, territoriesPage(a))
}

func (m *Module) getTerritory(w http.ResponseWriter, r *http.Request) error {
	p, err := m.Place(r.Context(), r.PathValue("id"), dayOf(r))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, territoryPage(p))
}

// territoryForm is the form of a place, with what was written in it.
type territoryForm struct {
	Territory
	On        db.Date
	EndOn     db.Date
	today     db.Date
	all       []Territory
	was       string // its name before
	problems  map[string]string
	endErrors map[string]string
}

func (m *Module) getNewTerritory(w http.ResponseWriter, r *http.Request) error {
	return m.showTerritoryForm(w, r, http.StatusOK, territoryForm{Territory: Territory{ParentID: r.URL.Query().Get("parent")}})
}

func (m *Module) getEditTerritory(w http.ResponseWriter, r *http.Request) error {
	return m.showTerritoryForm(w, r, http.StatusOK, territoryForm{Territory: Territory{ID: r.PathValue("id")}})
}

// showTerritoryForm fills in what was not written, from the place as it is.
func (m *Module) showTerritoryForm(w http.ResponseWriter, r *http.Request, code int, v territoryForm) error {
	err := m.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.today = tx.Today()
		if v.all, err = m.sortedTerritories(r.Context(), tx, v.today); err != nil || v.ID == "" {
			return err
		}
		t, err := openTerritory(r.Context(), tx, policy.From(r.Context()).Network, v.ID)
		if v.was = t.Name; v.problems == nil {
			v.Territory = t
		}
		v.Kind, v.Version = t.Kind, t.Version
		return err
	})
	if err != nil {
		return err
	}
	if v.On == "" {
		v.On = v.today
	}
	if v.EndOn == "" {
		v.EndOn = v.today
	}
	return web.Show(w, r, code, territoryEdit(v))
}

func (m *Module) postNewTerritory(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	t := Territory{Name: f.Text("name"), Kind: f.Text("kind"), ParentID: f.Text("parent"), ISTAT: f.Text("istat"),
		Assumed: f.Bool("assumed"), From: f.Date("on")}
	id := ""
	if err = f.Problem.Err(); err == nil {
		id, err = m.AddTerritory(r.Context(), t, f.Sent())
	}
	if web.Fixable(err) {
		return m.showTerritoryForm(w, r, web.Status(err), territoryForm{Territory: t, On: t.From, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/territories/"+id, "territory.added")
}

func (m *Module) postTerritory(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	c := TerritoryChange{ID: r.PathValue("id"), Name: f.Text("name"), ParentID: f.Text("parent"), ISTAT: f.Text("istat"), On: f.Date("on"), Version: f.Version()}
	if err = f.Problem.Err(); err == nil {
		err = m.ChangeTerritory(r.Context(), c)
	}
	if web.Fixable(err) {
		t := Territory{ID: c.ID, Name: c.Name, ParentID: c.ParentID, ISTAT: c.ISTAT}
		return m.showTerritoryForm(w, r, web.Status(err), territoryForm{Territory: t, On: c.On, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/territories/"+c.ID, "territory.saved")
}

func (m *Module) postTerritoryEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, on := r.PathValue("id"), f.Date("end_on")
	if err = f.Problem.Err(); err == nil {
		err = m.EndTerritory(r.Context(), id, on, f.Text("successor"), f.Version())
	}
	if web.Fixable(err) {
		problems := web.Problems(r.Context(), err)
		if text, ok := problems["on"]; ok {
			problems = map[string]string{"end_on": text}
		}
		return m.showTerritoryForm(w, r, web.Status(err), territoryForm{Territory: Territory{ID: id}, EndOn: on, endErrors: problems})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/territories/"+id, "territory.ended")
}
