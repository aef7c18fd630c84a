package network

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) agreementRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/agreements", Permission: policy.AgreementRead, Handler: m.getAgreements},
		{Method: "GET", Pattern: "/agreements/new", Permission: policy.AgreementManage, Handler: m.getNewAgreement},
		{Method: "POST", Pattern: "/agreements", Permission: policy.AgreementManage, Handler: m.postNewAgreement},
		{Method: "GET", Pattern: "/agreements/{id}", Permission: policy.AgreementRead, Handler: m.getAgreement},
		{Method: "GET", Pattern: "/agreements/{id}/edit", Permission: policy.AgreementManage, Handler: m.getEditAgreement},
		{Method: "POST", Pattern: "/agreements/{id}/edit", Permission: policy.AgreementManage, Handler: m.postAgreement},
		{Method: "POST", Pattern: "/agreements/{id}/sign", Permission: policy.AgreementManage, Handler: m.postSign},
		{Method: "POST", Pattern: "/agreements/{id}/renew", Permission: policy.AgreementManage, Handler: m.postRenew},
		{Method: "POST", Pattern: "/agreements/{id}/end", Permission: policy.AgreementManage, Handler: m.postAgreementEnd},
		{Method: "POST", Pattern: "/agreements/{id}/documents", Permission: policy.AgreementManage, Handler: m.postAgreementFile},
		{Method: "POST", Pattern: "/agreements/{id}/documents/{file}/remove", Permission: policy.AgreementManage, Handler: m.postAgreementFileRemove},
	}
}

// agreementsView is the list of agreements, and what is open without one.
type agreementsView struct {
	list     []Agreement
	today    db.Date
	unagreed []Unagreed
	soon     bool // only those that are soon over
}

func (m *Module) getAgreements(w http.ResponseWriter, r *http.Request) (err error) {
	var v agreementsView
	ask := m.Agreements
	if v.soon = r.URL.Query().Get("soon") != ""; v.soon {
		ask = m.EndingSoon
	}
	if v.list, v.today, err = ask(r.Context()); err != nil {
		return err
	}
	if policy.From(r.Context()).May(policy.AuditRead) {
		if v.unagreed, err = m.WithoutAgreement(r.Context()); err != nil {
			return err
		}
	}
	return web.Show(w, r, http.StatusOK, agreementsPage(v))
}

// agreementPageView is one agreement, with what was written in its forms.
type agreementPageView struct {
	Signed
	problems map[string]string
	most     int64 // bytes of a document
}

func (m *Module) getAgreement(w http.ResponseWriter, r *http.Request) error {
	return m.showAgreement(w, r, http.StatusOK, nil)
}

func (m *Module) showAgreement(w http.ResponseWriter, r *http.Request, code int, problems map[string]string) error {
	s, err := m.Agreement(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, code, agreementPage(agreementPageView{s, problems, m.files.Most()}))
}

// agreementForm is the form of a draft, with what was written in it.
type agreementForm struct {
	Agreement
	lead     string
	orgs     []Organisation
	titles   []Title
	problems map[string]string
}

func (m *Module) getNewAgreement(w http.ResponseWriter, r *http.Request) error {
	a := Agreement{Class: policy.Personal, Purposes: []policy.Purpose{policy.CaseWork}, Sections: policy.CaseSections}
	return m.showAgreementForm(w, r, http.StatusOK, agreementForm{Agreement: a})
}

