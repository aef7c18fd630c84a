package cases

import (
	"net/http"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/web"
)

func (m *Module) documentRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		of("GET", "/documents/new", policy.CaseWrite, m.getNewDocument),
		of("POST", "/documents", policy.CaseWrite, m.postDocument),
		of("GET", "/documents/{entry}", policy.CaseRead, m.getDocument),
		of("POST", "/documents/{entry}/versions", policy.CaseWrite, m.postDocumentVersion),
		of("POST", "/documents/{entry}/withdraw", policy.CaseWrite, m.postDocumentWithdraw),
		of("POST", "/documents/{entry}/restore", policy.CaseWrite, m.postDocumentRestore),
		of("POST", "/documents/{entry}/link", policy.CaseTeam, m.postDocumentLink),
		{Method: "GET", Pattern: DocumentPath + "{token}", Permission: policy.Public, Handler: m.getLinkedDocument},
		{Method: "POST", Pattern: DocumentPath + "{token}", Permission: policy.Public, Handler: m.postLinkedDocument},
	}
}

type newDocumentView struct {
	*File
	form     NewDocument
	most     int64 // bytes
	problems map[string]string
}

func (m *Module) getNewDocument(w http.ResponseWriter, r *http.Request) error {
	return m.showNewDocument(w, r, http.StatusOK, newDocumentView{form: NewDocument{Section: policy.Overview}})
}

func (m *Module) showNewDocument(w http.ResponseWriter, r *http.Request, code int, v newDocumentView) (err error) {
	if v.File, err = m.workable(r, policy.Overview); err != nil {
		return err
	}
	v.most = m.files.Most()
	return web.Show(w, r, code, newDocumentPage(v))
}

// upload reads a form that carries a file for a case, once it is known that the case
// takes it.
func (m *Module) upload(w http.ResponseWriter, r *http.Request) (f *web.Form, kept *storage.Kept, err error) {
	if _, err := m.workable(r, policy.Overview); err != nil {
		return nil, nil, err // before anything is stored
	}
	f, err = web.ParseUpload(w, r, m.files.Most(), func(u web.Upload) (err error) {
		if u.Field == "file" {
			kept, err = m.files.Put(r.Context(), storage.Incoming{Name: u.Name, Content: u.Content, Owner: r.PathValue("id")})
		}
		return err
	})
	return f, kept, err
}

func (m *Module) postDocument(w http.ResponseWriter, r *http.Request) error {
	f, kept, err := m.upload(w, r)
	if err != nil {
		return err
	}
	n, id := newDocument(f), ""
	if err = f.Problem.Err(); err == nil {
		id, err = m.AddDocument(r.Context(), r.PathValue("id"), n, kept)
	}
	if web.Fixable(err) {
		return m.showNewDocument(w, r, web.Status(err), newDocumentView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"/documents/"+id, "document.added")
}

func newDocument(f *web.Form) NewDocument {
	return NewDocument{Kind: f.Text("kind"), Title: f.Text("title"), Section: policy.Section(f.Text("section")), Sent: f.Sent()}
}

type documentView struct {
	*DocumentFile
	most     int64 // bytes
	form     NewDocumentLink
	made     *DocumentLink
	address  string // of the link that was just made
	problems map[string]string
}

func (m *Module) getDocument(w http.ResponseWriter, r *http.Request) error {
	return m.showDocument(w, r, http.StatusOK, documentView{form: NewDocumentLink{Basis: policy.InstitutionalTask, Language: i18n.Staff[0]}})
}

func (m *Module) showDocument(w http.ResponseWriter, r *http.Request, code int, v documentView) (err error) {
	if v.DocumentFile, err = m.DocumentOf(r.Context(), r.PathValue("id"), r.PathValue("entry")); err != nil {
		return err
	}
	v.most = m.files.Most()
	return web.Show(w, r, code, documentPage(v))
}

// documentAgain shows a document with what was wrong with a form.
func (m *Module) documentAgain(w http.ResponseWriter, r *http.Request, refused error, form NewDocumentLink) error {
	if !web.Fixable(refused) {
		return refused
	}
	return m.showDocument(w, r, web.Status(refused), documentView{form: form, problems: web.Problems(r.Context(), refused)})
}

// at is the page of a document, from one of its forms.
func documentAt(r *http.Request) string {
	return "/cases/" + r.PathValue("id") + "/documents/" + r.PathValue("entry")
}

func (m *Module) postDocumentVersion(w http.ResponseWriter, r *http.Request) error {
	if _, err := m.DocumentOf(r.Context(), r.PathValue("id"), r.PathValue("entry")); err != nil {
		return err
	}
	f, kept, err := m.upload(w, r)
	if err != nil {
		return err
	}
	if err = f.Problem.Err(); err == nil {
		err = m.ReviseDocument(r.Context(), r.PathValue("id"), r.PathValue("entry"), kept, f.Sent())
	}
	if err != nil {
		return m.documentAgain(w, r, err, NewDocumentLink{})
	}
	return web.Go(w, r, documentAt(r), "document.revised")
}

func (m *Module) postDocumentWithdraw(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	if err := m.WithdrawDocument(r.Context(), r.PathValue("id"), r.PathValue("entry"), f.Text("reason")); err != nil {
		return err
	}
	return web.GoUndo(w, r, documentAt(r), "document.withdrawn", documentAt(r)+"/restore")
}

func (m *Module) postDocumentRestore(w http.ResponseWriter, r *http.Request) error {
	if err := m.RestoreDocument(r.Context(), r.PathValue("id"), r.PathValue("entry")); err != nil {
		return err
	}
	return web.Go(w, r, documentAt(r), "document.restored")
}

// postDocumentLink shows a link once.
func (m *Module) postDocumentLink(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewDocumentLink{ToOrg: f.Text("to"), Basis: policy.Basis(f.Text("basis")), Language: f.Text("language")}
	if n.Basis == policy.ChildProtection {
		n.Protect = f.Text("protect")
	}
	l, err := m.MakeDocumentLink(r.Context(), r.PathValue("id"), r.PathValue("entry"), n)
	if err != nil {
		return m.documentAgain(w, r, err, n)
	}
	return m.showDocument(w, r, http.StatusOK, documentView{form: n, made: &l, address: m.LinkAddress(DocumentPath + l.Token)})
}

// getLinkedDocument says what a link leads to: mail programs open links too, and nothing
// is taken by that.
func (m *Module) getLinkedDocument(w http.ResponseWriter, r *http.Request) error {
	web.HideAddress(w)
	l, err := m.ByDocumentLink(r.Context(), r.PathValue("token"))
	if errs.CodeOf(err) == errs.NotFound {
		return web.Show(w, r, http.StatusNotFound, answerOverPage())
	}
	if err != nil {
		return err
	}
	return web.Show(w, web.InLanguage(r, l.Language), http.StatusOK, linkedDocumentPage(l, DocumentPath+r.PathValue("token")))
}

func (m *Module) postLinkedDocument(w http.ResponseWriter, r *http.Request) error {
	web.HideAddress(w)
	at, file, err := m.TakeDocument(r.Context(), r.PathValue("token"))
	if errs.CodeOf(err) == errs.NotFound {
		return web.Show(w, r, http.StatusNotFound, answerOverPage())
	}
	if err != nil {
		return err
	}
	return m.files.SendTo(w, r.WithContext(at), file)
}
