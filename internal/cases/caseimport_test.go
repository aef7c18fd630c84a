package cases_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// counts are how many stand in the ledger, reversals counted back.
func (b *bench) counts() (n int) {
	b.Helper()
	b.must(b.DB.Read(b.Context(), func(tx *db.Tx) error {
		for _, code := range []string{"cases.intervention", "cases.assessment_done", "cases.plan_signed", "cases.household_in_charge"} {
			k, err := b.Ledger.Count(b.Context(), tx, ledger.Question{Network: policy.From(b.as("ravenna.assistente")).Network, Measure: code, Unit: ledger.Households})
			if err != nil {
				return err
			}
			n += int(k)
		}
		return nil
	}))
	return n
}

// leaving is a case with work in it, as a file.
func (b *bench) leaving() (id string, src []byte) {
	b.Helper()
	id, worker := b.open(), b.as("assistente")
	b.takeOn(worker, id)
	p := plan("Una casa")
	p.Objectives[0].Actions = append(p.Objectives[0].Actions, cases.Action{Text: "Chiamare l'agenzia", AccountID: b.account("assistente"), DueOn: "2030-02-28"})
	b.must(b.Cases.SavePlan(worker, id, p))
	_, err := b.Cases.WriteDiary(worker, id, cases.NewEntry{Kind: "phone", Readers: cases.AuthorReads, On: b.today().AddDays(-9), EntryWords: cases.EntryWords{Text: "Grutto"}})
	b.must(err)
	_, err = b.Cases.RecordIntervention(worker, id, cases.NewIntervention{On: b.today(), Mode: ledger.InPerson, Minutes: 45, Note: "Tureluur", PlaceKey: cases.SamePlace})
	b.must(err)
	_, err = b.Cases.AddReference(worker, id, cases.Reference{Scheme: "juvenile_court", Value: "VG 9/2026"}, crypto.Sending{})
	b.must(err)
	_, err = b.Cases.WriteAct(worker, id, cases.NewAct{Readers: cases.TeamReads, DueOn: b.today().AddDays(30),
		AuthorityWords: cases.AuthorityWords{Kind: "police", Authority: "Questura", Asked: "Notizie"}})
	b.must(err)
	b.assessed(id, b.household, "t0", 3, levels(2, nil))
	_, src = b.exported("assistente", id, b.every("assistente", id))
	return id, src
}

// A case goes from one network to another, once: its persons are chosen, its diary, plan
// and numbers are there with who wrote them, and no work of others is counted. It is taken
// back with what came along.
func TestImportCase(t *testing.T) {
	each(t, func(b *bench) {
		_, src := b.leaving()
		who, before := b.as("ravenna.assistente"), b.counts()
		id, err := b.Cases.BeginCaseImport(who, src, crypto.Sending{Key: "file", Content: "a"})
		b.must(err)
		if again, err := b.Cases.BeginCaseImport(who, src, crypto.Sending{Key: "file", Content: "a"}); err != nil || again != id {
			b.Errorf("sent twice: %v", err)
		}
		_, err = b.Cases.CaseImport(b.as("assistente"), id)
		b.refused(err, errs.NotFound, "somebody else's file")
		_, err = b.Cases.File(who, id)
		b.refused(err, errs.NotFound, "before it is decided")
		i, err := b.Cases.CaseImport(who, id)
		b.must(err)
		if len(i.Persons) != 2 || i.Refused != "" || len(i.Persons[0].Hits) > 0 || i.Data.Origin.Body == "" {
			b.Errorf("%+v", i)
		}
		b.refused(b.Cases.ApplyCaseImport(who, id, cases.ImportChoice{Persons: []string{people.Someone}}), errs.Invalid, "who the second is was not said")
		choice := cases.ImportChoice{Persons: []string{people.Someone, people.Someone}}
		for range 2 {
			b.must(b.Cases.ApplyCaseImport(who, id, choice))
		}
		f, err := b.Cases.File(who, id)
		b.must(err)
		told := ""
		for _, e := range f.Entries {
			told += e.Text + "|" + e.Author + "|" + e.Readers + "\n"
		}
		origin := policy.From(b.as("assistente"))
		for _, want := range []string{"Grutto|" + origin.Name + " (" + origin.OrgName, "|author", "Tureluur"} {
			if !strings.Contains(told, want) {
				b.Errorf("the diary lacks %q: %s", want, told)
			}
		}
		if len(f.Household.Members) != 2 || f.Plan == nil || f.Plan.Signed() || f.Plan.Objectives[0].Text != "Una casa" || len(f.Acts) != 1 || len(f.Diary) != 0 ||
			!strings.Contains(f.Reason, "Casa") || f.ChargedOn != "" || f.Stage != cases.UnderAssessment {
			b.Errorf("%+v", f)
		}
		if team := f.Plan.Objectives[0].Actions[1]; team.AccountID != "" || !strings.Contains(team.Body, origin.Name) {
			b.Errorf("an action of a worker there: %+v", team)
		}
		if len(f.References) != 2 || f.References[0].Scheme != "tessuto" || f.References[1].Value != "VG 9/2026" {
			b.Errorf("numbers: %+v", f.References)
		}
		if got := b.counts(); got != before {
			b.Errorf("%d facts, were %d", got, before)
		}
		b.verify()
		second, err := b.Cases.BeginCaseImport(who, src, crypto.Sending{})
		b.must(err)
		b.refused(b.Cases.ApplyCaseImport(who, second, choice), errs.Conflict, "the same case again")
		b.takeBack(who, id, f)
	})
}

