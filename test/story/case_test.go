package story

import (
	"strings"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/platform/policy"
	"tessuto/test/browser"
)

// worker takes the family on: team, analysis, plan, work, review, end.
func (s *story) worker() {
	p := s.page("assistente", 1280)
	p.Goto(s.base + "/people?q=Adamu+Aminah")
	p.Click(s.name)
	p.Goto(s.base + s.household)
	p.Click(s.say("household.open_case"))
	p.Select("place", "reboot/3.2")
	p.Fill("reason", "Casa in scadenza, due figli a scuola")
	s.judge(p, "case-new")
	p.Submit(s.say("case.open"))
	s.file = s.path(p)
	s.judge(p, "case-open")
	s.team(p)
	s.analysis(p)
	s.plan(p)
	s.refers(p)
	p.Goto(s.base + s.file)
	s.work(p)
	s.appoint(p)
}

// team names two more people, from two more organisations.
func (s *story) team(p *browser.Page) {
	for _, mate := range [][2]string{{"Paolo Greco", "psychologist"}, {"Silvia Neri", "educator"}} {
		p.Goto(s.base + s.file + "/team")
		for _, o := range p.Texts("#f-account option") {
			if strings.Contains(o, mate[0]) {
				p.Select("account", o)
			}
		}
		p.Check("mandate", mate[1])
		p.Submit(s.say("team.add"))
		p.WaitText(mate[0])
	}
	s.judge(p, "team")
}

// analysis fills the six areas.
func (s *story) analysis(p *browser.Page) {
	p.Goto(s.base + s.file)
	p.Click(s.say("case.do_analysis"))
	for _, area := range policy.Areas {
		p.Check(cases.DomainField(string(area), ""), "2")
		p.Fill(cases.DomainField(string(area), "notes"), "Note riservate "+string(area))
	}
	p.Select("outcome", "multidisciplinary_team")
	s.judge(p, "analysis")
	p.Submit(s.say("assessment.save"))
	p.WaitText("Note riservate area_2")
	s.judge(p, "case-analysed")
}

// plan writes an objective with two actions, and has it signed.
func (s *story) plan(p *browser.Page) {
	p.Click(s.say("case.do_plan"))
	p.Fill("o0.text", "Una casa stabile")
	p.Fill("o0.a0.text", "Preparare la domanda")
	p.Fill("o0.a0.due", time.Now().AddDate(0, 2, 0).Format("2006-01-02"))
	p.Submit(s.say("plan.add_action", "N", 1))
	p.Fill("o0.a1.text", "Raccogliere i documenti")
	p.Select("o0.a1.who", "family")
	p.Fill("o0.a1.due", time.Now().AddDate(0, 3, 0).Format("2006-01-02"))
	s.judge(p, "plan")
	p.Submit(s.say("plan.save"))
	p.WaitText("Raccogliere i documenti")
	s.together(p)
	s.approval(p)
	p.Goto(s.base + s.file)
	p.Click(s.say("case.do_sign"))
	p.Expect(422)
	p.Submit(s.say("plan.sign"))
	p.WaitText(s.say("plan.signature_missing"))
	p.Clean(s.T)
	p.Click("[href*='/signature/adult']")
	p.Fill("name", "Amina Bello Adamu")
	p.Check("readings", "mediator")
	s.judge(p, "signature-adult")
	p.Submit(s.say("plan.adult_save"))
	p.WaitText(s.say("plan.adult_again"))
	s.judge(p, "signature")
	p.Submit(s.say("plan.sign"))
	p.WaitText(s.say("stage.plan_active"))
}

// approval lets a colleague of the body approve the plan: who wrote it does not.
func (s *story) approval(p *browser.Page) {
	p.Goto(s.base + s.file)
	p.Click(s.say("case.do_approval"))
	p.Select("to", "Matteo Riva")
	p.Submit(s.say("plan.propose"))
	p.WaitText(s.say("plan.waiting", "Who", "Matteo Riva"))
	other := s.page("collega", 1280)
	other.Goto(s.base + "/cases/approvals")
	s.judge(other, "approvals")
	other.Goto(s.base + s.file + "/approval")
	other.Submit(s.say("plan.approve"))
	other.WaitText(s.say("plan.approved"))
	s.gone(other, s.file) // until they answered, and no longer
}

// together lets the psychologist save the plan that the social worker has
// changed meanwhile: he sees both, and nothing is lost.
func (s *story) together(p *browser.Page) {
	other := s.page("psicologo", 1280)
	other.Goto(s.base + s.file + "/plan")
	other.Fill("o0.text", "Una casa stabile e vicina alla scuola")
	p.Goto(s.base + s.file + "/plan")
	p.Fill("o0.text", "Una casa stabile entro l'anno")
	p.Submit(s.say("plan.save"))
	other.Expect(409)
	other.Submit(s.say("plan.save"))
	other.WaitText("entro l'anno")
	other.WaitText("vicina alla scuola")
	s.judge(other, "plan-conflict")
	other.Submit(s.say("plan.save"))
	other.WaitText("vicina alla scuola")
	other.WaitText(s.say("plan.draft"))
}

// work records what was done, at the desk, on the territory and in a hurry, and
// takes one back.
func (s *story) work(p *browser.Page) {
	for _, mode := range []string{"in_person", "territory"} {
		p.Goto(s.base + s.file + "/interventions/new")
		p.Check("mode", mode)
		p.Fill("note", "Lavoro "+mode)
		p.Submit(s.say("intervention.save"))
		p.WaitText("Lavoro " + mode)
	}
	p.Click(s.say("case.do_urgent"))
	p.Fill("note", "Lavoro urgente")
	s.judge(p, "urgent")
	p.Submit(s.say("intervention.save"))
	p.WaitText("Lavoro urgente")
	p.Click(s.say("case.more"))
	p.Click(s.say("case.do_review"))
	p.Check("done", "Preparare la domanda")
	p.Fill("note", "Va bene")
	s.judge(p, "review")
	p.Submit(s.say("review.save"))
	p.WaitText("Va bene")
	s.judge(p, "case-full")
}

