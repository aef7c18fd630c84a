package look

import (
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/people"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// The pages of the register, with a family of which much is written, wide in
// Italian and narrow in English, the languages of the staff.
func TestRegister(t *testing.T) {
	a := apptest.Demo(t, dbtest.Engines[0])
	base := apptest.Serve(t, a)
	actor, err := a.Auth.Actor(t.Context(), apptest.Mail("assistente"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := policy.With(t.Context(), actor)
	open, _, err := a.Cases.Cases(ctx, false, 50)
	if err != nil {
		t.Fatal(err)
	}
	var person, child, home string
	for _, f := range open {
		if f.Household.Reference().Original() != "" {
			person = f.Household.Reference().ID
		}
		h, err := a.People.Household(ctx, f.HouseholdID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range h.Past {
			if e.Kind == "left" {
				home = h.ID
			}
		}
		for _, m := range h.Members {
			if m.Relation == people.Child {
				child = m.PersonID
			}
		}
	}
	one, house := "/people/"+person, "/households/"+home
	profile, err := a.People.Profile(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	pages := []string{one, one + "/edit/names", one + "/edit/civil", one + "/edit/languages", one + "/edit/contacts", one + "/edit/address", one + "/history",
		one + "/identifiers/new", one + "/guarded/new", one + "/permits/" + profile.Permits[0].ID + "/edit", "/people/" + child, "/people/" + child + "/care/new",
		house, house + "/leave", house + "/relations", house + "/join?q=Okafor", "/permits", "/coming-of-age"}
	for _, c := range []struct {
		name, lang string
		width      int
	}{{"wide", "it", 1280}, {"narrow", "en", 360}} {
		t.Run(c.name, func(t *testing.T) {
			p := signedIn(t, base, "assistente", c.lang, c.width, 900)
			for _, path := range pages {
				p.Goto(base + path)
				p.Overflow(t)
				p.Axe(t)
				if testing.Verbose() {
					p.Screenshot(t, c.name+strings.NewReplacer("/", "-", "?", "-", person, "p", child, "c", home, "h", profile.Permits[0].ID, "x").Replace(path))
				}
			}
		})
	}
}
