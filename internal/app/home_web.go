package app

import (
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// homeRoutes are the pages that gather from many areas.
func (a *App) homeRoutes() []web.Route {
	return []web.Route{{Method: "GET", Pattern: "/home", Permission: policy.Home, Handler: a.getHome}}
}

// homeView is one person's day.
type homeView struct {
	actor policy.Actor
	today db.Date
	parts []dayPartView
}

// waiting and calm part what waits from what does not.
func (v homeView) waiting() []dayPartView {
	return v.where(func(p dayPartView) bool { return p.count > 0 })
}
func (v homeView) calm() []dayPartView {
	return v.where(func(p dayPartView) bool { return p.count == 0 && !p.quiet })
}

func (v homeView) where(ok func(dayPartView) bool) (out []dayPartView) {
	for _, p := range v.parts {
		if ok(p) {
			out = append(out, p)
		}
	}
	return out
}

// getHome shows where one's day begins.
func (a *App) getHome(w http.ResponseWriter, r *http.Request) (err error) {
	v := homeView{actor: policy.From(r.Context()), today: db.DateOf(a.DB.Now())}
	if v.parts, err = loadDay(r.Context(), a.dayParts()); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, homePage(v))
}
