// Package story walks the main job as people do: in a real browser, on both
// databases, in Italian and in English.
package story

import (
	"context"
	"os"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/i18n"
	"tessuto/test/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// story is one telling: a server, a language, and what was learnt on the way.
type story struct {
	*testing.T
	app        *app.App
	base, lang string
	ctx        context.Context // speaks the language, for the words on the screen
	name       string          // of the mother
	household  string          // paths
	person     string
	contact    string
	file       string
	appointed  string
	again      bool // in the same language on the other database: its pages were judged
}

// say returns the words that stand on the screen for a key.
func (s *story) say(key string, pairs ...any) string { return i18n.T(s.ctx, key, pairs...) }

func TestMainJob(t *testing.T) {
	// Each engine and each language of the staff once.
	for engine, lang := range map[string]string{"sqlite": "it", "postgres": "en"} {
		t.Run(engine+"/"+lang, func(t *testing.T) {
			t.Parallel()
			s := begin(t, engine, lang)
			before := s.figures()
			s.visitor()
			s.desk()
			s.worker()
			s.others()
			s.lead(before)
			s.verified()
		})
	}
}

// page opens a window and signs somebody in.
func (s *story) page(who string, width int) *browser.Page {
	s.Helper()
	p := browser.Start(s.T).NewPage(s.T, width, 900, s.lang)
	p.Goto(s.base + "/sign-in")
	p.Fill("email", apptest.Mail(who))
	p.Fill("password", apptest.Password)
	p.Submit(s.say("signin.do"))
	if p.Attr("html", "lang") != s.lang {
		p.Click(map[string]string{"it": "Italiano", "en": "English"}[s.lang])
	}
	p.WaitText(s.say("home.title"))
	return p
}

// judge holds a page against what every page must be. Told again, it is the same page.
func (s *story) judge(p *browser.Page, name string) {
	s.Helper()
	p.Clean(s.T)
	if s.again {
		return
	}
	p.Axe(s.T)
	p.Overflow(s.T)
	p.Screenshot(s.T, name+"-"+s.lang)
}

// gone asserts that a path does not exist for whoever is signed in.
func (s *story) gone(p *browser.Page, paths ...string) {
	s.Helper()
	for _, path := range paths {
		p.Expect(404)
		p.Goto(s.base + path)
		if p.Status() != 404 {
			s.Errorf("%s: %d, want 404", path, p.Status())
		}
		p.Never(s.name)
		p.Clean(s.T)
	}
}

func (s *story) path(p *browser.Page) string { return strings.TrimPrefix(p.URL(), s.base) }

// visitor reads the start page in three languages.
func (s *story) visitor() {
	p := browser.Start(s.T).NewPage(s.T, 1280, 900, s.lang)
	for _, lang := range i18n.Public {
		p.Goto(s.base + "/" + lang + "/")
		if p.Attr("html", "dir") != i18n.DirOf(lang) {
			s.Errorf("%s is written %s", lang, p.Attr("html", "dir"))
		}
		s.judge(p, "start-"+lang)
	}
	p.Goto(s.base + "/sign-in")
	s.judge(p, "signin")
	narrow := browser.Start(s.T).NewPage(s.T, 360, 780, s.lang)
	for _, path := range []string{"/" + s.lang + "/", "/ar/", "/sign-in"} {
		narrow.Goto(s.base + path)
		s.judge(narrow, "narrow-"+strings.Trim(path, "/"))
	}
}

// desk meets a mother with two children, and somebody without a name.
func (s *story) desk() {
	p := s.page("sportello", 1280)
	s.judge(p, "home-desk")
	p.Goto(s.base + "/desk")
	s.judge(p, "desk-empty")
	p.Check("requests", "housing")
	p.Check("requests", "school")
	p.Fill("asked", "Cerca casa per sé e due figli")
	p.Fill("answered", "Spiegati i passi, chiamato il servizio sociale")
	p.Check("outcome", "assessment")
	p.Fill("given_name", s.name)
	p.Fill("family_name", "Bello Adamu")
	p.WaitText(s.say("person.match.none"))
	p.Fill("birth_date", "12/03/1990")
	p.Select("sex", "F")
	p.Select("citizenships", "NGA")
	p.Select("languages", "ha")
	p.Fill("phone", "333 765 4321")
	p.Fill("member1.given_name", "Zuwaira")
	p.Fill("member1.birth_date", "2015")
	p.Select("member1.sex", "F")
	p.Fill("member2.given_name", "Sani")
	p.Fill("member2.birth_date", "05/2019")
	p.Select("member2.sex", "M")
	s.judge(p, "desk-filled")
	p.Submit(s.say("desk.save"))
	p.WaitText(s.say("contact.title"))
	s.contact = s.path(p)
	s.judge(p, "contact")
	p.Click(s.say("household.see"))
	s.household = s.path(p)
	p.WaitText("Zuwaira")
	p.WaitText("Sani")
	s.judge(p, "household")
	p.Click(s.name)
	s.person = s.path(p)
	s.judge(p, "person")
	s.nameless(p)
}

// nameless saves a contact without a name, and is told what is missing first.
func (s *story) nameless(p *browser.Page) {
	p.Goto(s.base + "/desk")
	p.Expect(422)
	p.Submit(s.say("desk.save_anonymous"))
	p.WaitText(s.say("error.form_invalid"))
	p.Axe(s.T)
	p.Clean(s.T)
	p.Check("requests", "health")
	p.Check("outcome", "informed")
	p.Submit(s.say("desk.save_anonymous"))
	p.WaitText(s.say("contact.unnamed"))
	p.Goto(s.base + "/contacts")
	s.judge(p, "contacts")
	p.Goto(s.base + "/people?q=amina+bello")
	p.WaitText("Bello Adamu")
	s.judge(p, "search")
}

// id returns the last part of a path.
func id(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// figures reads the figures of RE.BOOT as the lead does.
func (s *story) figures() map[string]int {
	s.Helper()
	p := s.page("capofila", 1280)
	out := map[string]int{}
	for _, code := range fed {
		said, rows := s.figure(p, "reboot", code)
		if said != rows {
			s.Errorf("%s: the figure says %d, %d records stand behind it", code, said, rows)
		}
		out[code] = rows
	}
	return out
}

// fed are the indicators of RE.BOOT that the story moves, and by how much.
var fed = []string{"2-persone", "3.2-nuclei", "3.2-persone", "3.2-progetti", "3.2-sedute"}
