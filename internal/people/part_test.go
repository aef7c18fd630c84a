package people_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/linkage"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// somebody registers a person, by a name that nobody else of the demo has.
func somebody(t *testing.T, m *people.Module, ctx context.Context, form people.NewcomerForm) *people.Person {
	t.Helper()
	form.Relation = people.ReferencePerson
	id, _, err := m.Enrol(ctx, people.Newcomers([]people.NewcomerForm{form}, ""), crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Person(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sinceWhen is the day on which a person was registered into their household:
// today, for who was just registered.
func sinceWhen(t *testing.T, m *people.Module, ctx context.Context, person string) db.Date {
	t.Helper()
	home, err := m.Home(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	h, err := m.Household(ctx, home)
	if err != nil {
		t.Fatal(err)
	}
	return h.Members[0].From
}

// Each part is changed by itself, what was is kept and can be put back, and the
// person is found by what they are called now.
func TestSavePerson(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		desk := as("sportello")
		p := somebody(t, m, desk, people.NewcomerForm{GivenName: "Vurgalip", FamilyName: "Hendorsky", Phone: "347 9011823", BirthTown: "Pistoia"})
		if p.BirthComune != "G713" || p.BirthCountry != "ITA" {
			t.Errorf("born in %q %q", p.BirthCountry, p.BirthComune)
		}
		p.GivenName, p.FamilyOriginal, p.Sex = "Zwartkop", "هندورسكي", "F"
		if err := m.SavePerson(desk, *p, people.Names); err != nil {
			t.Fatal(err)
		}
		now, err := m.Person(desk, p.ID)
		if err != nil || now.GivenName != "Zwartkop" || now.Sex != "" || now.Version != 2 || now.Phone != "347 9011823" {
			t.Fatalf("%+v, %v", now, err)
		}
		for text, want := range map[string]bool{"Zwartkop Hendorsky": true, "هندورسكي": true, "Vurgalip": false, "3479011823": true} {
			f, err := m.Search(desk, text)
			if found := slices.ContainsFunc(f.Hits, func(h people.Hit) bool { return h.ID == p.ID }); found != want || err != nil {
				t.Errorf("%q finds her: %v, %v", text, found, err)
			}
		}
		_, changes, err := m.History(desk, p.ID)
		if err != nil || len(changes) != 1 || changes[0].Before.GivenName != "Vurgalip" || changes[0].After.GivenName != "Zwartkop" ||
			!slices.Equal(changes[0].Parts, []people.Part{people.Names}) || changes[0].By == "" {
			t.Fatalf("%+v, %v", changes, err)
		}
		if err := m.RestorePerson(desk, p.ID, 1); err != nil {
			t.Fatal(err)
		}
		if now, err := m.Person(desk, p.ID); err != nil || now.Name() != "Vurgalip Hendorsky" || now.Original() != "" {
			t.Errorf("put back: %+v, %v", now, err)
		}
		for name, refused := range map[string]error{
			"another body":      m.SavePerson(as("ravenna.sportello"), *p, people.Names),
			"its history":       m.RestorePerson(as("ravenna.sportello"), p.ID, 1),
			"a state that none": m.RestorePerson(desk, p.ID, 9),
		} {
			if errs.CodeOf(refused) != errs.NotFound {
				t.Errorf("%s: %v", name, refused)
			}
		}
		p.GivenName, p.FamilyName = "", ""
		p.Version = 3
		if err := m.SavePerson(desk, *p, people.Names); errs.FieldsOf(err)["given_name"] == "" {
			t.Errorf("without a name: %v", err)
		}
	})
}

// Two who change different parts do not meet; of two who change one, the second
// is shown what the first wrote.
func TestTwoChangeAPerson(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		desk := as("sportello")
		p := somebody(t, m, desk, people.NewcomerForm{GivenName: "Vurgalip"})
		first, second, other := *p, *p, *p
		first.Phone, second.Phone, other.Sex = "3479011823", "3479011824", "F"
		for what, save := range map[string]error{"first": m.SavePerson(desk, first, people.Reaches), "other part": m.SavePerson(desk, other, people.Civil),
			"the same again": m.SavePerson(desk, first, people.Reaches)} {
			if save != nil {
				t.Errorf("%s: %v", what, save)
			}
		}
		err := m.SavePerson(desk, second, people.Reaches)
		theirs := errs.TheirsOf[people.Saved](err)
		if errs.CodeOf(err) != errs.Conflict || theirs == nil || theirs.Phone != "3479011823" || theirs.By == "" || theirs.At == "" {
			t.Fatalf("%v, %+v", err, theirs)
		}
		second.Version = theirs.Version
		if err := m.SavePerson(desk, second, people.Reaches); err != nil {
			t.Fatal(err)
		}
		if now, err := m.Person(desk, p.ID); err != nil || now.Phone != "3479011824" || now.Sex != "F" {
			t.Errorf("%+v, %v", now, err)
		}
	})
}

