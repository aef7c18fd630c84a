package app

import (
	"context"
	"net/http"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// public is what one meets before signing in: the start page, the statement on
// accessibility, the sign-in and the change of language.
type public struct {
	auth *auth.Auth
	mail *mail.Mail
	// ask lets a letter go to an account, if there is one, for a new password.
	ask  func(ctx context.Context, email string) error
	demo []DemoAccount
}

// Routes lists the pages that need no account. A page in several languages has
// one address in each.
func (p *public) Routes() []web.Route {
	routes := []web.Route{
		{Method: "GET", Pattern: "/{$}", Permission: policy.Public, Handler: p.getRoot},
		{Method: "GET", Pattern: "/sign-in", Permission: policy.Public, Handler: p.getSignIn},
		{Method: "POST", Pattern: "/sign-in", Permission: policy.Public, Handler: p.postSignIn},
		{Method: "GET", Pattern: "/sign-in/forgotten", Permission: policy.Public, Handler: p.getForgotten},
		{Method: "POST", Pattern: "/sign-in/forgotten", Permission: policy.Public, Handler: p.postForgotten},
		{Method: "POST", Pattern: "/sign-out", Permission: policy.Public, Handler: p.postSignOut},
		{Method: "POST", Pattern: "/language", Permission: policy.Public, Handler: p.postLanguage},
	}
	for _, lang := range i18n.Public {
		routes = append(routes,
			web.Route{Method: "GET", Pattern: "/" + lang + "/{$}", Permission: policy.Public, Handler: p.getStart},
			web.Route{Method: "GET", Pattern: "/" + lang + "/accessibility", Permission: policy.Public, Handler: p.getAccessibility})
	}
	return append(routes, p.catalogueRoutes()...)
}

// getRoot leads to the start page in a language that the browser asks for, and
// who is signed in to their work.
func (p *public) getRoot(w http.ResponseWriter, r *http.Request) error {
	if policy.From(r.Context()).SignedIn() {
		return web.Go(w, r, "/home", "")
	}
	return web.Go(w, r, "/"+i18n.Match(r.Header.Get("Accept-Language"), i18n.Public)+"/", "")
}

func (p *public) getStart(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, startPage())
}

func (p *public) getAccessibility(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, accessibilityPage())
}
