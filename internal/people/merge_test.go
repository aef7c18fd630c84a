package people_test

import (
	"context"
	"slices"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// twins are two entries of one woman in two households, each with a child, and
// the pair that says so.
func twins(t *testing.T, m *people.Module, ctx context.Context) (ids, homes [2]string, pair string) {
	t.Helper()
	for i, child := range []string{"Binta", "Omar"} {
		var err error
		if ids[i], homes[i], err = m.Enrol(ctx, newcomers("Vurgalip", child), crypto.Sending{}); err != nil {
			t.Fatal(err)
		}
	}
	pair, err := m.Suspect(ctx, ids[0], ids[1])
	if err != nil {
		t.Fatal(err)
	}
	return ids, homes, pair
}

// Two entries of one woman stand in two households: she lives from now on where it
// is said, and nowhere twice; undone, each has its place back.
func TestMergedLiveInOneHousehold(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, worker := a.People, as("assistente")
		ids, homes, pair := twins(t, m, worker)
		caseOn(m, homes[0])
		p, err := m.Duplicate(worker, pair)
		if err != nil || len(p.Homes) != 2 || p.Homes[0].ID != homes[0] || p.Homes[0].CaseID != "case" || len(p.Homes[0].With) != 1 || p.Homes[1].CaseID != "" {
			t.Fatalf("where she may live: %+v, %v", p.Homes, err)
		}
		if err := m.MergePair(worker, pair, ids[0], nil, "elsewhere"); errs.FieldsOf(err)["home"] == "" {
			t.Errorf("she lives where neither did: %v", err)
		}
		if err := m.MergePair(worker, pair, ids[0], nil, homes[1]); err != nil {
			t.Fatal(err)
		}
		if got := names(household(t, m, worker, homes[0])); !slices.Equal(got, []string{"Binta 3"}) {
			t.Errorf("who stays: %v", got)
		}
		if got := names(household(t, m, worker, homes[1])); !slices.Equal(got, []string{"Omar 3", "Vurgalip 1"}) {
			t.Errorf("where she lives: %v", got)
		}
		for _, id := range ids {
			if home, err := m.Home(worker, id); err != nil || home != homes[1] {
				t.Errorf("%s lives in %q, %v", id, home, err)
			}
		}
		for _, e := range household(t, m, worker, homes[1]).Past {
			if e.Kind != "joined" {
				t.Errorf("who never left: %+v", e)
			}
		}
		verified(t, a)
		if err := m.UndoMerge(worker, pair); err != nil {
			t.Fatal(err)
		}
		for i, home := range homes {
			if h := household(t, m, worker, home); len(h.Members) != 2 || h.Reference().ID != ids[i] {
				t.Errorf("undone: %+v", names(h))
			}
		}
		if err := m.MergePair(worker, pair, ids[1], nil, people.EveryHome); err != nil {
			t.Fatal(err)
		}
		for _, home := range homes {
			if h := household(t, m, worker, home); len(h.Members) != 2 {
				t.Errorf("in both: %+v", names(h))
			}
		}
	})
}

// caseOn says that the actor's body has an open case on one household.
func caseOn(m *people.Module, household string) {
	m.OpenCase = func(_ context.Context, _ *db.Tx, id string) (string, error) {
		if id == household {
			return "case", nil
		}
		return "", nil
	}
}

// Where a person lives is not asked when it makes no difference; a household that
// nobody lives in any more keeps its history.
func TestEmptiedHouseholdStaysReadable(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		worker := as("assistente")
		kept := somebody(t, m, worker, people.NewcomerForm{GivenName: "Vurgalip"})
		gone, home, err := m.Enrol(worker, newcomers("Vurgalip"), crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		caseOn(m, home)
		pair, err := m.Suspect(worker, kept.ID, gone)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := m.Duplicate(worker, pair); err != nil || len(p.Homes) != 2 {
			t.Errorf("a case is open on one of them: %+v, %v", p.Homes, err)
		}
		alone := somebody(t, m, worker, people.NewcomerForm{GivenName: "Vurgalip"})
		other, err := m.Suspect(worker, kept.ID, alone.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := m.Duplicate(worker, other); err != nil || len(p.Homes) != 0 {
			t.Errorf("alone in both, and asked: %+v, %v", p.Homes, err)
		}
		if err := m.MergePair(worker, pair, kept.ID, nil, ""); err != nil {
			t.Fatal(err)
		}
		if h := household(t, m, worker, home); len(h.Members) != 0 || len(h.Past) != 2 {
			t.Errorf("emptied: %+v", h)
		}
		if _, err := m.Household(as("ravenna.sportello"), home); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another body opens it: %v", err)
		}
	})
}