// What was counted was counted: an edit changes no fact, and verify knows.
func TestEditsLeaveThePastAlone(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			actor, err := a.Auth.Actor(t.Context(), apptest.Mail("sportello"))
			if err != nil {
				t.Fatal(err)
			}
			ctx := policy.With(t.Context(), actor)
			before := facts(t, a.DB)
			page, _, _, err := a.People.List(ctx, "", 200)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range page[:20] {
				p.Sex, p.Citizenships = "X", []string{people.Stateless}
				p.BirthDate, p.Birth, _ = people.ParseBirth("1950")
				if err := a.People.SavePerson(ctx, p, people.Civil); err != nil {
					t.Fatal(err)
				}
			}
			if now := facts(t, a.DB); now != before {
				t.Error("a fact has changed")
			}
			if r, err := a.Verify(t.Context()); err != nil || len(r.Problems) > 0 {
				t.Errorf("verify: %v %v", r.Problems, err)
			}
			spoil(t, a.DB)
			if r, err := a.Verify(t.Context()); err != nil || len(r.Problems) == 0 {
				t.Errorf("verify finds nothing wrong with a fact that was changed: %v", err)
			}
		})
	}
}

func TestIdentifiers(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		desk := as("sportello")
		p, other := somebody(t, m, desk, people.NewcomerForm{GivenName: "Vurgalip"}), somebody(t, m, desk, people.NewcomerForm{GivenName: "Zwartkop"})
		add := func(ctx context.Context, person string, scheme people.Scheme, value string, known bool) error {
			return m.AddIdentifier(ctx, people.NewIdentifier{Known: known, Identifier: people.Identifier{PersonID: person, Scheme: scheme, Value: value}})
		}
		for what, err := range map[string]error{"provisional": add(desk, p.ID, people.ProvisionalTax, "97320000587", false),
			"passport": add(desk, p.ID, people.Passport, "ab 12345", false)} {
			if err != nil {
				t.Fatal(what, err)
			}
		}
		if err := add(desk, p.ID, people.TaxCodeScheme, "rssmra75l01h501a", false); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			err  error
			want string
		}{
			"twice":          {add(desk, p.ID, people.Passport, "AB12345", true), "identifier.twice"},
			"another's":      {add(desk, other.ID, people.Passport, "AB-12345", false), "identifier.known"},
			"no code":        {add(desk, p.ID, people.TaxCodeScheme, "RSSMRA75L01H501B", false), "identifier.it_cf"},
			"the other kind": {add(desk, p.ID, people.TaxCodeScheme, "97320000587", false), "identifier.it_cf"},
			"nothing":        {add(desk, p.ID, people.Passport, " - ", false), "identifier.missing"},
		} {
			if got := errs.FieldsOf(c.err)["value"]; got != c.want {
				t.Errorf("%s: %v, want %s", what, c.err, c.want)
			}
		}
		if err := add(desk, p.ID, people.STP, "STP1234567890123", false); errs.FieldsOf(err)["scheme"] == "" {
			t.Errorf("an STP code stands on the page: %v", err)
		}
		if err := add(desk, other.ID, people.Passport, "AB12345", true); err != nil {
			t.Errorf("knowingly: %v", err)
		}
		if err := add(as("ravenna.sportello"), p.ID, people.Passport, "X1", false); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another body: %v", err)
		}
		profile, err := m.Profile(desk, p.ID)
		if err != nil || len(profile.Identifiers) != 3 {
			t.Fatalf("%+v, %v", profile, err)
		}
		status := map[people.Scheme]string{}
		for _, i := range profile.Identifiers {
			status[i.Scheme] = i.Status("2026-03-12")
		}
		if status[people.ProvisionalTax] != "replaced" || status[people.TaxCodeScheme] != "valid" || len(profile.Differs()) == 0 {
			t.Errorf("%v, %v", status, profile.Differs())
		}
		f, err := m.Search(desk, "RSS MRA 75L01 H501A")
		if err != nil || len(f.Hits) == 0 || f.Hits[0].ID != p.ID || f.Hits[0].Reasons[0] != linkage.SameIdentifier {
			t.Errorf("by the code: %+v, %v", f, err)
		}
		if f, err := m.Search(as("ravenna.sportello"), "RSSMRA75L01H501A"); err != nil || len(f.Hits) > 0 || !f.Elsewhere {
			t.Errorf("another body finds %+v, %v", f, err)
		}
		id, today := profile.Identifiers[0].ID, db.Date("2026-03-12")
		if err := m.EndIdentifier(desk, p.ID, id, today.AddDays(4000)); errs.FieldsOf(err)["to"] == "" {
			t.Errorf("ends in years to come: %v", err)
		}
		if err := m.EndIdentifier(desk, other.ID, id, "2020-01-01"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("of somebody else: %v", err)
		}
		if err := m.EndIdentifier(desk, p.ID, id, "2020-01-01"); err != nil {
			t.Error(err)
		}
	})
}

