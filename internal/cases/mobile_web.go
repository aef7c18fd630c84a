package cases

import (
	"net/http"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) mobileRoutes() []web.Route {
	of := func(method, path string, p policy.Permission, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/mobile-team" + path, Permission: p, Handler: h}
	}
	return []web.Route{
		of("GET", "", policy.MobileRead, m.getMobileList),
		of("GET", "/new", policy.MobileAsk, m.getMobileNew),
		of("POST", "", policy.MobileAsk, m.postMobile),
		of("GET", "/{id}", policy.MobileRead, m.getMobile),
		of("POST", "/{id}/take", policy.MobileWork, m.postMobileTake),
		of("POST", "/{id}/decline", policy.MobileWork, m.postMobileDecline),
		of("POST", "/{id}/notes", policy.MobileRead, m.postMobileNote),
		of("POST", "/{id}/activities", policy.MobileWork, m.postMobileActivity),
		of("POST", "/{id}/activities/{entry}/void", policy.MobileWork, m.postMobileVoid),
		of("POST", "/{id}/close", policy.MobileAsk, m.postMobileClose),
	}
}

type mobileListView struct {
	show MobileShow
	list []MobileRequest
}

func (m *Module) getMobileList(w http.ResponseWriter, r *http.Request) (err error) {
	v := mobileListView{show: MobileShow(r.URL.Query().Get("show"))}
	if !slices.Contains(MobileShows, v.show) {
		v.show = MobileOpen
	}
	if v.list, err = m.MobileRequests(r.Context(), v.show); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, mobileListPage(v))
}

// mobileAskView is the form that asks for help.
type mobileAskView struct {
	file     *File             // nil for a brief
	teams    map[string]string // bodies where a mobile team works
	form     MobileDraft
	problems map[string]string
}

func (m *Module) getMobileNew(w http.ResponseWriter, r *http.Request) error {
	n := MobileDraft{CaseID: r.URL.Query().Get("case"), Urgency: MobileUrgencies[0], Mode: ledger.Remote}
	n.Sent.Key = db.NewID()
	return m.showMobileNew(w, r, http.StatusOK, mobileAskView{form: n})
}

func (m *Module) showMobileNew(w http.ResponseWriter, r *http.Request, code int, v mobileAskView) (err error) {
	if v.form.CaseID != "" {
		r.SetPathValue("id", v.form.CaseID)
		if v.file, err = m.workable(r, policy.Diary); err != nil {
			return err
		}
	}
	if err = m.db.Read(r.Context(), func(tx *db.Tx) (err error) { v.teams, err = m.mobileTeams(r.Context(), tx); return err }); err != nil {
		return err
	}
	if v.form.ToOrg == "" && len(v.teams) == 1 {
		for id := range v.teams {
			v.form.ToOrg = id
		}
	}
	return web.Show(w, r, code, mobileAskPage(v))
}

func (m *Module) postMobile(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := MobileDraft{CaseID: f.Text("case"), ToOrg: f.Text("to"), Reason: f.Text("reason"), Urgency: f.Text("urgency"), Mode: ledger.Mode(f.Text("mode")),
		Languages: f.All("languages"), Brief: f.Text("brief"), Sent: f.Sent()}
	for _, s := range f.All("sections") {
		n.Sections = append(n.Sections, policy.Section(s))
	}
	id, err := m.AskMobileTeam(r.Context(), n)
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/mobile-team/"+id, "mobile.asked")
	}
	return m.showMobileNew(w, r, web.Status(err), mobileAskView{form: n, problems: web.Problems(r.Context(), err)})
}

// mobileView is a request with the form of its page that could not be accepted.
type mobileView struct {
	*MobileFile
	today    db.Date
	failed   string // which form: "decline", a kind of note, "activity" or "close"
	text     string // what was written in it
	activity MobileActivity
	rating   string
	problems map[string]string
}

// in are the problems of one form of the page.
func (v mobileView) in(form string) map[string]string {
	if v.failed == form {
		return v.problems
	}
	return nil
}

// wrote is what was written into one form of the page and could not be accepted.
func (v mobileView) wrote(form string) string {
	if v.failed == form {
		return v.text
	}
	return ""
}

func (m *Module) getMobile(w http.ResponseWriter, r *http.Request) error {
	return m.showMobile(w, r, mobileView{}, nil)
}

func (m *Module) showMobile(w http.ResponseWriter, r *http.Request, v mobileView, refused error) (err error) {
	if v.MobileFile, err = m.Mobile(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	v.today = db.DateOf(m.db.Now())
	if refused == nil {
		return web.Show(w, r, http.StatusOK, mobilePage(v))
	}
	v.problems = web.Problems(r.Context(), refused)
	return web.Show(w, r, web.Status(refused), mobilePage(v))
}

// mobileDone goes back to the page of a request after an act, or shows it again with
// what is wrong.
func (m *Module) mobileDone(w http.ResponseWriter, r *http.Request, err error, notice string, v mobileView) error {
	switch {
	case err == nil:
		return web.Go(w, r, "/mobile-team/"+r.PathValue("id"), notice)
	case errs.CodeOf(err) == errs.Invalid:
		return m.showMobile(w, r, v, err)
	}
	return err
}

func (m *Module) postMobileTake(w http.ResponseWriter, r *http.Request) error {
	return m.mobileDone(w, r, m.TakeMobile(r.Context(), r.PathValue("id")), "mobile.taken", mobileView{})
}

func (m *Module) postMobileDecline(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = m.DeclineMobile(r.Context(), r.PathValue("id"), f.Text("reason"), f.Text("note"))
	return m.mobileDone(w, r, err, "mobile.declined", mobileView{failed: "decline", text: f.Text("note")})
}

func (m *Module) postMobileNote(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	kind := MobileNoteKind(f.Text("kind"))
	err = m.WriteMobile(r.Context(), r.PathValue("id"), kind, f.Text("text"), f.Sent())
	return m.mobileDone(w, r, err, "mobile.written", mobileView{failed: string(kind), text: f.Text("text")})
}

func (m *Module) postMobileActivity(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	a := MobileActivity{Kind: MobileKind(f.Text("kind")), On: f.Date("on"), Minutes: f.Int("minutes"), Professionals: f.All("professionals"), Note: f.Text("note")}
	if err = f.Problem.Err(); err == nil {
		err = m.RecordMobileActivity(r.Context(), r.PathValue("id"), a, f.Sent())
	}
	return m.mobileDone(w, r, err, "mobile.recorded", mobileView{failed: "activity", activity: a})
}

func (m *Module) postMobileVoid(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = m.VoidMobileActivity(r.Context(), r.PathValue("id"), r.PathValue("entry"), f.Text("reason"))
	return m.mobileDone(w, r, err, "intervention.voided", mobileView{})
}

func (m *Module) postMobileClose(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	rating := f.Int("rating")
	if err = f.Problem.Err(); err == nil {
		err = m.CloseMobile(r.Context(), r.PathValue("id"), rating, f.Text("rating_note"))
	}
	return m.mobileDone(w, r, err, "mobile.ended", mobileView{failed: "close", text: f.Text("rating_note"), rating: f.Text("rating")})
}
