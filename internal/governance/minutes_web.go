package governance

import (
	"net/http"

	"tessuto/internal/network"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// minutesView is minutes being written or, once confirmed, corrected.
type minutesView struct {
	*MeetingFile
	text      string
	decisions []Decision
	reason    string
	version   int
	people    []policy.Actor
	orgs      []network.Partnership
	theirs    bool
	problems  map[string]string
}

func (m *Module) getMinutes(w http.ResponseWriter, r *http.Request) error {
	v := minutesView{}
	f, err := m.workable(r)
	if err != nil {
		return err
	}
	if f.Minutes != nil {
		v.text, v.decisions = f.Minutes.Text, f.Minutes.Decisions
	}
	v.version = f.Version
	return m.showMinutes(w, r, http.StatusOK, v)
}

// minutesForm reads the rows of the form; those that are wholly empty are left
// out, so that an empty row at the end is no mistake.
func minutesForm(f *web.Form) (v minutesView) {
	v.text, v.reason, v.version = f.Text("text"), f.Text("reason"), f.Version()
	for i := 0; i < maxDecisions && f.Values.Has(Field(i, "text")); i++ {
		d := Decision{Text: f.Text(Field(i, "text")), Who: f.Text(Field(i, "who")), Due: f.Date(Field(i, "due"))}
		if d.Text != "" || d.Who != "" || d.Due != "" {
			v.decisions = append(v.decisions, d)
		}
	}
	return v
}

func (m *Module) postMinutes(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	v, do := minutesForm(form), form.Text("do")
	if do == "add" {
		v.decisions = append(v.decisions, Decision{})
		return m.showMinutes(w, r, http.StatusOK, v)
	}
	notice := map[string]string{"confirm": "minutes.confirmed", "correct": "minutes.corrected"}[do]
	if err = form.Problem.Err(); err == nil {
		switch do {
		case "confirm":
			err = m.Confirm(ctx, id, v.text, v.decisions, v.version)
		case "correct":
			err = m.CorrectMinutes(ctx, id, v.text, v.reason, v.version)
		default:
			notice = "minutes.saved"
			err = m.SaveMinutes(ctx, id, v.text, v.decisions, v.version)
		}
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/meetings/"+id, notice)
	}
	v.problems = web.Problems(ctx, err)
	if theirs := errs.TheirsOf[Meeting](err); theirs != nil {
		v.theirs, v.version = true, theirs.Version // sending again replaces what they saved, knowingly
	}
	return m.showMinutes(w, r, web.Status(err), v)
}

func (m *Module) showMinutes(w http.ResponseWriter, r *http.Request, code int, v minutesView) (err error) {
	if v.MeetingFile, err = m.workable(r); err != nil {
		return err
	}
	switch {
	case v.off():
		return errs.New(errs.Conflict, "meeting.cancelled_already")
	case !v.begun(v.Now):
		return errs.New(errs.Conflict, "meeting.not_yet")
	}
	if len(v.decisions) == 0 {
		v.decisions = []Decision{{}}
	}
	if v.people, v.orgs, err = m.Responsible(r.Context(), v.Body); err != nil {
		return err
	}
	return web.Show(w, r, code, minutesPage(v))
}