// What is kept back gives no sign to who is not named to it: not the page, not a
// search, not the address that stood there before, not a second code.
func TestGuarded(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		worker, mate := as("assistente"), as("sportello") // of one body
		p := somebody(t, m, worker, people.NewcomerForm{GivenName: "Vurgalip"})
		p.Address = people.Address{Street: "Via dei Papaveri 3", Town: "Roma"}
		if err := m.SavePerson(worker, *p, people.Home); err != nil {
			t.Fatal(err)
		}
		if now, err := m.Person(mate, p.ID); err != nil || now.Comune != "058091" {
			t.Fatalf("%+v %v", now, err)
		}
		const stp = "STP0501234567890"
		seenBefore := seen(t, m, mate, p.ID, stp)
		add := func(ctx context.Context, g people.Guarded, with ...string) error {
			g.PersonID = p.ID
			return m.AddGuarded(ctx, people.NewGuarded{Guarded: g, With: with})
		}
		if err := add(worker, people.Guarded{Kind: people.GuardedSTP, Code: stp}); err != nil {
			t.Fatal(err)
		}
		if got := seen(t, m, mate, p.ID, stp); got != seenBefore {
			t.Errorf("a code shows to who is not named to it:\n%s\n%s", seenBefore, got)
		}
		if err := add(worker, people.Guarded{Kind: people.ProtectedAddress, Address: people.Address{Street: "Via Segreta 9", Town: "Pistoia"}}); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Papaveri", "Segreta", "Pistoia", "Roma", "058091", "047014"} {
			if got := seen(t, m, mate, p.ID, stp); strings.Contains(got, word) {
				t.Errorf("%q shows to who is not named to it", word)
			}
		}
		profile, err := m.Profile(worker, p.ID)
		if err != nil || len(profile.Guarded) != 2 || profile.Guarded[0].Code != stp || profile.Guarded[1].Address.Street != "Via Segreta 9" {
			t.Fatalf("%+v, %v", profile.Guarded, err)
		}
		if f, err := m.Search(worker, stp); err != nil || len(f.Hits) == 0 || f.Hits[0].ID != p.ID {
			t.Errorf("who is named to it does not find her by it: %+v, %v", f, err)
		}
		// Another writes the same and is not told; both records stand.
		if err := add(mate, people.Guarded{Kind: people.GuardedSTP, Code: stp}, policy.From(worker).AccountID); err != nil {
			t.Fatal(err)
		}
		if profile, err := m.Profile(worker, p.ID); err != nil || len(profile.Guarded) != 3 {
			t.Errorf("named to it: %+v, %v", profile.Guarded, err)
		}
		if err := m.EndGuarded(mate, p.ID, profile.Guarded[0].ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("taken away by who is not named to it: %v", err)
		}
		for what, refused := range map[string]error{
			"no address":      add(worker, people.Guarded{Kind: people.ProtectedAddress}),
			"no code":         add(worker, people.Guarded{Kind: people.GuardedSTP, Code: "STP12"}),
			"the other kind":  add(worker, people.Guarded{Kind: people.GuardedENI, Code: stp}),
			"another's staff": add(worker, people.Guarded{Kind: people.GuardedSTP, Code: stp}, policy.From(as("psicologo")).AccountID),
		} {
			if errs.CodeOf(refused) != errs.Invalid {
				t.Errorf("%s: %v", what, refused)
			}
		}
		if err := m.EndGuarded(worker, p.ID, profile.Guarded[0].ID); err != nil {
			t.Error(err)
		}
	})
}
