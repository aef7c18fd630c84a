package cases

import (
	"context"
	"net/http"
	"slices"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

type signatureView struct {
	*File
	form     Signature
	who      asked
	problems map[string]string
	theirs   *Plan
}

// rows lists who signs, with what is known of each.
func (v signatureView) rows(ctx context.Context) (out [][]ui.Cell) {
	p := v.Writing()
	for _, s := range v.who.all {
		if s.MayNot {
			continue
		}
		state, act := i18n.T(ctx, "plan.not_yet"), i18n.T(ctx, "plan.adult_do")
		if done := p.signature(s.Person.ID); done != nil {
			state, act = done.wayText(ctx), i18n.T(ctx, "plan.adult_again")
		}
		name := s.Person.Name()
		if more := signsFor(ctx, s); more != "" {
			name += " – " + more
		}
		out = append(out, []ui.Cell{{Text: name}, {Text: state}, {Text: act, Href: path(v.File, "/signature/adult?person="+s.Person.ID)}})
	}
	return out
}

// signable loads a case whose plan can be signed now, with who signs it on a day.
func (m *Module) signable(r *http.Request, on db.Date) (f *File, who asked, err error) {
	if f, err = m.workable(r, policy.Plan); err != nil {
		return nil, who, err
	}
	return f, who, m.db.Read(r.Context(), func(tx *db.Tx) error {
		c, _, key, err := m.load(r.Context(), tx, f.ID)
		if err != nil {
			return err
		}
		p, err := m.toSign(r.Context(), tx, c, key)
		if err != nil {
			return err
		}
		who, err = m.whoSigns(r.Context(), tx, c, p, on)
		return err
	})
}

func (m *Module) getSignature(w http.ResponseWriter, r *http.Request) error {
	today := db.DateOf(m.db.Now())
	f, who, err := m.signable(r, today)
	if err != nil {
		return err
	}
	s := Signature{On: today, ReviewOn: today.AddDays(60), Version: f.Writing().Version}
	return web.Show(w, r, http.StatusOK, signaturePage(signatureView{File: f, form: s, who: who}))
}

func (m *Module) postSignature(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	s := Signature{On: form.Date("on"), MissingReason: form.Text("missing_reason"), ReviewOn: form.Date("review_on"), Version: form.Version()}
	if err = form.Problem.Err(); err == nil {
		err = m.SignPlan(r.Context(), id, s)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "plan.signed")
	}
	f, who, again := m.signable(r, s.On)
	if again != nil {
		return again
	}
	v := signatureView{File: f, form: s, who: who, problems: web.Problems(r.Context(), err)}
	if v.theirs = errs.TheirsOf[Plan](err); v.theirs != nil {
		v.form.Version, v.problems = v.theirs.Version, nil
	}
	return web.Show(w, r, web.Status(err), signaturePage(v))
}

type adultView struct {
	*File
	signer   people.Signer
	form     AdultSignature
	once     string
	most     int64 // bytes of a document
	changed  bool  // the plan is another than was read
	problems map[string]string
}

func (m *Module) getAdult(w http.ResponseWriter, r *http.Request) error {
	s := AdultSignature{PersonID: r.URL.Query().Get("person"), Way: Ways[0], On: db.DateOf(m.db.Now())}
	return m.showAdult(w, r, http.StatusOK, adultView{form: s, once: db.NewID()})
}

// showAdult shows the form of one who signs on its day.
func (m *Module) showAdult(w http.ResponseWriter, r *http.Request, code int, v adultView) error {
	f, who, err := m.signable(r, v.form.On)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(who.all, func(s people.Signer) bool {
		return !s.MayNot && (v.form.PersonID == "" || s.Person.ID == v.form.PersonID)
	})
	if i < 0 {
		return errs.Missing()
	}
	v.File, v.signer, v.most = f, who.all[i], m.files.Most()
	v.form.Version = f.Writing().Version
	return web.Show(w, r, code, adultPage(v))
}

func (m *Module) postAdult(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	if _, err := m.workable(r, policy.Plan); err != nil {
		return err // before anything is stored
	}
	var kept *storage.Kept
	form, err := web.ParseUpload(w, r, m.files.Most(), func(u web.Upload) (err error) {
		if u.Field == "scan" {
			kept, err = m.files.Put(ctx, storage.Incoming{Name: u.Name, Content: u.Content, Owner: id})
		}
		return err
	})
	if err != nil {
		return err
	}
	s := AdultSignature{PersonID: form.Text("person"), Version: form.Version(), Way: form.Text("way"), On: form.Date("on"),
		AdultWords: AdultWords{Name: form.Text("name"), Readings: form.All("readings"), Reason: form.Text("reason")}}
	if err = form.Problem.Err(); err == nil {
		err = m.Sign(ctx, id, s, kept, form.Sent())
	}
	if web.Fixable(err) {
		v := adultView{form: s, once: form.Once(), changed: errs.TheirsOf[Plan](err) != nil}
		if !v.changed {
			v.problems = web.Problems(ctx, err)
		}
		return m.showAdult(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id+"/signature", "plan.adult_saved")
}
