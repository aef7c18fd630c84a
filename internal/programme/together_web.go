package programme

import (
	"net/http"

	"tessuto/internal/platform/web"
)

func (m *Module) getTogether(w http.ResponseWriter, r *http.Request) error {
	t, err := m.Together(r.Context(), r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, togetherPage(&t))
}
