package story

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/i18n"
	"tessuto/test/browser"
)

// Who keeps the network in order never sees a person in care; who watches over
// the data sees what everybody did, and no record.
func TestThoseWhoSeeNobody(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	s := &story{T: t, base: apptest.Serve(t, a), lang: "it", ctx: i18n.With(t.Context(), "it"), name: "Amina"}
	before := s.readByOthers()
	p := s.page("admin", 1280)
	s.both(p, "admin-home")
	s.invites(p)
	s.directory(p)
	s.agrees(p)
	s.codes(p)
	s.nobody(p)
	s.watcher(before)
	r, err := a.Verify(t.Context())
	if err != nil || len(r.Problems) > 0 {
		t.Errorf("verify: %v %v", err, r.Problems)
	}
}

// both holds a page against what every page must be, on a desk and on a phone.
func (s *story) both(p *browser.Page, name string) {
	s.Helper()
	s.judge(p, name)
	p.Zoom(360, 780, 1)
	s.judge(p, name+"-narrow")
	p.Zoom(1280, 900, 1)
}

// readByOthers lets a social worker read a case, and returns its path.
func (s *story) readByOthers() string {
	p := s.page("assistente", 1280)
	p.Goto(s.base + "/cases")
	path := p.Attr("main a[href^=\"/cases/0\"]", "href")
	p.Goto(s.base + path)
	return path
}

// day is a date so many days from now, as fields take it.
func day(days int) string { return time.Now().AddDate(0, 0, days).Format("2006-01-02") }

// invites opens an account by a link, which the person takes up elsewhere; a
// second place of work is added, ended, and taken back.
func (s *story) invites(p *browser.Page) {
	p.Goto(s.base + "/accounts")
	s.both(p, "admin-accounts")
	p.Click(s.say("account.new"))
	p.Expect(422)
	p.Submit(s.say("account.new.do"))
	p.WaitText(s.say("account.new.failed"))
	s.both(p, "admin-account-refused")
	p.Fill("name", "Ornella Prova")
	p.Fill("email", "ornella@demo.tessuto.example")
	p.Check("language", s.lang) // the invitation speaks it
	p.Select("org", "Comune di Ravenna")
	p.Select("role", "desk_operator")
	p.Submit(s.say("account.new.do"))
	p.WaitText(s.say("account.link.invited", "Name", "Ornella Prova"))
	s.both(p, "admin-link")
	link := p.Value("f-link")
	s.arrives(link)
	p.Click(s.say("account.link.done"))
	account := s.path(p)
	p.Click(s.say("place.new"))
	s.both(p, "admin-place-new")
	p.Select("org", "CADIAI Cooperativa Sociale")
	p.Select("role", "mediator")
	p.Submit(s.say("place.new.do"))
	p.WaitText(s.say("place.added"))
	s.both(p, "admin-account")
	p.Within("tbody tr", "CADIAI").Click(s.say("place.change"))
	s.both(p, "admin-place")
	p.Submit(s.say("place.end.do"))
	p.WaitText(s.say("place.ended"))
	p.Submit(s.say("place.resume"))
	p.WaitText(s.say("place.resumed"))
	s.own(p, account)
}

// arrives opens the link in another browser, chooses a password and is in; the
// link holds once.
func (s *story) arrives(link string) {
	p := browser.Start(s.T).NewPage(s.T, 360, 780, s.lang)
	p.Goto(link)
	p.WaitText("Ornella Prova")
	s.judge(p, "invitation-narrow")
	p.Fill("password", "fiume quieto 2026")
	p.Fill("again", "fiume quieto 2026")
	p.Submit(s.say("invitation.new.do"))
	p.WaitText(s.say("home.title"))
	p.Clean(s.T)
	p.Expect(404)
	p.Goto(link)
	p.WaitText(s.say("invitation.over"))
	s.judge(p, "invitation-over-narrow")
}

// own is refused, in words, to change one's own role.
func (s *story) own(p *browser.Page, other string) {
	p.Goto(s.base + "/accounts?q=admin%40demo")
	p.Click("Irene Costa")
	p.WaitText(s.say("place.own.hint"))
	s.both(p, "admin-own")
	mine := s.path(p)
	if mine == other {
		s.Errorf("%s is the account of two", mine)
	}
	p.Expect(403)
	p.Goto(s.base + mine + "/places/new")
	p.WaitText(s.say("account.own_place"))
	s.both(p, "admin-own-refused")
}

