package people_test

import (
	"context"
	"slices"
	"testing"

	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// family registers a couple with a child and returns the household.
func family(t *testing.T, m *people.Module, ctx context.Context) *people.Household {
	t.Helper()
	rows := []people.NewcomerForm{{GivenName: "Vurgalip", Relation: people.ReferencePerson, BirthDate: "12/03/1990", Phone: "3479011823"},
		{GivenName: "Zwartkop", Relation: "2", BirthDate: "1988"}, {GivenName: "Roodborst", Relation: people.Child, BirthDate: "04/05/2015"}}
	_, home, err := m.Enrol(ctx, people.Newcomers(rows, "Hendorsky"), crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	return household(t, m, ctx, home)
}

func household(t *testing.T, m *people.Module, ctx context.Context, id string) *people.Household {
	t.Helper()
	h, err := m.Household(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func names(h *people.Household) (out []string) {
	for _, mb := range h.Members {
		out = append(out, mb.Person.GivenName+" "+mb.Relation)
	}
	return out
}

// A couple separates: she leaves with the child. Both households are open to who
// works with the family, and the past of the first tells it.
func TestSeparation(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		worker := as("assistente")
		h := family(t, m, worker)
		today := h.Members[0].From
		leaving := people.Leaving{Household: h.ID, On: today, Reason: "separation", Together: true, Sent: crypto.Sending{Key: "l", Content: "c"},
			Persons: []string{h.Members[0].PersonID, h.Members[2].PersonID}}
		if _, err := m.LeaveHousehold(worker, leaving); errs.FieldsOf(err)["reference"] == "" {
			t.Errorf("nobody takes the place of the reference person: %v", err)
		}
		leaving.Reference = h.Members[1].PersonID
		next, err := m.LeaveHousehold(worker, leaving)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := m.LeaveHousehold(worker, leaving); err != nil || again != next {
			t.Errorf("sent twice: %q %q, %v", next, again, err)
		}
		desk := as("sportello")
		if got := names(household(t, m, desk, h.ID)); !slices.Equal(got, []string{"Zwartkop 1"}) {
			t.Errorf("who stays: %v", got)
		}
		theirs := household(t, m, desk, next)
		if got := names(theirs); !slices.Equal(got, []string{"Vurgalip 1", "Roodborst 3"}) || !theirs.LoneParent(today) {
			t.Errorf("who left: %v, %v", got, theirs.LoneParent(today))
		}
		left := 0
		for _, e := range household(t, m, desk, h.ID).Past {
			if e.Kind == "left" && e.Reason == "separation" {
				left++
			}
		}
		if left != 2 {
			t.Errorf("the past tells of %d who left: %+v", left, household(t, m, desk, h.ID).Past)
		}
		// The child lives with both, and one finds the first household.
		if err := m.Join(worker, people.Joining{Household: h.ID, Person: h.Members[2].PersonID, Relation: people.Child, On: today}); err != nil {
			t.Fatal(err)
		}
		if got := names(household(t, m, desk, h.ID)); !slices.Equal(got, []string{"Zwartkop 1", "Roodborst 3"}) {
			t.Errorf("with the father too: %v", got)
		}
		for what, c := range map[string]struct {
			err   error
			field string
		}{
			"twice":     {m.Join(worker, people.Joining{Household: h.ID, Person: h.Members[2].PersonID, Relation: people.Child, On: today}), "person"},
			"head":      {m.Join(worker, people.Joining{Household: h.ID, Person: h.Members[0].PersonID, Relation: people.ReferencePerson, On: today}), "relation"},
			"day":       {m.Join(worker, people.Joining{Household: h.ID, Person: h.Members[0].PersonID, Relation: people.Child, On: today.AddDays(1)}), "on"},
			"two heads": {m.Relate(worker, next, map[string]string{h.Members[2].PersonID: people.ReferencePerson}), ""},
			"before":    {leaveOn(m, worker, next, h.Members[2].PersonID, today.AddDays(-1)), "on"},
			"nobody":    {leaveOn(m, worker, next, "", today), "persons"},
			"a death":   {leaveErr(m, worker, people.Leaving{Household: next, Persons: []string{h.Members[2].PersonID}, On: today, Reason: people.Death, Together: true}), "together"},
		} {
			if errs.FieldsOf(c.err)[c.field] == "" {
				t.Errorf("%s: %v", what, c.err)
			}
		}
		for what, err := range map[string]error{"leave": leaveOn(m, as("pistoia.assistente"), next, h.Members[2].PersonID, today),
			"join":   m.Join(as("pistoia.assistente"), people.Joining{Household: h.ID, Person: h.Members[0].PersonID, Relation: people.Child, On: today}),
			"relate": m.Relate(as("pistoia.assistente"), next, map[string]string{})} {
			if errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%s by another body: %v", what, err)
			}
		}
	})
}

func leaveOn(m *people.Module, ctx context.Context, household, person string, on db.Date) error {
	l := people.Leaving{Household: household, On: on}
	if person != "" {
		l.Persons = []string{person}
	}
	return leaveErr(m, ctx, l)
}

func leaveErr(m *people.Module, ctx context.Context, l people.Leaving) error {
	_, err := m.LeaveHousehold(ctx, l)
	return err
}

// Another becomes the reference person: what was stays in the past.
func TestRelate(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		worker := as("assistente")
		h := family(t, m, worker)
		err := m.Relate(worker, h.ID, map[string]string{h.Members[0].PersonID: "2", h.Members[1].PersonID: people.ReferencePerson})
		if err != nil {
			t.Fatal(err)
		}
		if now := household(t, m, worker, h.ID); now.Reference().GivenName != "Zwartkop" || len(now.Members) != 3 {
			t.Errorf("%v", names(now))
		}
	})
}