func (m *Module) getEditAgreement(w http.ResponseWriter, r *http.Request) error {
	s, err := m.Agreement(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if s.SignedOn != "" {
		return errs.New(errs.Conflict, "agreement.signed_already")
	}
	v := agreementForm{Agreement: s.Agreement}
	for _, p := range s.Parties {
		if p.Role == PartyLead {
			v.lead = p.OrgID
		}
	}
	return m.showAgreementForm(w, r, http.StatusOK, v)
}

func (m *Module) showAgreementForm(w http.ResponseWriter, r *http.Request, code int, v agreementForm) error {
	err := m.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.orgs, err = m.Organisations(r.Context(), tx); err != nil {
			return err
		}
		v.titles, err = m.titles(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	byName := collate.New(language.Make(i18n.Lang(r.Context())), collate.Numeric)
	slices.SortStableFunc(v.orgs, func(a, b Organisation) int { return byName.CompareString(a.Name, b.Name) })
	slices.SortStableFunc(v.orgs, knownFirst)
	return web.Show(w, r, code, agreementEdit(v))
}

func readAgreement(f *web.Form) (v agreementForm) {
	v.Agreement = Agreement{Kind: f.Text("kind"), Title: f.Text("title"), Programmes: f.All("programmes"), Class: policy.Class(f.Text("class")),
		From: f.Date("from"), To: f.Date("to"), Protocol: f.Text("protocol"), Contact: f.Text("contact"), Version: f.Version()}
	for _, p := range f.All("purposes") {
		v.Purposes = append(v.Purposes, policy.Purpose(p))
	}
	for _, s := range f.All("sections") {
		v.Sections = append(v.Sections, policy.Section(s))
	}
	v.lead = f.Text("lead")
	for _, id := range f.All("parties") {
		if id != v.lead {
			v.Parties = append(v.Parties, Party{OrgID: id, Role: PartyMember})
		}
	}
	if v.lead != "" {
		v.Parties = append(v.Parties, Party{OrgID: v.lead, Role: PartyLead})
	}
	return v
}

func (m *Module) postNewAgreement(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := readAgreement(f)
	if err = f.Problem.Err(); err == nil {
		v.ID, err = m.AddAgreement(r.Context(), v.Agreement, f.Sent())
	}
	if web.Fixable(err) {
		v.ID, v.problems = "", web.Problems(r.Context(), err)
		return m.showAgreementForm(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/agreements/"+v.ID, "agreement.added")
}

func (m *Module) postAgreement(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := readAgreement(f)
	v.ID = r.PathValue("id")
	if err = f.Problem.Err(); err == nil {
		err = m.SaveAgreement(r.Context(), v.Agreement)
	}
	if web.Fixable(err) {
		v.problems = web.Problems(r.Context(), err)
		return m.showAgreementForm(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/agreements/"+v.ID, "agreement.saved")
}

// acted answers a form of the page of an agreement.
func (m *Module) acted(w http.ResponseWriter, r *http.Request, act, notice string, do func(ctx context.Context, id string, f *web.Form) error) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err = do(r.Context(), id, f); err == nil {
		return web.Go(w, r, "/agreements/"+id, notice)
	}
	if f.Problem.Err() != nil {
		err = f.Problem.Err()
	}
	if !web.Fixable(err) {
		return err
	}
	problems := map[string]string{}
	for field, text := range web.Problems(r.Context(), err) {
		if field != "" {
			field = act + "_" + strings.TrimPrefix(field, act+"_")
		}
		problems[field] = text
	}
	return m.showAgreement(w, r, web.Status(err), problems)
}

func (m *Module) postSign(w http.ResponseWriter, r *http.Request) error {
	return m.acted(w, r, "sign", "agreement.signed", func(ctx context.Context, id string, f *web.Form) error {
		return m.SignAgreement(ctx, id, f.Date("sign_on"), f.Text("sign_protocol"), f.Version())
	})
}

func (m *Module) postRenew(w http.ResponseWriter, r *http.Request) error {
	return m.acted(w, r, "renew", "agreement.renewed", func(ctx context.Context, id string, f *web.Form) error {
		return m.RenewAgreement(ctx, id, f.Date("renew_to"), f.Version())
	})
}

func (m *Module) postAgreementEnd(w http.ResponseWriter, r *http.Request) error {
	return m.acted(w, r, "end", "agreement.ended", func(ctx context.Context, id string, f *web.Form) error {
		return m.EndAgreement(ctx, id, f.Date("end_on"), f.Text("end_reason"), f.Version())
	})
}
