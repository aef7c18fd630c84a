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
	"tessuto/internal/platform/web"
)

func each(t *testing.T, fn func(t *testing.T, m *people.Module, as func(string) context.Context)) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) { fn(t, a.People, as) })
}

func eachApp(t *testing.T, fn func(t *testing.T, a *app.App, as func(string) context.Context)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			fn(t, a, func(who string) context.Context {
				actor, err := a.Auth.Actor(t.Context(), apptest.Mail(who))
				if err != nil {
					t.Fatal(err)
				}
				return policy.With(t.Context(), actor)
			})
		})
	}
}

func newcomers(names ...string) []people.Newcomer {
	rows := make([]people.NewcomerForm, len(names))
	for i, n := range names {
		rows[i] = people.NewcomerForm{GivenName: n, BirthDate: "1990", Relation: people.Child}
	}
	rows[0].Relation = people.ReferencePerson
	return people.Newcomers(rows, "Hendorsky")
}

func TestEnrolAndAddMembers(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		desk, sent := as("sportello"), crypto.Sending{Key: "k", Content: "c"}
		person, home, err := m.Enrol(desk, newcomers("Vurgalip"), sent)
		if err != nil {
			t.Fatal(err)
		}
		if p, h, err := m.Enrol(desk, newcomers("Vurgalip"), sent); err != nil || p != person || h != home {
			t.Errorf("the same twice gives %s in %s, %v", p, h, err)
		}
		child := people.Newcomers([]people.NewcomerForm{{GivenName: "Binta", Relation: people.Child}}, "Hendorsky")
		for range 2 {
			if err := m.AddMembers(desk, home, child, crypto.Sending{Key: "m", Content: "c"}); err != nil {
				t.Fatal(err)
			}
		}
		if h, err := m.Household(desk, home); err != nil || len(h.Members) != 2 || h.Reference().ID != person {
			t.Errorf("household = %+v, %v", h, err)
		}
		if err := m.AddMembers(as("partner"), home, child, crypto.Sending{}); err == nil {
			t.Error("another organisation adds a member")
		}
		if _, err := m.Household(as("partner"), home); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another organisation reads the household: %v", err)
		}
		if _, err := m.Home(as("partner"), person); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another organisation asks where a person lives: %v", err)
		}
	})
}

// The areas above hear of everybody who joins, in the same transaction: what
// they refuse is not saved.
func TestOnJoin(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		desk := as("sportello")
		_, home, err := m.Enrol(desk, newcomers("Vurgalip"), crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		m.OnJoin = append(m.OnJoin, func(ctx context.Context, tx *db.Tx, householdID, personID string) error {
			members, err := m.MemberIDs(ctx, tx, policy.From(ctx).Network, householdID)
			if householdID != home || !slices.Contains(members, personID) {
				t.Errorf("told of %s in %s before it stands", personID, householdID)
			}
			told = append(told, personID)
			if len(told) > 2 {
				return errs.New(errs.Invalid, "error.form_invalid")
			}
			return err
		})
		rows := []people.NewcomerForm{{GivenName: "Binta", Relation: people.Child}, {GivenName: "Omar", Relation: people.Child}}
		if err := m.AddMembers(desk, home, people.Newcomers(rows, "Hendorsky"), crypto.Sending{}); err != nil || len(told) != 2 {
			t.Errorf("told of %v, %v", told, err)
		}
		if err := m.AddMembers(desk, home, people.Newcomers(rows, "Hendorsky"), crypto.Sending{}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("what an area above refuses was saved: %v", err)
		}
		if h, err := m.Household(desk, home); err != nil || len(h.Members) != 3 {
			t.Errorf("household = %+v, %v", h, err)
		}
	})
}

func TestListPages(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		desk, seen := as("sportello"), map[string]bool{}
		for after := ""; ; {
			page, next, total, err := m.List(desk, after, 7)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range page {
				seen[p.ID] = true
			}
			if next == "" {
				if len(seen) != total || len(page) == 0 {
					t.Errorf("%d persons on the pages, %d in all, %d on the last page", len(seen), total, len(page))
				}
				return
			}
			after = next
		}
	})
}

func TestSearchFindsOwn(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		desk := as("sportello")
		rows := []people.NewcomerForm{{GivenName: "Muhammad", FamilyName: "Hendorsky", Phone: "+39 347 9011823", Relation: people.ReferencePerson}}
		person, _, err := m.Enrol(desk, people.Newcomers(rows, ""), crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"Muhammad Hendorsky", "hendorsky mohamed", "347 901 1823", "محمد Hendorsky"} {
			f, err := m.Search(desk, text)
			if err != nil || len(f.Hits) == 0 || f.Hits[0].ID != person {
				t.Errorf("%q finds %+v, %v", text, f, err)
			}
			if f, err := m.Search(as("admin"), text); len(f.Hits) > 0 || err == nil {
				t.Errorf("%q finds somebody for who sees nobody: %+v, %v", text, f, err)
			}
		}
	})
}

// People of one name are told apart by birth, citizenship and household.
func TestHitsApart(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		desk := as("sportello")
		for _, born := range []string{"12/03/1990", "1985", ""} {
			rows := []people.NewcomerForm{{GivenName: "Vurgalip", FamilyName: "Hendorsky", BirthDate: born, Citizenship: "SEN", Relation: people.ReferencePerson}}
			if born == "1985" {
				rows = append(rows, people.NewcomerForm{GivenName: "Binta", Relation: people.Child})
			}
			if _, _, err := m.Enrol(desk, people.Newcomers(rows, "Hendorsky"), crypto.Sending{}); err != nil {
				t.Fatal(err)
			}
		}
		v, err := m.Matches(desk, people.NewcomerForm{GivenName: "Vurgalip", FamilyName: "Hendorsky"}, "")
		if err != nil || len(v.Hits) < 3 {
			t.Fatalf("found %+v, %v", v.Hits, err)
		}
		for _, h := range v.Hits {
			want := 1
			if h.Birth.Year == 1985 {
				want = 2
			}
			if h.GivenName == "Vurgalip" && (h.Members != want || h.HouseholdID == "") {
				t.Errorf("%d live with who was born in %d, in %q", h.Members, h.Birth.Year, h.HouseholdID)
			}
		}
		for _, page := range []string{"/people?q=Vurgalip+Hendorsky", "/people/matches?given_name=Vurgalip&family_name=Hendorsky"} {
			for _, rt := range m.Routes() {
				path, _, _ := strings.Cut(page, "?")
				if rt.Pattern != path {
					continue
				}
				w := httptest.NewRecorder()
				web.Handle(rt.Handler).ServeHTTP(w, httptest.NewRequestWithContext(desk, "GET", page, nil))
				for _, word := range []string{"12 marzo 1990", "1985", "Senegal", "2 persone"} {
					if !strings.Contains(w.Body.String(), word) {
						t.Errorf("%s does not say %q", page, word)
					}
				}
			}
		}
		for range 9 {
			if _, _, err := m.Enrol(desk, newcomers("Vurgalip"), crypto.Sending{}); err != nil {
				t.Fatal(err)
			}
		}
		w := httptest.NewRecorder()
		web.Handle(m.Routes()[0].Handler).ServeHTTP(w, httptest.NewRequestWithContext(desk, "GET", "/people?q=Vurgalip", nil))
		if !strings.Contains(w.Body.String(), "Le prime 10 persone") || strings.Contains(w.Body.String(), "10 persone trovate") {
			t.Error("the first ten are told as all")
		}
	})
}
