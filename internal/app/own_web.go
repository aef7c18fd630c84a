package app

import (
	"net/http"
	"slices"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// codeCookie carries the code of a sheet that was scanned to the form that asks
// for the number: an address with the code in it stays in no history.
const codeCookie = "tessuto_own_code"

// ownRoutes are a person's own pages, in each of their languages. One permission
// opens the file, and no address names whose it is.
func (a *App) ownRoutes() (routes []web.Route) {
	for _, lang := range i18n.People {
		at := "/" + lang + "/me"
		routes = append(routes,
			web.Route{Method: "GET", Pattern: at, Permission: policy.Public, Handler: a.getOwn},
			web.Route{Method: "POST", Pattern: at, Permission: policy.Public, Handler: a.postOwn},
			web.Route{Method: "GET", Pattern: at + "/enter/{token}", Permission: policy.Public, Handler: a.getOwnCode},
			web.Route{Method: "POST", Pattern: at + "/leave", Permission: policy.Public, Handler: a.postOwnLeave},
			web.Route{Method: "GET", Pattern: at + "/file", Permission: policy.OwnFile, Handler: a.getOwnFile},
			web.Route{Method: "POST", Pattern: at + "/requests", Permission: policy.OwnFile, Handler: a.postOwnRequest})
	}
	return routes
}

// ownGuard leads who reads no more to where one enters.
func ownGuard(rt web.Route, h web.Handler) web.Handler {
	if rt.Permission != policy.OwnFile {
		return h
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if errs.CodeOf(err) == errs.SignIn {
			return web.Go(w, r, web.OwnPath(r.URL.Path), "own.enter_again")
		}
		return err
	}
}

// enterView is the form by which a person enters.
type enterView struct {
	at, code string
	problems map[string]string
}

func (a *App) getOwn(w http.ResponseWriter, r *http.Request) error {
	at := web.OwnPath(r.URL.Path)
	if _, err := policy.Own(r.Context()); err == nil {
		return web.Go(w, r, at+"/file", "")
	}
	v := enterView{at: at}
	if c, err := r.Cookie(codeCookie); err == nil {
		v.code = c.Value
	}
	return web.Show(w, r, http.StatusOK, enterPage(v))
}

// getOwnCode takes the code of a sheet out of the address.
func (a *App) getOwnCode(w http.ResponseWriter, r *http.Request) error {
	web.HideAddress(w)
	at, code := web.OwnPath(r.URL.Path), r.PathValue("token")
	holds, err := a.People.CodeHolds(r.Context(), code)
	if err != nil {
		return err
	}
	if !holds {
		return web.Show(w, r, http.StatusNotFound, codeOverPage(enterView{at: at}))
	}
	http.SetCookie(w, ownCookie(r, codeCookie, code, 600))
	return web.Go(w, r, at, "")
}

func (a *App) postOwn(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	at := web.OwnPath(r.URL.Path)
	token, err := a.People.Enter(r.Context(), f.Text("code"), f.Text("number"))
	if web.Fixable(err) {
		v := enterView{at: at, code: f.Text("code"), problems: web.Problems(r.Context(), err)}
		return web.Show(w, r, web.Status(err), enterPage(v))
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, ownCookie(r, codeCookie, "", -1))
	http.SetCookie(w, ownCookie(r, web.OwnCookie, token, 0))
	return web.Go(w, r, at+"/file", "")
}

// postOwnLeave ends the session; the way out calls it too, and shows nothing.
func (a *App) postOwnLeave(w http.ResponseWriter, r *http.Request) error {
	if c, err := r.Cookie(web.OwnCookie); err == nil {
		if err := a.People.Leave(r.Context(), c.Value); err != nil {
			return err
		}
	}
	http.SetCookie(w, ownCookie(r, web.OwnCookie, "", -1))
	http.SetCookie(w, ownCookie(r, codeCookie, "", -1))
	return web.Go(w, r, web.OwnPath(r.URL.Path), "own.left")
}

// ownView is the file as the page shows it, with what was written in its form.
type ownView struct {
	ownFile
	at, once string
	kind     string
	asked    string
	problems map[string]string
}

func (a *App) getOwnFile(w http.ResponseWriter, r *http.Request) error {
	return a.showOwnFile(w, r, http.StatusOK, ownView{once: db.NewID()})
}

func (a *App) showOwnFile(w http.ResponseWriter, r *http.Request, code int, v ownView) (err error) {
	if v.ownFile, err = a.ownFile(r.Context()); err != nil {
		return err
	}
	v.at = web.OwnPath(r.URL.Path)
	return web.Show(w, r, code, ownFilePage(v))
}

// postOwnRequest takes a request in the person's words. A correction asks for no
// field: the worker who answers reads what is wrong.
func (a *App) postOwnRequest(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	ctx, v := r.Context(), ownView{once: f.Once(), kind: f.Text("kind"), asked: f.Text("asked")}
	q := people.Request{Kind: people.RequestKind(v.kind), RequestWords: people.RequestWords{Asked: v.asked}}
	if q.Kind == people.AskRectify {
		q.Field = "other"
	}
	err = a.People.AskOwn(ctx, q, f.Sent())
	if web.Fixable(err) {
		v.problems = map[string]string{}
		if !slices.Contains(people.RequestKinds, q.Kind) {
			v.problems["kind"] = i18n.T(ctx, "own.choose")
		} else {
			v.problems["asked"] = i18n.T(ctx, "own.asked.missing")
		}
		return a.showOwnFile(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, web.OwnPath(r.URL.Path)+"/file", "own.ask.sent")
}

// ownCookie ends with the browser unless seconds says otherwise.
func ownCookie(r *http.Request, name, value string, seconds int) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: web.Secure(r)}
}
