package cases

import (
	"net/http"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type signatureView struct {
	*File
	form     Signature
	signers  []people.Signer
	problems map[string]string
	theirs   *Plan
}

// signable loads a case whose plan can come into force now.
func (m *Module) signable(r *http.Request) (*File, error) {
	f, err := m.workable(r, policy.Plan)
	if err == nil {
		err = signable(&f.Case, f.Plan)
	}
	return f, err
}

func (m *Module) getSignature(w http.ResponseWriter, r *http.Request) error {
	f, err := m.signable(r)
	if err != nil {
		return err
	}
	today := db.DateOf(m.db.Now())
	s := Signature{On: today, ReviewOn: today.AddDays(60), Version: f.Plan.Version}
	return m.showSignature(w, r, http.StatusOK, signatureView{File: f, form: s})
}

// showSignature shows the form with who may sign on its day.
func (m *Module) showSignature(w http.ResponseWriter, r *http.Request, code int, v signatureView) error {
	err := m.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.signers, err = m.people.Signers(r.Context(), tx, v.Household, v.form.On)
		return err
	})
	if err != nil {
		return err
	}
	return web.Show(w, r, code, signaturePage(v))
}

func (m *Module) postSignature(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	s := Signature{On: form.Date("on"), Signers: form.All("signers"), MissingReason: form.Text("missing_reason"),
		ReviewOn: form.Date("review_on"), Version: form.Version()}
	if err = form.Problem.Err(); err == nil {
		err = m.SignPlan(r.Context(), id, s)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "plan.signed")
	}
	f, again := m.signable(r)
	if again != nil {
		return again
	}
	v := signatureView{File: f, form: s, problems: web.Problems(r.Context(), err)}
	if v.theirs = errs.TheirsOf[Plan](err); v.theirs != nil {
		v.form.Version = v.theirs.Version
	}
	return m.showSignature(w, r, web.Status(err), v)
}
