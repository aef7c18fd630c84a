package app

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// reportRoutes give a copy of what is kept of a person: to read and to print, and
// for another program.
func (a *App) reportRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/people/{id}/report", Permission: policy.PersonRights, Record: policy.Person, Handler: a.getReport},
		{Method: "GET", Pattern: "/people/{id}/report.pdf", Permission: policy.PersonRights, Record: policy.Person, Handler: a.getReportPDF},
		{Method: "GET", Pattern: "/people/{id}/report.json", Permission: policy.PersonRights, Record: policy.Person, Handler: a.getReportFile},
	}
}

func (a *App) getReport(w http.ResponseWriter, r *http.Request) error {
	return a.showReport(w, r, http.StatusOK, a.PDF.Available())
}

// showReport answers with the report to read; without PDF it offers the printing
// of the browser.
func (a *App) showReport(w http.ResponseWriter, r *http.Request, code int, pdf bool) error {
	v, err := a.report(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, code, reportPage(v, pdf))
}

// getReportPDF answers with the report as the person takes it away: on paper, in
// their language. Where it cannot be printed here, the page offers to.
func (a *App) getReportPDF(w http.ResponseWriter, r *http.Request) error {
	if !a.PDF.Available() {
		return a.showReport(w, r, http.StatusServiceUnavailable, false)
	}
	p, err := a.People.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	ctx := i18n.With(r.Context(), languageOf(*p))
	v, err := a.report(ctx, p.ID)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := reportPaper(v).Render(ctx, &page); err != nil {
		return err
	}
	content, err := a.PDF.Print(r.Context(), page.Bytes())
	if err != nil {
		slog.WarnContext(ctx, "not printed", "err", err)
		return a.showReport(w, r, http.StatusServiceUnavailable, false)
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="copia-dati.pdf"`)
	_, err = w.Write(content)
	return err
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
