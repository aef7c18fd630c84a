package cases

import (
	"net/http"
	"slices"

	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) referralRoutes() []web.Route {
	sent := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/cases/{id}/referrals" + path, Permission: policy.CaseTeam, Record: policy.Case, Handler: h}
	}
	received := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/referrals/{id}" + path, Permission: policy.ReferralAnswer, Record: policy.Referral, Handler: h}
	}
	return []web.Route{
		sent("GET", "/new", m.getNewReferral),
		sent("POST", "", m.postReferral),
		sent("GET", "/{entry}", m.getSentReferral),
		sent("POST", "/{entry}/withdraw", m.postReferralWithdraw),
		sent("POST", "/{entry}/end", m.postSentReferralEnd),
		sent("POST", "/{entry}/link", m.postReferralLink),
		{Method: "GET", Pattern: "/referrals", Permission: policy.ReferralAnswer, Handler: m.getReferrals},
		received("GET", "", m.getReferral),
		received("POST", "/answer", m.postReferralAnswer),
		received("POST", "/end", m.postReferralEnd),
		{Method: "GET", Pattern: AnswerPath + "{token}", Permission: policy.Public, Handler: m.getAnswer},
		{Method: "POST", Pattern: AnswerPath + "{token}", Permission: policy.Public, Handler: m.postAnswer},
	}
}

type referralsView struct {
	show  string
	lists []string
	list  []Referral
	total int
	today db.Date
}

func (m *Module) getReferrals(w http.ResponseWriter, r *http.Request) (err error) {
	v := referralsView{show: r.URL.Query().Get("show"), lists: ReferralLists[:2], today: db.DateOf(m.db.Now())}
	if policy.From(r.Context()).May(policy.CaseTeam) {
		v.lists = ReferralLists
	}
	if !slices.Contains(v.lists, v.show) {
		v.show = ReferralsToAnswer
	}
	if v.list, v.total, err = m.Referrals(r.Context(), v.show, listed); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, referralsPage(v))
}

type newReferralView struct {
	*File
	bodies   []network.Organisation
	form     NewReferral
	problems map[string]string
}

// referralFile loads a case for the form of a referral: the team alone sends any.
func (m *Module) newReferralView(r *http.Request) (v newReferralView, err error) {
	if v.File, err = m.workable(r, policy.Overview); err != nil {
		return v, err
	}
	me := policy.From(r.Context()).AccountID
	if !slices.ContainsFunc(v.inTeam(), func(t TeamMember) bool { return t.AccountID == me }) {
		return v, errs.Missing()
	}
	v.bodies, err = m.ReferralBodies(r.Context(), &v.Case)
	return v, err
}

func (m *Module) getNewReferral(w http.ResponseWriter, r *http.Request) error {
	v, err := m.newReferralView(r)
	if err != nil {
		return err
	}
	v.form = NewReferral{Basis: policy.InstitutionalTask, Identity: ShareNames, ReplyBy: db.DateOf(m.db.Now()).AddDays(replyDays)}
	return web.Show(w, r, http.StatusOK, newReferralPage(v))
}

func (m *Module) postReferral(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewReferral{ToOrg: f.Text("to"), Attention: f.Text("attention"), Reason: f.Text("reason"), Words: f.Text("words"), Identity: f.Text("identity"),
		Basis: policy.Basis(f.Text("basis")), ReplyBy: f.Date("reply_by"), Warm: f.Bool("warm"), MeetsOn: f.Date("meets_on"), Sent: f.Sent()}
	if n.Basis == policy.ChildProtection {
		n.Protect = f.Text("protect")
	}
	for _, s := range f.All("sections") {
		n.Sections = append(n.Sections, policy.Section(s))
	}
	caseID, id := r.PathValue("id"), ""
	if err = f.Problem.Err(); err == nil {
		id, err = m.Refer(r.Context(), caseID, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+caseID+"/referrals/"+id, "referral.sent_notice")
	}
	v, again := m.newReferralView(r)
	if again != nil {
		return again
	}
	v.form, v.problems = n, web.Problems(r.Context(), err)
	return web.Show(w, r, web.Status(err), newReferralPage(v))
}

// referralView is the page of a referral, with the form by which one answers or ends it.
type referralView struct {
	*ReferralFile
	path     string // of the page
	form     ReferralAnswer
	end      ReferralEnd
	made     ReferralLink // the link that was just made
	link     NewLink
	address  string // of that link
	mails    bool   // letters can leave
	problems map[string]string
}

func (m *Module) sentReferralView(r *http.Request) (v referralView, err error) {
	v.ReferralFile, err = m.SentReferral(r.Context(), r.PathValue("id"), r.PathValue("entry"))
	v.link.Language, v.mails = i18n.Staff[0], m.mail.Ready()
	v.path = "/cases/" + r.PathValue("id") + "/referrals/" + r.PathValue("entry")
	return v, err
}

func (m *Module) getSentReferral(w http.ResponseWriter, r *http.Request) error {
	v, err := m.sentReferralView(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sentReferralPage(v))
}

// sentAgain shows the page of a referral with what was wrong with one of its forms.
func (m *Module) sentAgain(w http.ResponseWriter, r *http.Request, refused error, fill func(*referralView)) error {
	if !web.Fixable(refused) {
		return refused
	}
	v, err := m.sentReferralView(r)
	if err != nil {
		return err
	}
	fill(&v)
	v.problems = web.Problems(r.Context(), refused)
	return web.Show(w, r, web.Status(refused), sentReferralPage(v))
}

