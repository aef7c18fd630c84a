package web

import (
	"net/http"
	"strings"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Route is one thing the program answers to. Areas list theirs; the list feeds
// the mux, the API, the policy tests and the documentation. A route without a
// permission does not start.
type Route struct {
	Method     string
	Pattern    string // as http.ServeMux reads it; the record's id is {id}
	Permission policy.Permission
	Record     policy.Kind // what {id} names, when it names a record with a scope
	Handler    Handler
}

// Handler is an http.Handler that may fail; the failure is shown in one place.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Readable answers whether a record is open to the actor of the request.
type Readable func(r *http.Request, kind policy.Kind, id string) (bool, error)

// Guard returns the handler behind its permission, which is checked before the
// body is read. What one may not read does not exist: 403 is said only of an
// act on something one can see.
func (rt Route) Guard(readable Readable) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		actor := policy.From(r.Context())
		switch {
		case actor.May(rt.Permission):
			return rt.Handler(w, r)
		case !actor.SignedIn():
			return errs.New(errs.SignIn, "error.sign_in")
		case rt.Record == "" || !strings.Contains(rt.Pattern, "{id}"):
			return errs.Missing()
		}
		ok, err := readable(r, rt.Record, r.PathValue("id"))
		if err == nil && ok {
			err = errs.New(errs.Forbidden, "error.forbidden")
		} else if err == nil {
			err = errs.Missing()
		}
		return err
	}
}
