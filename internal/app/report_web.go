package app

import (
	"encoding/json"
	"net/http"

	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// reportRoutes give a copy of what is kept of a person: to read and to print, and
// for another program.
func (a *App) reportRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/people/{id}/report", Permission: policy.PersonRights, Record: policy.Person, Handler: a.getReport},
		{Method: "GET", Pattern: "/people/{id}/report.json", Permission: policy.PersonRights, Record: policy.Person, Handler: a.getReportFile},
	}
}

func (a *App) getReport(w http.ResponseWriter, r *http.Request) error {
	v, err := a.report(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, reportPage(v))
}

func (a *App) getReportFile(w http.ResponseWriter, r *http.Request) error {
	v, err := a.report(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="copia-dati.json"`)
	_, err = w.Write(content)
	return err
}
