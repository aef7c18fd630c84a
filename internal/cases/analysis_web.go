package cases

import (
	"errors"
	"net/http"
	"strconv"

	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type analysisView struct {
	*File
	outcome  string
	problems map[string]string
	theirs   *Area // what somebody else saved meanwhile
}

func (m *Module) getAnalysis(w http.ResponseWriter, r *http.Request) error {
	f, err := m.workable(r, policy.Overview)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, analysisPage(analysisView{File: f, outcome: f.AnalysisOutcome}))
}

// analysisForm reads the areas that the page showed. An area that was left as
// it was, empty and without a severity, is not sent.
func analysisForm(f *web.Form) (areas []Area) {
	for _, s := range policy.Areas {
		prefix := string(s)
		if !f.Values.Has(prefix + ".version") {
			continue
		}
		a := Area{Section: s, Severity: -1, Notes: f.Text(prefix + ".notes"), Version: f.Int(prefix + ".version")}
		if n, err := strconv.Atoi(f.Text(prefix)); err == nil {
			a.Severity = n
		}
		if a.Severity >= 0 || a.Notes != "" || a.Version > 0 {
			areas = append(areas, a)
		}
	}
	return areas
}

func (m *Module) postAnalysis(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, areas := r.PathValue("id"), analysisForm(form)
	err = m.SaveAnalysis(r.Context(), id, areas, form.Text("outcome"))
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "analysis.saved")
	}
	f, again := m.workable(r, policy.Overview)
	if again != nil {
		return again
	}
	v := analysisView{File: f, outcome: form.Text("outcome"), problems: web.Problems(r.Context(), err)}
	var conflict *AreaConflict
	if errors.As(err, &conflict) {
		v.theirs = &conflict.Theirs
	}
	v.keep(areas)
	return web.Show(w, r, web.Status(err), analysisPage(v))
}

// keep puts what was typed over what is saved, under the version that is saved
// now: sending the form again replaces it knowingly.
func (v *analysisView) keep(typed []Area) {
	for i := range v.Areas {
		for _, t := range typed {
			if t.Section == v.Areas[i].Section {
				v.Areas[i].Severity, v.Areas[i].Notes = t.Severity, t.Notes
			}
		}
	}
}
