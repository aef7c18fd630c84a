package app

import (
	"net/http"
	"strings"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// places is the navigation of the staff; each sees the places of their role.
var places = []struct {
	key, href, icon string
	permission      policy.Permission
}{
	{"nav.home", "/home", "house", policy.Home},
	{"nav.desk", "/desk", "hearing", policy.ContactRecord},
	{"nav.contacts", "/contacts", "list", policy.ContactRead},
	{"nav.people", "/people", "people", policy.PersonRead},
	{"nav.appointments", "/appointments", "calendar", policy.AppointmentRead},
	{"nav.cases", "/cases", "folder", policy.CaseRead},
	{"nav.programmes", "/programmes", "tree", policy.ProgrammeRead},
	{"nav.accounts", "/accounts", "key", policy.Account},
	{"nav.audit", "/audit", "password-visible", policy.AuditRead},
}

// framed puts into the context what the frame round a page shows.
func (a *App) framed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		actor := policy.From(ctx)
		s := ui.Shell{Path: r.URL.RequestURI(), SignedIn: actor.SignedIn(), Langs: i18n.Staff, Demo: a.Auth.Demo()}
		if r.Method == http.MethodGet && !web.Fragment(r) {
			if key, undo := web.TakeNotice(w, r); key != "" {
				s.Notice, s.Undo = i18n.T(ctx, key), undo
			}
		}
		if actor.SignedIn() {
			s.UserName, s.OrgName, s.RoleName = actor.Name, actor.OrgName, i18n.T(ctx, "role."+string(actor.Role))
			s.Nav = navigation(actor, r.URL.Path)
		} else if publicPath(r.URL.Path) {
			s.Langs = i18n.Public
		}
		next.ServeHTTP(w, r.WithContext(ui.WithShell(ctx, s)))
	})
}

func navigation(actor policy.Actor, path string) []ui.NavItem {
	var nav []ui.NavItem
	for _, p := range places {
		if actor.May(p.permission) {
			nav = append(nav, ui.NavItem{Key: p.key, Href: p.href, Icon: p.icon,
				Current: path == p.href || strings.HasPrefix(path, p.href+"/")})
		}
	}
	return nav
}

// publicPath tells whether the address names its language.
func publicPath(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	for _, l := range i18n.Public {
		if l == first {
			return true
		}
	}
	return false
}
