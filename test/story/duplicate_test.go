package story

import (
	"testing"

	"tessuto/test/browser"
)

// A desk registers somebody whom it may know, is asked, and says that it is
// somebody else; a search finds the pair, which is merged, undone and told apart.
// Another body is told that a service knows the person, and asks for contact.
func TestDuplicatesOnSQLite(t *testing.T) {
	_, s := working(t)
	p := s.page("sportello", 1280)
	s.meets(p, "Vurgalip", "Hendorsky")
	p.Submit(s.say("desk.save"))
	p.WaitText(s.say("contact.title"))

	s.meets(p, "Wurgalip", "Hendorski")
	p.WaitText(s.say("person.match.title"))
	p.Expect(422)
	p.Submit(s.say("desk.save"))
	p.WaitText(s.say("person.maybe_known"))
	s.judge(p, "duplicate-warning")
	p.Check("person_id", "new")
	p.Submit(s.say("desk.save"))
	p.WaitText(s.say("contact.title"))

	p.Goto(s.base + "/duplicates")
	s.judge(p, "duplicates-none")
	p.Submit(s.say("duplicate.scan"))
	p.WaitText(s.say("job.kind.people.duplicates"))
	p.Goto(s.base + "/duplicates")
	for range 50 {
		if p.Says("Hendorski") {
			break
		}
		p.Reload()
	}
	s.judge(p, "duplicates")
	p.Click("Vurgalip Hendorsky")
	s.judge(p, "duplicate")
	pair := s.path(p)
	p.Check("parts", "names")
	p.Submit(s.say("duplicate.merge"))
	p.WaitText(s.say("duplicate.merged_now"))
	s.judge(p, "duplicate-merged")
	p.Submit(s.say("duplicate.undo"))
	p.WaitText(s.say("duplicate.undone"))
	p.Submit(s.say("duplicate.differ"))
	p.WaitText(s.say("duplicate.different"))
	s.narrow(pair)
	s.elsewhere()
}

// meets types somebody at the desk.
func (s *story) meets(p *browser.Page, given, family string) {
	p.Goto(s.base + "/desk")
	p.Check("requests", "housing")
	p.Check("outcome", "informed")
	p.Fill("given_name", given)
	p.Fill("family_name", family)
	p.Fill("birth_date", "12/03/1990")
	p.Select("sex", "F")
}

// narrow looks at the pair on a telephone.
func (s *story) narrow(pair string) {
	p := s.page("sportello", 360)
	for name, path := range map[string]string{"duplicate-narrow": pair, "duplicates-narrow": "/duplicates?state=different", "search-narrow": "/people?q=Hendorsky+12/03/1990"} {
		p.Goto(s.base + path)
		s.judge(p, name)
	}
}

// elsewhere is told at another body's desk, and asks for contact.
func (s *story) elsewhere() {
	p := s.page("ravenna.sportello", 1280)
	s.meets(p, "Vurgalip", "Hendorsky")
	p.WaitText(s.say("search.elsewhere"))
	p.Never("1990-03-12", "12 marzo 1990")
	s.judge(p, "elsewhere")
	p.Check("ask_contact", "yes")
	p.Submit(s.say("desk.save"))
	p.WaitText(s.say("contact.title"))
	asked := s.page("sportello", 1280)
	asked.Goto(s.base + "/tasks?show=queue")
	asked.WaitText("chiede di essere contattato")
	s.judge(asked, "contact-asked")
}
