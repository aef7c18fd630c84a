package network

import (
	"context"
	"net/http"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// newPlaceView is the form for one more membership, with what was written in it.
type newPlaceView struct {
	NewPlace
	colleague colleague
	orgs      []Organisation
	problems  map[string]string
}

func (m *Module) getNewPlace(w http.ResponseWriter, r *http.Request) error {
	return m.showNewPlace(w, r, http.StatusOK, newPlaceView{NewPlace: NewPlace{From: db.DateOf(m.db.Now())}})
}

func (m *Module) postPlace(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewPlace{OrgID: f.Text("org"), Role: policy.Role(f.Text("role")), Profession: f.Text("profession"),
		Programmes: f.Text("programmes"), From: f.Date("from"), To: f.Date("to"), Sent: f.Sent()}
	if err = f.Problem.Err(); err == nil {
		err = m.AddPlace(r.Context(), r.PathValue("id"), n)
	}
	if web.Fixable(err) {
		return m.showNewPlace(w, r, web.Status(err), newPlaceView{NewPlace: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/accounts/"+r.PathValue("id"), "place.added")
}

func (m *Module) showNewPlace(w http.ResponseWriter, r *http.Request, status int, v newPlaceView) (err error) {
	if v.colleague, err = m.colleague(r); err != nil {
		return err
	}
	if v.colleague.ID == policy.From(r.Context()).AccountID {
		return errs.New(errs.Forbidden, "account.own_place")
	}
	if v.orgs, err = m.orgsByName(r.Context()); err != nil {
		return err
	}
	return web.Show(w, r, status, newPlacePage(v))
}

// placeView is a membership to change or to end, with what was asked of it.
type placeView struct {
	colleague colleague
	place     place
	asked     PlaceChange
	ends      db.Date
	problems  map[string]string
}

func (m *Module) getPlace(w http.ResponseWriter, r *http.Request) error {
	return m.showPlace(w, r, nil, func(*placeView) {})
}

func (m *Module) postPlaceChange(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	p := PlaceChange{ID: r.PathValue("place"), Version: f.Version(), Role: policy.Role(f.Text("role")),
		Profession: f.Text("profession"), Programmes: f.Text("programmes")}
	err = m.ChangePlace(r.Context(), r.PathValue("id"), p)
	if web.Fixable(err) {
		return m.showPlace(w, r, err, func(v *placeView) { v.asked = p })
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/accounts/"+r.PathValue("id"), "place.changed")
}

func (m *Module) postPlaceEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	on := f.Date("to")
	if err = f.Problem.Err(); err == nil {
		err = m.EndPlace(r.Context(), r.PathValue("id"), r.PathValue("place"), f.Version(), on)
	}
	if web.Fixable(err) {
		return m.showPlace(w, r, err, func(v *placeView) { v.ends = on })
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/accounts/"+r.PathValue("id"), "place.ended")
}

func (m *Module) postPlaceResume(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	if err := m.ResumePlace(r.Context(), r.PathValue("id"), r.PathValue("place"), f.Version()); err != nil {
		return err
	}
	return web.Go(w, r, "/accounts/"+r.PathValue("id"), "place.resumed")
}

// showPlace shows a membership as it is now; err is why what was asked, which
// fill writes, was refused.
func (m *Module) showPlace(w http.ResponseWriter, r *http.Request, err error, fill func(*placeView)) error {
	v, status := placeView{ends: db.DateOf(m.db.Now())}, http.StatusOK
	if err != nil {
		v.problems, status = web.Problems(r.Context(), err), web.Status(err)
	}
	if v.colleague, err = m.colleague(r); err != nil {
		return err
	}
	i := slices.IndexFunc(v.colleague.Places, func(p place) bool { return p.ID == r.PathValue("place") })
	if i < 0 {
		return errs.Missing()
	}
	if v.colleague.ID == policy.From(r.Context()).AccountID {
		return errs.New(errs.Forbidden, "account.own_place")
	}
	v.place = v.colleague.Places[i]
	v.asked = PlaceChange{Role: v.place.Role, Profession: v.place.Profession, Programmes: v.place.Programmes}
	fill(&v)
	return web.Show(w, r, status, placePage(v))
}

// title names the membership: the role, and where.
func (v placeView) title(ctx context.Context) string {
	return roleWord(ctx, v.place.Role) + " – " + v.place.OrgName
}
