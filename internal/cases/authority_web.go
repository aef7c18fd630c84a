package cases

import (
	"net/http"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) authorityRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		of("GET", "/acts/new", policy.CaseWrite, m.getNewAct),
		of("POST", "/acts", policy.CaseWrite, m.postAct),
		of("GET", "/acts/{entry}", policy.CaseWrite, m.getAct),
		of("POST", "/acts/{entry}/answer", policy.CaseWrite, m.postActAnswer),
		of("POST", "/acts/{entry}/void", policy.CaseWrite, m.postActVoid),
	}
}

type newActView struct {
	*File
	form     NewAct
	problems map[string]string
}

func (m *Module) getNewAct(w http.ResponseWriter, r *http.Request) error {
	return m.showNewAct(w, r, http.StatusOK, newActView{form: NewAct{Readers: TeamReads}})
}

func (m *Module) showNewAct(w http.ResponseWriter, r *http.Request, code int, v newActView) (err error) {
	if v.File, err = m.workable(r, policy.Diary); err != nil {
		return err
	}
	return web.Show(w, r, code, newActPage(v))
}

func (m *Module) postAct(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewAct{Readers: f.Text("readers"), DueOn: f.Date("due"), Sent: f.Sent()}
	n.AuthorityWords = AuthorityWords{Kind: f.Text("kind"), Authority: f.Text("authority"), Number: f.Text("number"), On: f.Date("on"), Asked: f.Text("asked")}
	if err = f.Problem.Err(); err == nil {
		_, err = m.WriteAct(r.Context(), r.PathValue("id"), n)
	}
	if web.Fixable(err) {
		return m.showNewAct(w, r, web.Status(err), newActView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"#acts", "authority.written")
}

// actView is one act, with the form that answers it.
type actView struct {
	*File
	act      *AuthorityAct
	form     ActAnswer
	problems map[string]string
}

func (m *Module) getAct(w http.ResponseWriter, r *http.Request) error {
	return m.showAct(w, r, http.StatusOK, actView{form: ActAnswer{On: db.DateOf(m.db.Now())}})
}

func (m *Module) showAct(w http.ResponseWriter, r *http.Request, code int, v actView) (err error) {
	if v.File, err = m.fileFor(r, policy.Diary); err != nil {
		return err
	}
	i := slices.IndexFunc(v.Acts, func(a AuthorityAct) bool { return a.ID == r.PathValue("entry") })
	if i < 0 {
		return errs.Missing()
	}
	v.act = &v.Acts[i]
	return web.Show(w, r, code, actPage(v))
}

func (m *Module) postActAnswer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := ActAnswer{On: f.Date("on"), Words: f.Text("words"), DocumentID: f.Text("document")}
	if err = f.Problem.Err(); err == nil {
		err = m.AnswerAct(r.Context(), r.PathValue("id"), r.PathValue("entry"), n)
	}
	if web.Fixable(err) {
		return m.showAct(w, r, web.Status(err), actView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"#acts", "authority.answered")
}

func (m *Module) postActVoid(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	if err := m.VoidAct(r.Context(), r.PathValue("id"), r.PathValue("entry"), f.Text("reason")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+r.PathValue("id")+"#acts", "authority.voided")
}
