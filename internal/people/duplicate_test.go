package people_test

import (
	"context"
	"slices"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func enrol(t *testing.T, m *people.Module, ctx context.Context, n people.NewcomerForm) string {
	t.Helper()
	id, _, err := m.Enrol(ctx, people.Newcomers([]people.NewcomerForm{n}, ""), crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// scanned looks for duplicates as somebody, and returns the open pairs they see.
func scanned(t *testing.T, a *app.App, ctx context.Context) []people.Pair {
	t.Helper()
	if _, err := a.People.StartScan(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Jobs.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, total, err := a.People.Duplicates(ctx, people.PairOpen)
	if err != nil || total != len(list) {
		t.Fatalf("%d of %d pairs: %v", len(list), total, err)
	}
	return list
}

func pairOf(list []people.Pair, a, b string) *people.Pair {
	i := slices.IndexFunc(list, func(p people.Pair) bool { return p.A.ID == min(a, b) && p.B.ID == max(a, b) })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// A woman was registered twice, in two spellings: the pair is found, merged, counts
// once, and is undone; then it is said that they are two, and not asked again.
func TestDuplicatesAreFoundMergedAndUndone(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, desk := a.People, as("sportello")
		first := enrol(t, m, desk, typedAs("Vurgalip", "Hendorsky", "12/03/1990", "3471234567"))
		second := enrol(t, m, desk, typedAs("Wurgalip", "Hendorski", "12/03/1990", "347 123 4567"))
		enrol(t, m, desk, typedAs("Brimolda", "Zwartkop", "05/06/1985", ""))
		pair := pairOf(scanned(t, a, desk), first, second)
		if pair == nil || pair.Probability < 0.9 {
			t.Fatalf("the pair is not found: %+v", pair)
		}
		if pairOf(scanned(t, a, desk), first, second) == nil {
			t.Error("a second search loses it")
		}
		if err := m.MergePair(desk, pair.ID, second, []people.Part{people.Names}, ""); err != nil {
			t.Fatal(err)
		}
		p, err := m.Person(desk, first)
		if err != nil || p.ID != second || p.GivenName != "Vurgalip" {
			t.Errorf("who asks for the one that is gone gets %+v, %v", p, err)
		}
		p.SafeNote = "Solo al mattino" // whoever edits it loses no spelling
		if err := m.SavePerson(desk, *p, people.Reaches); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"Vurgalip Hendorsky", "Wurgalip Hendorski"} {
			if f, err := m.Search(desk, text); err != nil || len(f.Hits) != 1 || f.Hits[0].ID != second {
				t.Errorf("%s finds %+v, %v", text, f.Hits, err)
			}
		}
		for _, both := range [][2]string{{first, second}, {second, first}} {
			home, err := m.Home(desk, both[0])
			if err != nil || home == "" {
				t.Errorf("%s lives nowhere: %v", both[0], err)
			}
		}
		if err := m.MergePair(desk, pair.ID, second, nil, ""); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("merged twice: %v", err)
		}
		if list := scanned(t, a, desk); pairOf(list, first, second) != nil {
			t.Error("it is asked about again")
		}
		if err := m.UndoMerge(desk, pair.ID); err != nil {
			t.Fatal(err)
		}
		for id, name := range map[string]string{first: "Vurgalip", second: "Wurgalip"} {
			if p, err := m.Person(desk, id); err != nil || p.ID != id || p.GivenName != name {
				t.Errorf("undone, %s is %+v, %v", id, p, err)
			}
		}
		if f, err := m.Search(desk, "Vurgalip Hendorsky"); err != nil || len(f.Hits) != 2 {
			t.Errorf("undone, a search finds %+v, %v", f.Hits, err)
		}
		if err := m.UndoMerge(desk, pair.ID); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("undone twice: %v", err)
		}
		if err := m.Differ(desk, pair.ID); err != nil {
			t.Fatal(err)
		}
		if pairOf(scanned(t, a, desk), first, second) != nil {
			t.Error("what are two people is asked about again")
		}
		verified(t, a)
	})
}

func verified(t *testing.T, a *app.App) {
	t.Helper()
	r, err := a.Verify(t.Context())
	if err != nil || len(r.Problems) > 0 {
		t.Errorf("verify: %v %v", err, r.Problems)
	}
}

