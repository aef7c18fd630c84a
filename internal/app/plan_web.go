package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"tessuto/internal/cases"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// planRoutes give a family its plan in the language they read.
func (a *App) planRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/cases/{id}/plan/paper", Permission: policy.CaseRead, Record: policy.Case, Handler: a.getPlanPaper},
		{Method: "GET", Pattern: "/cases/{id}/plan.pdf", Permission: policy.CaseRead, Record: policy.Case, Handler: a.getPlanPDF},
	}
}

// paperTongues are the languages that a plan can be printed in.
func paperTongues() (out []string) {
	for _, lang := range i18n.People {
		if i18n.Exists(lang, "plan.paper.title") {
			out = append(out, lang)
		}
	}
	return out
}

// paper is a plan to print, with the language that was asked for, or that of the
// reference person.
func (a *App) paper(r *http.Request) (p *cases.PaperPlan, lang string, err error) {
	if p, err = a.Cases.PlanOnPaper(r.Context(), r.PathValue("id")); err != nil {
		return nil, "", err
	}
	if lang = r.URL.Query().Get("lang"); !slices.Contains(paperTongues(), lang) {
		lang = languageOf(p.Household.Reference())
	}
	return p, lang, nil
}

func (a *App) getPlanPaper(w http.ResponseWriter, r *http.Request) error {
	p, lang, err := a.paper(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, planPaperPage(p, lang, a.PDF.Available()))
}

// getPlanPDF answers with the plan on paper. Where it cannot be printed here, the
// page offers the browser's printing.
func (a *App) getPlanPDF(w http.ResponseWriter, r *http.Request) error {
	p, lang, err := a.paper(r)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := planPaper(p).Render(i18n.With(r.Context(), lang), &page); err != nil {
		return err
	}
	content, err := a.PDF.Print(r.Context(), page.Bytes())
	if err != nil {
		slog.WarnContext(r.Context(), "not printed", "err", err)
		return web.Show(w, r, http.StatusServiceUnavailable, planPaperPage(p, lang, false))
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="piano.pdf"`)
	_, err = w.Write(content)
	return err
}

// in shows something in another language than the page.
func in(lang string, c templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return c.Render(i18n.With(ctx, lang), w) })
}
