package app

import (
	"net/http"

	"tessuto/internal/network"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// invitationRoutes are for who holds a link to set a password.
func (a *App) invitationRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: network.LinkPath + "{token}", Permission: policy.Public, Handler: a.getInvitation},
		{Method: "POST", Pattern: network.LinkPath + "{token}", Permission: policy.Public, Handler: a.postInvitation},
	}
}

// invitationView is the form for a first or a new password.
type invitationView struct {
	invitation
	problems map[string]string
}

func (a *App) getInvitation(w http.ResponseWriter, r *http.Request) error {
	return a.showInvitation(w, r, nil)
}

func (a *App) postInvitation(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	session, err := a.accept(r.Context(), r.PathValue("token"), newPassword{
		password: f.Values.Get("password"), again: f.Values.Get("again"), keepTokens: f.Bool("keep_tokens")})
	if err != nil && (web.Fixable(err) || errs.CodeOf(err) == errs.NotFound) {
		return a.showInvitation(w, r, err)
	}
	if err != nil {
		return err
	}
	web.HideAddress(w)
	if session == "" {
		return web.Go(w, r, "/sign-in", "signin.no_place")
	}
	http.SetCookie(w, sessionCookie(r, session))
	return web.Go(w, r, "/home", "invitation.done")
}

// showInvitation shows the form; err is why what was sent was refused. One
// answer stands for every link that holds no more.
func (a *App) showInvitation(w http.ResponseWriter, r *http.Request, err error) error {
	web.HideAddress(w)
	v, missing := a.invitation(r.Context(), r.PathValue("token"))
	if errs.CodeOf(missing) == errs.NotFound {
		return web.Show(w, r, http.StatusNotFound, invitationOverPage())
	}
	if missing != nil {
		return missing
	}
	r, status := web.InLanguage(r, v.Language), http.StatusOK
	view := invitationView{invitation: v}
	if err != nil {
		view.problems, status = refusedAt(r.Context(), "password", err), web.Status(err)
	}
	return web.Show(w, r, status, invitationPage(view, r.URL.Path))
}
