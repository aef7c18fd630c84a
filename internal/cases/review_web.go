package cases

import (
	"net/http"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type reviewView struct {
	*File
	form     NewReview
	problems map[string]string
}

// inForce loads a case whose plan can be reviewed.
func (m *Module) inForce(r *http.Request) (*File, error) {
	f, err := m.workable(r, policy.Plan)
	if err == nil && !f.Plan.Signed() {
		err = errs.New(errs.Conflict, "plan.not_signed")
	}
	return f, err
}

func (m *Module) getReview(w http.ResponseWriter, r *http.Request) error {
	f, err := m.inForce(r)
	if err != nil {
		return err
	}
	today := db.DateOf(m.db.Now())
	n := NewReview{On: today, NextOn: today.AddDays(90), Sent: crypto.Sending{Key: db.NewID()}}
	return web.Show(w, r, http.StatusOK, reviewPage(reviewView{File: f, form: n}))
}

func (m *Module) postReview(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	n := NewReview{On: form.Date("on"), Note: form.Text("note"), Done: form.All("done"), NextOn: form.Date("next_on"), Sent: form.Sent()}
	if err = form.Problem.Err(); err == nil {
		err = m.ReviewPlan(r.Context(), id, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "review.saved")
	}
	f, again := m.inForce(r)
	if again != nil {
		return again
	}
	return web.Show(w, r, web.Status(err), reviewPage(reviewView{f, n, web.Problems(r.Context(), err)}))
}