func (b *bench) takeBack(who context.Context, id string, f *cases.File) {
	b.Helper()
	b.refused(b.Cases.UndoCaseImport(b.as("assistente"), id), errs.NotFound, "somebody else takes it back")
	b.must(b.Cases.UndoCaseImport(who, id))
	_, err := b.Cases.File(who, id)
	b.refused(err, errs.NotFound, "a case that was taken back")
	_, err = b.People.Person(who, f.Household.Members[0].PersonID)
	b.refused(err, errs.NotFound, "a person who came with it")
	b.must(b.Cases.UndoCaseImport(who, id))
	b.verify()
}

// Who is in the register already is chosen, and stays when the case is taken back; once
// somebody has written on it, or after a day, it is not.
func TestImportOfTheKnown(t *testing.T) {
	each(t, func(b *bench) {
		id, src := b.leaving()
		who := b.as("assistente")
		waiting, err := b.Cases.BeginCaseImport(who, src, crypto.Sending{})
		b.must(err)
		i, err := b.Cases.CaseImport(who, waiting)
		b.must(err)
		if len(i.Persons[0].Hits) == 0 || i.Persons[0].Hits[0].ID != b.person {
			b.Fatalf("nobody is found: %+v", i.Persons[0].Hits)
		}
		choice := cases.ImportChoice{Persons: []string{b.person, people.Someone}}
		b.refused(b.Cases.ApplyCaseImport(who, waiting, choice), errs.Conflict, "an open case of the body on the family")
		f, err := b.Cases.File(who, id)
		b.must(err)
		outcome := map[string]string{f.Plan.Objectives[0].ID: "dropped"}
		b.must(b.Cases.Close(who, id, cases.Closing{On: b.today(), Reason: "moved", Outcomes: outcome, Version: f.Version}))
		b.must(b.Cases.ApplyCaseImport(who, waiting, choice))
		f, err = b.Cases.File(who, waiting)
		b.must(err)
		if f.HouseholdID != b.household || len(f.Household.Members) != 3 {
			b.Errorf("household %s with %d", f.HouseholdID, len(f.Household.Members))
		}
		imported := f.Assessments[0]
		if !imported.Imported || imported.ClosedOn != b.today() || imported.Scores[0].Level != 2 || !strings.Contains(imported.Scores[0].SavedBy, "importato") {
			b.Errorf("the assessment of the other body: %+v", imported)
		}
		done, better := b.count("cases.assessment_done", ledger.Events), b.count("cases.autonomy_improved", ledger.Households)
		b.verify()
		b.assessed(waiting, b.household, "review", 0, levels(4, nil))
		if got := b.count("cases.autonomy_improved", ledger.Households) - better; got > 1 || b.count("cases.assessment_done", ledger.Events) > done+1 {
			b.Errorf("%d households better, the assessment of another body among them", got)
		}
		b.verify()
		_, err = b.Cases.WriteDiary(who, waiting, cases.NewEntry{Kind: "note", Readers: cases.TeamReads, On: b.today(), EntryWords: cases.EntryWords{Text: "Dopo"}})
		b.must(err)
		b.refused(b.Cases.UndoCaseImport(who, waiting), errs.Conflict, "somebody has written on it")
		b.verify()

		late, err := b.Cases.BeginCaseImport(who, src, crypto.Sending{})
		b.must(err)
		real := b.DB.Now
		b.DB.Now = func() time.Time { return real().Add(25 * time.Hour) }
		_, err = b.Cases.CaseImport(who, late)
		b.refused(err, errs.NotFound, "a file of yesterday")
		for range 2 {
			b.must(b.Cases.LapseImports(b.Context()))
		}
		b.verify()
	})
}
