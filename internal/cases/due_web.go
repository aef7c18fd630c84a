package cases

import (
	"context"
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// DuePath is the page that lists what cases are due.
func DuePath(d Due) string { return "/cases/due?show=" + string(d) }

type dueView struct {
	show  Due
	shows []Due // those that the reader looks after
	list  []DueCase
	total int
	today db.Date
}

func (m *Module) getDue(w http.ResponseWriter, r *http.Request) (err error) {
	v := dueView{show: Due(r.URL.Query().Get("show")), today: db.DateOf(m.db.Now())}
	for _, d := range Dues {
		if policy.From(r.Context()).May(d.Permission()) {
			v.shows = append(v.shows, d)
		}
	}
	if v.show == "" {
		v.show = v.shows[0]
	}
	if v.list, v.total, err = m.CasesDue(r.Context(), v.show, listed); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, duePage(v))
}

// Headline is a case in a list of what is due: whose it is, and the day.
func (c *DueCase) Headline(ctx context.Context, d Due) (title, note, href string) {
	href = path(&c.File, "")
	if d == DueLeaving {
		href = path(&c.File, "#reception")
	}
	return c.Name(ctx), i18n.T(ctx, "due.on."+string(d), "Date", i18n.Date(ctx, c.On.Time())), href
}

func (v dueView) rows(ctx context.Context) (out [][]ui.Cell) {
	for i := range v.list {
		c := &v.list[i]
		title, note, href := c.Headline(ctx, v.show)
		out = append(out, []ui.Cell{{Text: title, Href: href}, {Body: ui.Badge(ui.Info, i18n.T(ctx, "stage."+string(c.Stage)))}, {Body: dueDay(note, v.show != DueWork && c.On < v.today)}})
	}
	return out
}
