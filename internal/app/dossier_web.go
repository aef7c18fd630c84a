package app

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"tessuto/internal/cases"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// dossierRoutes print the whole file of a case, and let it go as data.
func (a *App) dossierRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/cases/{id}/file", Permission: policy.CaseRead, Record: policy.Case, Handler: a.getDossier},
		{Method: "GET", Pattern: "/cases/{id}/file/paper", Permission: policy.CaseRead, Record: policy.Case, Handler: a.getDossierPaper},
		{Method: "GET", Pattern: "/cases/{id}/file.pdf", Permission: policy.CaseRead, Record: policy.Case, Handler: a.getDossierPDF},
		{Method: "GET", Pattern: "/cases/{id}/export", Permission: policy.CaseTeam, Record: policy.Case, Handler: a.getExportCase},
		{Method: "GET", Pattern: "/cases/{id}/export.json", Permission: policy.CaseTeam, Record: policy.Case, Handler: a.getExportedCase},
	}
}

// dossierView is the form that asks what of a case leaves, and why.
type dossierView struct {
	*cases.File
	export   bool // as data; else on paper
	order    cases.FileOrder
	problems map[string]string
}

func (a *App) getDossier(w http.ResponseWriter, r *http.Request) error {
	v := dossierView{}
	var err error
	if v.File, err = a.Cases.FileToTake(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	v.order.Parts = v.FilePartsOpen()
	return web.Show(w, r, http.StatusOK, dossierPage(v))
}

// asked reads what an address asks for. It holds codes alone: who follows it again prints
// again, and that is written down again.
func asked(r *http.Request) (o cases.FileOrder) {
	o.Purpose = r.URL.Query().Get("purpose")
	for _, p := range r.URL.Query()["part"] {
		o.Parts = append(o.Parts, cases.FilePart(p))
	}
	return o
}

// dossierAt is the address of the print of what was asked.
func dossierAt(d *cases.Dossier, what string) string {
	q := url.Values{"purpose": {d.Purpose}}
	for _, p := range d.Parts {
		q.Add("part", string(p))
	}
	return "/cases/" + d.ID + what + "?" + q.Encode()
}

// dossier returns what was asked for, or, of an order that is not whole, answers with the
// form again and returns nothing.
func (a *App) dossier(w http.ResponseWriter, r *http.Request) (*cases.Dossier, error) {
	o := asked(r)
	d, err := a.Cases.DossierOnPaper(r.Context(), r.PathValue("id"), o)
	if !web.Fixable(err) {
		return d, err
	}
	v := dossierView{order: o, problems: web.Problems(r.Context(), err)}
	if v.File, err = a.Cases.FileToTake(r.Context(), r.PathValue("id")); err != nil {
		return nil, err
	}
	return nil, web.Show(w, r, http.StatusUnprocessableEntity, dossierPage(v))
}

func (a *App) getDossierPaper(w http.ResponseWriter, r *http.Request) error {
	d, err := a.dossier(w, r)
	if d == nil || err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, dossierPaperPage(d, a.PDF.Available()))
}

// getDossierPDF answers with the file on paper. Where it cannot be printed here, or not in
// time, the page offers the browser's printing.
func (a *App) getDossierPDF(w http.ResponseWriter, r *http.Request) error {
	d, err := a.dossier(w, r)
	if d == nil || err != nil {
		return err
	}
	var page bytes.Buffer
	if err := dossierPaper(d).Render(r.Context(), &page); err != nil {
		return err
	}
	content, err := a.PDF.Print(r.Context(), page.Bytes())
	if err != nil {
		slog.WarnContext(r.Context(), "not printed", "err", err)
		return web.Show(w, r, http.StatusServiceUnavailable, dossierPaperPage(d, false))
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="fascicolo.pdf"`)
	_, err = w.Write(content)
	return err
}

func (a *App) getExportCase(w http.ResponseWriter, r *http.Request) error {
	v := dossierView{export: true}
	var err error
	if v.File, err = a.Cases.FileToExport(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	v.order.Parts = v.FilePartsOpen()
	return web.Show(w, r, http.StatusOK, dossierPage(v))
}

func (a *App) getExportedCase(w http.ResponseWriter, r *http.Request) error {
	o := asked(r)
	data, err := a.Cases.ExportCase(r.Context(), r.PathValue("id"), o)
	if web.Fixable(err) {
		v := dossierView{export: true, order: o, problems: web.Problems(r.Context(), err)}
		if v.File, err = a.Cases.FileToExport(r.Context(), r.PathValue("id")); err != nil {
			return err
		}
		return web.Show(w, r, http.StatusUnprocessableEntity, dossierPage(v))
	}
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="caso-`+strings.ReplaceAll(data.Origin.Number, "/", "-")+`.json"`)
	_, err = w.Write(content)
	return err
}
