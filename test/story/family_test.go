package story

import (
	"context"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/test/browser"
)

// told tells a story in Italian, once on each database.
func told(t *testing.T, tell func(s *story)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := begin(t, engine, "it")
			s.again = engine == "postgres"
			tell(s)
			s.verified()
		})
	}
}

func begin(t *testing.T, engine, lang string) *story {
	a := apptest.Demo(t, engine)
	return &story{T: t, app: a, base: apptest.Serve(t, a), lang: lang, ctx: i18n.With(t.Context(), lang), name: "Amina"}
}

func (s *story) verified() {
	s.Helper()
	r, err := s.app.Verify(s.Context())
	if err != nil || len(r.Problems) > 0 {
		s.Errorf("verify: %v %v", err, r.Problems)
	}
}

// as is a context in the name of a demo account, for what a story is not about.
func (s *story) as(who string) context.Context {
	s.Helper()
	actor, err := s.app.Auth.Actor(s.Context(), apptest.Mail(who))
	s.must(err)
	return policy.With(s.Context(), actor)
}

func (s *story) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// figure reads a figure, and counts the records that it opens.
func (s *story) figure(p *browser.Page, programme, code string) (said, rows int) {
	s.Helper()
	p.Goto(s.base + "/programmes/" + programme + "/indicators/" + code)
	said = number(p.Text(".big"))
	for {
		rows += len(p.Texts("section[aria-labelledby=records] tbody tr"))
		if len(p.Texts("a[rel=next]")) == 0 {
			return said, rows
		}
		p.Goto(s.base + p.Attr("a[rel=next]", "href"))
	}
}

// grows reads figures before and after something was done, as the lead: each is more by
// as much as said, and opens as many records.
func (s *story) grows(programme string, by map[string]int, do func()) {
	s.Helper()
	read := func() map[string]int {
		p, out := s.page("capofila", 1280), map[string]int{}
		for code := range by {
			said, rows := s.figure(p, programme, code)
			if said != rows {
				s.Errorf("%s: the figure says %d, %d records stand behind it", code, said, rows)
			}
			out[code] = said
		}
		p.Never(s.name)
		s.judge(p, "figure-"+programme)
		return out
	}
	before := read()
	do()
	after := read()
	for code, n := range by {
		if after[code] != before[code]+n {
			s.Errorf("%s: %d before, %d after, want %d more", code, before[code], after[code], n)
		}
	}
}

// A family that no service understands is helped by Pistoia's mobile team, at a distance
// and on the territory, until its advice is rated; FA.SI's figures open both.
func TestMobileTeamHelps(t *testing.T) {
	told(t, func(s *story) {
		s.name = "Lommerdiana"
		s.file = "/cases/" + s.takenOn("pistoia.assistente", "fasi/2.3")
		s.grows("fasi", map[string]int{"4.2-territorio": 1, "4.2-distanza": 1, "4.2-nuclei": 1}, s.helped)
	})
}

// takenOn is the case of a new family, analysed and taken on.
func (s *story) takenOn(who, place string) string {
	s.Helper()
	worker := s.as(who)
	rows := []people.NewcomerForm{{GivenName: s.name, BirthDate: "12/03/1990", Sex: "F", Relation: people.ReferencePerson},
		{GivenName: "Binta", BirthDate: "2019", Sex: "F", Relation: people.Child}}
	person, home, err := s.app.People.Enrol(worker, people.Newcomers(rows, "Lommerd"), crypto.Sending{})
	s.must(err)
	s.person, s.household = "/people/"+person, "/households/"+home
	return s.opened(worker, home, place)
}

func (s *story) opened(worker context.Context, home, place string) string {
	s.Helper()
	id, err := s.app.Cases.Open(worker, cases.NewCase{HouseholdID: home, PlaceKey: place, Reason: "Casa"})
	s.must(err)
	sheet := cases.Sheet{Outcome: cases.AnalysisOutcomes[0]}
	for _, area := range policy.Areas {
		sheet.Scores = append(sheet.Scores, cases.Score{Domain: string(area), Said: cases.Said{Level: 2, Self: cases.NotScored, Notes: "Visto"}})
	}
	s.must(s.app.Cases.SaveAssessment(worker, id, id, sheet))
	return id
}

