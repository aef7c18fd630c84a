package people_test

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// office is the demo with somebody new in the register.
type office struct {
	*testing.T
	*app.App
	person, home string
}

func eachOffice(t *testing.T, fn func(o office)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o := office{T: t, App: apptest.Demo(t, engine)}
			var err error
			if o.person, o.home, err = o.People.Enrol(o.as("sportello"), newcomers("Vurgalip", "Binta"), crypto.Sending{}); err != nil {
				t.Fatal(err)
			}
			fn(o)
		})
	}
}

func (o office) as(who string) context.Context {
	o.Helper()
	actor, err := o.Auth.Actor(o.Context(), apptest.Mail(who))
	if err != nil {
		o.Fatal(err)
	}
	return policy.With(o.Context(), actor)
}

func (o office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o office) refused(err error, want errs.Code, what string) {
	o.Helper()
	if errs.CodeOf(err) != want || err == nil {
		o.Errorf("%s: %v, want %s", what, err, want)
	}
}

func (o office) rights(who string) *people.RightsFile {
	o.Helper()
	f, err := o.People.Rights(o.as(who), o.person)
	o.must(err)
	return f
}

func (o office) today() db.Date { return db.DateOf(o.DB.Now()) }

func (o office) org(who string) string { return policy.From(o.as(who)).OrgID }

// A notice is in a language and an edition, consents are of one purpose, one
// recipient, one kind of data and one period, and end as easily as they began.
func TestNoticesAndConsents(t *testing.T) {
	eachOffice(t, func(o office) {
		desk, sent := o.as("sportello"), crypto.Sending{Key: "k", Content: "c"}
		notice := people.Notice{Language: "ar", Edition: "2026-03", Way: "mediator", On: o.today()}
		consent := people.Consent{Purpose: "images", RecipientID: o.org("sportello"), Section: "images", From: o.today(), To: o.today().AddDays(30)}
		for range 2 { // the form sent twice
			o.must(o.People.GiveNotice(desk, o.person, notice, sent))
		}
		o.must(o.People.GiveConsent(desk, o.person, consent, crypto.Sending{}))
		f := o.rights("sportello")
		if len(f.Notices) != 1 || f.Notices[0].Edition != "2026-03" || f.Notices[0].OrgName == "" || f.Notices[0].ByName == "" {
			t := f.Notices
			o.Errorf("notices: %+v", t)
		}
		if len(f.Consents) != 1 || !f.Consents[0].Holds(o.today()) || f.Consents[0].Holds(o.today().AddDays(31)) || f.Consents[0].Recipient == "" {
			o.Errorf("consents: %+v", f.Consents)
		}
		if len(f.Shares) != 1 || f.Shares[0].Basis != policy.InstitutionalTask || !f.Shares[0].Own {
			o.Errorf("shares: %+v", f.Shares)
		}
		o.must(o.People.WithdrawConsent(desk, o.person, f.Consents[0].ID))
		if f = o.rights("sportello"); f.Consents[0].Holds(o.today()) || f.Consents[0].WithdrawnAt == nil {
			o.Errorf("withdrawn: %+v", f.Consents)
		}
		wrong := notice
		wrong.On = o.today().AddDays(1)
		o.refused(o.People.GiveNotice(desk, o.person, wrong, crypto.Sending{}), errs.Invalid, "a notice of tomorrow")
		worse := consent
		worse.RecipientID = "nobody"
		o.refused(o.People.GiveConsent(desk, o.person, worse, crypto.Sending{}), errs.Invalid, "a consent to nobody")
		o.refused(o.People.GiveNotice(o.as("bergamo.sportello"), o.person, notice, crypto.Sending{}), errs.NotFound, "another body")
		o.refused(o.People.GiveNotice(o.as("dpo"), o.person, notice, crypto.Sending{}), errs.NotFound, "the dpo")
	})
}

// ask makes a request of the person, and returns it as the page shows it.
func (o office) ask(r people.Request) people.Request {
	o.Helper()
	id, err := o.People.Ask(o.as("assistente"), o.person, r, crypto.Sending{})
	o.must(err)
	for _, r := range o.rights("assistente").Requests {
		if r.ID == id {
			return r
		}
	}
	o.Fatal("the request is not on the page")
	return r
}

