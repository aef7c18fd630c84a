package app

import (
	"net/http"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// accountRoutes are the pages about one's own account. Whoever is signed in has
// them; they name no other account.
func (a *App) accountRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/account", Permission: policy.Home, Handler: a.getAccount},
		{Method: "POST", Pattern: "/account/password", Permission: policy.Home, Handler: a.postPassword},
		{Method: "POST", Pattern: "/account/sessions/close", Permission: policy.Home, Handler: a.postCloseSession},
		{Method: "POST", Pattern: "/account/sessions/close-others", Permission: policy.Home, Handler: a.postCloseOthers},
	}
}

// accountView is one's own account as it is shown.
type accountView struct {
	actor    policy.Actor
	sessions []auth.Session
	problems map[string]string
}

// others tells whether one is signed in elsewhere too.
func (v accountView) others() bool {
	for _, s := range v.sessions {
		if !s.Current {
			return true
		}
	}
	return false
}

func (a *App) getAccount(w http.ResponseWriter, r *http.Request) error {
	return a.showAccount(w, r, http.StatusOK, nil)
}

func (a *App) showAccount(w http.ResponseWriter, r *http.Request, status int, problems map[string]string) (err error) {
	v := accountView{actor: policy.From(r.Context()), problems: problems}
	if v.sessions, err = a.sessions(r.Context(), sessionToken(r)); err != nil {
		return err
	}
	return web.Show(w, r, status, accountPage(v))
}

func (a *App) postPassword(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = a.changePassword(r.Context(), sessionToken(r), newPassword{current: f.Values.Get("current"),
		password: f.Values.Get("password"), again: f.Values.Get("again")})
	if web.Fixable(err) {
		return a.showAccount(w, r, web.Status(err), refusedAt(r.Context(), "current", err))
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/account", "me.password.changed")
}

func (a *App) postCloseSession(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	if err := a.endSession(r.Context(), f.Text("session")); err != nil {
		return err
	}
	return web.Go(w, r, "/account", "me.session.closed")
}

func (a *App) postCloseOthers(w http.ResponseWriter, r *http.Request) error {
	if err := a.endOtherSessions(r.Context(), sessionToken(r)); err != nil {
		return err
	}
	return web.Go(w, r, "/account", "me.sessions.closed")
}

// sessionToken is the session that asks, or nothing: a program has a bearer
// token and no session.
func sessionToken(r *http.Request) string {
	c, err := r.Cookie(web.SessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}
