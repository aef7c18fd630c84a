package cases_test

import (
	"errors"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// child is the mother's daughter.
func (b *bench) child() string {
	b.Helper()
	h, err := b.People.Household(b.as("sportello"), b.household)
	if err != nil || len(h.Members) != 2 {
		b.Fatal(h, err)
	}
	return h.Members[1].PersonID
}

// Two people change the analysis at once: what either wrote is shown to who
// comes second, and nothing is lost of what they did not touch.
func TestAnalysisConflict(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.takeOn(worker, id)
		change := func(text string, sections ...policy.Section) error {
			var areas []cases.Score
			for _, s := range sections {
				areas = append(areas, cases.Score{Domain: string(s), Said: cases.Said{Level: 2, Self: cases.NotScored, Notes: text}, Version: 1})
			}
			return b.analyse(worker, id, areas, "")
		}
		if err := change("Di Anna", policy.AreaPersonal, policy.AreaLearning); err != nil {
			b.Fatal(err)
		}
		if err := change("Di Anna", policy.AreaPersonal); err != nil {
			b.Errorf("the same words again are a conflict: %v", err)
		}
		err := change("Di Paolo", policy.AreaPersonal, policy.AreaLearning, policy.AreaNetworks)
		var conflict *errs.Stale[[]cases.Score]
		if !errors.As(err, &conflict) || errs.CodeOf(err) != errs.Conflict || len(conflict.Theirs) != 2 || conflict.Theirs[0].Notes != "Di Anna" {
			b.Fatalf("got %v %+v", err, conflict)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil || f.Assessments[0].Scores[5].Notes != "Visto" || f.Assessments[0].Scores[0].Notes != "Di Anna" {
			b.Errorf("something was saved beside a conflict: %+v %v", f.Assessments, err)
		}
	})
}

// An outcome that hands on to somebody else assesses the family and does not
// take it on; the ratio of what was reached counts only who was.
func TestOutcomeThatHandsOn(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		analysed, charged := b.count("cases.analysis_done", ledger.Households), b.count("cases.household_in_charge", ledger.Households)
		reached := b.count("cases.objective_reached", ledger.Households)
		if err := b.analyse(worker, id, six(), "no_further_support"); err != nil {
			b.Fatal(err)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil || f.Stage != cases.UnderAssessment {
			b.Fatalf("stage %s %v", f.Stage, err)
		}
		if a, c := b.count("cases.analysis_done", ledger.Households), b.count("cases.household_in_charge", ledger.Households); a != analysed+1 || c != charged {
			b.Errorf("analysed %d taken on %d, want %d and %d", a, c, analysed+1, charged)
		}
		if err := b.Cases.SavePlan(worker, id, plan("Mai firmato")); err != nil {
			b.Fatal(err)
		}
		if f, err = b.Cases.File(worker, id); err != nil {
			b.Fatal(err)
		}
		closing := cases.Closing{On: db.DateOf(b.DB.Now()), Reason: "other_service", Version: f.Version,
			Outcomes: map[string]string{f.Plan.Objectives[0].ID: "reached"}}
		early := closing
		early.On = "1970-01-01"
		b.refused(b.Cases.Close(worker, id, early), errs.Invalid, "closed before it was opened")
		if err := b.Cases.Close(worker, id, closing); err != nil {
			b.Fatal(err)
		}
		if got := b.count("cases.objective_reached", ledger.Households); got != reached {
			b.Errorf("an objective nobody agreed to was reached: %d, want %d", got, reached)
		}
		b.verify()
	})
}

// A child born after the family was taken on is taken on too.
func TestBornLater(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open()
		b.takeOn(b.as("assistente"), id)
		before := b.count("cases.person_in_charge", ledger.Persons)
		born := []people.Newcomer{newcomer("Hauwa", "2026", "F", people.Child)}
		if err := b.People.AddMembers(b.as("sportello"), b.household, born, crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if got := b.count("cases.person_in_charge", ledger.Persons); got != before+1 {
			b.Errorf("%d persons, want %d", got, before+1)
		}
		b.verify()
	})
}

// A review sent four times is one review.
func TestReviewOnce(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		today := db.DateOf(b.DB.Now())
		b.takeOn(worker, id)
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Errorf("the same plan twice: %v", err)
		}
		b.inForce(id, 1)
		before := b.count("cases.review_held", ledger.Events)
		n := cases.NewReview{On: today, Note: "Va bene", Sent: crypto.Sending{Key: "form", Content: "same"}}
		for range 4 {
			if err := b.Cases.ReviewPlan(worker, id, n); err != nil {
				b.Fatal(err)
			}
		}
		if got := b.count("cases.review_held", ledger.Events); got != before+1 {
			b.Errorf("%d reviews, want %d", got, before+1)
		}
		b.verify()
	})
}

// An urgent intervention sent twice opens one case with one entry.
func TestUrgentOnce(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("assistente")
		n := cases.NewIntervention{On: db.DateOf(b.DB.Now()), Mode: ledger.OnTerritory, Note: "Notte fuori casa",
			Sent: crypto.Sending{Key: "form", Content: "same"}}
		first, err := b.Cases.Urgent(worker, b.household, n)
		if err != nil {
			b.Fatal(err)
		}
		again, err := b.Cases.Urgent(worker, b.household, n)
		if err != nil || again != first {
			b.Errorf("sent twice: %s %v, want %s", again, err, first)
		}
		f, err := b.Cases.File(worker, first)
		if err != nil || len(f.Diary) != 1 {
			b.Errorf("%d entries %v, want 1", len(f.Diary), err)
		}
		_, err = b.Cases.Urgent(b.as("partner"), b.household, n)
		b.refused(err, errs.NotFound, "a family of somebody else")
	})
}
