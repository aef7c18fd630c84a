// Package api is the JSON kit: operations described once, which give the route,
// the OpenAPI document and the checks of what is sent. It calls the same use
// cases as the pages.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// API gathers the operations of all areas.
type API struct {
	huma   huma.API
	mux    *http.ServeMux
	routes []web.Route
}

// Problem is a refusal as RFC 9457 writes it. Code is stable: programs may go
// by it; Title and Errors are for people.
type Problem struct {
	Status int               `json:"status" doc:"HTTP status"`
	Code   string            `json:"code" doc:"Stable code of the refusal" enum:"invalid,sign_in,forbidden,not_found,conflict,busy,internal"`
	Title  string            `json:"title" doc:"What happened, in the caller's language"`
	Errors map[string]string `json:"errors,omitempty" doc:"What is wrong, by field"`

	Candidates any `json:"candidates,omitempty" doc:"Of a conflict: the records that may be meant, as the operation lists them"`
}

func (p *Problem) Error() string { return p.Title }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType says that this is a problem document.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// New returns an empty API.
func New(version string) *API {
	huma.NewError = newProblem
	huma.DefaultArrayNullable = false
	config := huma.DefaultConfig("Tessuto", version)
	config.Info.Description = "The shared working system of a welfare network."
	config.Info.License = &huma.License{Name: "AGPL-3.0-or-later", Identifier: "AGPL-3.0-or-later"}
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // no $schema in answers
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}}
	config.Security = []map[string][]string{{"bearer": {}}}
	mux := http.NewServeMux()
	return &API{huma: humago.New(mux, config), mux: mux}
}

// newProblem gives huma's own refusals our form.
func newProblem(status int, msg string, details ...error) huma.StatusError {
	p := &Problem{Status: status, Title: msg, Code: string(errs.Invalid), Errors: map[string]string{}}
	if status >= 500 {
		p.Code = string(errs.Internal)
	}
	for _, d := range details {
		if e, ok := d.(*huma.ErrorDetail); ok {
			p.Errors[e.Location] = e.Message
		}
	}
	return p
}

// Add describes an operation and its permission. Record names what {id} is,
// when it is a record with a scope.
func Add[In, Out any](a *API, op huma.Operation, perm policy.Permission, record policy.Kind,
	do func(context.Context, *In) (*Out, error)) {
	op.Path = "/api/v1" + op.Path
	form := op.RequestBody // of an Upload: huma describes it, and must not read it
	op.RequestBody = nil
	huma.Register(a.huma, op, func(ctx context.Context, in *In) (*Out, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, problem(ctx, err)
		}
		return out, nil
	})
	if form != nil {
		a.Document().Paths[op.Path].Post.RequestBody = form
	}
	a.routes = append(a.routes, web.Route{Method: op.Method, Pattern: op.Path, Permission: perm, Record: record,
		Handler: func(w http.ResponseWriter, r *http.Request) error {
			a.mux.ServeHTTP(w, r)
			return nil
		}})
}

// Routes lists the operations for the registry.
func (a *API) Routes() []web.Route { return a.routes }

// Document returns the OpenAPI description.
func (a *API) Document() *huma.OpenAPI { return a.huma.OpenAPI() }

func problem(ctx context.Context, err error) *Problem {
	p := &Problem{Status: web.Status(err), Code: string(errs.CodeOf(err))}
	if p.Status == http.StatusInternalServerError {
		slog.ErrorContext(ctx, "api request failed", "err", err)
		p.Title = i18n.T(ctx, "error.internal")
		return p
	}
	var meant interface{ Candidates() any }
	if errors.As(err, &meant) {
		p.Candidates = meant.Candidates()
	}
	all := web.Problems(ctx, err)
	p.Title = all[""]
	if p.Title == "" {
		p.Title = i18n.T(ctx, "error.form_invalid")
		p.Errors = all
	}
	return p
}

// Handle shows a failure before the operation as a problem document.
func Handle(h web.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			writeProblem(w, problem(r.Context(), err))
		}
	})
}
