// Package exchange brings tables in and lets them out. An area says what it
// brings (an Import) or lists (an Export), in a few lines; the pages, the jobs,
// the reports and the audit are here, once.
package exchange

import (
	"context"
	"net/http"
	"net/url"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/table"
	"tessuto/internal/platform/web"
)

// Module keeps what can be brought in and let out.
type Module struct {
	db      *db.DB
	keys    *crypto.Keystore
	audit   *audit.Log
	files   *storage.Store
	jobs    *jobs.Jobs
	imports map[string]Import
	exports map[string]Export
	routes  []web.Route

	// AtOnce is how many rows are sent with the answer; more are a job.
	AtOnce int
	// Names is filled by app: the names of those who work in the actor's network,
	// by account.
	Names func(ctx context.Context) (map[string]string, error)
}

// New returns the kit; app adds what the areas declare.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, files *storage.Store, j *jobs.Jobs) *Module {
	m := &Module{db: d, keys: keys, audit: log, files: files, jobs: j, imports: map[string]Import{}, exports: map[string]Export{}, AtOnce: 2000}
	jobs.Register(j, m.work)
	jobs.Register(j, m.workExport)
	jobs.Register(j, m.workCheck)
	jobs.Register(j, m.workWhole)
	jobs.Register(j, m.workUndo)
	j.Every("exchange.sweep", jobs.Daily(3), m.SweepImports)
	m.routes = []web.Route{
		{Method: "GET", Pattern: "/imports/{id}", Permission: policy.Home, Handler: m.getImport},
		{Method: "POST", Pattern: "/imports/{id}", Permission: policy.Home, Handler: m.postMapping},
		{Method: "POST", Pattern: "/imports/{id}/run", Permission: policy.Home, Handler: m.postRun},
		{Method: "POST", Pattern: "/imports/{id}/drop", Permission: policy.Home, Handler: m.postDrop},
		{Method: "POST", Pattern: "/imports/{id}/undo", Permission: policy.Home, Handler: m.postUndo},
		{Method: "GET", Pattern: "/imports/{id}/refused", Permission: policy.Home, Handler: m.getRefused},
		{Method: "GET", Pattern: "/exports/{id}", Permission: policy.Home, Handler: m.getExported},
		{Method: "GET", Pattern: "/exports", Permission: policy.AuditRead, Handler: m.getExports},
	}
	return m
}

// Routes lists the pages of the kit and those of what was added.
func (m *Module) Routes() []web.Route { return m.routes }

// AddImport opens the way in for a table: its first page is At + "/import".
func (m *Module) AddImport(imp Import) {
	m.imports[imp.What] = imp
	m.routes = append(m.routes,
		web.Route{Method: "GET", Pattern: imp.At + "/import", Permission: imp.Permission, Handler: m.getUpload(imp)},
		web.Route{Method: "POST", Pattern: imp.At + "/import", Permission: imp.Permission, Handler: m.postUpload(imp)})
}

// AddExport opens the way out for a table: its page is At + "/export", with the
// filter of the list behind the question mark.
func (m *Module) AddExport(exp Export) {
	m.exports[exp.What] = exp
	m.routes = append(m.routes,
		web.Route{Method: "GET", Pattern: exp.At + "/export", Permission: exp.Permission, Handler: m.getExport(exp)},
		web.Route{Method: "POST", Pattern: exp.At + "/export", Permission: exp.Permission, Handler: m.postExport(exp)})
}

// Import says how the rows of a table become records.
type Import struct {
	What       string // code; "exchange.what." and the code is its name
	At         string // path of the list it fills
	Permission policy.Permission
	Fields     []Field
	Same       string // message key of why a row is refused that speaks of what row {{.Row}} does
	// Begin is called once for each reading of a table, within a transaction
	// that only reads; Work looks at the rows.
	Begin func(ctx context.Context, tx *db.Tx) (Work, error)
	// Whole, in the place of Begin, is for tables of many rows that come in all
	// together or not at all.
	Whole *Whole
}

// Field is what a row says, in one column.
type Field struct {
	Name     string   // also what problems of the use case call it
	Key      string   // message key of its label
	Hint     string   // message key of what to know before a column is chosen; empty for nothing
	Required bool     //
	Synonyms []string // what the column may be called besides its label, in any language
}

// Work looks at rows. Known holds the keys of what is there already; Row notes
// in r what is wrong, and returns the key of what the row speaks of and how to
// make it, which is to call a use case.
type Work struct {
	Known map[string]bool
	Row   func(ctx context.Context, r *Row) (key string, make func(context.Context) error)
}

// Export says how a list becomes a table.
type Export struct {
	What       string // code; "exchange.what." and the code is its name
	At         string // path of the list
	Permission policy.Permission
	Columns    []Column
	// Filter says in words what the query of the list limits it to; nil when
	// nothing does.
	Filter func(ctx context.Context, q url.Values) []table.Line
	// Rows gives each row that the query lists, in the order of the columns, by
	// calling a use case. It may be called twice.
	Rows func(ctx context.Context, q url.Values, row func(cells ...any) error) error
	// Kept gives the table as a file behind a link that ends after a day, and never
	// with the answer.
	Kept bool
	// Suppressed is the message key that says which figures are hidden; empty is
	// a list, in which nothing is.
	Suppressed string
}

// Column is a column of an export.
type Column struct {
	Key  string // message key of its title
	Kind table.Kind
}

func name(ctx context.Context, what string) string { return i18n.T(ctx, "exchange.what."+what) }

// owner is whose key seals what was said of an export.
func owner(id string) string { return "exchange/" + id }

// may tells whether the actor may still do what a task asks for.
func may(ctx context.Context, p policy.Permission, known bool) error {
	if !known {
		return errs.Missing()
	}
	_, err := policy.Check(ctx, p)
	return err
}

// state is where the job of a task is; the zero state when there is none.
func (m *Module) state(r *http.Request, job string) (jobs.Job, error) {
	if job == "" {
		return jobs.Job{}, nil
	}
	j, err := m.jobs.Find(r.Context(), job)
	if errs.CodeOf(err) == errs.NotFound { // long over
		err = nil
	}
	return j, err
}
