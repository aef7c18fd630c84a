package story

import (
	"strings"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/test/browser"
)

// refers asks three bodies for a house: one accepts, one refuses, and one without an
// account answers by a link, once.
func (s *story) refers(p *browser.Page) {
	id := strings.TrimPrefix(s.file, "/cases/")
	p.Goto(s.base + s.file)
	p.Click(s.say("referral.new"))
	p.Select("to", policy.From(s.as("bologna.tavolo")).OrgID)
	p.Select("reason", "housing")
	p.Fill("words", "Serve una casa vicina alla scuola")
	s.judge(p, "referral-new")
	p.Submit(s.say("referral.send"))
	p.WaitText("Serve una casa")
	s.judge(p, "referral-sent")
	sent := s.path(p)
	other := s.page("bologna.tavolo", 360)
	other.Goto(s.base + "/referrals/" + sent[strings.LastIndex(sent, "/")+1:])
	s.judge(other, "referral-answer-narrow")
	other.Check("answer", string(cases.Accept))
	other.Submit(s.say("referral.answer_send"))
	other.WaitText(s.say("referral.state.accepted"))
	n := cases.NewReferral{ToOrg: policy.From(s.as("educatrice")).OrgID, Reason: "housing", Words: "Serve una casa", Basis: policy.InstitutionalTask}
	refused, err := s.app.Cases.Refer(s.as("assistente"), id, n)
	s.must(err)
	s.must(s.app.Cases.AnswerReferral(s.as("educatrice"), refused, cases.ReferralAnswer{Answer: cases.Refuse, Refusal: "no_places"}))
	s.answersByLink(id, n)
	p.Goto(s.base + s.file)
	p.WaitText(s.say("referral.state.refused"))
	p.WaitText("Lommerd ODV")
	s.sits(id)
}

// answersByLink lets a body in which nobody has an account answer.
func (s *story) answersByLink(id string, n cases.NewReferral) {
	admin, today := s.as("admin"), db.DateOf(s.app.DB.Now())
	body, err := s.app.Network.AddOrganisation(admin, network.Organisation{Name: "Lommerd ODV", Kind: "association", From: today.AddDays(-30)}, crypto.Sending{})
	s.must(err)
	agreement, err := s.app.Network.AddAgreement(admin, network.Agreement{Kind: "convention", Title: "Intesa", Purposes: []policy.Purpose{policy.CaseWork}, Class: policy.Personal,
		Sections: []policy.Section{policy.Overview}, From: today.AddDays(-10), To: today.AddDays(300), Contact: "Ufficio",
		Parties: []network.Party{{OrgID: policy.From(admin).OrgID, Role: network.PartyLead}, {OrgID: body, Role: network.PartyMember}}}, crypto.Sending{})
	s.must(err)
	s.must(s.app.Network.SignAgreement(admin, agreement, today.AddDays(-11), "PG 1/2026", 1))
	n.ToOrg = body
	referral, err := s.app.Cases.Refer(s.as("assistente"), id, n)
	s.must(err)
	link, err := s.app.Cases.MakeReferralLink(s.as("assistente"), id, referral, cases.NewLink{Language: s.lang})
	s.must(err)
	for _, width := range []int{1280, 360} {
		p := browser.Start(s.T).NewPage(s.T, width, 900, s.lang)
		p.Goto(s.base + cases.AnswerPath + link.Token)
		p.WaitText("Serve una casa")
		s.judge(p, "referral-link-"+map[int]string{1280: "wide", 360: "narrow"}[width])
		if width == 360 {
			p.Check("answer", string(cases.Accept))
			p.Submit(s.say("referral.answer_send"))
			p.WaitText(s.say("answer.done.accept"))
			s.gone(p, cases.AnswerPath+link.Token)
		}
	}
}

// sits holds a sitting of the team, which counts.
func (s *story) sits(id string) {
	worker := s.as("assistente")
	entry, err := s.app.Cases.ConveneSitting(worker, id, cases.SittingDraft{Kind: cases.TeamSitting, StartsAt: s.app.DB.Now().Add(-2 * time.Hour), Lasts: 60, Mode: ledger.Remote,
		Accounts: []string{policy.From(worker).AccountID, policy.From(s.as("psicologo")).AccountID, policy.From(s.as("educatrice")).AccountID}})
	s.must(err)
	_, sitting, err := s.app.Cases.Sitting(worker, id, entry)
	s.must(err)
	n := cases.SittingSheet{Version: sitting.Version, Presence: map[string]cases.Presence{}}
	n.Synthesis, n.Decision, n.DecisionText = "Il piano va", "plan_agreed", "Avanti"
	for _, seat := range sitting.Seats {
		n.Presence[seat.ID] = cases.Came
	}
	s.must(s.app.Cases.ConfirmSitting(worker, id, entry, n))
}
