package story

import (
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/test/browser"
)

// A worker hands a sheet over; the person reads in Arabic, on a phone, which
// bodies read her file, and leaves at once: the page is gone, its session too, and
// going back shows nothing of it.
func TestAPersonReadsHerOwnPage(t *testing.T) { t.Run("sqlite", readsHerOwnPage) }

func readsHerOwnPage(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	s := &story{T: t, base: apptest.Serve(t, a), lang: "it", ctx: i18n.With(t.Context(), "it")}
	actor, err := a.Auth.Actor(t.Context(), apptest.Mail("assistente"))
	if err != nil {
		t.Fatal(err)
	}
	worker := policy.With(t.Context(), actor)
	list, _, err := a.Cases.Cases(worker, false, 200)
	if err != nil {
		t.Fatal(err)
	}
	person := ""
	for _, c := range list {
		if f, err := a.Cases.File(worker, c.ID); err == nil && person == "" && f.Plan.Signed() && len(f.Plan.Signers()) > 0 && f.Programme == "reboot" {
			person = f.Plan.Signers()[0]
		}
	}
	desk := s.page("assistente", 1280)
	desk.Goto(s.base + "/people/" + person + "/rights")
	s.both(desk, "rights")
	for _, form := range []string{"notice", "consent", "request", "own"} {
		desk.Goto(s.base + "/people/" + person + "/rights?form=" + form)
		s.both(desk, "rights-"+form)
	}
	desk.Select("own_language", "ar")
	desk.Submit(s.say("sheet.do"))
	s.both(desk, "rights-sheet")
	code := desk.Text("strong.code")
	number := strings.ReplaceAll(desk.Text("p.h3"), " ", "")

	ar := i18n.With(t.Context(), "ar")
	phone := browser.Start(t).NewPage(t, 360, 740, "ar")
	phone.Goto(s.base + "/ar/me/enter/" + code)
	phone.WaitText(i18n.T(ar, "own.enter.lead"))
	phone.Axe(t)
	phone.Overflow(t)
	phone.Screenshot(t, "own-enter-360")
	phone.Fill("number", number)
	phone.Submit(i18n.T(ar, "own.enter"))
	phone.WaitText(i18n.T(ar, "own.readers"))
	phone.WaitText(actor.OrgName)
	phone.Never(actor.Name)
	phone.Axe(t)
	phone.Overflow(t)
	phone.Screenshot(t, "own-file-360")
	if title := phone.Eval("document.title"); title != i18n.T(ar, "own.tab") {
		t.Errorf("the title tells: %q", title)
	}
	phone.Click(ui.LangName("ar"))
	phone.Axe(t)
	phone.Overflow(t)
	phone.Screenshot(t, "own-languages-360")
	phone.Eval(`document.querySelector('[data-exit]').href = '` + s.base + `/it/accessibility'`)
	phone.Click(i18n.T(ar, "ui.exit"))
	phone.WaitURL("/it/accessibility")
	phone.Goto(s.base + "/ar/me/file")
	phone.WaitText(i18n.T(ar, "own.enter_again"))
	phone.Never(actor.OrgName)
}

// Who watches over data sees what is asked, what stays and why, and destroys a key
// only with an authorisation.
func TestAnErasureIsDecided(t *testing.T) { t.Run("sqlite", erasureIsDecided) }

func erasureIsDecided(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	s := &story{T: t, base: apptest.Serve(t, a), lang: "it", ctx: i18n.With(t.Context(), "it")}
	actor, err := a.Auth.Actor(t.Context(), apptest.Mail("assistente"))
	if err != nil {
		t.Fatal(err)
	}
	worker := policy.With(t.Context(), actor)
	rows := []people.NewcomerForm{{GivenName: "Vurgalip", FamilyName: "Hendorsky", BirthDate: "1990", Relation: people.ReferencePerson}}
	person, _, err := a.People.Enrol(worker, people.Newcomers(rows, "Hendorsky"), crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := a.People.Ask(worker, person, people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Si trasferisce"}}, crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	p := s.page("dpo", 1280)
	p.Goto(s.base + "/rights")
	s.both(p, "rights-list")
	p.Goto(s.base + "/rights/" + id)
	p.Never("Hendorsky")
	p.Submit(s.say("rights.accept.erase"))
	p.WaitText(s.say("rights.banner.restricted"))
	s.both(p, "rights-accepted")
	p.Click(s.say("rights.erase"))
	p.Fill("reference", "Soprintendenza archivistica, prot. 12/2026")
	p.Fill("authorised_on", p.Eval("new Date(Date.now() - 864e5).toISOString().slice(0, 10)"))
	p.Submit(s.say("rights.erase.do"))
	p.WaitText(s.say("rights.kept.after"))
	s.both(p, "rights-erased")
	desk := s.page("assistente", 1280)
	desk.Goto(s.base + "/people/" + person)
	desk.WaitText(s.say("person.erased"))
	desk.Never("Hendorsky")
	s.both(desk, "person-erased")
}
