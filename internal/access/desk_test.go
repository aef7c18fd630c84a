package access_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// bench is the program, seen from a desk.
type bench struct {
	*app.App
	*testing.T
}

func each(t *testing.T, fn func(b *bench)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			fn(&bench{App: apptest.Demo(t, engine), T: t})
		})
	}
}

// as returns a context in the name of a demo account.
func (b *bench) as(who string) context.Context {
	b.Helper()
	actor, err := b.Auth.Actor(b.Context(), apptest.Mail(who))
	b.must(err)
	return policy.With(b.Context(), actor)
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// refused asserts the code of an error and, when given, its field.
func (b *bench) refused(err error, want errs.Code, field, what string) {
	b.Helper()
	if errs.CodeOf(err) != want || err == nil || field != "" && errs.FieldsOf(err)[field] == "" {
		b.Errorf("%s: got %v, want %s of %q", what, err, want, field)
	}
}

// contact is one that can be saved, without a name.
func (b *bench) contact() access.NewContact {
	b.Helper()
	desks, err := b.Access.Desks(b.as("sportello"))
	b.must(err)
	return access.NewContact{Contact: access.Contact{DeskID: desks[0].ID, On: db.DateOf(b.DB.Now()), Channel: "in_person",
		Requests: []string{"housing", "work"}, Outcome: "informed", Minutes: 10, Words: access.Words{Asked: "Una casa"}}}
}

// family is a mother with a child.
func family(given, name string) []people.Newcomer {
	return people.Newcomers([]people.NewcomerForm{
		{GivenName: given, FamilyName: name, BirthDate: "1990", Relation: people.ReferencePerson},
		{GivenName: "Binta", BirthDate: "2018", Relation: people.Child}}, name)
}

func (b *bench) total(who string) int {
	b.Helper()
	_, n, err := b.Access.Contacts(b.as(who), "", 1)
	b.must(err)
	return n
}

func TestSaveContact(t *testing.T) {
	each(t, func(b *bench) {
		desk, before, elsewhere := b.as("sportello"), b.total("sportello"), b.total("assistente")
		n := b.contact()
		n.Newcomers, n.Sent = family("Vurgalip", "Hendorsky"), crypto.Sending{Key: "k1", Content: "content"}
		id, err := b.Access.SaveContact(desk, n)
		b.must(err)
		again, err := b.Access.SaveContact(desk, n)
		b.must(err)
		if again != id || b.total("sportello") != before+1 {
			b.Errorf("the same form twice: %s and %s, %d contacts more", id, again, b.total("sportello")-before)
		}
		n.Sent.Content = "other content"
		_, err = b.Access.SaveContact(desk, n)
		b.refused(err, errs.Conflict, "", "the same key with another content")

		c, err := b.Access.Contact(desk, id)
		b.must(err)
		h, err := b.People.Household(desk, c.HouseholdID)
		b.must(err)
		if c.Asked != "Una casa" || len(c.Requests) != 2 || len(h.Members) != 2 || h.Members[1].Person.Name() != "Binta Hendorsky" {
			b.Errorf("saved %+v with %+v", c, h.Members)
		}
		if b.total("assistente") != elsewhere && policy.From(b.as("assistente")).OrgID != policy.From(desk).OrgID {
			b.Error("a contact is open to another organisation")
		}
		_, err = b.Access.Contact(b.as("partner"), id)
		b.refused(err, errs.NotFound, "", "another organisation reads the contact")
		r, err := b.Verify(b.Context())
		if err != nil || len(r.Problems) > 0 {
			b.Errorf("verify: %v %v", err, r.Problems)
		}
	})
}

func TestMaybeKnown(t *testing.T) {
	each(t, func(b *bench) {
		desk := b.as("sportello")
		first := b.contact()
		first.Newcomers, first.Ask, first.Sent.Key = family("Vurgalip", "Hendorsky"), true, "k1"
		id, err := b.Access.SaveContact(desk, first)
		b.must(err)
		again, err := b.Access.SaveContact(desk, first)
		if err != nil || again != id {
			b.Errorf("the same form twice is taken for somebody known: %s, %v", again, err)
		}
		alike := b.contact()
		alike.Newcomers, alike.Ask, alike.Sent.Key = family("Vurgaleep", "Hendorsky"), true, "k2"
		before := b.total("sportello")
		_, err = b.Access.SaveContact(desk, alike)
		b.refused(err, errs.Invalid, "person_id", "somebody very alike")
		if b.total("sportello") != before {
			b.Error("what was refused was saved")
		}
		alike.Newcomers, alike.Ask = family("Vurgaleep", "Hendorsky"), false
		_, err = b.Access.SaveContact(desk, alike)
		b.must(err)

		v, err := b.People.Matches(b.as("partner"), people.NewcomerForm{GivenName: "Vurgalip", FamilyName: "Hendorsky"}, "")
		if len(v.Hits) > 0 {
			b.Errorf("a match betrays a person of another organisation: %v, %v", v.Hits, err)
		}
	})
}

func TestContactsPage(t *testing.T) {
	each(t, func(b *bench) {
		desk, today := b.as("sportello"), db.DateOf(b.DB.Now())
		for _, days := range []int{0, -2, 0, -1, -2} {
			n := b.contact()
			n.On, n.Said = today.AddDays(days), ledger.Dimensions{Sex: "F"}
			_, err := b.Access.SaveContact(desk, n)
			b.must(err)
		}
		var seen []access.Contact
		for before := ""; ; before = seen[len(seen)-1].ID {
			page, total, err := b.Access.Contacts(desk, before, 2)
			b.must(err)
			if seen = append(seen, page...); len(page) < 2 {
				if len(seen) != total {
					b.Errorf("%d contacts on the pages, %d in all", len(seen), total)
				}
				break
			}
		}
		for i := 1; i < len(seen); i++ {
			if seen[i].On > seen[i-1].On || seen[i].ID == seen[i-1].ID {
				b.Errorf("after %s of %s comes %s of %s", seen[i-1].ID, seen[i-1].On, seen[i].ID, seen[i].On)
			}
		}
	})
}

func TestAppointmentStory(t *testing.T) {
	each(t, func(b *bench) {
		desk, mediator := b.as("sportello"), b.as("mediatore")
		person, _, err := b.People.Enrol(desk, family("Vurgalip", "Hendorsky"), crypto.Sending{})
		b.must(err)
		a := access.Appointment{PersonID: person, MediatorID: policy.From(mediator).AccountID, Minutes: 60, Language: "ar",
			StartsAt: b.DB.Now().Add(-24 * time.Hour), Details: access.Details{Where: "Sportello"}}
		sent := crypto.Sending{Key: "k", Content: "c"}
		id, err := b.Access.Book(desk, a, sent)
		b.must(err)
		if again, err := b.Access.Book(desk, a, sent); err != nil || again != id {
			b.Errorf("the same form twice books %s and %s, %v", id, again, err)
		}
		a.Place = ledger.Place{Programme: "reboot", Activity: "none"}
		_, err = b.Access.Book(desk, a, crypto.Sending{})
		b.refused(err, errs.Invalid, "place", "an activity that is none")

		waiting, err := b.Access.Unconfirmed(mediator, db.DateOf(b.DB.Now()))
		b.must(err)
		if len(waiting) == 0 || waiting[len(waiting)-1].ID != id || waiting[len(waiting)-1].Who != "Vurgalip" {
			b.Errorf("the hours to confirm are %+v", waiting)
		}
		_, err = b.People.Person(mediator, person)
		b.refused(err, errs.NotFound, "", "the mediator reads the person")
		b.refused(b.Access.ConfirmHours(desk, id, 60), errs.Forbidden, "", "the desk confirms hours")
		b.must(b.Access.ConfirmHours(mediator, id, 50))
		coming := a
		coming.Place, coming.StartsAt = ledger.Place{}, b.DB.Now().AddDate(0, 0, 40)
		next, err := b.Access.Book(desk, coming, crypto.Sending{})
		b.must(err)
		b.refused(b.Access.ConfirmHours(mediator, next, 60), errs.Invalid, "", "hours of a meeting to come")
		b.refused(b.Access.ConfirmHours(mediator, id, 50), errs.Conflict, "", "a second confirmation")
	})
}
