package app

import (
	"net/http"
	"slices"
	"strings"

	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// impersonal are the permissions whose pages hold nobody in care. One that is
// not here counts as personal: a sheet says too much rather than too little.
var impersonal = []policy.Permission{policy.Public, policy.Account, policy.ProgrammeRead, policy.ProgrammePlan, policy.PackLoad, policy.FiguresInFull, policy.ValueDeclare, policy.RegionRead,
	policy.OrganisationRead, policy.OrganisationManage, policy.AgreementRead, policy.AgreementManage, policy.CodeEdit, policy.AuditRead}

// ownPages are those that everybody has and that speak of the reader alone.
var ownPages = []string{"/account", "/jobs", "/keys"}

// personal tells whether the page of a route may hold persons in care for an
// actor: the pages that everybody has gather what each may read, and the number
// of a programme is followed by its records for whoever may read them.
func personal(rt web.Route, actor policy.Actor) bool {
	switch {
	case rt.Permission == policy.Home:
		return readsPersons(actor) && !slices.ContainsFunc(ownPages, func(p string) bool { return strings.HasPrefix(rt.Pattern, p) })
	case strings.HasSuffix(rt.Pattern, "/indicators/{indicator}"):
		return actor.May(policy.RecordsRead)
	}
	return rt.Record != "" || !slices.Contains(impersonal, rt.Permission)
}

// readsPersons tells whether a role opens persons, or what was done with them.
func readsPersons(actor policy.Actor) bool {
	return slices.ContainsFunc([]policy.Permission{policy.PersonRead, policy.ContactRead, policy.AppointmentRead, policy.CaseRead}, actor.May)
}

// labelled puts into the frame whether the page holds persons.
func labelled(rt web.Route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := ui.ShellOf(r.Context())
		s.Personal = personal(rt, policy.From(r.Context()))
		next.ServeHTTP(w, r.WithContext(ui.WithShell(r.Context(), s)))
	})
}