// Corrections are answered by a worker, once; what is sealed comes back.
func TestRectificationIsAnswered(t *testing.T) {
	eachOffice(t, func(o office) {
		r := o.ask(people.Request{Kind: people.AskRectify, Field: "birth_date", RequestWords: people.RequestWords{Asked: "12/03/1991"}})
		if r.Asked != "12/03/1991" || r.State != people.Asked || r.Due <= o.today() || r.ByName == "" {
			o.Errorf("asked: %+v", r)
		}
		worker := o.as("assistente")
		answer := people.Request{ID: r.ID, State: people.Refused, Version: r.Version}
		o.refused(o.People.Answer(worker, o.person, answer), errs.Invalid, "a refusal without a reason")
		o.refused(o.People.Accept(o.as("dpo"), answer), errs.NotFound, "the dpo on a correction")
		answer.State, answer.Answer = people.Answered, "Corretto"
		o.must(o.People.Answer(worker, o.person, answer))
		o.refused(o.People.Answer(worker, o.person, answer), errs.Conflict, "answered twice")
		got := o.rights("assistente").Requests[0]
		if got.State != people.Answered || got.Asked != "12/03/1991" || got.Answer != "Corretto" || got.AnsweredBy == "" {
			o.Errorf("answered: %+v", got)
		}
	})
}

// A restricted person is only kept: work on them is refused, rights go on, and the
// restriction ends.
func TestRestriction(t *testing.T) {
	eachOffice(t, func(o office) {
		r, dpo := o.ask(people.Request{Kind: people.AskRestrict}), o.as("dpo")
		o.refused(o.People.Answer(o.as("assistente"), o.person, people.Request{ID: r.ID, State: people.Answered, Version: 1}), errs.NotFound, "a worker on a restriction")
		o.refused(o.People.Accept(o.as("assistente"), people.Request{ID: r.ID, Version: 1}), errs.Forbidden, "a worker decides")
		o.must(o.People.Accept(dpo, people.Request{ID: r.ID, Version: 1}))
		o.refused(o.People.Accept(dpo, people.Request{ID: r.ID, Version: 1}), errs.Conflict, "accepted twice")
		o.refused(o.use(), errs.Conflict, "work on a restricted person")
		o.says("/appointments/new?person="+o.person, "Dati limitati", `name="date"`)
		o.says("/cases/new?household="+o.home, "I dati di una persona di questo nucleo sono limitati", `name="reason"`)
		if f := o.rights("assistente"); f.Standing != people.Restricted || f.Person.GivenName != "Vurgalip" {
			o.Errorf("%+v", f.Standing)
		}
		o.must(o.People.GiveNotice(o.as("assistente"), o.person, people.Notice{Language: "it", Edition: "1", Way: "paper", On: o.today()}, crypto.Sending{}))
		o.must(o.People.Lift(dpo, people.Request{ID: r.ID, Version: 2}))
		o.must(o.use())
	})
}

// says asks for a page as a social worker: it has to say one thing and not another.
func (o office) says(path, want, never string) {
	o.Helper()
	if status, body := o.get("assistente", path); status != 200 || !strings.Contains(body, want) || strings.Contains(body, never) {
		o.Errorf("%s: %d, says %q %v, shows %q %v", path, status, want, strings.Contains(body, want), never, strings.Contains(body, never))
	}
}

// use is what work on the person asks first.
func (o office) use() error {
	return o.DB.Read(o.as("sportello"), func(tx *db.Tx) error {
		_, err := o.People.CheckVisible(o.as("sportello"), tx, o.person)
		return err
	})
}

