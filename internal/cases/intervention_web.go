package cases

import (
	"context"
	"net/http"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type interventionView struct {
	file      *File // nil for an urgent one on a household without a case
	household *people.Household
	options   []PlaceOption
	form      NewIntervention
	problems  map[string]string
}

func (m *Module) blank(urgent bool) NewIntervention {
	return NewIntervention{On: db.DateOf(m.db.Now()), Mode: ledger.InPerson, Minutes: 60, Urgent: urgent,
		PlaceKey: SamePlace, Sent: crypto.Sending{Key: db.NewID()}}
}

func interventionForm(f *web.Form) NewIntervention {
	return NewIntervention{On: f.Date("on"), Mode: ledger.Mode(f.Text("mode")), Minutes: f.Int("minutes"),
		Urgent: f.Bool("urgent"), PlaceKey: f.Text("place"), Funding: f.Text("funding"), Note: f.Text("note"), Sent: f.Sent()}
}

func (m *Module) getIntervention(w http.ResponseWriter, r *http.Request) error {
	f, err := m.fileFor(r, policy.Diary)
	if err != nil {
		return err
	}
	urgent := r.URL.Query().Get("urgent") != ""
	if f.closed() && !urgent {
		return errs.New(errs.Conflict, "case.closed_already")
	}
	return web.Show(w, r, http.StatusOK, interventionPage(interventionView{file: f, household: f.Household,
		options: f.PlaceOptions, form: m.blank(urgent)}))
}

func (m *Module) postIntervention(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, n := r.PathValue("id"), interventionForm(form)
	if err = form.Problem.Err(); err == nil {
		_, err = m.RecordIntervention(r.Context(), id, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "intervention.saved")
	}
	f, again := m.fileFor(r, policy.Diary)
	if again != nil {
		return again
	}
	v := interventionView{file: f, household: f.Household, options: f.PlaceOptions, form: n, problems: web.Problems(r.Context(), err)}
	return web.Show(w, r, web.Status(err), interventionPage(v))
}

// getUrgent shows the form for a household; without one, whose it is comes first.
func (m *Module) getUrgent(w http.ResponseWriter, r *http.Request) error {
	if !r.URL.Query().Has("household") {
		return web.Go(w, r, "/people", "case.urgent_choose")
	}
	v, err := m.urgentView(r.Context(), r.URL.Query().Get("household"))
	if err != nil {
		return err
	}
	v.form = m.blank(true)
	return web.Show(w, r, http.StatusOK, interventionPage(v))
}

func (m *Module) urgentView(ctx context.Context, household string) (v interventionView, err error) {
	if v.household, err = m.people.Household(ctx, household); err != nil {
		return v, err
	}
	v.options, err = m.PlaceOptions(ctx)
	return v, err
}

func (m *Module) postUrgent(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	household, n, id := form.Text("household"), interventionForm(form), ""
	if err = form.Problem.Err(); err == nil {
		id, err = m.Urgent(r.Context(), household, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "intervention.saved")
	}
	v, again := m.urgentView(r.Context(), household)
	if again != nil {
		return again
	}
	v.form, v.problems = n, web.Problems(r.Context(), err)
	return web.Show(w, r, web.Status(err), interventionPage(v))
}

func (m *Module) postVoid(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := m.VoidIntervention(r.Context(), id, r.PathValue("entry"), form.Text("reason")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id, "intervention.voided")
}
