// Package app joins everything: it builds the areas, lists their routes, fills
// the slots that lower areas leave open, and makes the pages that gather from
// many areas.
package app

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"

	"tessuto/assets"
	"tessuto/internal/access"
	"tessuto/internal/attendance"
	"tessuto/internal/cases"
	"tessuto/internal/governance"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/api"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/pdf"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/task"
	"tessuto/internal/platform/web"
	"tessuto/internal/programme"
)

// Version is the version of the program, as the API says it.
const Version = "0.1.0"

// App is the whole program on one database.
type App struct {
	DB         *db.DB
	Keys       *crypto.Keystore
	Audit      *audit.Log
	Auth       *auth.Auth
	Jobs       *jobs.Jobs
	Mail       *mail.Mail
	Exchange   *exchange.Module
	Files      *storage.Store
	PDF        *pdf.Printer
	Ledger     *ledger.Ledger
	Network    *network.Module
	People     *people.Module
	Programmes *programme.Module
	Attendance *attendance.Module
	Governance *governance.Module
	Access     *access.Module
	Cases      *cases.Module
	Tasks      *task.Module
	Comments   *comment.Module
	Codes      *codelist.Module

	// Migrated are the migrations that Open applied, in order.
	Migrated []string

	// MetricsToken opens /metrics to another machine; empty opens it to none.
	MetricsToken string

	api      *api.API
	routes   []web.Route
	metrics  *metrics
	draining atomic.Bool
}

// Measures are the facts of all areas.
func Measures() ledger.Catalogue {
	var all ledger.Catalogue
	all = append(all, access.Measures...)
	all = append(all, governance.Measures...)
	return append(all, cases.Measures...)
}

// New builds the program. Demo opens the demo accounts.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, files *storage.Store, demo bool) *App {
	a := &App{DB: d, Keys: keys, Audit: log, Files: files, Auth: auth.New(d, demo), Jobs: jobs.New(d), PDF: pdf.New(""),
		Ledger: ledger.New(d, Measures())}
	a.Mail = mail.New(d, keys, a.Jobs)
	a.kits()
	a.Network = network.New(d, keys, a.Auth, a.Audit, a.Mail, a.Files)
	a.People = people.New(d, keys, a.Audit, a.Ledger, a.Jobs, a.Tasks, a.Network)
	a.Programmes = programme.New(d, keys, a.Audit, a.Ledger, a.Network)
	a.Access = access.New(d, keys, a.Audit, a.Ledger, a.Network, a.People, a.Programmes)
	a.Attendance = attendance.New(a.Ledger)
	a.Governance = governance.New(d, keys, a.Audit, a.Ledger, a.Attendance, a.Network, a.Programmes, a.Tasks)
	a.Cases = cases.New(d, keys, a.Audit, a.Ledger, a.Network, a.People, a.Programmes, a.Tasks, a.Comments, a.Mail, a.Files)

	a.Auth.Organisation = a.Network.Organisation
	a.Auth.MAC = a.hideTry
	a.Jobs.Actor = a.Auth.ActorIn
	a.Mail.NetworkName = a.networkName
	jobs.Register(a.Jobs, a.sendForgotten)
	a.Jobs.Every("files.sweep", jobs.Daily(3), a.sweepFiles)
	a.Jobs.Every("db.analyze", jobs.Daily(5), d.Analyze)
	a.Network.Titles = a.Programmes.Titles
	a.Programmes.Sources = a.sourcesOf
	a.Programmes.HeldMeetings = a.Governance.HeldMeetings
	a.Ledger.MAC = func(ctx context.Context, network string, parts ...string) ([]byte, error) {
		return keys.MAC(ctx, network, "fact", parts...)
	}
	a.Ledger.Charge = a.Programmes.Charge
	a.Programmes.OnLoad = append(a.Programmes.OnLoad, a.Governance.Adopt)
	a.People.OnJoin = append(a.People.OnJoin, a.Cases.Joined)
	a.People.OnProtect = append(a.People.OnProtect, a.Access.Protected)
	a.addRights()
	a.Jobs.Every("cases.referrals", jobs.Daily(6), a.Cases.RaiseLate)
	a.Jobs.Every("cases.closed", jobs.Daily(4), a.Cases.LapseClosed)
	a.Jobs.Every("cases.imports", jobs.Daily(4), a.Cases.LapseImports)
	a.People.OpenCase = a.Cases.OpenOn
	a.People.OnUse = append(a.People.OnUse, a.Access.Used, a.Cases.Used)

	a.addExchanges()

	a.api = api.New(Version)
	a.Programmes.API(a.api)
	a.People.API(a.api)
	a.Governance.API(a.api)
	a.Cases.API(a.api)
	a.routes = a.list()
	a.metrics = newMetrics(a)
	return a
}

// list gathers the routes: the one registry (design, decision 10).
func (a *App) list() []web.Route {
	visitors := &public{auth: a.Auth, mail: a.Mail, ask: a.askForgotten}
	if a.Auth.Demo() {
		visitors.demo = DemoAccounts()
	}
	routes := append([]web.Route{}, visitors.Routes()...)
	for _, more := range [][]web.Route{a.operationRoutes(), a.auditRoutes(), a.homeRoutes(), a.ownRoutes(), a.reportRoutes(), a.planRoutes(), a.dossierRoutes(), a.findRoutes(), a.lookRoutes(), a.accountRoutes(), a.jobRoutes(), a.invitationRoutes(),
		a.Files.Routes(), a.Exchange.Routes(), a.kitRoutes(), a.Network.Routes(),
		a.People.Routes(), a.familyRoutes(), a.Programmes.Routes(), a.Governance.Routes(), a.Access.Routes(), a.Cases.Routes(), a.api.Routes()} {
		routes = append(routes, more...)
	}
	return routes
}

// Routes lists everything that the program answers to.
func (a *App) Routes() []web.Route { return a.routes }

// Handler returns the program as one handler.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range a.routes {
		mux.Handle(rt.Method+" "+rt.Pattern, web.Named(rt.Pattern, labelled(rt, show(rt, ownGuard(rt, rt.Guard(a.readable))))))
	}
	mux.Handle("GET /assets/", web.Named("/assets/", assets.Handler()))
	mux.Handle("/", refused(errs.Missing()))
	return web.Watched(a.metrics.saw, web.Middleware(visitors{a.Auth, a.People}, refused, a.framed(mux)))
}

// show answers failures as people or programs read them.
func show(rt web.Route, h web.Handler) http.Handler {
	if forPrograms(rt.Pattern) {
		return api.Handle(h)
	}
	return web.Handle(kept(h))
}

// forPrograms tells whether programs ask at a path, who read problem documents.
func forPrograms(path string) bool { return strings.HasPrefix(path, "/api/") }

// refused answers with an error as people or programs read it.
func refused(err error) http.Handler {
	problem := api.Handle(func(http.ResponseWriter, *http.Request) error { return err })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forPrograms(r.URL.Path) {
			problem.ServeHTTP(w, r)
			return
		}
		web.Refused(err).ServeHTTP(w, r)
	})
}

// readable tells whether a record is open to the actor of a request.
func (a *App) readable(r *http.Request, kind policy.Kind, id string) (ok bool, err error) {
	err = a.DB.Read(r.Context(), func(tx *db.Tx) error {
		err := policy.CanRead(r.Context(), tx, kind, id, policy.Any)
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		ok = err == nil
		return err
	})
	return ok, err
}
