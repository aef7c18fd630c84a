package app

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/errs"
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
		{Method: "POST", Pattern: "/account/work-as", Permission: policy.Home, Handler: inPerson(a.postWorkAs)},
		{Method: "POST", Pattern: "/account/tokens", Permission: policy.Home, Handler: inPerson(a.postToken)},
		{Method: "POST", Pattern: "/account/tokens/revoke", Permission: policy.Home, Handler: inPerson(a.postRevokeToken)},
	}
}

// accountView is one's own account as it is shown.
type accountView struct {
	actor    policy.Actor
	sessions []auth.Session
	places   []ownPlace
	tokens   []auth.Token
	asked    newToken
	now      time.Time
	problems map[string]string
}

// failed is the key of what was refused.
func (v accountView) failed() string {
	if v.problems["label"] != "" || v.problems["days"] != "" {
		return "me.token.failed"
	}
	return "me.password.failed"
}

// ownPlace is a membership of the actor that holds today.
type ownPlace struct {
	auth.Membership
	orgName string
}

// has tells whether the actor still works in a membership.
func (v accountView) has(membershipID string) bool {
	return slices.ContainsFunc(v.places, func(p ownPlace) bool { return p.ID == membershipID })
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
	return a.showAccount(w, r, http.StatusOK, accountView{})
}

func (a *App) showAccount(w http.ResponseWriter, r *http.Request, status int, v accountView) (err error) {
	ctx := r.Context()
	v.actor, v.now = policy.From(ctx), a.DB.Now()
	if v.asked.days == 0 {
		v.asked.days = auth.TokenDays[1]
	}
	if v.sessions, err = a.sessions(ctx, sessionToken(r)); err != nil {
		return err
	}
	if v.places, v.tokens, err = a.placesAndTokens(ctx); err != nil {
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
		password: f.Values.Get("password"), again: f.Values.Get("again"), keepTokens: f.Bool("keep_tokens")})
	if web.Fixable(err) {
		return a.showAccount(w, r, web.Status(err), accountView{problems: refusedAt(r.Context(), "current", err)})
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

func (a *App) postWorkAs(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	if err := a.workAs(r.Context(), sessionToken(r), f.Text("place")); err != nil {
		return err
	}
	return web.Go(w, r, "/home", "me.place.changed")
}

// postToken answers with the token: it is shown here and nowhere again.
func (a *App) postToken(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := newToken{label: f.Text("label"), days: f.Int("days"), sent: f.Sent()}
	token, err := a.makeToken(r.Context(), n)
	if web.Fixable(err) {
		return a.showAccount(w, r, web.Status(err), accountView{asked: n, problems: refusedAt(r.Context(), "label", err)})
	}
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, tokenPage(n, token))
}

func (a *App) postRevokeToken(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	if err := a.revokeToken(r.Context(), f.Text("token")); err != nil {
		return err
	}
	return web.Go(w, r, "/account", "me.token.revoked")
}

// inPerson keeps programs away: a bearer token makes no other, which would
// outlive it.
func inPerson(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
			return errs.Missing()
		}
		return h(w, r)
	}
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
