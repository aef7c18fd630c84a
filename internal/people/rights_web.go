package people

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// rightsRoutes are a person's rights, for who works with them, and for who
// watches over data.
func (m *Module) rightsRoutes() []web.Route {
	routes := []web.Route{
		{Method: "GET", Pattern: "/people/{id}/rights", Handler: m.getRights},
		{Method: "POST", Pattern: "/people/{id}/notices", Handler: m.postNotice},
		{Method: "POST", Pattern: "/people/{id}/consents", Handler: m.postConsent},
		{Method: "POST", Pattern: "/people/{id}/consents/{entry}/withdraw", Handler: m.postWithdraw},
		{Method: "POST", Pattern: "/people/{id}/requests", Handler: m.postRequest},
		{Method: "POST", Pattern: "/people/{id}/requests/{entry}/answer", Handler: m.postAnswer},
		{Method: "POST", Pattern: "/people/{id}/own-page", Handler: m.postHandOver},
		{Method: "POST", Pattern: "/people/{id}/own-page/end", Handler: m.postEndAccess},
	}
	for i := range routes {
		routes[i].Permission, routes[i].Record = policy.PersonRights, policy.Person
	}
	return append(routes, m.erasureRoutes()...)
}

// rightsView is the page of a person's rights, with the form that was asked for.
type rightsView struct {
	*RightsFile
	form     string // "notice", "consent", "request" or "own"; empty for none
	notice   Notice
	consent  Consent
	request  Request
	said     Request // how a request was answered, by its id
	language string  // of the own page
	once     string
	problems map[string]string
	today    db.Date
}

func (v rightsView) path(more string) string { return "/people/" + v.Person.ID + more }

func (m *Module) getRights(w http.ResponseWriter, r *http.Request) error {
	return m.showRights(w, r, http.StatusOK, rightsView{form: r.URL.Query().Get("form"), once: db.NewID()})
}

