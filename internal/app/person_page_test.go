package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
)

// A date, or colleagues, that are refused on the page of a person come back there,
// in the form that is open, with what was typed.
func TestAPersonsFormsComeBack(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	c, r := tellerOf(t, a, "assistente"), flee(t, a)
	refusedForm := func(path string, form url.Values, wants ...string) {
		t.Helper()
		body := c.post(t, path, form, http.StatusUnprocessableEntity).Body.String()
		for _, want := range append(wants, "error-summary") {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not come back with %q: %s", path, want, body)
			}
		}
	}
	at := "/people/" + r.mother
	n := people.NewIdentifier{Identifier: people.Identifier{PersonID: r.mother, Scheme: people.Passport, Value: "YA7654321"}}
	if err := a.People.AddIdentifier(as(t, a, "assistente"), n); err != nil {
		t.Fatal(err)
	}
	p, err := a.People.Profile(as(t, a, "assistente"), r.mother)
	if err != nil {
		t.Fatal(err)
	}
	number := p.Identifiers[0].ID
	refusedForm(at+"/identifiers/"+number+"/end", url.Values{"to": {"2999-01-01"}}, `value="2999-01-01"`, `href="#f-`+number+`-to"`, `<details class="confirm" open>`)
	refusedForm(at+"/identifiers/"+number+"/end", url.Values{"to": {"ieri"}}, `href="#f-`+number+`-to"`, `<details class="confirm" open>`)
	refusedForm(at+"/show", nil, `href="#f-with"`)
	if page := c.get(t, at, 200); strings.Contains(page, `confirm" open`) || strings.Contains(page, "error-summary") {
		t.Error("the page asks before anybody pressed a button")
	}

	ask := people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Si trasferisce"}}
	id, err := a.People.Ask(as(t, a, "assistente"), r.mother, ask, crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	c = tellerOf(t, a, "dpo")
	refusedForm("/rights/"+id+"/refuse", url.Values{"answer": {"Winterkoninkje"}, "version": {"1"}}, "Winterkoninkje", `<details class="confirm" open>`)
	c = tellerOf(t, a, "assistente")
	ask.Kind = people.AskAccess
	if id, err = a.People.Ask(as(t, a, "assistente"), r.mother, ask, crypto.Sending{}); err != nil {
		t.Fatal(err)
	}
	refusedForm(at+"/requests/"+id+"/answer", url.Values{"do": {"refuse"}, "answer": {"Winterkoninkje"}, "version": {"1"}},
		"Winterkoninkje", `href="#f-`+id+`-reason"`, `<details class="confirm" open>`)
}

// Pages offer what can be done: no appointment with somebody whose data are only
// kept or gone, no second case beside an open one, the export of what was found.
func TestPeoplePagesOfferWhatCanBeDone(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		const book = `/appointments/new?person=`
		worker := as(t, a, "assistente")
		c, other := tellerOf(t, a, "assistente"), tellerOf(t, a, "sportello")
		person, home, err := a.People.Enrol(worker, people.Newcomers([]people.NewcomerForm{{GivenName: "Vurgalip", FamilyName: "Hendorsky", BirthDate: "1990",
			Relation: people.ReferencePerson}}, ""), crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		offers := func(c teller, path, what string, want bool) {
			t.Helper()
			if got := strings.Contains(c.get(t, path, 200), what); got != want {
				t.Errorf("%s: %s offers %s: %v", c.who, path, what, got)
			}
		}
		offers(c, "/people", `"/people/export"`, true)
		offers(c, "/people?q=Hendorsky+1990", `"/people/export?q=Hendorsky+1990"`, true)
		offers(c, "/people/"+person, book+person, true)
		offers(c, "/people/"+person, "/edit/names", true)

		offers(c, "/households/"+home, "/cases/new?household="+home, true)
		id, err := a.Cases.Open(worker, cases.NewCase{HouseholdID: home, Reason: "Casa"})
		if err != nil {
			t.Fatal(err)
		}
		offers(c, "/households/"+home, "/cases/new?household="+home, false)
		offers(c, "/households/"+home, `"/cases/`+id+`"`, true)
		offers(c, "/households/"+home, "/cases/urgent?household="+home, true)
		offers(other, "/households/"+home, id, false) // of the same body, and not of the team

		ask, dpo := people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Si trasferisce"}}, as(t, a, "dpo")
		request, err := a.People.Ask(worker, person, ask, crypto.Sending{})
		if err == nil {
			err = a.People.Accept(dpo, people.Request{ID: request, Version: 1})
		}
		if err != nil {
			t.Fatal(err)
		}
		offers(c, "/people/"+person, book, false)
		offers(c, "/people/"+person, "/edit/", false)
		if err := a.People.Erase(dpo, request, people.Authorisation{Reference: "prot. 1/2026", On: db.DateOf(a.DB.Now()), Version: 2}); err != nil {
			t.Fatal(err)
		}
		offers(c, "/people/"+person, book, false)
		offers(c, "/households/"+home, book, false)
	})
}
