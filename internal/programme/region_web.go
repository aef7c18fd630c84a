package programme

import (
	"net/http"

	"tessuto/internal/platform/web"
)

func (m *Module) getRegion(w http.ResponseWriter, r *http.Request) error {
	region, err := m.Region(r.Context())
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, regionPage(&region))
}
