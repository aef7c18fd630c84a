package app

import (
	"net/http"

	"tessuto/internal/access"
	"tessuto/internal/cases"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// homeRoutes are the pages that gather from many areas.
func (a *App) homeRoutes() []web.Route {
	return []web.Route{{Method: "GET", Pattern: "/home", Permission: policy.Home, Handler: a.getHome}}
}

// homeView is what waits for one person; each part only when the role has it.
type homeView struct {
	actor        policy.Actor
	cases        []cases.File
	caseTotal    int
	appointments []access.Appointment
}

// homeLines is how much of each list the first page shows.
const homeLines = 8

// getHome shows where one's day begins.
func (a *App) getHome(w http.ResponseWriter, r *http.Request) (err error) {
	ctx := r.Context()
	v := homeView{actor: policy.From(ctx)}
	if v.actor.May(policy.CaseRead) {
		if v.cases, v.caseTotal, err = a.Cases.Cases(ctx, false, homeLines); err != nil {
			return err
		}
	}
	if v.actor.May(policy.AppointmentRead) {
		if v.appointments, err = a.Access.Appointments(ctx, db.DateOf(a.DB.Now())); err != nil {
			return err
		}
	}
	return web.Show(w, r, http.StatusOK, homePage(v))
}
