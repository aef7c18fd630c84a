package programme

import (
	"net/http"

	"tessuto/internal/platform/web"
)

// recordsPerPage is how many records a page lists.
const recordsPerPage = 50

func (m *Module) getIndicator(w http.ResponseWriter, r *http.Request) error {
	ctx, code, indicator := r.Context(), r.PathValue("code"), r.PathValue("indicator")
	p, f, err := m.Figure(ctx, code, indicator)
	if err != nil {
		return err
	}
	v := &indicatorView{programmeView: programmeView{Programme: p}, Figure: f}
	if f.Fed && mayReadRecords(ctx, code) {
		v.Records, err = m.Records(ctx, code, indicator, r.URL.Query().Get("cursor"), recordsPerPage)
		if err != nil {
			return err
		}
	}
	return web.Show(w, r, http.StatusOK, indicatorPage(v))
}
