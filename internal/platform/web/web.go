// Package web is the kit every area's pages are made with: the one place where
// an error becomes a page, the headers every page carries, and the registry of
// routes.
package web

import (
	"log/slog"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
)

var status = map[errs.Code]int{
	errs.Invalid:   http.StatusUnprocessableEntity,
	errs.SignIn:    http.StatusUnauthorized,
	errs.Forbidden: http.StatusForbidden,
	errs.NotFound:  http.StatusNotFound,
	errs.Conflict:  http.StatusConflict,
	errs.Busy:      http.StatusServiceUnavailable,
	errs.Internal:  http.StatusInternalServerError,
}

// Status returns the HTTP status of an error.
func Status(err error) int { return status[errs.CodeOf(err)] }

// Message returns what a person is told of an error.
func Message(r *http.Request, err error) string {
	if e, ok := refusal(err); ok {
		return i18n.M(r.Context(), e.Key, e.Args)
	}
	return i18n.T(r.Context(), "error.internal")
}

// Show answers with a page or a fragment.
func Show(w http.ResponseWriter, r *http.Request, code int, c templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	return c.Render(r.Context(), w)
}

// Go sends the browser on after something was done, with a notice to show
// there, given by its key.
func Go(w http.ResponseWriter, r *http.Request, to, notice string) error {
	return GoUndo(w, r, to, notice, "")
}

// GoUndo is Go after an act that can be taken back: the notice carries a button
// that posts to undo, the path of the inverse act, with the page it stands on
// as "back". The button is offered once; the inverse act decides by itself
// whether it is still possible.
func GoUndo(w http.ResponseWriter, r *http.Request, to, notice, undo string) error {
	if notice != "" {
		value := url.QueryEscape(notice)
		if undo != "" {
			value += "&" + url.QueryEscape(undo)
		}
		http.SetCookie(w, &http.Cookie{Name: noticeCookie, Value: value, Path: "/",
			MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: Secure(r)})
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// HideAddress keeps the address of the page, which holds a token, out of every
// Referer, those to this program too. With no-referrer browsers would send forms
// with an Origin of null, which is refused as another site's.
func HideAddress(w http.ResponseWriter) { w.Header().Set("Referrer-Policy", "strict-origin") }

// Fragment tells whether htmx asks for a piece of the page only.
func Fragment(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// Handle is the only place where an error becomes a page.
func Handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		code := Status(err)
		if code == http.StatusInternalServerError {
			slog.ErrorContext(r.Context(), "request failed", "request", note(r.Context()).id, "route", note(r.Context()).Route, "err", err)
		}
		if code == http.StatusUnauthorized && r.Method == http.MethodGet && !Fragment(r) {
			http.Redirect(w, r, "/sign-in?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		if err := Show(w, r, code, errorPage(r, code, Message(r, err))); err != nil {
			slog.ErrorContext(r.Context(), "error page", "err", err)
		}
	})
}

func errorPage(r *http.Request, code int, message string) templ.Component {
	ctx := r.Context()
	hint := i18n.T(ctx, "error.hint."+string(codeOf(code)))
	return errorFrame(code, message, hint)
}

func codeOf(want int) errs.Code {
	for c, s := range status {
		if s == want {
			return c
		}
	}
	return errs.Internal
}