func (m *Module) showRights(w http.ResponseWriter, r *http.Request, code int, v rightsView) (err error) {
	if v.RightsFile, err = m.Rights(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	v.today = db.DateOf(m.db.Now())
	v.notice.On, v.consent.From = cmp.Or(v.notice.On, v.today), cmp.Or(v.consent.From, v.today)
	spoken := slices.DeleteFunc(slices.Clone(v.Person.Languages), func(l string) bool { return !slices.Contains(i18n.People, l) })
	first := append(spoken, "it")[0]
	v.notice.Language, v.language = cmp.Or(v.notice.Language, first), cmp.Or(v.language, first)
	return web.Show(w, r, code, rightsPage(v))
}

// acted answers a form of the page: what do returns goes to the notice, and what
// is to be mended to the form again.
func (m *Module) acted(w http.ResponseWriter, r *http.Request, v rightsView, notice string, f *web.Form, do func(ctx context.Context, personID string) error) error {
	err := f.Problem.Err()
	if err == nil {
		err = do(r.Context(), r.PathValue("id"))
	}
	if web.Fixable(err) {
		v.once, v.problems = cmp.Or(f.Once(), db.NewID()), web.Problems(r.Context(), err)
		return m.showRights(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+r.PathValue("id")+"/rights", notice)
}

func (m *Module) postNotice(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := Notice{Language: f.Text("notice_language"), Edition: f.Text("notice_edition"), Way: f.Text("notice_way"), On: f.Date("notice_on")}
	return m.acted(w, r, rightsView{form: "notice", notice: n}, "rights.notice.saved", f, func(ctx context.Context, id string) error {
		return m.GiveNotice(ctx, id, n, f.Sent())
	})
}

func (m *Module) postConsent(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	c := Consent{Purpose: f.Text("consent_purpose"), RecipientID: f.Text("consent_recipient"), Section: f.Text("consent_section"),
		From: f.Date("consent_from"), To: f.Date("consent_to")}
	return m.acted(w, r, rightsView{form: "consent", consent: c}, "rights.consent.saved", f, func(ctx context.Context, id string) error {
		return m.GiveConsent(ctx, id, c, f.Sent())
	})
}

func (m *Module) postWithdraw(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	return m.acted(w, r, rightsView{}, "rights.consent.withdrawn", f, func(ctx context.Context, id string) error {
		return m.WithdrawConsent(ctx, id, r.PathValue("entry"))
	})
}

func (m *Module) postRequest(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	q := Request{Kind: RequestKind(f.Text("kind")), Field: f.Text("field"), RequestWords: RequestWords{Asked: f.Text("asked")}}
	return m.acted(w, r, rightsView{form: "request", request: q}, "rights.request.saved", f, func(ctx context.Context, id string) error {
		_, err := m.Ask(ctx, id, q, f.Sent())
		return err
	})
}

func (m *Module) postAnswer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	answer := readAnswer(f, r.PathValue("entry"))
	if answer.State = Answered; f.Text("do") == "refuse" {
		answer.State = Refused
	}
	return m.acted(w, r, rightsView{said: answer}, "rights.request.answered", f, func(ctx context.Context, id string) error {
		return m.Answer(ctx, id, answer)
	})
}

// readAnswer reads what a request is answered with.
func readAnswer(f *web.Form, id string) Request {
	return Request{ID: id, Reason: f.Text("reason"), RequestWords: RequestWords{Answer: f.Text("answer")}, Version: f.Version()}
}

// answered is how a request was answered, and what is wrong in that form.
func (v rightsView) answered(id string) (said Request, problems map[string]string) {
	if v.said.ID == id && v.problems[""] == "" {
		return v.said, v.problems
	}
	return Request{}, nil
}

// postHandOver answers with the sheet: code and number are shown here and
// nowhere again.
func (m *Module) postHandOver(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	language := f.Text("own_language")
	h, err := m.HandOver(r.Context(), r.PathValue("id"), language, f.Sent())
	if web.Fixable(err) {
		v := rightsView{form: "own", language: language, once: db.NewID(), problems: web.Problems(r.Context(), err)}
		return m.showRights(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sheetPage(sheet{Handed: h, person: r.PathValue("id"), origin: web.Origin(r)}))
}

func (m *Module) postEndAccess(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	return m.acted(w, r, rightsView{}, "sheet.ended", f, func(ctx context.Context, id string) error {
		return m.EndAccess(ctx, id)
	})
}

// word is the word of a code of a closed list; nothing has none.
func word[T ~string](ctx context.Context, prefix string, code T) string {
	if code == "" {
		return ""
	}
	return i18n.T(ctx, prefix+string(code))
}

// chosen puts an answer that says nothing before the others.
func chosen(ctx context.Context, options []ui.Option) []ui.Option {
	return append([]ui.Option{{Label: i18n.T(ctx, "person.choose")}}, options...)
}

// noticeLanguages are those in which a notice can be given.
func noticeLanguages(ctx context.Context) []ui.Option { return LanguageOptions(ctx)[1:] }

// ownLanguages are those of a person's own page, by the names that they have in
// themselves.
func ownLanguages() (out []ui.Option) {
	for _, l := range i18n.People {
		out = append(out, ui.Option{Value: l, Label: ui.LangName(l)})
	}
	return out
}

// due says by when a request is to be answered, and that it is late.
func (r *Request) due(today db.Date) (kind, key string) {
	if !r.open() || r.State == Accepted {
		return "", ""
	}
	if r.Due < today {
		return ui.Danger, "rights.late"
	}
	return ui.Neutral, "rights.waits"
}

// who says who asked.
func (r *Request) who(ctx context.Context) string {
	if r.ByPerson {
		return i18n.T(ctx, "rights.by_person")
	}
	return r.ByName
}

// period writes the days of a consent.
func (c *Consent) period(ctx context.Context) string {
	until := i18n.T(ctx, "rights.no_end")
	if c.To != "" {
		until = i18n.Date(ctx, c.To.Time())
	}
	return strings.Join([]string{i18n.Date(ctx, c.From.Time()), until}, " – ")
}
