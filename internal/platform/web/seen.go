package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Seen is what the log and the metrics may say of a request: its route as the
// registry writes it, never its path, its query or what was sent. Which record
// it was about, the audit says under the same request id.
type Seen struct {
	Route   string // "/cases/{id}"; empty where no route answered
	Method  string // of those the program knows, else "other"
	Status  int
	Took    time.Duration
	id      string
	account string
}

type seenKey struct{}

// note returns what is being noted of the request of ctx; outside a request it
// is nobody's.
func note(ctx context.Context) *Seen {
	if s, ok := ctx.Value(seenKey{}).(*Seen); ok {
		return s
	}
	return new(Seen)
}

// Watched tells observe, and the log of every request, how a request went. Next
// holds handlers that Named has named.
func Watched(observe func(Seen), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, s := time.Now(), &Seen{Method: methodWord(r.Method)}
		out := &recorder{ResponseWriter: w}
		defer func() {
			if s.Status = out.status; s.Status == 0 {
				s.Status = http.StatusOK
			}
			s.Took = time.Since(start)
			observe(*s)
			slog.DebugContext(r.Context(), "request", "request", s.id, "account", s.account, "method", s.Method,
				"route", s.Route, "status", s.Status, "ms", s.Took.Milliseconds())
		}()
		next.ServeHTTP(out, r.WithContext(context.WithValue(r.Context(), seenKey{}, s)))
	})
}

// Named is a handler that answers for a route.
func Named(route string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		note(r.Context()).Route = route
		next.ServeHTTP(w, r)
	})
}

// methodWord keeps whoever asks from making words up.
func methodWord(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers the first status; those before the last (1xx) are not it.
func (w *recorder) WriteHeader(code int) {
	if w.status == 0 && code >= http.StatusOK {
		w.status = code
	}
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap gives http.ResponseController what lies under it.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