// What each adult may see and sign of a child is what was said of them; of whom
// nothing was said, the parents at home may.
func TestCare(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		worker := as("assistente")
		h := family(t, m, worker)
		mother, father, child := h.Members[0].PersonID, h.Members[1].PersonID, h.Members[2].PersonID
		may := func(adult string) (see, sign bool) {
			t.Helper()
			c, err := careOf(t, m, worker, adult, child)
			if err != nil {
				t.Fatal(err)
			}
			return c.MaySee, c.MaySign
		}
		if see, sign := may(mother); !see || !sign {
			t.Error("a mother at home may not")
		}
		other := somebody(t, m, worker, people.NewcomerForm{GivenName: "Vreemd", BirthDate: "1970"})
		if see, sign := may(other.ID); see || sign {
			t.Error("a stranger may")
		}
		for _, c := range []people.Care{{AdultID: father, Kind: "parent", MaySee: true, MaySign: true}, {AdultID: father, Kind: "parent", Act: "TM Bologna 12/2026"}} {
			c.MinorID = child
			if err := m.SetCare(worker, c, crypto.Sending{}); err != nil {
				t.Fatal(err)
			}
		}
		if see, sign := may(father); see || sign {
			t.Error("what was said last does not hold")
		}
		v, err := m.Profile(as("sportello"), child)
		if err != nil || len(v.Cares) != 1 || v.Cares[0].Act != "TM Bologna 12/2026" || v.Cares[0].Adult.GivenName != "Zwartkop" {
			t.Errorf("%+v, %v", v.Cares, err)
		}
		for what, c := range map[string]struct {
			care people.Care
			want errs.Code
		}{
			"signs unseen":   {people.Care{AdultID: father, MinorID: child, Kind: "parent", MaySign: true}, errs.Invalid},
			"of an adult":    {people.Care{AdultID: father, MinorID: mother, Kind: "parent"}, errs.Invalid},
			"a child":        {people.Care{AdultID: child, MinorID: child, Kind: "parent"}, errs.Invalid},
			"nobody known":   {people.Care{AdultID: "never", MinorID: child, Kind: "parent"}, errs.NotFound},
			"no such answer": {people.Care{AdultID: father, MinorID: child, Kind: "neighbour"}, errs.Invalid},
		} {
			if err := m.SetCare(worker, c.care, crypto.Sending{}); errs.CodeOf(err) != c.want {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := m.SetCare(as("pistoia.assistente"), people.Care{AdultID: father, MinorID: child, Kind: "parent"}, crypto.Sending{}); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another body: %v", err)
		}
	})
}

func TestOfAge(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]db.Date{"01/04/2008": "2026-04-01", "01/03/2008": "2026-03-01", "04/2008": "2026-04-01",
		"2008": "", "": "", "01/06/2008": "", "01/01/2008": "", "29/02/2008": "2026-03-01"} {
		iso, b, err := people.ParseBirth(text)
		if err != nil {
			t.Fatal(err)
		}
		p := people.Person{Birth: b, Private: people.Private{BirthDate: iso}}
		on, soon := p.OfAge("2026-03-12")
		if soon != (want != "") || soon && on != want {
			t.Errorf("born %q: %s %v, want %q", text, on, soon, want)
		}
	}
}

