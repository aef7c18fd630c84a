package web

import (
	"net/http"

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
	Record     policy.Kind // what {id} names; a route with a record has an {id}
	Handler    Handler
}

// Handler is an http.Handler that may fail; the failure is shown in one place.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Readable answers whether a record is open to the actor of the request.
type Readable func(r *http.Request, kind policy.Kind, id string) (bool, error)

// Guard returns the handler behind its permission and its record, which are
// checked before the body is read. A record that is not open to the actor does
// not exist, whatever is asked of it; 403 is said only of an act on something
// one can see.
func (rt Route) Guard(readable Readable) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		actor := policy.From(r.Context())
		if rt.Permission == policy.Public {
			return rt.Handler(w, r)
		}
		if !actor.SignedIn() && !actor.May(rt.Permission) {
			return errs.New(errs.SignIn, "error.sign_in")
		}
		if rt.Record == "" {
			if !actor.May(rt.Permission) {
				return errs.Missing()
			}
			return rt.Handler(w, r)
		}
		ok, err := readable(r, rt.Record, r.PathValue("id"))
		switch {
		case err != nil:
			return err
		case !ok:
			return errs.Missing()
		case !actor.May(rt.Permission):
			return errs.New(errs.Forbidden, "error.forbidden")
		}
		return rt.Handler(w, r)
	}
}
