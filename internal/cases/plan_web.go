package cases

import (
	"net/http"
	"strings"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type planView struct {
	*File
	form     Plan // as it is being written
	version  int
	problems map[string]string
	theirs   *Plan // what somebody else saved meanwhile
}

// How a form says that the family does an action, or a body that it names.
const (
	family    = "family"
	otherBody = "body"
)

func (m *Module) getPlan(w http.ResponseWriter, r *http.Request) error {
	f, err := m.workable(r, policy.Plan)
	if err != nil {
		return err
	}
	v := planView{File: f}
	if p := f.Writing(); p != nil {
		v.form, v.version = *p, p.Version
	} else if f.Plan != nil {
		v.form = *f.Plan // the next edition begins with what holds
	}
	v.form.addRows("")
	return web.Show(w, r, http.StatusOK, planPage(v))
}

// addRows makes room: a first objective, a first action in each, and the row
// that a button asked for ("objective", or "o2" for an action of the third).
func (p *Plan) addRows(add string) {
	if add == "objective" || len(p.Objectives) == 0 {
		p.Objectives = append(p.Objectives, Objective{})
	}
	for i := range p.Objectives {
		o := &p.Objectives[i]
		if len(o.Actions) == 0 || add == "o"+itoa(i) {
			o.Actions = append(o.Actions, Action{})
		}
	}
}

// maxRows bounds what a form can make the program read.
const maxRows = 50

// planForm reads the rows of the form. Rows that are wholly empty are left out,
// so that an empty row at the end is no mistake.
func planForm(f *web.Form) (p Plan) {
	for i := 0; i < maxRows && f.Values.Has(ObjectiveField(i, "text")); i++ {
		o := Objective{Text: f.Text(ObjectiveField(i, "text")), Root: f.Text(ObjectiveField(i, "root"))}
		o.Need, o.Source = f.Text(ObjectiveField(i, "need")), f.Text(ObjectiveField(i, "source"))
		for j := 0; j < maxRows && f.Values.Has(ActionField(i, j, "text")); j++ {
			if a := actionForm(f, i, j, ActionField(len(p.Objectives), len(o.Actions), "body")); a != (Action{}) {
				o.Actions = append(o.Actions, a)
			}
		}
		if o.Text != "" || o.Need != "" || len(o.Actions) > 0 {
			p.Objectives = append(p.Objectives, o)
		}
	}
	p.SubjectID, p.Version = f.Text("subject"), f.Version()
	return p
}

// actionForm reads the row of an action, or nothing when it is empty. A body is
// named where the form says that one does it, and there only.
func actionForm(f *web.Form, i, j int, body string) Action {
	text := func(field string) string { return f.Text(ActionField(i, j, field)) }
	a := Action{Text: text("text"), Root: text("root"), Fund: text("fund"), DueOn: f.Date(ActionField(i, j, "due"))}
	a.Body, a.Resource = text("body"), text("resource")
	if a.Text == "" && a.DueOn == "" && a.Body == "" && a.Resource == "" {
		return Action{}
	}
	switch who := text("who"); who {
	case otherBody:
		f.Problem.That(a.Body != "", body, "plan.body_missing")
	case family: // or the body that is named
	default:
		a.AccountID = who
	}
	return a
}

func (m *Module) postPlan(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, p := r.PathValue("id"), planForm(form)
	if add := form.Text("add"); add != "" {
		return m.showPlan(w, r, planView{form: p, version: p.Version}, http.StatusOK, add)
	}
	if err = form.Problem.Err(); err == nil {
		err = m.SavePlan(r.Context(), id, p)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "plan.saved")
	}
	v := planView{form: p, version: p.Version, problems: web.Problems(r.Context(), err)}
	if v.theirs = errs.TheirsOf[Plan](err); v.theirs != nil {
		// Sending the form again replaces what they saved, knowingly.
		v.version = v.theirs.Version
	}
	return m.showPlan(w, r, v, web.Status(err), "")
}

func (m *Module) showPlan(w http.ResponseWriter, r *http.Request, v planView, code int, add string) (err error) {
	if v.File, err = m.workable(r, policy.Plan); err != nil {
		return err
	}
	v.form.addRows(add)
	v.form.name(v.File)
	return web.Show(w, r, code, planPage(v))
}

// name fills in who does what, for showing what was typed.
func (p *Plan) name(f *File) {
	for i := range p.Objectives {
		for j := range p.Objectives[i].Actions {
			a := &p.Objectives[i].Actions[j]
			for _, t := range f.Team {
				if t.AccountID == a.AccountID {
					a.Who = t.Name
				}
			}
		}
	}
}

// fieldOrder lists the fields of a plan as they stand on the page.
func (v planView) fieldOrder() (names []string) {
	names = append(names, "subject")
	for i, o := range v.form.Objectives {
		names = append(names, ObjectiveField(i, "need"), ObjectiveField(i, "source"), ObjectiveField(i, "text"))
		for j := range o.Actions {
			for _, f := range strings.Fields("text who due body resource fund") {
				names = append(names, ActionField(i, j, f))
			}
		}
	}
	return names
}