func (s *story) helped() {
	p := s.page("pistoia.assistente", 1280)
	p.Goto(s.base + s.file)
	p.Click(s.say("mobile.ask"))
	p.Select("to", policy.From(s.as("emt")).OrgID)
	p.Select("reason", "trust")
	p.Fill("brief", "La famiglia non apre più a nessuno.")
	p.Check("sections", string(policy.AreaNetworks))
	p.Check("mode", string(ledger.OnTerritory))
	p.Check("urgency", "urgent")
	s.judge(p, "mobile-ask")
	p.Submit(s.say("mobile.ask.do"))
	p.WaitText("La famiglia non apre più")
	request := s.path(p)
	emt := s.page("emt", 360)
	emt.Goto(s.base + "/mobile-team?show=waiting")
	s.judge(emt, "mobile-list-narrow")
	s.gone(emt, s.file, s.person, s.household)
	emt.Goto(s.base + request)
	emt.Submit(s.say("mobile.take"))
	emt.WaitText("Visto")
	emt.Never(s.name)
	for _, kind := range []cases.MobileKind{cases.RemoteConsultation, cases.HomeVisit} {
		emt.Click(s.say("mobile.record"))
		emt.Check("kind", string(kind))
		emt.Check("professionals", "anthropologist")
		emt.Fill("note", "Fatto "+string(kind))
		s.judge(emt, "mobile-activity-narrow")
		emt.Submit(s.say("mobile.record.do"))
		emt.WaitText("Fatto " + string(kind))
	}
	emt.Click(s.say("mobile.write.advice"))
	emt.Within("form:has(input[value=advice])").Fill("text", "Cominciare dalla zia")
	emt.Within("form:has(input[value=advice])").Submit(s.say("mobile.write.do"))
	s.judge(emt, "mobile-request-narrow")
	p.Goto(s.base + s.file)
	p.Click("[href='" + request + "']")
	p.WaitText("Cominciare dalla zia")
	p.Check("rating", "4")
	p.Submit(s.say("mobile.close.do"))
	p.WaitText(s.say("mobile.rating.4"))
	s.judge(p, "mobile-request")
	s.gone(emt, s.file)
}

// Somebody with an addiction begins a path of care under a code. Who is named to it reads
// it; colleagues of the body, who coordinates, counts, watches over data and manages find
// nothing, and no number moves until there are enough of them and the month is over. That
// no answer of the program changes by a letter is asked by TestNobodyCanTellOfAPathOfCare.
func TestAddictionIsSeenByNobodyElse(t *testing.T) {
	told(t, func(s *story) {
		s.name = "R9-Lommerd"
		lead := s.page("capofila", 1280)
		said := func() string {
			lead.Goto(s.base + "/programmes/becomer/indicators/2-percorsi")
			return lead.Text("main")
		}
		before := said()
		path := s.care()
		for _, who := range []string{"ravenna.assistente", "ravenna.sportello", "capofila", "regione", "dpo", "admin"} {
			p := s.page(who, 1280)
			s.gone(p, path, path+"/edit")
			for _, look := range []string{"/home", "/find?q=Lommerdhuis", "/find?q=R9-Lommerd"} {
				p.Goto(s.base + look)
				if strings.Contains(strings.ReplaceAll(p.Text("main"), strings.TrimPrefix(look, "/find?q="), ""), "Lommerd") || p.Says(path) {
					s.Errorf("%s finds it on %s", who, look)
				}
			}
			if who == "ravenna.assistente" {
				p.Goto(s.base + "/health-paths")
				p.Never(s.name, "Lommerdhuis")
				s.judge(p, "health-paths-other")
			}
		}
		if after := said(); after != before {
			s.Errorf("the figure tells of it: %q, before %q", after, before)
		}
		s.enough()
		p := s.page("capofila", 1280)
		if n, rows := s.figure(p, "becomer", "2-percorsi"); n < 10 || rows != 0 {
			s.Errorf("a month later the figure says %d and opens %d records", n, rows)
		}
		s.judge(p, "figure-health")
	})
}

// care opens a path of care as its psychologist does, and returns where it is.
func (s *story) care() string {
	p := s.page("ravenna.psicologa", 1280)
	p.Goto(s.base + "/cases")
	p.Click(s.say("health.title"))
	s.judge(p, "health-paths")
	p.Click(s.say("health.open_code"))
	s.judge(p, "health-new")
	p.Fill("code", s.name)
	p.Check("state", "sent")
	p.Select("from", "social")
	p.Select("to", "serd")
	p.Fill("to_name", "Lommerdhuis")
	p.Select("reason", "alcohol")
	p.Select("place", "becomer/2.3")
	p.Submit(s.say("health.new_do"))
	p.WaitText("Lommerdhuis")
	path := s.path(p)
	s.judge(p, "health-path")
	narrow := s.page("ravenna.psicologa", 360)
	for _, at := range []string{"/health-paths", path, path + "/edit", "/health-paths/new"} {
		narrow.Goto(s.base + at)
		s.judge(narrow, "health-narrow-"+strings.ReplaceAll(strings.TrimPrefix(at, path), "/", "-"))
	}
	return path
}

