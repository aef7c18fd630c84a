package app_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// refuge is a mother who left for a protected place with her child, from a family
// with a team, contacts and appointments; and what must not be read by whoever
// works with that family.
type refuge struct {
	old, new       string // households
	mother, father string
	ids            []string // of every record there is of them
	secrets        []string
}

// A mother goes to a protected place. Every page, list, search and answer of the
// API is asked for as each of those who work with the family she left, about every
// record there is: none tells where she is, nor that she is.
func TestNoPageBetraysARefuge(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			r, handler, asked := flee(t, a), a.Handler(), 0
			for _, who := range []string{"sportello", "psicologo", "educatrice", "emt", "mediatore", "formatore", "capofila", "partner", "regione", "valutatore", "admin"} {
				c := casteOf(t, a, apptest.Mail(who), works)
				for _, path := range r.paths(t, a) {
					req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
					req.Header.Set("Authorization", "Bearer "+c.token)
					w := httptest.NewRecorder()
					handler.ServeHTTP(w, req)
					asked++
					// What was asked for is written back: it is no answer.
					body := strings.ReplaceAll(w.Body.String(), path, "")
					for _, secret := range r.secrets {
						if !strings.Contains(path, secret) && strings.Contains(body, secret) {
							t.Errorf("%s: GET %s (%d) tells %q", who, path, w.Code, secret)
						}
					}
				}
			}
			keeper := casteOf(t, a, apptest.Mail("assistente"), works)
			req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/people/"+r.mother, nil)
			req.Header.Set("Authorization", "Bearer "+keeper.token)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, req)
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Via Vinkeveen 9") || asked < 1000 {
				t.Errorf("who keeps her reads %d; %d pages asked", w.Code, asked)
			}
		})
	}
}

// paths are all addresses to read, for every record of theirs.
func (r refuge) paths(t *testing.T, a *app.App) (out []string) {
	t.Helper()
	for _, rt := range a.Routes() {
		if rt.Method != http.MethodGet || strings.Contains(rt.Pattern, "{token}") {
			continue
		}
		path := strings.NewReplacer("{$}", "", "{key}", "contact_request", "{word}", "housing", "{code}", "reboot", "{indicator}", "1.1-famiglie", "{activity}", "2.1",
			"{part}", "address").Replace(rt.Pattern)
		if !strings.Contains(path, "{id}") {
			out = append(out, wildcard.ReplaceAllString(path, "x"))
			continue
		}
		for _, id := range r.ids {
			out = append(out, wildcard.ReplaceAllString(strings.ReplaceAll(path, "{id}", id), id))
		}
	}
	for _, q := range []string{"Pimpelmees", "Vurgalip+Pimpelmees", "3339988776"} {
		out = append(out, "/people?q="+q, "/find?q="+q, "/api/v1/people?q="+q, "/people/matches?given_name="+q, "/households/"+r.old+"/join?q="+q)
	}
	for _, id := range r.ids {
		out = append(out, "/appointments/new?person="+id, "/cases/new?household="+id, "/cases/urgent?household="+id, "/cases/"+id+"/file/paper"+wholeFile, "/cases/"+id+"/export.json"+wholeFile, "/api/v1/cases/"+id+"/export?purpose=meeting")
	}
	return out
}

// flee makes the family, its work, and the leaving.
func flee(t *testing.T, a *app.App) refuge {
	t.Helper()
	worker, desk := as(t, a, "assistente"), as(t, a, "sportello")
	desks, err := a.Access.Desks(desk)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	rows := []people.NewcomerForm{{GivenName: "Vurgalip", FamilyName: "Pimpelmees", BirthDate: "12/03/1990", Phone: "3339988776", Relation: people.ReferencePerson},
		{GivenName: "Karel", Relation: "2", FamilyName: "Steltloper", BirthDate: "1985"}, {GivenName: "Wielewaal", Relation: people.Child, BirthDate: "2015"}}
	contact := access.NewContact{Newcomers: people.Newcomers(rows, "Pimpelmees")}
	contact.DeskID, contact.On, contact.Channel, contact.Outcome, contact.Asked = desks[0].ID, db.DateOf(a.DB.Now()), "in_person", "informed", "Chiede"
	first, err := a.Access.SaveContact(desk, contact)
	must(err)
	seen, err := a.Access.Contact(desk, first)
	must(err)
	old, err := a.People.Household(worker, seen.HouseholdID)
	must(err)
	r := refuge{old: old.ID, mother: old.Members[0].PersonID, father: old.Members[1].PersonID}
	shared, err := a.Cases.Open(worker, cases.NewCase{HouseholdID: r.old, Reason: "Casa"})
	must(err)
	for who, mandate := range map[string]cases.Mandate{"psicologo": "psychologist", "educatrice": "educator"} {
		must(a.Cases.AddToTeam(worker, shared, policy.From(as(t, a, who)).AccountID, mandate, crypto.Sending{}))
	}
	book := func(ctx string, where string) string {
		ap := access.Appointment{PersonID: r.mother, StartsAt: a.DB.Now().Add(48 * time.Hour), Minutes: 60}
		ap.Where, ap.Subject = where, "Colloquio"
		id, err := a.Access.Book(as(t, a, ctx), ap, crypto.Sending{})
		must(err)
		return id
	}
	before := book("sportello", "Sportello")
	r.new, err = a.People.LeaveHousehold(worker, people.Leaving{Household: r.old, Persons: []string{r.mother, old.Members[2].PersonID}, On: old.Members[0].From,
		Protected: true, Reference: r.father})
	must(err)
	must(a.People.AddGuarded(worker, people.NewGuarded{Guarded: people.Guarded{PersonID: r.mother, Kind: people.ProtectedAddress,
		Address: people.Address{Street: "Via Vinkeveen 9", Town: "Cles"}}}))
	after := book("assistente", "Casa Ooievaar")
	apart, err := a.Cases.Open(worker, cases.NewCase{HouseholdID: r.new, Reason: "Zeearend"})
	must(err)
	again := access.NewContact{}
	again.DeskID, again.On, again.Channel, again.Outcome, again.Asked, again.PersonID = desks[0].ID, db.DateOf(a.DB.Now()), "phone", "informed", "Ijsvogel", r.mother
	second, err := a.Access.SaveContact(worker, again)
	must(err)
	r.ids = []string{r.old, r.new, r.mother, r.father, old.Members[2].PersonID, first, second, before, after, shared, apart}
	r.secrets = []string{"Pimpelmees", "Vurgalip", "Wielewaal", "Vinkeveen", "Cles (TN)", "Ooievaar", "Zeearend", "Ijsvogel", "3339988776", r.new, apart, after, second}
	slices.Sort(r.secrets)
	return r
}
