package app

import (
	"net/http"
	"net/url"
	"strings"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// group is a part of the navigation; its word is the message "nav.group." and
// the group.
type group string

// The groups, in the order in which they are shown.
const (
	navToday      group = "today"      // what one does now
	navPeople     group = "people"     // persons and families
	navProgrammes group = "programmes" // what was promised and what came of it
	navNetwork    group = "network"    // who works with whom
	navSystem     group = "system"     // accounts, rules, traces
)

var groups = []group{navToday, navPeople, navProgrammes, navNetwork, navSystem}

// place is a part of the program that staff go to.
type place struct {
	group      group
	key        string // of its name; key+".what" says what it is for
	href, icon string
	permission policy.Permission
	letter     string // pressed after "g" it goes there; "" when there is none
}

// places is the navigation of the staff; each sees the places of their role.
// Within a group they stand in this order.
var places = []place{
	{navToday, "nav.home", "/home", "house", policy.Home, "h"},
	{navToday, "nav.tasks", "/tasks", "check-circle", policy.Home, "t"},
	{navToday, "nav.desk", "/desk", "hearing", policy.ContactRecord, "s"},
	{navToday, "nav.appointments", "/appointments", "calendar", policy.AppointmentRead, "a"},
	{navPeople, "nav.contacts", "/contacts", "list", policy.ContactRead, "o"},
	{navPeople, "nav.people", "/people", "people", policy.PersonRead, "p"},
	{navPeople, "nav.cases", "/cases", "folder", policy.CaseRead, "c"},
	{navPeople, "nav.reports", "/reports", "hearing", policy.CaseOpen, ""},
	{navPeople, "nav.referrals", "/referrals", "link", policy.ReferralAnswer, ""},
	{navPeople, "nav.mobile", "/mobile-team", "map-marker", policy.MobileRead, "v"},
	{navProgrammes, "nav.programmes", "/programmes", "tree", policy.ProgrammeRead, "r"},
	{navProgrammes, "nav.bodies", "/bodies", "people", policy.GovernanceRead, "m"},
	{navNetwork, "nav.organisations", "/organisations", "network", policy.OrganisationRead, "e"},
	{navNetwork, "nav.agreements", "/agreements", "link", policy.AgreementRead, "i"},
	{navSystem, "nav.accounts", "/accounts", "key", policy.Account, "u"},
	{navSystem, "nav.packs", "/packs", "tree", policy.PackLoad, ""},
	{navSystem, "nav.instruments", "/instruments", "list", policy.PackLoad, ""},
	{navSystem, "nav.codelists", "/code-lists", "book", policy.CodeEdit, ""},
	{navSystem, "nav.rights", "/rights", "lock", policy.RightsDecide, ""},
	{navSystem, "nav.emergencies", "/emergency-access", "warning-circle", policy.AuditRead, ""},
	{navSystem, "nav.audit", "/audit", "password-visible", policy.AuditRead, "l"},
}

// framed puts into the context what the frame round a page shows.
func (a *App) framed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		actor := policy.From(ctx)
		if actor.SignedIn() {
			lists, err := a.Codes.Of(ctx, actor.Network)
			if err != nil {
				refused(err).ServeHTTP(w, r)
				return
			}
			ctx = codelist.With(ctx, lists, db.DateOf(a.DB.Now()))
		}
		works, err := a.works(r, actor)
		if err != nil {
			refused(err).ServeHTTP(w, r)
			return
		}
		s := ui.Shell{Works: works, Path: hereOf(r), SignedIn: actor.SignedIn(), Langs: i18n.Staff, Demo: a.Auth.Demo()}
		look(r, &s)
		if r.Method == http.MethodGet && !web.Fragment(r) {
			if key, undo := web.TakeNotice(w, r); key != "" {
				s.Notice, s.Undo = i18n.T(ctx, key), undo
			}
		}
		if actor.SignedIn() {
			s.UserName, s.OrgName, s.RoleName = actor.Name, actor.OrgName, i18n.T(ctx, "role."+string(actor.Role))
			s.Nav, s.Now = navigation(actor, r.URL.Path), i18n.DateTime(ctx, a.DB.Now())
		} else if web.OwnPath(r.URL.Path) != "" {
			s.Langs = i18n.People
		} else if publicPath(r.URL.Path) {
			s.Langs = i18n.Public
		}
		next.ServeHTTP(w, r.WithContext(ui.WithShell(ctx, s)))
	})
}

// works are the memberships that the header offers to who has several.
func (a *App) works(r *http.Request, actor policy.Actor) (out []ui.Work, err error) {
	if actor.Places < 2 || forPrograms(r.URL.Path) || web.Fragment(r) {
		return nil, nil
	}
	ctx := r.Context()
	return out, a.DB.Read(ctx, func(tx *db.Tx) error {
		places, err := a.ownPlaces(ctx, tx, actor)
		out = nil
		for _, p := range places {
			out = append(out, ui.Work{ID: p.ID, OrgName: p.orgName, RoleName: i18n.T(ctx, "role."+string(p.Role)), Current: p.ID == actor.MembershipID})
		}
		return err
	})
}

// hereOf is where a change of language comes back to: what answers a form alone
// has no page to come back to but the one that the form stood on.
func hereOf(r *http.Request) string {
	if from, err := url.Parse(r.Referer()); r.Method == http.MethodPost && err == nil && from.Host == r.Host {
		return from.RequestURI()
	}
	return r.URL.RequestURI()
}

// navigation lists the places of an actor by group; groups without a place of
// theirs are left out.
func navigation(actor policy.Actor, path string) (nav []ui.NavGroup) {
	for _, g := range groups {
		part := ui.NavGroup{Key: "nav.group." + string(g)}
		for _, p := range places {
			if p.group == g && actor.May(p.permission) {
				part.Items = append(part.Items, ui.NavItem{Key: p.key, Href: p.href, Icon: p.icon, Letter: p.letter,
					Current: path == p.href || strings.HasPrefix(path, p.href+"/")})
			}
		}
		if len(part.Items) > 0 {
			nav = append(nav, part)
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