// enough opens paths until they may be counted, and lets the month end.
func (s *story) enough() {
	for i := range 10 {
		_, err := s.app.Cases.OpenHealthPath(s.as("ravenna.psicologa"), cases.HealthDraft{Code: "R8-" + string(rune('A'+i)), Sex: "M", AgeClass: "30-44", State: cases.HealthSent,
			From: "social", To: "serd", Reason: "alcohol", PlaceKey: "becomer/2.3"})
		s.must(err)
	}
	now := s.app.DB.Now
	s.app.DB.Now = func() time.Time { return now().AddDate(0, 0, 40) }
}

// A mother leaves a violent partner for a protected place, with her child. Who works with
// the family she left sees neither the place nor her case: not on a page, in a list, by
// searching, nor on paper; that the API tells nothing either is asked by
// TestNoPageBetraysARefuge. RE.BOOT counts the family that she now is.
func TestSeparationWithProtectedAddress(t *testing.T) {
	told(t, func(s *story) {
		s.name = "Lommerdiana"
		old := "/cases/" + s.takenOn("assistente", "reboot/3.2")
		s.must(s.app.Cases.AddToTeam(s.as("assistente"), strings.TrimPrefix(old, "/cases/"), policy.From(s.as("psicologo")).AccountID, "psychologist", crypto.Sending{}))
		father := people.Newcomers([]people.NewcomerForm{{GivenName: "Karel", BirthDate: "1985", Sex: "M", Relation: "2"}}, "Steltloper")
		home := strings.TrimPrefix(s.household, "/households/")
		s.must(s.app.People.AddMembers(s.as("assistente"), home, father, crypto.Sending{}))
		s.grows("reboot", map[string]int{"3.2-nuclei": 1}, func() { s.parted(home) })
		p := s.page("psicologo", 1280)
		p.Goto(s.base + old)
		p.Never(s.name, "Vinkeveen", s.file, s.household)
		s.judge(p, "case-left-behind")
		p.Paper()
		p.Never(s.name, "Vinkeveen")
		s.gone(p, s.file, s.file+"/plan", s.household, s.person)
		for _, at := range []string{"/cases", "/home", "/people?q=Lommerd", "/find?q=Lommerd", "/households/" + home, "/appointments"} {
			p.Goto(s.base + at)
			p.Never(s.name, "Vinkeveen", strings.TrimPrefix(s.file, "/cases/"), strings.TrimPrefix(s.household, "/households/"))
		}
	})
}

// parted lets mother and child leave the household, and opens a case on what they now are.
func (s *story) parted(home string) {
	family, err := s.app.People.Household(s.as("assistente"), home)
	s.must(err)
	p := s.page("assistente", 1280)
	p.Goto(s.base + "/households/" + home + "/leave")
	p.Check("persons", family.Members[0].PersonID)
	p.Check("persons", family.Members[1].PersonID)
	p.Select("reference", family.Members[2].PersonID)
	p.Check("where", "protected")
	s.judge(p, "leave")
	p.Submit(s.say("leaving.do"))
	p.WaitText(s.name)
	s.household = s.path(p)
	p.Goto(s.base + s.person + "/guarded/new")
	p.Check("kind", string(people.ProtectedAddress))
	p.Fill("street", "Via Vinkeveen 9")
	s.judge(p, "guarded-new")
	p.Submit(s.say("guarded.add"))
	p.WaitText("Vinkeveen")
	s.file = "/cases/" + s.opened(s.as("assistente"), strings.TrimPrefix(s.household, "/households/"), "reboot/3.2")
	p.Goto(s.base + s.file)
	p.WaitText(s.name)
	s.judge(p, "case-protected")
	s.twice(p)
}

// twice sends the same form again, as a browser that lost the answer does: it makes one
// record.
func (s *story) twice(p *browser.Page) {
	key := ""
	for range 2 {
		p.Goto(s.base + s.file + "/diary/new")
		if key == "" {
			key = p.Attr("input[name=_once]", "value")
		}
		p.Eval(`document.querySelector("input[name=_once]").value = "` + key + `"`)
		p.Select("kind", "phone")
		p.Check("readers", cases.TeamReads)
		p.Fill("text", "Detto una volta")
		p.Submit(s.say("diary.save"))
		p.WaitText("Detto una volta")
	}
	if n := strings.Count(p.Text("main"), "Detto una volta"); n != 1 {
		s.Errorf("the same form sent twice makes %d entries", n)
	}
}
