package people_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// typedAs is somebody as a desk types them.
func typedAs(given, family, birth, phone string) people.NewcomerForm {
	return people.NewcomerForm{GivenName: given, FamilyName: family, BirthDate: birth, Phone: phone, Sex: "F", Relation: people.ReferencePerson}
}

func person(n people.NewcomerForm) *people.Person {
	return &people.Newcomers([]people.NewcomerForm{n}, "")[0].Person
}

// discreet is an actor of a service to which one goes for what must stay untold.
func discreet(ctx context.Context) context.Context {
	actor := policy.From(ctx)
	actor.OrgKind = "antiviolence_centre"
	return policy.With(ctx, actor)
}

const untold = "who is known where it must not be told"

// A desk of one body is told that another knows the person, and no more: not of a
// name alone, nor of whom a service knows that must not be named.
func TestKnownElsewhere(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		register := func(ctx context.Context, n people.NewcomerForm) string {
			t.Helper()
			id, _, err := m.Enrol(ctx, people.Newcomers([]people.NewcomerForm{n}, ""), crypto.Sending{})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		register(as("sportello"), typedAs("Vurgalip", "Hendorsky", "12/03/1990", "3471234567"))
		register(discreet(as("sportello")), typedAs("Brimolda", "Zwartkop", "05/06/1985", "3479876543"))
		other := as("ravenna.sportello")
		for _, c := range []struct {
			what string
			form people.NewcomerForm
			by   context.Context
			want bool
		}{
			{"name and day of birth", typedAs("Vurgalip", "Hendorsky", "12/03/1990", ""), other, true},
			{"the names swapped", typedAs("Hendorsky", "Vurgalip", "12/03/1990", ""), other, true},
			{"another spelling, and the phone", typedAs("Wurgalip", "Hendorski", "", "+39 347 1234567"), other, true},
			{"the name alone", typedAs("Vurgalip", "Hendorsky", "", ""), other, false},
			{"the year alone", typedAs("Vurgalip", "Hendorsky", "1990", ""), other, false},
			{"another day", typedAs("Vurgalip", "Hendorsky", "13/04/1971", ""), other, false},
			{untold, typedAs("Brimolda", "Zwartkop", "05/06/1985", "3479876543"), other, false},
			{"asked by who must not be named", typedAs("Vurgalip", "Hendorsky", "12/03/1990", ""), discreet(other), false},
		} {
			f, err := m.SearchFor(c.by, person(c.form))
			if err != nil || f.Elsewhere != c.want || len(f.Hits) > 0 {
				t.Errorf("%s: elsewhere %v, hits %d, %v; want %v", c.what, f.Elsewhere, len(f.Hits), err, c.want)
			}
			if !c.want && c.what != untold {
				continue // it would be registered, and found by the next
			}
			_, _, err = m.EnrolUnknown(c.by, people.Newcomers([]people.NewcomerForm{c.form}, ""), crypto.Sending{})
			var meant interface{ Candidates() any }
			if told := errors.As(err, &meant); told != c.want || (err != nil && errs.CodeOf(err) != errs.Conflict) {
				t.Errorf("%s: registering is answered %v", c.what, err)
			}
			if !c.want {
				continue
			}
			if items, ok := meant.Candidates().([]people.PersonItem); !ok || len(items) != 1 || items[0].ID != "" || items[0].GivenName != "" {
				t.Errorf("%s: told of %+v", c.what, meant.Candidates())
			}
		}
	})
}

// Who knows the person is asked to get in touch; who asks is not told who that is.
func TestAskContact(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, desk, other := a.People, as("sportello"), as("ravenna.sportello")
		known := typedAs("Vurgalip", "Hendorsky", "12/03/1990", "")
		id, _, err := m.Enrol(desk, people.Newcomers([]people.NewcomerForm{known}, ""), crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // asked twice, they are asked once
			if err := m.AskContact(other, "Vurgalip Hendorsky 12/03/1990"); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.AskContact(other, "Nobody Whatever 12/03/1990"); err != nil {
			t.Errorf("of somebody nobody knows: %v", err)
		}
		waits := func(who string) (found []task.Task) {
			list, err := a.Tasks.List(as(who), task.Queue)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range list {
				if one.Message == "task.reminder.contact_asked" {
					found = append(found, one)
				}
			}
			return found
		}
		got := waits("sportello")
		if len(got) != 1 || got[0].Path != "/people/"+id || !strings.Contains(got[0].Args["Org"], policy.From(other).OrgName) {
			t.Errorf("who knows her is asked %+v", got)
		}
		if got := waits("ravenna.sportello"); len(got) > 0 {
			t.Errorf("who asks has %+v", got)
		}
	})
}
