package cases_test

import (
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// The figures move with the work, and go back with what is taken back.
func TestFiguresFollowTheWork(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		today := db.DateOf(b.DB.Now())
		households, persons := b.count("cases.household_in_charge", ledger.Households), b.count("cases.person_in_charge", ledger.Persons)
		b.refused(b.analyse(worker, id, six()[:5], "multidisciplinary_team"), errs.Invalid, "an outcome on five areas")
		b.takeOn(worker, id)
		if got := b.count("cases.household_in_charge", ledger.Households); got != households+1 {
			b.Errorf("households: %d, want %d", got, households+1)
		}
		if got := b.count("cases.person_in_charge", ledger.Persons); got != persons+2 {
			b.Errorf("persons: %d, want %d", got, persons+2)
		}
		if err := b.analyse(worker, id, nil, "simplified_plan"); err != nil {
			b.Fatal(err)
		}
		b.refused(b.analyse(worker, id, nil, "no_further_support"), errs.Invalid, "taken on, and then not")
		if got := b.count("cases.household_in_charge", ledger.Households); got != households+1 {
			b.Errorf("a second outcome counts again: %d", got)
		}
		done, minutes := b.count("cases.intervention", ledger.Events), b.count("cases.intervention_minutes", ledger.Minutes)
		n := cases.NewIntervention{On: today, Mode: ledger.OnTerritory, Minutes: 45, PlaceKey: cases.SamePlace, Note: "Visita",
			Sent: crypto.Sending{Key: "form-1", Content: "a"}}
		first, err := b.Cases.RecordIntervention(worker, id, n)
		if err != nil {
			b.Fatal(err)
		}
		if again, err := b.Cases.RecordIntervention(worker, id, n); err != nil || again != first {
			b.Errorf("sent twice: %v %v, want %v", again, err, first)
		}
		if e, m := b.count("cases.intervention", ledger.Events), b.count("cases.intervention_minutes", ledger.Minutes); e != done+1 || m != minutes+45 {
			b.Errorf("interventions %d minutes %d, want %d and %d", e, m, done+1, minutes+45)
		}
		if err := b.Cases.VoidIntervention(worker, id, first, "mistake"); err != nil {
			b.Fatal(err)
		}
		b.refused(b.Cases.VoidIntervention(worker, id, first, "mistake"), errs.Conflict, "taken back twice")
		if e, m := b.count("cases.intervention", ledger.Events), b.count("cases.intervention_minutes", ledger.Minutes); e != done || m != minutes {
			b.Errorf("taken back: %d events %d minutes, want %d and %d", e, m, done, minutes)
		}
		b.verify()
	})
}

// Urgency comes first: before any case, at any stage, and after the end.
func TestUrgentAtAnyStage(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("assistente")
		urgent := cases.NewIntervention{On: db.DateOf(b.DB.Now()), Mode: ledger.OnTerritory, Note: "Notte fuori casa"}
		id, err := b.Cases.Urgent(worker, b.household, urgent)
		if err != nil {
			b.Fatal(err)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil || f.Stage != cases.UnderAssessment || len(f.Diary) != 1 || !f.Diary[0].Urgent {
			b.Fatalf("got %+v %v", f, err)
		}
		if again, err := b.Cases.Urgent(worker, b.household, urgent); err != nil || again != id {
			b.Errorf("a second one opens another case: %v %v", again, err)
		}
		closing := cases.Closing{On: db.DateOf(b.DB.Now()), Reason: "moved", Version: f.Version}
		if err := b.Cases.Close(worker, id, closing); err != nil {
			b.Fatal(err)
		}
		urgent.Urgent = true
		if _, err := b.Cases.RecordIntervention(worker, id, urgent); err != nil {
			b.Errorf("urgent on a closed case: %v", err)
		}
		urgent.Urgent = false
		_, err = b.Cases.RecordIntervention(worker, id, urgent)
		b.refused(err, errs.Conflict, "not urgent on a closed case")
		b.verify()
	})
}

// A plan is in force signed by the family, or with a reason why it is not.
func TestSignature(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		today := db.DateOf(b.DB.Now())
		sign := func(s cases.Signature) error { return b.Cases.SignPlan(worker, id, s) }
		b.refused(sign(cases.Signature{On: today, MissingReason: "refused", Version: 1}), errs.Conflict, "before there is a plan")
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		b.refused(sign(cases.Signature{On: today, MissingReason: "refused", Version: 1}), errs.Conflict, "before the family is taken on")
		b.takeOn(worker, id)
		b.refused(sign(cases.Signature{On: today, MissingReason: "refused", Version: 1}), errs.Conflict, "before a colleague approved it")
		b.refused(b.sign(id, b.person, 1), errs.Conflict, "somebody signs before")
		b.approved(id, 1)
		b.refused(sign(cases.Signature{On: today, Version: 1}), errs.Invalid, "neither signature nor reason")
		b.refused(b.sign(id, b.child(), 1), errs.Invalid, "a child signs")
		b.refused(b.sign(id, "somebody", 1), errs.Invalid, "a stranger signs")
		b.refused(b.sign(id, b.person, 7), errs.Conflict, "on another version")
		early := cases.AdultSignature{PersonID: b.person, Version: 1, Way: "missing", On: today.AddDays(-9), AdultWords: cases.AdultWords{Reason: "refused"}}
		b.refused(b.Cases.Sign(worker, id, early, nil, crypto.Sending{}), errs.Invalid, "before the case was opened")
		early.On, early.Reason = today, ""
		b.refused(b.Cases.Sign(worker, id, early, nil, crypto.Sending{}), errs.Invalid, "missing without a reason")
		early.Way = "paper"
		b.refused(b.Cases.Sign(worker, id, early, nil, crypto.Sending{}), errs.Invalid, "on paper without the paper")
		early.Way = "screen"
		b.refused(b.Cases.Sign(worker, id, early, nil, crypto.Sending{}), errs.Invalid, "on the screen without a name")
		if err := b.sign(id, b.person, 1); err != nil {
			b.Fatal(err)
		}
		b.refused(sign(cases.Signature{On: today.AddDays(-1), Version: 1}), errs.Invalid, "in force before it was signed")
		b.refused(sign(cases.Signature{On: today.AddDays(1), Version: 1}), errs.Invalid, "tomorrow")
		b.refused(sign(cases.Signature{On: today, Version: 7}), errs.Conflict, "another version")
		if err := sign(cases.Signature{On: today, Version: 1}); err != nil {
			b.Fatal(err)
		}
		p := plan("Altro")
		p.Version = 1
		b.refused(b.Cases.SavePlan(worker, id, p), errs.Conflict, "writing a plan in force")
		f, err := b.Cases.File(worker, id)
		if err != nil || f.Stage != cases.PlanActive {
			b.Fatalf("got %s %v", f.Stage, err)
		}
		closing := cases.Closing{On: today, Reason: "objectives_reached", Version: f.Version}
		b.refused(b.Cases.Close(worker, id, closing), errs.Invalid, "an objective without an outcome")
		closing.Outcomes = map[string]string{f.Plan.Objectives[0].ID: "reached"}
		if err := b.Cases.Close(worker, id, closing); err != nil {
			b.Fatal(err)
		}
		b.verify()
	})
}