func (m *Module) postReferralWithdraw(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.WithdrawReferral(r.Context(), id, r.PathValue("entry")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id+"/referrals/"+r.PathValue("entry"), "referral.withdrawn_notice")
}

func (m *Module) postSentReferralEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := ReferralEnd{Outcome: f.Text("outcome"), Words: f.Text("result"), Sent: f.Sent()}
	id, entry := r.PathValue("id"), r.PathValue("entry")
	if err := m.RecordReferralEnd(r.Context(), id, entry, n); err != nil {
		return m.sentAgain(w, r, err, func(v *referralView) { v.end = n })
	}
	return web.Go(w, r, "/cases/"+id+"/referrals/"+entry, "referral.ended_notice")
}

// postReferralLink shows a link once, where no letter carries it.
func (m *Module) postReferralLink(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewLink{Language: f.Text("language"), Email: f.Text("email")}
	l, err := m.MakeReferralLink(r.Context(), r.PathValue("id"), r.PathValue("entry"), n)
	if err != nil {
		return m.sentAgain(w, r, err, func(v *referralView) { v.link = n })
	}
	if l.Mailed {
		return web.Go(w, r, "/cases/"+r.PathValue("id")+"/referrals/"+r.PathValue("entry"), "referral.link.mailed")
	}
	v, err := m.sentReferralView(r)
	if err != nil {
		return err
	}
	v.made, v.link, v.address = l, n, m.LinkAddress(AnswerPath+l.Token)
	return web.Show(w, r, http.StatusOK, sentReferralPage(v))
}

func (m *Module) getReferral(w http.ResponseWriter, r *http.Request) error {
	f, err := m.ReferralOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := referralView{ReferralFile: f, path: "/referrals/" + f.ID, form: ReferralAnswer{Operator: policy.From(r.Context()).AccountID}}
	return web.Show(w, r, http.StatusOK, referralPage(v))
}

// answerOf reads the answer from a form.
func answerOf(f *web.Form) ReferralAnswer {
	return ReferralAnswer{Answer: f.Text("answer"), Operator: f.Text("operator"), Refusal: f.Text("refusal"), Position: f.Int("position"),
		Until: f.Date("until"), Words: f.Text("words"), Sent: f.Sent()}
}

func (m *Module) postReferralAnswer(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := answerOf(form)
	if err = form.Problem.Err(); err == nil {
		err = m.AnswerReferral(r.Context(), r.PathValue("id"), n)
	}
	if err == nil {
		return web.Go(w, r, "/referrals", "referral.answered."+n.Answer)
	}
	return m.receivedAgain(w, r, err, func(v *referralView) { v.form = n })
}

func (m *Module) receivedAgain(w http.ResponseWriter, r *http.Request, refused error, fill func(*referralView)) error {
	if !web.Fixable(refused) {
		return refused
	}
	f, err := m.ReferralOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := referralView{ReferralFile: f, path: "/referrals/" + f.ID, problems: web.Problems(r.Context(), refused)}
	fill(&v)
	return web.Show(w, r, web.Status(refused), referralPage(v))
}

func (m *Module) postReferralEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := ReferralEnd{Outcome: f.Text("outcome"), Words: f.Text("result"), Sent: f.Sent()}
	if err := m.EndReferral(r.Context(), r.PathValue("id"), n); err != nil {
		return m.receivedAgain(w, r, err, func(v *referralView) { v.end = n })
	}
	return web.Go(w, r, "/referrals?show="+ReferralsReceived, "referral.ended_notice")
}

// getAnswer shows what was shared to who holds a link.
func (m *Module) getAnswer(w http.ResponseWriter, r *http.Request) error {
	return m.showAnswer(w, r, http.StatusOK, referralView{})
}

func (m *Module) showAnswer(w http.ResponseWriter, r *http.Request, code int, v referralView) (err error) {
	web.HideAddress(w)
	v.ReferralFile, err = m.ByReferralLink(r.Context(), r.PathValue("token"))
	if errs.CodeOf(err) == errs.NotFound {
		return web.Show(w, r, http.StatusNotFound, answerOverPage())
	}
	if err != nil {
		return err
	}
	v.path = AnswerPath + r.PathValue("token")
	return web.Show(w, web.InLanguage(r, v.Link.Language), code, answerPage(v))
}

func (m *Module) postAnswer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := answerOf(f)
	l, err := m.LinkLanguage(r.Context(), r.PathValue("token"))
	if err == nil {
		r = web.InLanguage(r, l)
		if err = f.Problem.Err(); err == nil {
			err = m.AnswerByLink(r.Context(), r.PathValue("token"), n)
		}
	}
	switch {
	case err == nil:
		web.HideAddress(w)
		return web.Show(w, r, http.StatusOK, answeredPage(n.Answer))
	case errs.CodeOf(err) == errs.NotFound:
		web.HideAddress(w)
		return web.Show(w, r, http.StatusNotFound, answerOverPage())
	case web.Fixable(err):
		return m.showAnswer(w, r, web.Status(err), referralView{form: n, problems: web.Problems(r.Context(), err)})
	}
	return err
}