// directory filters the bodies, changes one, lets it join a programme, and looks
// at the tree of places on another day.
func (s *story) directory(p *browser.Page) {
	p.Goto(s.base + "/organisations")
	s.both(p, "organisations")
	p.Fill("q", "zzzz")
	p.WaitText(s.say("organisation.none"))
	s.both(p, "organisations-none")
	p.Fill("q", "")
	p.WaitText("ANCI Lombardia")
	p.Select("kind", "social_cooperative")
	p.WaitURL("kind=social_cooperative")
	p.Click("CADIAI Cooperativa Sociale")
	body := s.path(p)
	s.both(p, "organisation")
	p.Click(s.say("organisation.edit"))
	p.Fill("tax_code", "01232710375")
	p.Expect(422)
	p.Submit(s.say("organisation.save"))
	p.WaitText(s.say("organisation.tax_code_wrong"))
	s.both(p, "organisation-edit")
	p.Fill("tax_code", "01232710374")
	p.Fill("website", "https://cadiai.example")
	p.Submit(s.say("organisation.save"))
	p.WaitText("01232710374")
	p.Click(s.say("partnership.new"))
	s.both(p, "partnership")
	p.Select("programme", "weita")
	p.Select("role", "supporter")
	p.Check("functions", "work")
	p.Fill("from", day(-10))
	p.Submit(s.say("partnership.new.do"))
	p.WaitText(s.say("partnership.added"))
	s.both(p, "organisation-partner")
	s.partner(body)
	p.Goto(s.base + "/organisations/import")
	s.both(p, "organisations-import")
	p.Goto(s.base + "/territories")
	s.both(p, "territories")
	p.Fill("on", "2020-01-01")
	p.WaitURL("on=2020-01-01")
	p.WaitText("Emilia-Romagna")
	p.Click("Emilia-Romagna")
	s.both(p, "territory")
	p.Goto(s.base + "/territories/new")
	s.both(p, "territory-new")
}

// partner finds a body among the partners of its programme.
func (s *story) partner(body string) {
	p := s.page("capofila", 1280)
	p.Goto(s.base + "/programmes/weita")
	p.Within("section[aria-labelledby=partners]").WaitText("CADIAI")
	p.Click("CADIAI Cooperativa Sociale")
	if s.path(p) != body {
		s.Errorf("the partner leads to %s, want %s", s.path(p), body)
	}
}

// agrees writes an agreement, has it signed with its paper, and ends it.
func (s *story) agrees(p *browser.Page) {
	p.Goto(s.base + "/agreements")
	s.both(p, "agreements")
	p.Click(s.say("agreement.new"))
	s.both(p, "agreement-new")
	p.Fill("title", "Convenzione di prova")
	p.Select("kind", "convention")
	p.Fill("from", day(0))
	p.Fill("to", day(400))
	p.Select("lead", "Comune di Ravenna")
	p.Check("parties", "CADIAI Cooperativa Sociale")
	p.Submit(s.say("agreement.save"))
	p.WaitText(s.say("agreement.added"))
	s.both(p, "agreement-draft")
	paper := filepath.Join(s.TempDir(), "convenzione firmata.pdf")
	if err := os.WriteFile(paper, []byte("%PDF-1.7\n%%EOF\n"), 0o600); err != nil {
		s.Fatal(err)
	}
	p.Upload("document", paper)
	p.Submit(s.say("agreement.file.add"))
	p.WaitText("convenzione firmata.pdf")
	p.Submit(s.say("agreement.sign.do"))
	p.WaitText(s.say("agreement.signed"))
	s.both(p, "agreement-signed")
	p.Click(s.say("agreement.end.button"))
	s.both(p, "agreement-end")
	p.Fill("end_reason", "Il servizio è finito")
	p.Submit(s.say("agreement.end.do"))
	p.WaitText(s.say("agreement.ended"))
	s.both(p, "agreement-ended")
}

// codes ends a code from a day on, and makes it what it ships as again.
func (s *story) codes(p *browser.Page) {
	p.Goto(s.base + "/code-lists")
	s.both(p, "code-lists")
	p.Goto(s.base + "/code-lists/contact_request")
	s.both(p, "code-list")
	p.Goto(s.base + "/code-lists/contact_request/codes/school")
	p.Fill("to", day(30))
	p.Submit(s.say("codelist.end_do"))
	p.WaitText(s.say("codelist.ended"))
	p.Goto(s.base + "/code-lists/contact_request/codes/school")
	s.both(p, "code")
	p.Submit(s.say("codelist.reset_do"))
	p.WaitText(s.say("codelist.was_reset"))
	p.Goto(s.base + "/accounts/import")
	s.both(p, "admin-import")
}

// nobody tries the addresses of people and records.
func (s *story) nobody(p *browser.Page) {
	s.gone(p, "/people", "/cases", "/contacts", "/appointments", "/audit", "/exports", "/programmes", "/desk")
}
