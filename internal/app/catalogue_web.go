package app

import (
	"net/http"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// catalogueRoutes show every component of the kit, in each public language. Only
// the demo has them, and there they are for everybody: they hold invented words
// and no record, and who judges the pages needs no account for it. A network that
// works for real answers to nothing that its people do not need.
func (p *public) catalogueRoutes() (routes []web.Route) {
	if p.demo == nil {
		return nil
	}
	for _, lang := range i18n.Public {
		routes = append(routes, web.Route{Method: "GET", Pattern: "/" + lang + "/catalogue", Permission: policy.Public, Handler: getCatalogue})
	}
	return routes
}

func getCatalogue(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	frame := r.URL.Query().Get("frame")
	if frame != "staff" {
		return web.Show(w, r, http.StatusOK, catalogueIn(frame))
	}
	s := ui.SampleShell(ctx, r.URL.Path)
	s.Theme = ui.ShellOf(ctx).Theme
	return web.Show(w, r.WithContext(ui.WithShell(ctx, s)), http.StatusOK, catalogueIn(frame))
}
