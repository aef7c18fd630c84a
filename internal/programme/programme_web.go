package programme

import (
	"net/http"

	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the area.
func (m *Module) Routes() []web.Route {
	return append([]web.Route{
		{Method: "GET", Pattern: "/programmes", Permission: policy.ProgrammeRead, Handler: m.getProgrammes},
		{Method: "GET", Pattern: "/programmes/together", Permission: policy.ProgrammeRead, Handler: m.getTogether},
		{Method: "GET", Pattern: "/programmes/region", Permission: policy.RegionRead, Handler: m.getRegion},
		{Method: "GET", Pattern: "/programmes/{code}", Permission: policy.ProgrammeRead, Handler: m.getProgramme},
		{Method: "GET", Pattern: "/programmes/{code}/indicators/{indicator}", Permission: policy.ProgrammeRead,
			Handler: m.getIndicator},
		{Method: "GET", Pattern: "/programmes/{code}/indicators/{indicator}/declare", Permission: policy.ValueDeclare, Handler: m.getDeclare},
		{Method: "POST", Pattern: "/programmes/{code}/indicators/{indicator}/declare", Permission: policy.ValueDeclare, Handler: m.postDeclare},
	}, append(append(m.scheduleRoutes(), m.packRoutes()...), m.publicRoutes()...)...)
}

func (m *Module) getProgrammes(w http.ResponseWriter, r *http.Request) error {
	list, err := m.Standings(r.Context())
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, programmesPage(list))
}

func (m *Module) getProgramme(w http.ResponseWriter, r *http.Request) error {
	code := r.PathValue("code")
	p, err := m.Programme(r.Context(), code)
	if err != nil {
		return err
	}
	figures, err := m.Figures(r.Context(), code, View{})
	if err != nil {
		return err
	}
	loaded, err := m.Programmes(r.Context())
	if err != nil {
		return err
	}
	v := &programmeView{Programme: p, Figures: figures}
	if v.Partners, err = m.Partners(r.Context(), code); err != nil {
		return err
	}
	for _, other := range loaded {
		v.Loaded = append(v.Loaded, other.Code)
	}
	return web.Show(w, r, http.StatusOK, programmePage(v))
}
