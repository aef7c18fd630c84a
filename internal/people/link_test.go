package people_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// away is somebody who works in another network of the same installation.
func away(t *testing.T, a *app.App) context.Context {
	t.Helper()
	actor := policy.Actor{AccountID: db.NewID(), MembershipID: db.NewID(), OrgID: db.NewID(), OrgName: "Altrove", Role: policy.SocialWorker}
	err := a.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		actor.Network, err = a.Network.EnsureNetwork(t.Context(), tx, "altrove", "Un'altra rete")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return policy.With(t.Context(), actor)
}

func quiet(int, int) {}

// linked compares all networks and tells whether some persons, and no others, were
// found to be one.
func linked(t *testing.T, a *app.App, ids ...string) bool {
	t.Helper()
	if err := a.People.Link(t.Context(), quiet); err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return slices.Contains(groups(t, a.DB), strings.Join(ids, " "))
}

func coded(t *testing.T, m *people.Module, ctx context.Context, person, code string) {
	t.Helper()
	n := people.NewIdentifier{Identifier: people.Identifier{PersonID: person, Scheme: people.TaxCodeScheme, Value: code}, Known: true}
	if err := m.AddIdentifier(ctx, n); err != nil {
		t.Fatal(err)
	}
}

const (
	code1 = "RSSMRA75L01H501A"
	code2 = "BNLHMD90A15Z330N"
	code3 = "RSSMRA75L01H50MS"
)

// Two entries in two networks are one person when the codice fiscale is the same, or
// the sound of the name with the day of birth and the sex; never because they are
// like each other.
func TestLinkedIsStrict(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, here, there := a.People, as("sportello"), away(t, a)
		man := func(n people.NewcomerForm) people.NewcomerForm { n.Sex = "M"; return n }
		unsaid := func(n people.NewcomerForm) people.NewcomerForm { n.Sex = ""; return n }
		for what, c := range map[string]struct {
			here, there  people.NewcomerForm
			hers, theirs string // codici fiscali
			want         bool
		}{
			"two spellings":            {typedAs("Khadidja", "El Idrissi", "12/03/1971", ""), typedAs("Idrissi", "Khadija", "1971-03-12", "3331112223"), "", "", true},
			"Slavic spellings":         {typedAs("Wurgalina", "Hendorskaja", "13/03/1972", ""), typedAs("Vurgalina", "Hendorskaya", "13/03/1972", ""), "", "", true},
			"another script":           {typedAs("Olena", "Shevchenko", "14/03/1973", ""), typedAs("Олена", "Шевченко", "14/03/1973", ""), "", "", true},
			"the same number":          {typedAs("Brimolda", "Zwartkop", "", ""), typedAs("Gudruna", "Pimpelmees", "1974", ""), code1, code1, true},
			"other numbers":            {typedAs("Staartmees", "Vinkenbaan", "15/03/1975", ""), typedAs("Staartmees", "Vinkenbaan", "15/03/1975", ""), code2, code3, false},
			"a day later":              {typedAs("Roodborst", "Kerkuil", "16/03/1976", "3471112233"), typedAs("Roodborst", "Kerkuil", "17/03/1976", "3471112233"), "", "", false},
			"the year only":            {typedAs("Goudhaan", "Boomklever", "1977", ""), typedAs("Goudhaan", "Boomklever", "1977", ""), "", "", false},
			"another sex":              {typedAs("Koolmees", "Winterkoning", "18/03/1978", ""), man(typedAs("Koolmees", "Winterkoning", "18/03/1978", "")), "", "", false},
			"no sex":                   {unsaid(typedAs("Grasmus", "Tjiftjaf", "19/03/1979", "")), unsaid(typedAs("Grasmus", "Tjiftjaf", "19/03/1979", "")), "", "", false},
			"one word":                 {typedAs("Zilvermeeuw", "", "20/03/1980", ""), typedAs("Zilvermeeuw", "", "20/03/1980", ""), "", "", false},
			"1 January":                {typedAs("Kievit", "Grutto", "01/01/1981", ""), typedAs("Kievit", "Grutto", "01/01/1981", ""), "", "", false},
			"1 January and the phone":  {typedAs("Tureluur", "Scholekster", "01/01/1982", "+39 347 5556667"), typedAs("Tureluur", "Scholekster", "01/01/1982", "3475556667"), "", "", true},
			"1 January, another phone": {typedAs("Kluut", "Bontbek", "01/01/1983", "3475556668"), typedAs("Kluut", "Bontbek", "01/01/1983", "3475556669"), "", "", false},
		} {
			x, y := enrol(t, m, here, c.here), enrol(t, m, there, c.there)
			if c.hers != "" {
				coded(t, m, here, x, c.hers)
				coded(t, m, there, y, c.theirs)
			}
			if got := linked(t, a, x, y); got != c.want {
				t.Errorf("%s: linked %v", what, got)
			}
			if n, o := digestsOf(t, a.DB, x), digestsOf(t, a.DB, y); n != 3 || o != 3 {
				t.Errorf("%s: %d and %d digests: how many there are tells what is known", what, n, o)
			}
		}
		// Two of one network who cannot be told apart: which of them is the other one,
		// nobody knows, until they are merged.
		first, third := enrol(t, m, here, typedAs("Fuut", "Dodaars", "21/03/1984", "")), enrol(t, m, there, typedAs("Fuut", "Dodaars", "21/03/1984", ""))
		if !linked(t, a, first, third) {
			t.Fatal("not linked")
		}
		second := enrol(t, m, here, typedAs("Fut", "Dodaars", "21/03/1984", ""))
		if linked(t, a, first, third) || linked(t, a, second, third) || linked(t, a, first, second, third) {
			t.Error("one of two who cannot be told apart is linked")
		}
		pair, err := m.Suspect(here, first, second)
		if err == nil {
			err = m.MergePair(here, pair, second, nil, "")
		}
		if err != nil || !linked(t, a, second, third) {
			t.Errorf("merged, they are not linked: %v", err)
		}
		if err := m.UndoMerge(here, pair); err != nil || linked(t, a, second, third) {
			t.Errorf("undone, they are linked: %v", err)
		}
	})
}

