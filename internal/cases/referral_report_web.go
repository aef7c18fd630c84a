package cases

import (
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) reportRoutes() []web.Route {
	of := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/reports/{id}" + path, Permission: policy.CaseOpen, Record: policy.Report, Handler: h}
	}
	return []web.Route{
		{Method: "GET", Pattern: "/reports", Permission: policy.CaseOpen, Handler: m.getReports},
		{Method: "GET", Pattern: "/reports/links", Permission: policy.CaseOpen, Handler: m.getReportLinks},
		{Method: "POST", Pattern: "/reports/links", Permission: policy.CaseOpen, Handler: m.postReportLink},
		{Method: "POST", Pattern: "/reports/links/{entry}/end", Permission: policy.CaseOpen, Handler: m.postReportLinkEnd},
		of("GET", "", m.getReport),
		of("POST", "/answer", m.postReportAnswer),
		of("POST", "/case", m.postReportCase),
		{Method: "GET", Pattern: ReportPath + "{token}", Permission: policy.Public, Handler: m.getReportForm},
		{Method: "POST", Pattern: ReportPath + "{token}", Permission: policy.Public, Handler: m.postReportForm},
	}
}

func (m *Module) getReports(w http.ResponseWriter, r *http.Request) error {
	all := r.URL.Query().Get("all") != ""
	list, total, err := m.Reports(r.Context(), all, listed)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, reportsPage(list, total, all))
}

type reportLinksView struct {
	list             []ReportLink
	sender, language string
	address          string // of the form that was just made
	today            db.Date
	problems         map[string]string
}

func (m *Module) showReportLinks(w http.ResponseWriter, r *http.Request, code int, v reportLinksView) (err error) {
	if v.list, err = m.ReportLinks(r.Context()); err != nil {
		return err
	}
	return web.Show(w, r, code, reportLinksPage(v))
}

func (m *Module) getReportLinks(w http.ResponseWriter, r *http.Request) error {
	return m.showReportLinks(w, r, http.StatusOK, reportLinksView{language: i18n.Staff[0]})
}

func (m *Module) postReportLink(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := reportLinksView{sender: f.Text("sender"), language: f.Text("language")}
	token, err := m.MakeReportLink(r.Context(), v.sender, v.language, f.Sent())
	if web.Fixable(err) {
		v.problems = web.Problems(r.Context(), err)
		return m.showReportLinks(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return m.showReportLinks(w, r, http.StatusOK, reportLinksView{language: v.language, address: m.LinkAddress(ReportPath + token)})
}

func (m *Module) postReportLinkEnd(w http.ResponseWriter, r *http.Request) error {
	if err := m.EndReportLink(r.Context(), r.PathValue("entry")); err != nil {
		return err
	}
	return web.Go(w, r, "/reports/links", "intake.link.ended")
}

type reportView struct {
	*ReportFile
	form     ReportAnswer
	problems map[string]string
}

func (m *Module) getReport(w http.ResponseWriter, r *http.Request) error {
	f, err := m.ReportOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, reportPage(reportView{ReportFile: f}))
}

// reportAgain shows a report with what was wrong with a form.
func (m *Module) reportAgain(w http.ResponseWriter, r *http.Request, refused error, form ReportAnswer) error {
	if !web.Fixable(refused) {
		return refused
	}
	f, err := m.ReportOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, web.Status(refused), reportPage(reportView{f, form, web.Problems(r.Context(), refused)}))
}

func (m *Module) postReportAnswer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := ReportAnswer{State: f.Text("state"), Refusal: f.Text("refusal"), Words: f.Text("words")}
	if err := m.AnswerReport(r.Context(), r.PathValue("id"), n); err != nil {
		return m.reportAgain(w, r, err, n)
	}
	return web.Go(w, r, "/reports", "intake.answered")
}

func (m *Module) postReportCase(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	person := f.Text("person")
	if person == "" {
		return m.reportAgain(w, r, errs.Check{"person": "intake.person_missing"}.Err(), ReportAnswer{})
	}
	if person == newPerson {
		person = ""
	}
	id, err := m.OpenFromReport(r.Context(), r.PathValue("id"), person)
	if err != nil {
		return m.reportAgain(w, r, err, ReportAnswer{})
	}
	return web.Go(w, r, "/cases/"+id, "case.opened")
}

// newPerson says in the form that the person of a report is nobody who was found.
const newPerson = "new"

type reportFormView struct {
	link     ReportLink
	org      string
	form     NewReport
	problems map[string]string
}

func (m *Module) getReportForm(w http.ResponseWriter, r *http.Request) error {
	return m.showReportForm(w, r, http.StatusOK, reportFormView{form: NewReport{Urgency: Urgencies[0]}})
}

func (m *Module) showReportForm(w http.ResponseWriter, r *http.Request, code int, v reportFormView) (err error) {
	web.HideAddress(w)
	v.link, v.org, err = m.ByReportLink(r.Context(), r.PathValue("token"))
	if errs.CodeOf(err) == errs.NotFound {
		return web.Show(w, r, http.StatusNotFound, answerOverPage())
	}
	if err != nil {
		return err
	}
	return web.Show(w, web.InLanguage(r, v.link.Language), code, reportFormPage(v, ReportPath+r.PathValue("token")))
}

func (m *Module) postReportForm(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewReport{Urgency: f.Text("urgency"), Sent: f.Sent()}
	n.ReportWords = ReportWords{Reporter: f.Text("reporter"), Contact: f.Text("contact"), GivenName: f.Text("given_name"), FamilyName: f.Text("family_name"),
		Born: f.Text("born"), Phone: f.Text("phone"), Words: f.Text("words")}
	l, _, err := m.ByReportLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return m.showReportForm(w, r, http.StatusNotFound, reportFormView{})
	}
	r = web.InLanguage(r, l.Language)
	number, err := m.SendReport(r.Context(), r.PathValue("token"), n)
	if web.Fixable(err) {
		return m.showReportForm(w, r, web.Status(err), reportFormView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	web.HideAddress(w)
	return web.Show(w, r, http.StatusOK, reportSentPage(number))
}
