package cases_test

import (
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	programmes "tessuto/internal/programme"
)

// countOn is how many a programme was known to have counted by the end of a day.
func (b *bench) countOn(measure string, unit ledger.Unit, asOf db.Date) (n int64) {
	b.Helper()
	err := b.DB.Read(b.Context(), func(tx *db.Tx) (err error) {
		n, err = b.Ledger.Count(b.Context(), tx, ledger.Question{Network: policy.From(b.as("assistente")).Network, Programme: "reboot",
			Measure: measure, Unit: unit, AsOf: asOf})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// A family is served, and counted; the day after it turns out that the
// requirements of one were not verified, later that they were. What was known the
// day before stays known.
func TestEligibilityOnTheDateOfService(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.takeOn(worker, id)
		n := cases.NewIntervention{On: db.DateOf(b.DB.Now()), Mode: ledger.InPerson, Minutes: 30, PlaceKey: cases.SamePlace, Note: "Colloquio"}
		if _, err := b.Cases.RecordIntervention(worker, id, n); err != nil {
			b.Fatal(err)
		}
		start := db.DateOf(b.DB.Now())
		now := b.DB.Now()
		b.DB.Now = func() time.Time { return now.AddDate(0, 0, 1) }
		say := func(met bool, persons ...string) int {
			moved, err := b.Cases.SetEligibility(worker, id, cases.NewEligibility{Programme: "reboot", Persons: persons, From: start, Met: met})
			if err != nil {
				b.Fatal(err)
			}
			b.verify()
			return moved
		}
		wants := func(when string, persons, households, interventions int64) {
			b.Helper()
			p, h, i := b.count("cases.person_in_charge", ledger.Persons), b.count("cases.household_in_charge", ledger.Households),
				b.count("cases.intervention", ledger.Events)
			if p != persons || h != households || i != interventions {
				b.Errorf("%s: %d persons, %d households, %d interventions, want %d, %d, %d", when, p, h, i, persons, households, interventions)
			}
		}
		persons, households, interventions := b.count("cases.person_in_charge", ledger.Persons),
			b.count("cases.household_in_charge", ledger.Households), b.count("cases.intervention", ledger.Events)
		if moved := say(false, b.child()); moved != 1 {
			b.Errorf("%d facts moved of one child", moved)
		}
		wants("one child is not counted", persons-1, households, interventions)
		if f, err := b.Cases.File(worker, id); err != nil || f.Diary[0].NotCounted {
			b.Errorf("the family is not counted for one child: %v", err)
		}
		say(false, b.person, b.child())
		wants("nobody of the family is", persons-2, households-1, interventions-1)
		if f, err := b.Cases.File(worker, id); err != nil || !f.Diary[0].NotCounted {
			b.Errorf("the diary does not say that it is not counted: %v", err)
		}
		if got := b.countOn("cases.person_in_charge", ledger.Persons, start); got != persons {
			b.Errorf("as of yesterday: %d, want %d", got, persons)
		}
		n.Note = "Telefonata"
		if _, err := b.Cases.RecordIntervention(worker, id, n); err != nil {
			b.Fatal(err)
		}
		b.verify()
		wants("later work of theirs is not either", persons-2, households-1, interventions-1)
		say(true, b.person, b.child())
		wants("and all is when it turns out that they were eligible", persons, households, interventions+1)
		if moved := say(true, b.person, b.child()); moved != 0 {
			b.Errorf("saying it again moves %d facts", moved)
		}
	})
}

func TestEligibilityRefused(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		today := db.DateOf(b.DB.Now())
		good := cases.NewEligibility{Programme: "reboot", Persons: []string{b.child()}, From: today, Sent: crypto.Sending{Key: "form", Content: "same"}}
		for what, change := range map[string]func(*cases.NewEligibility){
			"nobody":        func(n *cases.NewEligibility) { n.Persons = nil },
			"no day":        func(n *cases.NewEligibility) { n.From = "" },
			"tomorrow":      func(n *cases.NewEligibility) { n.From = today.AddDays(1) },
			"ends before":   func(n *cases.NewEligibility) { n.To = today.AddDays(-1) },
			"somebody else": func(n *cases.NewEligibility) { n.Persons = []string{db.NewID()} },
		} {
			n := good
			change(&n)
			_, err := b.Cases.SetEligibility(worker, id, n)
			b.refused(err, errs.Invalid, what)
		}
		n := good
		n.Programme = "none"
		_, err := b.Cases.SetEligibility(worker, id, n)
		b.refused(err, errs.NotFound, "another programme")
		_, err = b.Cases.SetEligibility(b.as("formatore"), id, good)
		b.refused(err, errs.NotFound, "who does not see the case")
		for range 2 {
			if _, err := b.Cases.SetEligibility(worker, id, good); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A family works with one body for RE.BOOT and was met by another for BE.COM-ER,
// whose data are very restricted: the first is told nothing of it, and cannot ask.
func TestEligibilityOfOthersIsNotTold(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		today := db.DateOf(b.DB.Now())
		said := func(programme string) error {
			elsewhere := b.Context()
			actor := policy.From(b.as("ravenna.assistente"))
			return b.DB.Write(policy.With(elsewhere, actor), func(tx *db.Tx) error {
				_, err := b.Programmes.SetEligibility(policy.With(elsewhere, actor), tx, programme,
					programmes.Eligibility{Programme: programme, Persons: []string{b.person}, From: today, Met: true})
				return err
			})
		}
		if err := said("becomer"); err != nil {
			b.Fatal(err)
		}
		b.refused(said("reboot"), errs.NotFound, "a programme of others")
		for _, programme := range []string{"becomer", "fasi"} {
			_, err := b.Cases.SetEligibility(worker, id, cases.NewEligibility{Programme: programme, Persons: []string{b.person}, From: today})
			b.refused(err, errs.NotFound, programme)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil {
			b.Fatal(err)
		}
		list, judged, err := b.Cases.Eligibility(worker, f)
		if err != nil || len(list) > 0 {
			b.Errorf("the page says %+v %v", list, err)
		}
		for _, p := range judged {
			if p.Code == "becomer" {
				b.Error("the page offers a very restricted programme")
			}
		}
		b.refused(errorOf(b.Cases.Eligibility(b.as("formatore"), f)), errs.Forbidden, "who does not judge")
	})
}

func errorOf[A, B any](_ A, _ B, err error) error { return err }
