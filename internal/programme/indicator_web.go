package programme

import (
	"context"
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/web"
)

// recordsPerPage is how many records a page lists.
const recordsPerPage = 50

func (m *Module) getIndicator(w http.ResponseWriter, r *http.Request) error {
	ctx, code, indicator := r.Context(), r.PathValue("code"), r.PathValue("indicator")
	v := &indicatorView{Asked: r.URL.Query().Get("as_of")}
	v.AsOf, v.Problem = m.pastDay(ctx, v.Asked)
	var err error
	if v.Programme, v.Figure, err = m.Figure(ctx, code, indicator, v.AsOf); err != nil {
		return err
	}
	if v.AsOf != "" {
		if _, v.Today, err = m.Figure(ctx, code, indicator, ""); err != nil {
			return err
		}
	}
	if v.Figure.leadsOn(ctx, code) {
		v.Records, err = m.Records(ctx, code, indicator, v.AsOf, r.URL.Query().Get("cursor"), recordsPerPage)
		if err != nil {
			return err
		}
	}
	if v.Figure.Declared {
		if v.Said, err = m.Declarations(ctx, code, indicator); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if v.Problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return web.Show(w, r, status, indicatorPage(v))
}

// pastDay reads a day up to today, or says what is wrong with it.
func (m *Module) pastDay(ctx context.Context, asked string) (day db.Date, problem string) {
	day, err := db.ParseDate(asked)
	switch {
	case err != nil:
		return "", i18n.T(ctx, "error.field_date")
	case day > db.DateOf(m.db.Now()):
		return "", i18n.T(ctx, "figure.as_of.future")
	}
	return day, ""
}
