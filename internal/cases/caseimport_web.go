package cases

import (
	"io"
	"net/http"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) caseImportRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/cases/import", Permission: policy.CaseOpen, Handler: m.getCaseUpload},
		{Method: "POST", Pattern: "/cases/import", Permission: policy.CaseOpen, Handler: m.postCaseUpload},
		{Method: "GET", Pattern: "/case-imports/{id}", Permission: policy.CaseOpen, Handler: m.getCaseImport},
		{Method: "POST", Pattern: "/case-imports/{id}/apply", Permission: policy.CaseOpen, Handler: m.postCaseApply},
		{Method: "POST", Pattern: "/case-imports/{id}/undo", Permission: policy.CaseOpen, Handler: m.postCaseUndo},
	}
}

// caseUploadView is the page that asks for the file of a case.
type caseUploadView struct{ problems map[string]string }

func (m *Module) getCaseUpload(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, caseUploadPage(caseUploadView{}))
}

func (m *Module) postCaseUpload(w http.ResponseWriter, r *http.Request) error {
	var src []byte
	f, err := web.ParseUpload(w, r, longestCaseData, func(u web.Upload) (err error) {
		if u.Field == "file" {
			src, err = io.ReadAll(u.Content)
		}
		return err
	})
	id := ""
	if err == nil {
		f.Problem.That(len(src) > 0, "file", "document.file_missing")
		err = f.Problem.Err()
	}
	if err == nil {
		id, err = m.BeginCaseImport(r.Context(), src, f.Sent())
	}
	if web.Fixable(err) {
		return web.Show(w, r, web.Status(err), caseUploadPage(caseUploadView{web.Problems(r.Context(), err)}))
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/case-imports/"+id, "")
}

// caseImportView is a file that was brought in, before and after it is decided.
type caseImportView struct {
	*CaseImport
	form     ImportChoice
	now      time.Time
	problems map[string]string
}

func (v caseImportView) today() db.Date { return db.DateOf(v.now) }

func (m *Module) getCaseImport(w http.ResponseWriter, r *http.Request) error {
	return m.showCaseImport(w, r, http.StatusOK, caseImportView{})
}

func (m *Module) showCaseImport(w http.ResponseWriter, r *http.Request, code int, v caseImportView) (err error) {
	if v.CaseImport, err = m.CaseImport(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	v.now = m.db.Now()
	return web.Show(w, r, code, caseImportPage(v))
}

// mostPersons is how many the schema lets a file have.
const mostPersons = 100

func (m *Module) postCaseApply(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := ImportChoice{}
	for k := range mostPersons {
		n.Persons = append(n.Persons, f.Text(PersonChoice(k)))
	}
	id := r.PathValue("id")
	err = m.ApplyCaseImport(r.Context(), id, n)
	if web.Fixable(err) || errs.CodeOf(err) == errs.Conflict {
		return m.showCaseImport(w, r, web.Status(err), caseImportView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.GoUndo(w, r, "/cases/"+id, "caseimport.done", "/case-imports/"+id+"/undo")
}

func (m *Module) postCaseUndo(w http.ResponseWriter, r *http.Request) error {
	if err := m.UndoCaseImport(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases", "caseimport.undone")
}
