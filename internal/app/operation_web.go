package app

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"

	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// operationRoutes are for who runs the program, and for other programs.
func (a *App) operationRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/healthz", Permission: policy.Public, Handler: a.getHealth},
		{Method: "GET", Pattern: "/readyz", Permission: policy.Public, Handler: a.getReady},
		{Method: "GET", Pattern: "/metrics", Permission: policy.Public, Handler: a.getMetrics},
		{Method: "GET", Pattern: "/api/openapi.json", Permission: policy.Public, Handler: a.getOpenAPI},
	}
}

// getHealth answers 200 when the program can be used: its database answers and
// holds a network. Until then it says what is missing.
func (a *App) getHealth(w http.ResponseWriter, r *http.Request) error {
	filled, err := a.Filled(r.Context())
	word := "ok"
	if err != nil || !filled {
		word = i18n.T(r.Context(), "health.empty")
		if err != nil {
			slog.ErrorContext(r.Context(), "health", "err", err)
			word = i18n.T(r.Context(), "health.database")
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, err = io.WriteString(w, word+"\n")
	return err
}

// Drain makes /readyz answer 503 from now on, so that whoever sends requests
// here sends them elsewhere; what comes all the same is answered.
func (a *App) Drain() { a.draining.Store(true) }

// getReady answers that the database answers, and that the program is not about
// to stop.
func (a *App) getReady(w http.ResponseWriter, r *http.Request) error {
	if a.draining.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, err := io.WriteString(w, "stopping\n")
		return err
	}
	err := a.DB.Read(r.Context(), func(tx *db.Tx) error {
		_, err := network.Networks(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "ready\n")
	return err
}

func (a *App) getOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(a.api.Document())
}

// OpenAPI returns the description of the API, as YAML: what docs/openapi.yaml
// holds.
func (a *App) OpenAPI() ([]byte, error) { return a.api.Document().YAML() }