// Who leaves for a protected place takes all signs of them along: who works with
// the family they left is shown nothing of where they are, nor that they are.
func TestProtectedLeaving(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		worker, desk := as("assistente"), as("sportello")
		h := family(t, m, worker)
		mother, father, child := h.Members[0], h.Members[1], h.Members[2]
		next, err := m.LeaveHousehold(worker, people.Leaving{Household: h.ID, Persons: []string{mother.PersonID, child.PersonID}, On: mother.From, Reason: "separation",
			Protected: true, Reference: father.PersonID})
		if err != nil || next == "" {
			t.Fatal(next, err)
		}
		for what, err := range map[string]error{"mother": readErr(m, desk, mother.PersonID), "child": readErr(m, desk, child.PersonID)} {
			if errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%s is open to who works with the father: %v", what, err)
			}
		}
		if _, err := m.Household(desk, next); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("where they live is open: %v", err)
		}
		old := household(t, m, desk, h.ID)
		if got := names(old); !slices.Equal(got, []string{"Zwartkop 1"}) {
			t.Errorf("who stays: %v", got)
		}
		for _, e := range old.Past {
			if e.Person.ID != father.PersonID || e.Kind == "left" {
				t.Errorf("the past betrays %+v", e)
			}
		}
		for _, text := range []string{"Vurgalip Hendorsky", "Roodborst", "3479011823"} {
			found, err := m.Search(desk, text)
			if found.Elsewhere || slices.ContainsFunc(found.Hits, func(h people.Hit) bool { return h.ID == mother.PersonID || h.ID == child.PersonID }) || err != nil {
				t.Errorf("%q finds them: %v", text, err)
			}
		}
		if found, err := m.Search(as("pistoia.sportello"), "Vurgalip Hendorsky 3479011823"); err != nil || found.Elsewhere {
			t.Errorf("another body is told that a service knows her: %v", err)
		}
		if list, _, _, err := m.List(desk, "", 500); err != nil || slices.ContainsFunc(list, func(p people.Person) bool { return p.ID == mother.PersonID }) {
			t.Errorf("the register lists her: %v", err)
		}
		// To who keeps them they are where they are, and nothing of the reason stays.
		if got := names(household(t, m, worker, next)); !slices.Equal(got, []string{"Vurgalip 1", "Roodborst 3"}) {
			t.Errorf("to who keeps them: %v", got)
		}
		for _, e := range household(t, m, worker, h.ID).Past {
			if e.Reason != "" {
				t.Errorf("a reason is written: %+v", e)
			}
		}
		// Somebody of the old household who joins the case team is shown no more.
		share(t, m, worker, h.ID, policy.ToAccount(policy.From(desk).AccountID))
		if errs.CodeOf(readErr(m, desk, mother.PersonID)) != errs.NotFound {
			t.Error("sharing the household she left opens her")
		}
		err = leaveErr(m, worker, people.Leaving{Household: next, Persons: []string{mother.PersonID}, On: mother.From, Protected: true, Reference: child.PersonID,
			With: []string{policy.From(as("psicologo")).AccountID}})
		if errs.FieldsOf(err)["with"] == "" {
			t.Errorf("shown to another body: %v", err)
		}
		// An entry of hers that others see is not merged with hers: they would see both.
		twin := somebody(t, m, worker, people.NewcomerForm{GivenName: "Vurgalip", FamilyName: "Hendorsky"})
		pair, err := m.Suspect(worker, mother.PersonID, twin.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.MergePair(worker, pair, twin.ID, nil, ""); errs.CodeOf(err) != errs.Conflict || errs.CodeOf(readErr(m, desk, mother.PersonID)) != errs.NotFound {
			t.Errorf("merged with one that others see: %v", err)
		}
		// Who keeps them shows them to a colleague, and opens them again when it is over.
		for what, refused := range map[string]error{"show": m.ShowTo(desk, mother.PersonID, nil), "reopen": m.Reopen(desk, mother.PersonID)} {
			if errs.CodeOf(refused) != errs.NotFound {
				t.Errorf("%s by who does not see her: %v", what, refused)
			}
		}
		if err := m.ShowTo(worker, mother.PersonID, []string{policy.From(as("psicologo")).AccountID}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("shown to another body: %v", err)
		}
		if err := m.ShowTo(worker, mother.PersonID, []string{policy.From(desk).AccountID}); err != nil || readErr(m, desk, mother.PersonID) != nil {
			t.Errorf("a colleague who was shown her: %v", err)
		}
		if errs.CodeOf(readErr(m, desk, child.PersonID)) != errs.NotFound || errs.CodeOf(readErr(m, as("collega"), mother.PersonID)) != errs.NotFound {
			t.Error("more was shown than was said")
		}
		if err := m.Reopen(worker, mother.PersonID); err != nil || readErr(m, as("collega"), mother.PersonID) != nil {
			t.Errorf("open again: %v", err)
		}
		if err := m.Reopen(worker, mother.PersonID); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("open again twice: %v", err)
		}
	})
}

func readErr(m *people.Module, ctx context.Context, id string) error {
	_, err := m.Person(ctx, id)
	return err
}
