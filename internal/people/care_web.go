package people

import (
	"context"
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// careView is the form of what an adult may see and sign of a minor.
type careView struct {
	Care
	adults   []ui.Option // those of the household, those of whom something was said, and who was looked for
	query    string
	once     string
	problems map[string]string
}

func (m *Module) getCare(w http.ResponseWriter, r *http.Request) error {
	v := careView{once: db.NewID(), Care: Care{MinorID: r.PathValue("id"), Kind: "parent", AdultID: r.URL.Query().Get("adult")}}
	return m.showCare(w, r, http.StatusOK, v)
}

func (m *Module) showCare(w http.ResponseWriter, r *http.Request, code int, v careView) error {
	ctx := r.Context()
	p, err := m.Profile(ctx, v.MinorID)
	if err != nil {
		return err
	}
	today, seen := db.DateOf(m.db.Now()), map[string]bool{p.ID: true}
	add := func(one Person) {
		if !seen[one.ID] && one.AdultOn(today) {
			seen[one.ID] = true
			v.adults = append(v.adults, ui.Option{Value: one.ID, Label: NameOf(ctx, one)})
		}
	}
	for _, c := range p.Cares {
		add(c.Adult)
	}
	v.query = web.Clean(r.URL.Query().Get("q"))
	found, err := m.named(ctx, v.query, v.AdultID)
	if err != nil {
		return err
	}
	for _, one := range found {
		add(one)
	}
	if p.Household != "" {
		h, err := m.Household(ctx, p.Household)
		if err != nil {
			return err
		}
		for _, mb := range h.Members {
			add(mb.Person)
		}
		for _, e := range h.Past {
			add(e.Person)
		}
	}
	return web.Show(w, r, code, carePage(v))
}

// named are whom a search finds, and the person with an id.
func (m *Module) named(ctx context.Context, query, id string) (out []Person, err error) {
	if query != "" {
		found, err := m.Search(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, h := range found.Hits {
			out = append(out, h.Person)
		}
	}
	if id == "" {
		return out, nil
	}
	p, err := m.Person(ctx, id)
	if errs.CodeOf(err) == errs.NotFound {
		return out, nil // the form says so
	}
	if err != nil {
		return nil, err
	}
	return append(out, *p), nil
}

func (m *Module) postCare(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	c := Care{MinorID: r.PathValue("id"), AdultID: f.Text("adult"), Kind: f.Text("kind"), Act: f.Text("act")}
	for _, may := range f.All("may") {
		c.MaySee, c.MaySign = c.MaySee || may == "see", c.MaySign || may == "sign"
	}
	err = m.SetCare(ctx, c, f.Sent())
	if web.Fixable(err) {
		v := careView{Care: c, once: f.Once(), problems: web.Problems(ctx, err)}
		if WasSaved(err) {
			v.once = db.NewID()
		}
		return m.showCare(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+c.MinorID+"#care", "care.saved")
}

// mays are the answers to what an adult may.
func (c Care) mays() (out []string) {
	if c.MaySee {
		out = append(out, "see")
	}
	if c.MaySign {
		out = append(out, "sign")
	}
	return out
}

// mayWord says what an adult may.
func mayWord(ctx context.Context, c Care) string {
	switch {
	case c.MaySign:
		return i18n.T(ctx, "care.may.both")
	case c.MaySee:
		return i18n.T(ctx, "care.may.only_see")
	}
	return i18n.T(ctx, "care.may.nothing")
}