// What stands beside the entry that is gone is ended and changed from the page of
// the one that is kept.
func TestPapersOfMerged(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		worker := as("assistente")
		ids, _, pair := twins(t, m, worker)
		today := sinceWhen(t, m, worker, ids[1])
		for _, err := range []error{
			m.AddIdentifier(worker, people.NewIdentifier{Identifier: people.Identifier{PersonID: ids[1], Scheme: people.Passport, Value: "YA1234567"}}),
			m.AddPermit(worker, people.Permit{PersonID: ids[1], State: people.InForce, Number: "I1234567"}, crypto.Sending{}),
			m.AddGuarded(worker, people.NewGuarded{Guarded: people.Guarded{PersonID: ids[1], Kind: people.GuardedSTP, Code: "STP0000000000001"}}),
			m.MergePair(worker, pair, ids[0], nil, ""),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		p, err := m.Profile(worker, ids[0])
		if err != nil || len(p.Identifiers) != 1 || len(p.Permits) != 1 || len(p.Guarded) != 1 {
			t.Fatalf("%+v, %v", p, err)
		}
		permit := p.Permits[0]
		permit.PersonID, permit.State = ids[0], people.Renewing
		for what, err := range map[string]error{
			"number": m.EndIdentifier(worker, ids[0], p.Identifiers[0].ID, today),
			"permit": m.SavePermit(worker, permit),
			"code":   m.EndGuarded(worker, ids[0], p.Guarded[0].ID),
		} {
			if err != nil {
				t.Errorf("%s of the entry that is gone: %v", what, err)
			}
		}
		p, err = m.Profile(worker, ids[0])
		if err != nil || p.Identifiers[0].To != today || p.Permits[0].State != people.Renewing || len(p.Guarded) != 0 {
			t.Errorf("%+v, %v", p, err)
		}
		if err := m.EndIdentifier(worker, ids[0], "another", today); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("one that is none: %v", err)
		}
	})
}

// What is done for the kept entry of a person holds for the one that was merged into
// it: a protected address leaves it too, and what was asked of it is seen and
// answered.
func TestMergedEntryIsProtectedAndAnswered(t *testing.T) {
	eachOffice(t, func(o office) {
		desk := o.as("sportello")
		other := enrol(o.T, o.People, desk, typedAs("Wurgalip", "Hendorski", "1990", ""))
		p, err := o.People.Person(desk, other)
		o.must(err)
		p.Address = people.Address{Street: "Via dei Papaveri 3", Town: "Roma"}
		o.must(o.People.SavePerson(desk, *p, people.Home))
		asked, err := o.People.Ask(desk, other, people.Request{Kind: people.AskAccess, RequestWords: people.RequestWords{Asked: "Che cosa sapete?"}}, crypto.Sending{})
		o.must(err)
		pair, err := o.People.Suspect(desk, o.person, other)
		o.must(err)
		o.must(o.People.MergePair(desk, pair, o.person, nil, ""))
		f := o.rights("sportello")
		if len(f.Requests) != 1 || f.Requests[0].ID != asked || f.Requests[0].Asked != "Che cosa sapete?" {
			o.Fatalf("asked of the entry that was merged: %+v", f.Requests)
		}
		answer := people.Request{ID: asked, Version: f.Requests[0].Version, State: people.Answered, RequestWords: people.RequestWords{Answer: "Ecco la copia"}}
		o.must(o.People.Answer(desk, o.person, answer))
		if f := o.rights("sportello"); f.Requests[0].State != people.Answered || f.Requests[0].Answer != "Ecco la copia" {
			o.Errorf("answered: %+v", f.Requests)
		}
		secret := people.Guarded{PersonID: o.person, Kind: people.ProtectedAddress, Address: people.Address{Street: "Via Segreta 9", Town: "Pistoia"}}
		o.must(o.People.AddGuarded(desk, people.NewGuarded{Guarded: secret}))
		o.must(o.People.UndoMerge(desk, pair))
		if p, err := o.People.Person(desk, other); err != nil || p.Address != (people.Address{}) || p.Comune != "" {
			o.Errorf("the address of the entry that was merged: %+v, %v", p, err)
		}
	})
}

// Who asked to be erased, and whose entry was merged into another before it was done,
// is restricted and then erased under both.
func TestErasedUnderEveryEntry(t *testing.T) {
	eachOffice(t, func(o office) {
		desk, dpo := o.as("sportello"), o.as("dpo")
		other := enrol(o.T, o.People, desk, typedAs("Wurgalip", "Hendorski", "1990", ""))
		asked, err := o.People.Ask(desk, other, people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Cancellatemi"}}, crypto.Sending{})
		o.must(err)
		pair, err := o.People.Suspect(desk, o.person, other)
		o.must(err)
		o.must(o.People.MergePair(desk, pair, o.person, nil, ""))
		o.must(o.People.Accept(dpo, people.Request{ID: asked, Version: 1, RequestWords: people.RequestWords{Answer: "Sì"}}))
		if s, err := o.People.Standing(desk, o.person); err != nil || s != people.Restricted {
			o.Errorf("the person that is kept is %q, %v", s, err)
		}
		d, err := o.People.Request(dpo, asked)
		o.must(err)
		o.must(o.People.Erase(dpo, asked, people.Authorisation{Reference: "Scarto 1", On: db.DateOf(o.DB.Now()), Version: d.Version}))
		for _, id := range []string{o.person, other} {
			if p, err := o.People.Person(desk, id); err == nil && p.Name() != "" {
				o.Errorf("%s can still be read: %s", id, p.Name())
			}
		}
	})
}