// appoint books a meeting with a mediator.
func (s *story) appoint(p *browser.Page) {
	p.Click(s.say("case.more"))
	p.Click(s.say("case.do_appointment"))
	p.Fill("date", time.Now().AddDate(0, 1, 0).Format("2006-01-02"))
	p.Fill("time", "10:30")
	for _, o := range p.Texts("#f-mediator option") {
		if strings.Contains(o, "Karim Haddad") {
			p.Select("mediator", o)
		}
	}
	p.Select("language", "ha")
	p.Fill("where", "Sede del quartiere")
	s.judge(p, "appointment-new")
	p.Submit(s.say("appointment.new.do"))
	p.WaitText("Sede del quartiere")
	s.appointed = s.path(p)
	s.judge(p, "appointment")
}

// others see what is theirs, and nothing else.
func (s *story) others() {
	p := s.page("psicologo", 1280)
	p.Goto(s.base + s.file)
	p.WaitText("Note riservate area_1")
	p.Never("Note riservate area_2", "Note riservate area_5")
	s.judge(p, "case-psychologist")
	p.Expect(403)
	p.Goto(s.base + s.file + "/close")
	if p.Status() != 403 {
		s.Errorf("psychologist closes: %d, want 403", p.Status())
	}
	p.Clean(s.T)
	s.gone(p, s.contact)

	p = s.page("mediatore", 360)
	p.Goto(s.base + "/appointments")
	p.WaitText(s.name)
	p.Never("Bello Adamu")
	s.judge(p, "mediator-narrow")
	p.Goto(s.base + s.appointed)
	p.Never("Bello Adamu")
	s.gone(p, s.file, s.person, s.household, s.contact, "/people", "/cases")

	p = s.page("partner", 1280)
	s.gone(p, s.file, s.file+"/plan", s.person, s.household, s.contact, s.appointed)
	p.Goto(s.base + "/people?q=amina+bello")
	p.WaitText(s.say("person.search.none"))
	p.Never("Adamu")
	p.Goto(s.base + "/cases")
	p.Never("Adamu")

	p = s.page("dpo", 1280)
	p.Goto(s.base + "/audit")
	p.WaitText("Anna Conti")
	p.Never(s.name, "Bello Adamu")
	s.judge(p, "audit")
	s.gone(p, s.file, s.person, s.household, s.contact, "/people", "/cases")

	p = s.page("admin", 1280)
	p.Goto(s.base + "/accounts")
	s.judge(p, "accounts")
	s.gone(p, s.file, s.person, s.household, s.contact, s.appointed, "/people", "/cases", "/contacts", "/programmes")
}

// lead reads the programmes; the figures have moved, and open their records.
func (s *story) lead(before map[string]int) {
	s.ends()
	after := s.figures()
	moved := map[string]int{"2-persone": 1, "3.2-nuclei": 1, "3.2-persone": 3, "3.2-progetti": 1, "3.2-sedute": 1}
	for code, by := range moved {
		if after[code] != before[code]+by {
			s.Errorf("%s: %d before, %d after, want %d more", code, before[code], after[code], by)
		}
	}
	p := s.page("capofila", 1280)
	p.Goto(s.base + "/programmes")
	for _, title := range []string{"RE.BOOT", "INTARSI", "BE.COM-ER", "Lab'Impact", "FA.SI", "WE-ITA"} {
		p.WaitText(title)
	}
	s.judge(p, "programmes")
	for _, code := range []string{"reboot", "weita", "labimpact", "fasi", "intarsi", "becomer"} {
		p.Goto(s.base + "/programmes/" + code)
		s.judge(p, "programme-"+code)
	}
	p.Goto(s.base + "/programmes/reboot/indicators/3.2-nuclei")
	p.Never(s.name)
	s.judge(p, "indicator")

	p = s.page("regione", 360)
	p.Goto(s.base + "/programmes/weita")
	s.judge(p, "region-narrow")
	p.Goto(s.base + "/programmes/weita/indicators/3.2")
	if rows := p.Texts("section[aria-labelledby=records] tbody tr"); len(rows) > 0 {
		s.Errorf("the region reads %d records", len(rows))
	}
	s.judge(p, "region-indicator-narrow")
	s.gone(p, s.file, s.person)
}

// ends closes the case with an outcome for each objective.
func (s *story) ends() {
	p := s.page("assistente", 360)
	p.Goto(s.base + s.file)
	s.judge(p, "case-narrow")
	p.Click(s.say("case.more"))
	p.Click(s.say("case.do_close"))
	p.Check(s.say("outcome.reached"), "")
	p.Select("reason", "objectives_reached")
	s.judge(p, "closing-narrow")
	p.Submit(s.say("closing.save"))
	p.WaitText(s.say("stage.closed"))
	p.Goto(s.base + s.file + "/interventions/new?urgent=1")
	p.Fill("note", "Urgenza dopo la chiusura")
	p.Submit(s.say("intervention.save"))
	p.WaitText("Urgenza dopo la chiusura")
}

// number reads the first number of a text.
func number(text string) (n int) {
	for _, r := range text {
		if r < '0' || r > '9' {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}