// What people are compared by is made anew as it was: after a restore, which has none
// of it.
func TestComparedAnew(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, here := a.People, as("sportello")
		first := enrol(t, m, here, typedAs("Vurgalip", "Zwartkop", "12/03/1990", ""))
		second := enrol(t, m, here, typedAs("Brimolda", "Zwartkop", "01/01/1985", "3479876543"))
		coded(t, m, here, first, code1)
		enrol(t, m, discreet(here), typedAs("Gudruna", "Zwartkop", "13/03/1991", ""))
		pair, err := m.Suspect(here, first, second)
		if err == nil {
			err = m.MergePair(here, pair, second, nil, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		was := digests(t, a.DB)
		forgetDigests(t, a.DB)
		err = a.DB.Write(t.Context(), func(tx *db.Tx) error { return m.CatchUp(t.Context(), tx, policy.From(here).Network) })
		if got := digests(t, a.DB); err != nil || len(was) < 300 || !slices.Equal(got, was) {
			t.Errorf("%d digests, %d made anew, or others: %v", len(was), len(got), err)
		}
	})
}

// Who is linked is so no more once they are another, protected or erased; and who is
// known only where it must not be told never was.
func TestLinkedIsUndone(t *testing.T) {
	eachOffice(t, func(o office) {
		m, here, there := o.People, o.as("sportello"), away(o.T, o.App)
		form := typedAs("Vurgalip", "Zwartkop", "12/03/1990", "")
		x, y := enrol(o.T, m, here, form), enrol(o.T, m, there, form)
		secret := enrol(o.T, m, discreet(there), typedAs("Brimolda", "Zwartkop", "05/06/1985", ""))
		known := enrol(o.T, m, here, typedAs("Brimolda", "Zwartkop", "05/06/1985", ""))
		if !linked(o.T, o.App, x, y) {
			o.Fatal("not linked")
		}
		if linked(o.T, o.App, known, secret) || digestsOf(o.T, o.DB, secret) != 0 {
			o.Error("somebody known to an antiviolence centre shows")
		}
		coded(o.T, m, discreet(there), secret, code1)
		if digestsOf(o.T, o.DB, secret) != 0 {
			o.Error("a number makes them show")
		}
		p, err := m.Person(here, x)
		o.must(err)
		was := *p
		p.BirthDate, p.Birth, _ = people.ParseBirth("1991-03-12")
		o.must(m.SavePerson(here, *p, people.Civil))
		if linked(o.T, o.App, x, y) {
			o.Error("who is another now is still linked")
		}
		was.Version = p.Version + 1
		o.must(m.SavePerson(here, was, people.Civil))
		if !linked(o.T, o.App, x, y) {
			o.Error("put back, not linked")
		}
		home, err := m.Home(here, x)
		o.must(err)
		_, err = m.LeaveHousehold(here, people.Leaving{Household: home, Persons: []string{x}, On: o.today(), Reason: "other", Protected: true})
		o.must(err)
		if linked(o.T, o.App, x, y) || digestsOf(o.T, o.DB, x) != 0 {
			o.Error("who is protected is linked")
		}
		o.must(m.Reopen(here, x))
		if !linked(o.T, o.App, x, y) {
			o.Error("not protected any more, not linked")
		}
	})
}

