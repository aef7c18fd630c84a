package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type analysisView struct {
	*File
	outcome  string
	problems map[string]string
	theirs   []Area                  // what somebody else saved meanwhile
	changed  map[policy.Section]bool // what the actor has typed over
}

func (m *Module) getAnalysis(w http.ResponseWriter, r *http.Request) error {
	f, err := m.workable(r, policy.Overview)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, analysisPage(analysisView{File: f, outcome: f.AnalysisOutcome}))
}

// mark is what a form remembers of an area it was filled from, to tell what was
// typed over from what was left alone.
func (a Area) mark() string {
	sum := sha256.Sum256([]byte(itoa(a.Severity) + "\n" + a.Notes))
	return hex.EncodeToString(sum[:8])
}

// mark is the area's, or nothing for one that was typed over: it stays so until
// it is saved.
func (v analysisView) mark(a Area) string {
	if v.changed[a.Section] {
		return ""
	}
	return a.mark()
}

// analysisForm reads the areas that were typed over.
func analysisForm(f *web.Form) (areas []Area) {
	for _, s := range policy.Areas {
		prefix := string(s)
		if !f.Values.Has(prefix + ".was") {
			continue
		}
		a := Area{Section: s, Severity: -1, Notes: f.Text(prefix + ".notes"), Version: f.Int(prefix + ".version")}
		if n, err := strconv.Atoi(f.Text(prefix)); err == nil {
			a.Severity = n
		}
		if a.mark() != f.Text(prefix+".was") {
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
	if theirs := errs.TheirsOf[[]Area](err); theirs != nil {
		v.theirs = *theirs
	}
	v.keep(areas)
	return web.Show(w, r, web.Status(err), analysisPage(v))
}

// keep puts what was typed over what is saved. The version moves on only where
// what somebody else wrote is shown: there, sending the form again replaces it
// knowingly.
func (v *analysisView) keep(typed []Area) {
	v.changed = map[policy.Section]bool{}
	for _, t := range typed {
		i := slices.IndexFunc(v.Areas, func(a Area) bool { return a.Section == t.Section })
		if i < 0 {
			continue
		}
		v.changed[t.Section] = true
		a := &v.Areas[i]
		a.Severity, a.Notes = t.Severity, t.Notes
		if !slices.ContainsFunc(v.theirs, func(a Area) bool { return a.Section == t.Section }) {
			a.Version = t.Version
		}
	}
}