// An erasure is asked, granted, authorised, and only then done. Before and after
// it the list says what stays; after it nobody is named, and nothing breaks.
func TestErasure(t *testing.T) {
	eachOffice(t, func(o office) {
		o.must(o.use())
		dpo, worker := o.as("dpo"), o.as("assistente")
		r := o.ask(people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Me ne vado"}})
		auth := people.Authorisation{Reference: "prot. 1/2026", On: o.today(), Version: 1}
		o.refused(o.People.Erase(dpo, r.ID, auth), errs.Conflict, "erased before it is granted")
		o.must(o.People.Accept(dpo, people.Request{ID: r.ID, Version: 1}))
		before, err := o.People.Request(dpo, r.ID)
		o.must(err)
		if len(before.Kept) < 8 || before.Asked != "Me ne vado" || before.Erasure != nil {
			o.Errorf("before: %+v", before)
		}
		auth.Version = 2
		o.refused(o.People.Erase(dpo, r.ID, people.Authorisation{On: o.today(), Version: 2}), errs.Invalid, "without a reference")
		o.refused(o.People.Erase(worker, r.ID, auth), errs.Forbidden, "by a worker")
		waits, held := o.ask(people.Request{Kind: people.AskAccess}), o.ask(people.Request{Kind: people.AskRestrict})
		o.must(o.People.Accept(dpo, people.Request{ID: held.ID, Version: 1}))
		o.must(o.People.Erase(dpo, r.ID, auth))
		o.refused(o.People.Erase(dpo, r.ID, auth), errs.Conflict, "twice")

		after, err := o.People.Request(dpo, r.ID)
		o.must(err)
		if after.Erasure == nil || !after.Erasure.Done || after.Erasure.Reference != "prot. 1/2026" || len(after.Erasure.Kept) != len(before.Kept) || after.Asked != "" {
			o.Errorf("after: %+v %+v", after, after.Erasure)
		}
		if _, err := o.Keys.GetOne(o.Context(), policy.From(dpo).Network, o.person); err != crypto.ErrDestroyed {
			o.Errorf("the key: %v", err)
		}
		p, err := o.People.Person(worker, o.person)
		o.must(err)
		if p.Name() != "" || people.NameOf(o.Context(), *p) == "" {
			o.Errorf("the person is still named: %+v", p)
		}
		if hits, err := o.People.Search(worker, "Vurgalip Hendorsky"); err != nil || len(hits.Hits) > 0 {
			o.Errorf("found: %+v %v", hits, err)
		}
		h, err := o.People.Household(worker, o.home)
		o.must(err)
		if len(h.Members) != 2 || h.Members[1].Person.GivenName != "Binta" {
			o.Errorf("the others of the household: %+v", h.Members)
		}
		o.refused(o.use(), errs.Conflict, "work on an erased person")
		o.says("/appointments/new?person="+o.person, "Persona cancellata", `name="date"`)
		if status, body := o.get("assistente", "/cases/new?household="+o.home); status != 200 || !strings.Contains(body, `name="reason"`) {
			o.Errorf("who was erased keeps help from the others: %d", status)
		}
		closed := map[string]people.RequestState{r.ID: people.ErasedByKey, waits.ID: people.Refused, held.ID: people.Lifted}
		f := o.rights("assistente")
		for _, one := range f.Requests {
			if one.State != closed[one.ID] || one.Reason == "" && one.ID != r.ID || one.AnsweredAt == nil {
				o.Errorf("after the erasure: %+v", one)
			}
		}
		if f.Standing != people.Erased || len(f.Requests) != 3 {
			o.Errorf("%+v", f)
		}
		if list, err := o.People.Requests(dpo, false); err != nil || slices.ContainsFunc(list, func(q people.Request) bool { return q.PersonID == o.person }) {
			o.Errorf("still waiting: %+v, %v", list, err)
		}
		_, err = o.People.Ask(worker, o.person, people.Request{Kind: people.AskAccess}, crypto.Sending{})
		o.refused(err, errs.Conflict, "asked after it")
	})
}

// An erasure that was interrupted before the key went is finished later.
func TestErasureIsFinished(t *testing.T) {
	eachOffice(t, func(o office) {
		dpo := o.as("dpo")
		r := o.ask(people.Request{Kind: people.AskErase})
		o.must(o.People.Accept(dpo, people.Request{ID: r.ID, Version: 1}))
		o.must(o.People.Erase(dpo, r.ID, people.Authorisation{Reference: "prot. 1", On: o.today(), Version: 2}))
		o.must(o.DB.Write(o.Context(), func(tx *db.Tx) error { return unfinish(o.Context(), tx, o.person) }))
		n, err := o.People.FinishErasures(o.Context())
		o.must(err)
		if again, err := o.People.FinishErasures(o.Context()); n != 1 || again != 0 || err != nil {
			o.Errorf("finished %d, then %d: %v", n, again, err)
		}
		d, err := o.People.Request(dpo, r.ID)
		o.must(err)
		if !d.Erasure.Done {
			o.Error("it is not done")
		}
	})
}

// Who decides reads what is asked, and no name of whom it is about.
func TestRequestsNameNobody(t *testing.T) {
	eachOffice(t, func(o office) {
		r := o.ask(people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Non voglio più stare qui"}})
		for _, path := range []string{"/rights", "/rights/" + r.ID} {
			status, body := o.get("dpo", path)
			if status != 200 || strings.Contains(body, "Vurgalip") || strings.Contains(body, "Hendorsky") {
				o.Errorf("%s: %d, or it names the person", path, status)
			}
		}
		if status, _ := o.get("assistente", "/rights/"+r.ID); status != 404 {
			o.Errorf("a worker opens the decisions: %d", status)
		}
	})
}

// get asks for a page as somebody.
func (o office) get(who, path string) (status int, body string) {
	o.Helper()
	r := httptest.NewRequestWithContext(o.Context(), "GET", path, nil)
	token, err := o.IssueToken(o.Context(), apptest.Mail(who), "test", 30)
	o.must(err)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	o.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}
