package programme

import (
	"context"
	"net/http"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// publicRoutes are the pages for everybody, in each public language.
func (m *Module) publicRoutes() (routes []web.Route) {
	for _, lang := range i18n.Public {
		routes = append(routes,
			web.Route{Method: "GET", Pattern: "/" + lang + "/programmes", Permission: policy.Public, Handler: m.getPublishedAll},
			web.Route{Method: "GET", Pattern: "/" + lang + "/programmes/{code}", Permission: policy.Public, Handler: m.getPublished})
	}
	return routes
}

// keepAwhile lets a page that is the same for everybody be kept for some minutes,
// except in the browser of who is signed in. Vary holds the cookies, for what the
// frame takes from them.
func keepAwhile(w http.ResponseWriter, r *http.Request) {
	if !policy.From(r.Context()).SignedIn() {
		w.Header().Set("Cache-Control", "public, max-age=600")
	}
}

func (m *Module) getPublishedAll(w http.ResponseWriter, r *http.Request) error {
	list, err := m.PublishedProgrammes(r.Context())
	if err != nil {
		return err
	}
	keepAwhile(w, r)
	return web.Show(w, r, http.StatusOK, publishedList(list))
}

func (m *Module) getPublished(w http.ResponseWriter, r *http.Request) error {
	p, err := m.PublishedProgramme(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	keepAwhile(w, r)
	return web.Show(w, r, http.StatusOK, publishedPage(&p))
}

func publicHref(ctx context.Context) string { return "/" + i18n.Lang(ctx) + "/programmes" }

// textLang is the language in which a text of a pack is read.
func textLang(ctx context.Context) string {
	if i18n.Lang(ctx) == "it" {
		return "it"
	}
	return "en"
}
