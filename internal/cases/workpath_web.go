package cases

import (
	"net/http"
	"slices"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

func (m *Module) workRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		of("GET", "/work/new", policy.CaseWrite, m.getNewWork),
		of("POST", "/work", policy.CaseWrite, m.postWork),
		of("GET", "/work/{entry}", policy.CaseRead, m.getWork),
		of("POST", "/work/{entry}", policy.CaseWrite, m.postWorkProfile),
		of("GET", "/work/{entry}/step", policy.CaseWrite, m.getNewStep),
		of("POST", "/work/{entry}/steps", policy.CaseWrite, m.postStep),
		of("GET", "/work-steps/{entry}", policy.CaseWrite, m.getStep),
		of("POST", "/work-steps/{entry}", policy.CaseWrite, m.postStepSaved),
		of("POST", "/work-steps/{entry}/void", policy.CaseWrite, m.postStepVoid),
	}
}

// workView is a way into work, or the form that begins one.
type workView struct {
	*File
	path     *WorkPath // nil for a new one
	form     NewWorkPath
	version  int
	theirs   *WorkPath
	problems map[string]string
}

func workWords(f *web.Form) WorkWords {
	return WorkWords{Skills: f.Text("skills"), Wishes: f.Text("wishes"), Limits: f.Text("limits")}
}

// showWork loads the case of a view, and its way into work when the address names one.
func (m *Module) showWork(w http.ResponseWriter, r *http.Request, code int, v workView) (err error) {
	if v.File, err = m.fileFor(r, policy.AreaWork); err != nil {
		return err
	}
	id := r.PathValue("entry")
	if id == "" {
		if v.closed() {
			return errs.New(errs.Conflict, "case.closed_already")
		}
		return web.Show(w, r, code, newWorkPage(v))
	}
	i := slices.IndexFunc(v.Work, func(p WorkPath) bool { return p.ID == id })
	if i < 0 {
		return errs.Missing()
	}
	v.path = &v.Work[i]
	if v.problems == nil && v.theirs == nil {
		v.form.WorkWords, v.version = v.path.WorkWords, v.path.Version
	}
	return web.Show(w, r, code, workPage(v))
}

func (m *Module) getNewWork(w http.ResponseWriter, r *http.Request) error {
	return m.showWork(w, r, http.StatusOK, workView{form: NewWorkPath{PlaceKey: SamePlace, Sent: crypto.Sending{Key: db.NewID()}}})
}

func (m *Module) getWork(w http.ResponseWriter, r *http.Request) error {
	return m.showWork(w, r, http.StatusOK, workView{})
}

func (m *Module) postWork(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewWorkPath{PersonID: f.Text("person"), PlaceKey: f.Text("place"), WorkWords: workWords(f), Sent: f.Sent()}
	id, err := m.OpenWorkPath(r.Context(), r.PathValue("id"), n)
	if web.Fixable(err) {
		return m.showWork(w, r, web.Status(err), workView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"/work/"+id, "work.opened")
}

func (m *Module) postWorkProfile(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, entry := r.PathValue("id"), r.PathValue("entry")
	v := workView{form: NewWorkPath{WorkWords: workWords(f)}, version: f.Version()}
	err = m.SaveWorkPath(r.Context(), id, entry, v.version, v.form.WorkWords)
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id+"/work/"+entry, "work.saved")
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[WorkPath](err); v.theirs != nil {
		v.version, v.problems = v.theirs.Version, nil
	}
	return m.showWork(w, r, web.Status(err), v)
}

// stepView is the form of a step.
type stepView struct {
	*File
	path     *WorkPath
	step     *WorkStep // nil for a new one
	form     WorkDraft
	version  int
	theirs   *WorkStep
	problems map[string]string
}

func stepForm(f *web.Form) (v stepView) {
	v.version = f.Version()
	v.form = WorkDraft{StepWords: StepWords{Host: f.Text("host"), Note: f.Text("note")}, Sent: f.Sent(), StepFacts: StepFacts{
		Kind: f.Text("kind"), StartedOn: f.Date("started_on"), EndedOn: f.Date("ended_on"), Outcome: f.Text("outcome"), Contract: f.Text("contract"),
		Kept3: f.Text("kept_3"), Kept3On: f.Date("kept_3_on"), Kept6: f.Text("kept_6"), Kept6On: f.Date("kept_6_on")}}
	return v
}

// showStep loads the case and the way that a step is of; new says that the address names
// the way and not the step.
func (m *Module) showStep(w http.ResponseWriter, r *http.Request, code int, v stepView, fresh bool) (err error) {
	if v.File, err = m.workable(r, policy.AreaWork); err != nil {
		return err
	}
	id := r.PathValue("entry")
	for i := range v.Work {
		p := &v.Work[i]
		if at := slices.IndexFunc(p.Steps, func(s WorkStep) bool { return s.ID == id }); fresh && p.ID == id || !fresh && at >= 0 {
			v.path = p
			if !fresh {
				v.step = &p.Steps[at]
			}
		}
	}
	if v.path == nil || v.path.Gone || v.step != nil && v.step.VoidReason != "" {
		return errs.Missing()
	}
	if v.step != nil && v.problems == nil && v.theirs == nil {
		v.form, v.version = WorkDraft{StepFacts: v.step.StepFacts, StepWords: v.step.StepWords}, v.step.Version
	}
	if v.form.Sent.Key == "" {
		v.form.Sent.Key = db.NewID()
	}
	return web.Show(w, r, code, stepPage(v))
}

func (m *Module) getNewStep(w http.ResponseWriter, r *http.Request) error {
	return m.showStep(w, r, http.StatusOK, stepView{form: WorkDraft{StepFacts: StepFacts{StartedOn: db.DateOf(m.db.Now())}}}, true)
}

func (m *Module) getStep(w http.ResponseWriter, r *http.Request) error {
	return m.showStep(w, r, http.StatusOK, stepView{}, false)
}

func (m *Module) postStep(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, entry, v := r.PathValue("id"), r.PathValue("entry"), stepForm(f)
	if err = f.Problem.Err(); err == nil {
		_, err = m.AddWorkStep(r.Context(), id, entry, v.form)
	}
	if web.Fixable(err) {
		v.problems = web.Problems(r.Context(), err)
		return m.showStep(w, r, web.Status(err), v, true)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id+"/work/"+entry, "work.step_saved")
}

func (m *Module) postStepSaved(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, entry, v := r.PathValue("id"), r.PathValue("entry"), stepForm(f)
	if err = f.Problem.Err(); err == nil {
		err = m.SaveWorkStep(r.Context(), id, entry, v.version, v.form)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id+"#work", "work.step_saved")
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[WorkStep](err); v.theirs != nil {
		v.version, v.problems = v.theirs.Version, nil
	}
	return m.showStep(w, r, web.Status(err), v, false)
}

func (m *Module) postStepVoid(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := m.VoidWorkStep(r.Context(), id, r.PathValue("entry"), f.Text("reason")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id+"#work", "work.step_voided")
}

// canBegin are the members of the family who have no way into work yet and can begin one.
func (f *File) canBegin() (out []ui.Option) {
	for _, mb := range f.Household.Members {
		begun := slices.ContainsFunc(f.Work, func(p WorkPath) bool { return p.PersonID == mb.PersonID })
		if name := mb.Person.Name(); name != "" && !begun && ofAge(mb.Person, f.Today) {
			out = append(out, ui.Option{Value: mb.PersonID, Label: name})
		}
	}
	return out
}
