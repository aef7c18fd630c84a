package cases_test

import (
	"slices"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// For a child signs who has the care of them: the mother at home until it is said
// that she may not, then the guardian who lives elsewhere; each is refused when it
// is not theirs.
func TestWhoSignsForAMinor(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.open(), b.as("assistente"), db.DateOf(b.DB.Now())
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		b.takeOn(worker, id)
		guardian, _, err := b.People.Enrol(worker, []people.Newcomer{newcomer("Zelinda", "1970", "F", people.ReferencePerson)}, crypto.Sending{})
		if err != nil {
			b.Fatal(err)
		}
		b.approved(id, 1)
		sign := func(who string) error { return b.sign(id, who, 1) }
		says := func(adult string, may bool) {
			b.Helper()
			c := people.Care{MinorID: b.child(), AdultID: adult, Kind: "guardian", MaySee: may, MaySign: may}
			if err := b.People.SetCare(worker, c, crypto.Sending{}); err != nil {
				b.Fatal(err)
			}
		}
		field := func(err error, want, what string) {
			b.Helper()
			if errs.FieldsOf(err)["person"] != want {
				b.Errorf("%s: %v, want %s", what, err, want)
			}
		}
		field(sign(guardian), "plan.signer_not_adult", "a stranger")
		says(guardian, true)
		field(sign(b.child()), "plan.signer_not_adult", "a child signs")
		says(b.person, false)
		field(sign(b.person), "plan.signer_may_not", "who may not")
		says(b.person, true)
		says(guardian, false)
		field(sign(guardian), "plan.signer_not_adult", "who was the guardian")
		says(b.person, false)
		says(guardian, true)
		force := cases.Signature{On: today, Version: 1}
		if err := b.Cases.SignPlan(worker, id, force); errs.FieldsOf(err)["missing_reason"] != "plan.signature_missing" {
			b.Errorf("nobody signs for the child: %v", err)
		}
		if err := sign(guardian); err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.SignPlan(worker, id, force); err != nil {
			b.Fatal(err)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil || !slices.Equal(f.Plan.Signers(), []string{guardian}) || f.Signed[guardian].GivenName != "Zelinda" {
			b.Errorf("signed: %+v, %v", f.Signed, err)
		}
	})
}

// An adult who signs for themselves alone leaves the child unsigned: the plan waits
// for who may sign for them.
func TestEachMinorIsSignedFor(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.open(), b.as("assistente"), db.DateOf(b.DB.Now())
		aunt := []people.Newcomer{newcomer("Zelinda", "1970", "F", people.NotStated)}
		if err := b.People.AddMembers(worker, b.household, aunt, crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		b.takeOn(worker, id)
		b.approved(id, 1)
		force := cases.Signature{On: today, Version: 1}
		if err := b.sign(id, aunt[0].ID, 1); err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.SignPlan(worker, id, force); errs.FieldsOf(err)["missing_reason"] != "plan.signature_missing" {
			b.Errorf("nobody signs for the child: %v", err)
		}
		for range 2 { // the same form twice, and corrected
			b.takes(id, aunt[0].ID)
		}
		force.MissingReason = "not_present"
		if err := b.Cases.SignPlan(worker, id, force); err != nil {
			b.Fatal(err)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil || !slices.Equal(f.Plan.Signers(), []string{aunt[0].ID}) || len(f.Plan.Signatures) != 2 {
			b.Errorf("of each adult it is known whether they signed: %+v, %v", f.Plan.Signatures, err)
		}
	})
}
