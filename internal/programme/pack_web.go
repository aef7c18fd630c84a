package programme

import (
	"io"
	"net/http"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) packRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/programmes/{code}/pack.yaml", Permission: policy.ProgrammeRead, Handler: m.getPackFile},
		{Method: "GET", Pattern: "/packs", Permission: policy.PackLoad, Handler: m.getPacks},
		{Method: "POST", Pattern: "/packs/preview", Permission: policy.PackLoad, Handler: m.postPackPreview},
		{Method: "POST", Pattern: "/packs", Permission: policy.PackLoad, Handler: m.postPack},
	}
}

func (m *Module) getPackFile(w http.ResponseWriter, r *http.Request) error {
	src, err := m.ExportPack(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+r.PathValue("code")+`.yaml"`)
	_, err = w.Write(src)
	return err
}

// packView is the page that loads packs, and what loading one would do.
type packView struct {
	PackPreview
	Source string // empty: none was sent
	Error  string
}

func (m *Module) getPacks(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, packPage(&packView{}))
}

// postPackPreview reads a file and says what it would do; nothing is done.
func (m *Module) postPackPreview(w http.ResponseWriter, r *http.Request) error {
	v := &packView{}
	_, err := web.ParseUpload(w, r, maxPackBytes+1, func(u web.Upload) error {
		src, err := io.ReadAll(u.Content)
		v.Source = string(src)
		return err
	})
	if err != nil {
		return err
	}
	if v.Source == "" {
		v.Error = i18n.T(r.Context(), "packs.file.needed")
		return web.Show(w, r, http.StatusUnprocessableEntity, packPage(v))
	}
	return m.showPreview(w, r, http.StatusOK, v)
}

func (m *Module) showPreview(w http.ResponseWriter, r *http.Request, status int, v *packView) (err error) {
	if v.PackPreview, err = m.PreviewPack(r.Context(), []byte(v.Source)); err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Show(w, r, status, packPage(v))
}

// postPack does what was previewed.
func (m *Module) postPack(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseFormOf(w, r, 4*maxPackBytes)
	if err != nil {
		return err
	}
	v := &packView{Source: f.Values.Get("pack")}
	err = m.LoadPack(r.Context(), []byte(v.Source), f.Text("seen"))
	if errs.CodeOf(err) == errs.Conflict || errs.CodeOf(err) == errs.Invalid {
		v.Error = web.Message(r, err)
		return m.showPreview(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/packs", "packs.loaded")
}
