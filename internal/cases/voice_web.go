package cases

import (
	"cmp"
	"net/http"
	"slices"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type voiceView struct {
	*File
	minor    people.Person
	form     Voice
	said     bool // the form says whether they were heard
	once     string
	problems map[string]string
}

func (v voiceView) heard() string {
	switch {
	case !v.said:
		return ""
	case v.form.Heard:
		return "yes"
	}
	return "no"
}

// voice is what a minor said of a plan last, or nil.
func (p *Plan) voice(person string) *Voice {
	i := slices.IndexFunc(p.Voices, func(v Voice) bool { return v.PersonID == person })
	if i < 0 {
		return nil
	}
	return &p.Voices[i]
}

func (m *Module) getVoice(w http.ResponseWriter, r *http.Request) error {
	return m.showVoice(w, r, http.StatusOK, voiceView{form: Voice{PersonID: r.URL.Query().Get("person")}, once: db.NewID()})
}

func (m *Module) showVoice(w http.ResponseWriter, r *http.Request, code int, v voiceView) (err error) {
	if v.File, err = m.workable(r, policy.Plan); err != nil {
		return err
	}
	p := v.Writing()
	if p == nil {
		p = v.Plan
	}
	if p == nil {
		return errs.New(errs.Conflict, "plan.none_yet")
	}
	minors := p.minors(v.Household, db.DateOf(m.db.Now()))
	if len(minors) == 0 {
		return errs.New(errs.Conflict, "voice.nobody")
	}
	i := slices.IndexFunc(minors, func(o people.Person) bool { return o.ID == cmp.Or(v.form.PersonID, minors[0].ID) })
	if i < 0 {
		return errs.Missing()
	}
	v.minor = minors[i]
	if last := p.voice(v.minor.ID); last != nil && v.problems == nil {
		v.form.VoiceWords, v.said = last.VoiceWords, true
	}
	return web.Show(w, r, code, voicePage(v))
}

func (m *Module) postVoice(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, heard := r.PathValue("id"), form.Text("heard")
	s := Voice{PersonID: form.Text("person"), VoiceWords: VoiceWords{Heard: heard == "yes", How: form.Text("how"), Words: form.Text("words"), Why: form.Text("why")}}
	form.Problem.That(heard != "", "heard", "voice.heard_missing")
	if err = form.Problem.Err(); err == nil {
		err = m.Hear(r.Context(), id, s, form.Sent())
	}
	if web.Fixable(err) {
		return m.showVoice(w, r, web.Status(err), voiceView{form: s, said: heard != "", once: form.Once(), problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id, "voice.saved")
}

func (m *Module) getEditions(w http.ResponseWriter, r *http.Request) error {
	f, all, err := m.PlanEditions(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, editionsPage(f, all))
}
