package cases_test

import (
	"slices"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// A case goes through its stages; where it can go, and why, is checked.
func TestStages(t *testing.T) {
	each(t, func(b *bench) {
		worker, today := b.as("assistente"), db.DateOf(b.DB.Now())
		_, err := b.Cases.Open(worker, cases.NewCase{HouseholdID: b.household, Reason: "Casa", Stage: cases.Closed})
		b.refused(err, errs.Invalid, "a case that begins closed")
		id, err := b.Cases.Open(worker, cases.NewCase{HouseholdID: b.household, Reason: "Segnala la scuola", Stage: cases.Reported})
		if err != nil {
			b.Fatal(err)
		}
		to := func(stage cases.Stage, reason string) error {
			f := b.file(id)
			return b.Cases.MoveTo(worker, id, cases.Move{To: stage, On: today, Reason: reason, Version: f.Version})
		}
		b.refused(to(cases.Suspended, "away"), errs.Invalid, "reported, and suspended before anybody met the family")
		b.refused(to(cases.InCharge, ""), errs.Invalid, "taken on without an analysis")
		b.refused(to(cases.Oriented, ""), errs.Invalid, "oriented without a reason")
		if err := to(cases.FirstContact, ""); err != nil {
			b.Fatal(err)
		}
		b.refused(to(cases.Reported, ""), errs.Invalid, "back to reported")
		if err := to(cases.UnderAssessment, ""); err != nil {
			b.Fatal(err)
		}
		b.takeOn(worker, id)
		if err := to(cases.Suspended, "away"); err != nil {
			b.Fatal(err)
		}
		b.refused(to(cases.PlanActive, ""), errs.Invalid, "from rest to where it never was")
		if err := to(cases.InCharge, ""); err != nil {
			b.Fatal(err)
		}
		stale := cases.Move{To: cases.Suspended, On: today, Reason: "away", Version: 1}
		b.refused(b.Cases.MoveTo(worker, id, stale), errs.Conflict, "moved meanwhile")
		b.refused(b.Cases.MoveTo(b.as("bergamo.assistente"), id, stale), errs.NotFound, "somebody else's case")
		f := b.file(id)
		var went []cases.Stage
		for _, s := range f.Steps {
			went = append(went, s.Stage)
		}
		want := []cases.Stage{cases.Reported, cases.FirstContact, cases.UnderAssessment, cases.InCharge, cases.Suspended, cases.InCharge}
		if f.Stage != cases.InCharge || !slices.Equal(went, want) || f.Steps[4].Reason != "away" || f.Steps[4].Who == "" {
			b.Errorf("%s by %v", f.Stage, f.Steps)
		}
		b.verify()
	})
}

// A family that is oriented elsewhere is not taken on, and is counted as that; after
// a case was closed the work goes on in another, and what was counted stays.
func TestOrientedAndReopened(t *testing.T) {
	each(t, func(b *bench) {
		worker, today := b.as("assistente"), db.DateOf(b.DB.Now())
		oriented, closed, reopened := b.count("cases.oriented", ledger.Households), b.count("cases.closed", ledger.Households), b.count("cases.reopened", ledger.Households)
		id := b.open()
		_, err := b.Cases.Reopen(worker, id, cases.Reopening{Reason: "Ancora"})
		b.refused(err, errs.Conflict, "an open case reopened")
		if err := b.Cases.AddToTeam(worker, id, policy.From(b.as("educatrice")).AccountID, "educator", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.MoveTo(worker, id, cases.Move{To: cases.Oriented, On: today, Reason: "other_service", Version: b.file(id).Version}); err != nil {
			b.Fatal(err)
		}
		b.refused(b.analyse(worker, id, six(), "multidisciplinary_team"), errs.Conflict, "work on a family that went elsewhere")
		_, err = b.Cases.Reopen(worker, id, cases.Reopening{})
		b.refused(err, errs.Invalid, "gone on with for no reason")
		_, err = b.Cases.Reopen(b.as("bergamo.assistente"), id, cases.Reopening{Reason: "Ancora"})
		b.refused(err, errs.NotFound, "somebody else's case")
		n := cases.Reopening{Reason: "È tornata", Sent: crypto.Sending{Key: "form", Content: "a"}}
		next, err := b.Cases.Reopen(worker, id, n)
		if err != nil {
			b.Fatal(err)
		}
		if again, err := b.Cases.Reopen(worker, id, n); again != next || err == nil && again == "" {
			b.Errorf("sent twice: %q %v, want %q", again, err, next)
		}
		f := b.file(next)
		if f.Stage != cases.Reopened || f.Reopens != id || len(f.Team) != 2 || b.file(id).GoneOn != next {
			b.Errorf("%s goes on with %q with a team of %d", f.Stage, f.Reopens, len(f.Team))
		}
		b.takeOn(worker, next)
		if b.file(next).Stage != cases.InCharge {
			b.Errorf("taken on, it is %s", b.file(next).Stage)
		}
		for measure, want := range map[string]int64{"cases.oriented": oriented + 1, "cases.closed": closed, "cases.reopened": reopened + 1} {
			if got := b.count(measure, ledger.Households); got != want {
				b.Errorf("%s: %d, want %d", measure, got, want)
			}
		}
		b.verify()
	})
}

// file is a case as its manager reads it.
func (b *bench) file(id string) *cases.File {
	b.Helper()
	f, err := b.Cases.File(b.as("assistente"), id)
	if err != nil {
		b.Fatal(err)
	}
	return f
}
