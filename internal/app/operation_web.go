package app

import (
	"encoding/json"
	"io"
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// operationRoutes are for who runs the program, and for other programs.
func (a *App) operationRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/healthz", Permission: policy.Public, Handler: a.getHealth},
		{Method: "GET", Pattern: "/readyz", Permission: policy.Public, Handler: a.getReady},
		{Method: "GET", Pattern: "/api/openapi.json", Permission: policy.Public, Handler: a.getOpenAPI},
	}
}

// getHealth answers that the program runs; it listens only once its database
// is open and filled.
func (a *App) getHealth(w http.ResponseWriter, _ *http.Request) error {
	_, err := io.WriteString(w, "ok\n")
	return err
}

// getReady answers that the database answers.
func (a *App) getReady(w http.ResponseWriter, r *http.Request) error {
	err := a.DB.Read(r.Context(), func(tx *db.Tx) error {
		_, err := a.Network.Networks(r.Context(), tx)
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