// A pair is shown to who may open both, and to nobody else; what a body that must
// not be named registered makes no pair for others, in no list and no number.
func TestDuplicatesStayInScope(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, desk, other := a.People, as("sportello"), as("ravenna.sportello")
		known := typedAs("Vurgalip", "Hendorsky", "12/03/1990", "3471234567")
		mine, theirs := enrol(t, m, desk, known), enrol(t, m, other, known)
		secret := enrol(t, m, discreet(other), known)
		for who, ctx := range map[string]context.Context{"desk": desk, "other": other} {
			list := scanned(t, a, ctx)
			if pairOf(list, mine, theirs) != nil || who == "desk" && pairOf(list, mine, secret) != nil {
				t.Errorf("%s is shown a pair with one they may not open", who)
			}
		}
		list := scanned(t, a, other)
		pair := pairOf(list, theirs, secret)
		if pair == nil {
			t.Fatalf("who may open both is not shown the pair, but %d", len(list)) // the same body, in the test
		}
		for what, err := range map[string]error{
			"look": errOf(m.Duplicate(desk, pair.ID)), "merge": m.MergePair(desk, pair.ID, theirs, nil, ""), "undo": m.UndoMerge(desk, pair.ID),
			"differ": m.Differ(desk, pair.ID), "later": m.PutOff(desk, pair.ID), "again": m.AskAgain(desk, pair.ID)} {
			if errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%s by who may open neither: %v", what, err)
			}
		}
		if _, err := m.StartScan(as("regione")); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("the region looks for duplicates: %v", err)
		}
	})
}

func errOf[T any](_ T, err error) error { return err }

// What was counted of two entries counts once from the merge on, stays known as it
// was before, and counts twice again when it is undone.
func TestMergedCountOnce(t *testing.T) {
	eachApp(t, func(t *testing.T, a *app.App, as func(string) context.Context) {
		m, desk := a.People, as("sportello")
		first := enrol(t, m, desk, typedAs("Vurgalip", "Hendorsky", "12/03/1990", "3471234567"))
		second := enrol(t, m, desk, typedAs("Wurgalip", "Hendorski", "12/03/1990", "3471234567"))
		network := policy.From(desk).Network
		count := func() (n int64) {
			t.Helper()
			err := a.DB.Read(desk, func(tx *db.Tx) (err error) {
				n, err = a.Ledger.Count(desk, tx, ledger.Question{Network: network, Programme: "reboot", Measure: "cases.person_in_charge", Unit: ledger.Persons})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := count()
		err := a.DB.Write(desk, func(tx *db.Tx) error {
			for _, id := range []string{first, second} {
				f := ledger.Fact{Measure: "cases.person_in_charge", Date: tx.Today(), SubjectID: id, Place: ledger.Place{Programme: "reboot", Activity: "3.2"},
					OrgID: policy.From(desk).OrgID, Quantity: 1, Source: ledger.Source{Kind: "case_person", ID: db.NewID()}}
				if err := a.Ledger.Post(desk, tx, network, f); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		pair := pairOf(scanned(t, a, desk), first, second)
		for _, step := range []struct {
			what string
			do   func() error
			want int64
		}{
			{"two entries", func() error { return nil }, before + 2},
			{"merged", func() error { return m.MergePair(desk, pair.ID, first, nil, "") }, before + 1},
			{"undone", func() error { return m.UndoMerge(desk, pair.ID) }, before + 2},
		} {
			if err := step.do(); err != nil {
				t.Fatal(err)
			}
			if n := count(); n != step.want {
				t.Errorf("%s: %d persons, want %d", step.what, n, step.want)
			}
		}
	})
}

// Who is erased is erased under every entry that was merged into theirs.
func TestErasureOfMerged(t *testing.T) {
	eachOffice(t, func(o office) {
		desk, dpo := o.as("sportello"), o.as("dpo")
		other := enrol(o.T, o.People, desk, typedAs("Wurgalip", "Hendorski", "1990", ""))
		pair, err := o.People.Suspect(desk, o.person, other)
		o.must(err)
		o.must(o.People.MergePair(desk, pair, o.person, nil, ""))
		r := o.ask(people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Me ne vado"}})
		o.must(o.People.Accept(dpo, people.Request{ID: r.ID, Version: 1}))
		o.must(o.People.Erase(dpo, r.ID, people.Authorisation{Reference: "prot. 1/2026", On: o.today(), Version: 2}))
		for _, id := range []string{o.person, other} {
			if _, err := o.Keys.GetOne(o.Context(), policy.From(dpo).Network, id); err != crypto.ErrDestroyed {
				o.Errorf("the key of %s: %v", id, err)
			}
		}
		for _, text := range []string{"Vurgalip Hendorsky", "Wurgalip Hendorski"} {
			if f, err := o.People.Search(desk, text); err != nil || len(f.Hits) > 0 {
				o.Errorf("%s finds %+v, %v", text, f.Hits, err)
			}
		}
		if _, err := o.People.Duplicate(desk, pair); err != nil {
			o.Errorf("the page of the pair: %v", err)
		}
		o.refused(o.People.UndoMerge(desk, pair), errs.NotFound, "undone after it")
	})
}