// Erasing takes away what one was compared by, and with whom they were one.
func TestErasedIsLinkedToNobody(t *testing.T) {
	eachOffice(t, func(o office) {
		m, there, dpo := o.People, away(o.T, o.App), o.as("dpo")
		p, err := m.Person(o.as("sportello"), o.person)
		o.must(err)
		p.Sex = "F"
		p.BirthDate, p.Birth, _ = people.ParseBirth("1990-03-12")
		o.must(m.SavePerson(o.as("sportello"), *p, people.Civil))
		other := enrol(o.T, m, there, typedAs(p.GivenName, p.FamilyName, "12/03/1990", ""))
		if !linked(o.T, o.App, o.person, other) {
			o.Fatal("not linked")
		}
		o.ask(people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Me ne vado"}})
		list, err := m.Requests(dpo, false)
		o.must(err)
		at := slices.IndexFunc(list, func(r people.Request) bool { return r.PersonID == o.person })
		o.must(m.Accept(dpo, people.Request{ID: list[at].ID, Version: 1}))
		o.must(m.Erase(dpo, list[at].ID, people.Authorisation{Reference: "prot. 1/2026", On: o.today(), Version: 2}))
		if digestsOf(o.T, o.DB, o.person) != 0 || strings.Contains(strings.Join(groups(o.T, o.DB), " "), o.person) {
			o.Error("something is left at once")
		}
		if linked(o.T, o.App, o.person, other) {
			o.Error("who is erased is linked again")
		}
	})
}

// From one network nobody of another is found, named, counted or told of, linked or not.
func TestLinkedTellsNoNetworkOfAnother(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, here, there := a.People, as("sportello"), away(t, a)
		form := typedAs("Vurgalip", "Zwartkop", "12/03/1990", "3471234567")
		x := enrol(t, m, here, form)
		coded(t, m, here, x, code1)
		before, err := m.SearchFor(there, person(form))
		if err != nil || len(before.Hits) > 0 || before.Elsewhere {
			t.Errorf("before: %+v, %v", before, err)
		}
		y, _, err := m.EnrolUnknown(there, people.Newcomers([]people.NewcomerForm{form}, ""), crypto.Sending{})
		if err != nil {
			t.Fatalf("registering answers otherwise because of another network: %v", err)
		}
		coded(t, m, there, y, code1)
		if !linked(t, a, x, y) {
			t.Fatal("not linked")
		}
		for _, text := range []string{"Vurgalip Zwartkop", code1, "3471234567"} {
			for ctx, own := range map[context.Context]string{here: x, there: y} {
				if f, err := m.Search(ctx, text); err != nil || f.Elsewhere || len(f.Hits) != 1 || f.Hits[0].ID != own {
					t.Errorf("%s finds %+v, %v", text, f, err)
				}
			}
		}
		if _, err := m.Person(there, x); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("somebody of another network: %v", err)
		}
		if list := scanned(t, a, here); pairOf(list, x, y) != nil {
			t.Error("they are a pair in one network")
		}
	})
}

// killed works what is due until the program has looked at the clock so often, as
// if somebody killed it there; it tells whether it was.
func killed(t *testing.T, a *app.App, after int) bool {
	t.Helper()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	real := a.DB.Now
	a.DB.Now = func() time.Time {
		if after--; after == 0 {
			kill()
		}
		return real()
	}
	_, err := a.Jobs.RunDue(ctx)
	a.DB.Now = func() time.Time { return real().Add(time.Minute) } // its lease is over
	if err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	return ctx.Err() != nil
}

// The search for duplicates and the comparison of networks, killed at any point and
// begun again, end with what they end with undisturbed.
func TestJobsGoOnAfterAKill(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, here, there := a.People, as("sportello"), away(t, a)
		for _, given := range []string{"Vurgalip", "Brimolda", "Gudruna", "Staartmees", "Roodborst", "Goudhaan", "Koolmees"} {
			enrol(t, m, here, typedAs(given, "Zwartkop", "12/03/1990", "3471234567"))
			enrol(t, m, here, typedAs(given, "Zwartkopf", "13/03/1990", "3471234567"))
			enrol(t, m, there, typedAs(given, "Zwartkop", "12/03/1990", ""))
		}
		run := func() {
			t.Helper()
			if _, err := a.Jobs.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ask := func() {
			t.Helper()
			if _, err := m.StartScan(here); err != nil {
				t.Fatal(err)
			}
			if err := m.Nightly(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ask()
		run()
		wantPairs, wantGroups := pairs(t, a.DB), groups(t, a.DB)
		if strings.Count(wantPairs, "\n") < 6 || len(wantGroups) < 7 {
			t.Fatalf("undisturbed: %s %v", wantPairs, wantGroups)
		}
		m.WriteOftener(8, 3)
		kills, scans, links := 0, 0, 0
		for after := 2; ; after += 4 {
			anew(t, a.DB)
			ask()
			if !killed(t, a, after) {
				break
			}
			kills++
			block, mark := halted(t, a.DB)
			if block != "" && block != "0" {
				scans++
			}
			if mark != "" {
				links++
			}
			run()
			if got := pairs(t, a.DB); got != wantPairs {
				t.Fatalf("killed at %d, duplicates are\n%s\nwant\n%s", after, got, wantPairs)
			}
			if got := groups(t, a.DB); !slices.Equal(got, wantGroups) {
				t.Fatalf("killed at %d, linked are %v, want %v", after, got, wantGroups)
			}
		}
		if scans < 5 || links < 5 {
			t.Errorf("killed %d times, %d in the middle of the search and %d of the comparison", kills, scans, links)
		}
	})
}
