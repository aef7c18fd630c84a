package cases

import (
	"context"
	"net/http"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

func (m *Module) referenceRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		of("GET", "/references", policy.CaseWrite, m.getReferences),
		of("POST", "/references", policy.CaseWrite, m.postReference),
		of("POST", "/references/{entry}/remove", policy.CaseWrite, m.postReferenceRemove),
	}
}

type referencesView struct {
	*File
	form     Reference
	problems map[string]string
}

func (m *Module) getReferences(w http.ResponseWriter, r *http.Request) error {
	return m.showReferences(w, r, http.StatusOK, referencesView{})
}

func (m *Module) showReferences(w http.ResponseWriter, r *http.Request, code int, v referencesView) (err error) {
	if v.File, err = m.workable(r, policy.Diary); err != nil {
		return err
	}
	return web.Show(w, r, code, referencesPage(v))
}

func (m *Module) postReference(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := Reference{Scheme: f.Text("scheme"), Value: f.Text("value"), On: f.Date("on")}
	if err = f.Problem.Err(); err == nil {
		_, err = m.AddReference(r.Context(), r.PathValue("id"), n, f.Sent())
	}
	if web.Fixable(err) {
		return m.showReferences(w, r, web.Status(err), referencesView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"/references", "reference.added")
}

func (m *Module) postReferenceRemove(w http.ResponseWriter, r *http.Request) error {
	if err := m.RemoveReference(r.Context(), r.PathValue("id"), r.PathValue("entry")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"/references", "reference.removed")
}

// referencePairs are the numbers of other systems as the page of a case shows them.
func (f *File) referencePairs(ctx context.Context) (out []ui.Pair) {
	for _, r := range f.References {
		out = append(out, ui.Pair{Label: codelist.Word(ctx, ReferenceSchemeList, r.Scheme), Value: r.Value})
	}
	return out
}

func (v referencesView) rows(ctx context.Context) (out [][]ui.Cell) {
	for _, r := range v.References {
		day := ""
		if r.On != "" {
			day = i18n.Date(ctx, r.On.Time())
		}
		out = append(out, []ui.Cell{{Text: codelist.Word(ctx, ReferenceSchemeList, r.Scheme)}, {Text: r.Value}, {Text: day}, {Body: removeReferenceForm(v, r)}})
	}
	return out
}
