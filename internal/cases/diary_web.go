package cases

import (
	"net/http"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) diaryRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		of("GET", "/diary/new", policy.CaseWrite, m.getNewEntry),
		of("POST", "/diary", policy.CaseWrite, m.postEntry),
		of("GET", "/diary/{entry}", policy.CaseWrite, m.getEntry),
		of("POST", "/diary/{entry}", policy.CaseWrite, m.postCorrection),
	}
}

type entryView struct {
	*File
	entry    *Entry // that is corrected; nil for a new one
	form     NewEntry
	version  int
	theirs   *Entry
	problems map[string]string
}

func (m *Module) getNewEntry(w http.ResponseWriter, r *http.Request) error {
	return m.showEntry(w, r, http.StatusOK, entryView{form: NewEntry{On: db.DateOf(m.db.Now()), Readers: TeamReads}})
}

func (m *Module) showEntry(w http.ResponseWriter, r *http.Request, code int, v entryView) (err error) {
	if v.File, err = m.workable(r, policy.Diary); err != nil {
		return err
	}
	if id := r.PathValue("entry"); id != "" {
		i := slices.IndexFunc(v.Entries, func(e Entry) bool { return e.ID == id })
		if i < 0 {
			return errs.Missing()
		}
		v.entry = &v.Entries[i]
		if v.entry.AccountID != policy.From(r.Context()).AccountID {
			return errs.New(errs.Forbidden, "diary.not_yours")
		}
		if v.version == 0 {
			v.form.EntryWords, v.version = v.entry.EntryWords, v.entry.Version
			v.form.Reason = ""
		}
	}
	return web.Show(w, r, code, entryPage(v))
}

func (m *Module) postEntry(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewEntry{Kind: f.Text("kind"), Readers: f.Text("readers"), On: f.Date("on"), EntryWords: entryWords(f), Sent: f.Sent()}
	id := ""
	if err = f.Problem.Err(); err == nil {
		id, err = m.WriteDiary(r.Context(), r.PathValue("id"), n)
	}
	if web.Fixable(err) {
		return m.showEntry(w, r, web.Status(err), entryView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"#d-"+id, "diary.written")
}

func entryWords(f *web.Form) EntryWords {
	return EntryWords{Text: f.Text("text"), Who: f.Text("who"), Reason: f.Text("reason")}
}

func (m *Module) getEntry(w http.ResponseWriter, r *http.Request) error {
	return m.showEntry(w, r, http.StatusOK, entryView{})
}

func (m *Module) postCorrection(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, entry := r.PathValue("id"), r.PathValue("entry")
	v := entryView{form: NewEntry{EntryWords: entryWords(f)}, version: f.Version()}
	err = m.CorrectDiary(r.Context(), id, entry, v.version, v.form.EntryWords)
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id+"#d-"+entry, "diary.corrected")
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[Entry](err); v.theirs != nil {
		v.version, v.problems = v.theirs.Version, nil
	}
	return m.showEntry(w, r, web.Status(err), v)
}
