package cases_test

import (
	"context"
	"errors"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

func able() cases.WorkWords {
	return cases.WorkWords{Skills: "Cuoca per quattro anni", Limits: "Il nido chiude alle 16"}
}

// worksOn begins the way of the person of the bench into work.
func (b *bench) worksOn(id string) string {
	b.Helper()
	n := cases.NewWorkPath{PersonID: b.person, PlaceKey: cases.SamePlace, WorkWords: able(), Sent: crypto.Sending{Key: "work", Content: id}}
	entry, err := b.Cases.OpenWorkPath(b.as("assistente"), id, n)
	if err != nil {
		b.Fatal(err)
	}
	if again, err := b.Cases.OpenWorkPath(b.as("assistente"), id, n); err != nil || again != entry {
		b.Errorf("sent twice: %s %v", again, err)
	}
	return entry
}

func hired(on db.Date) cases.WorkDraft {
	return cases.WorkDraft{StepFacts: cases.StepFacts{Kind: cases.Job, StartedOn: on, Contract: "fixed_term"}, StepWords: cases.StepWords{Host: "Trattoria"}}
}

// keptReminders counts the reminders to look whether a job was kept.
func (b *bench) keptReminders() (n int) {
	b.Helper()
	list, err := b.Tasks.List(b.as("assistente"), task.Mine)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range list {
		if t.Message == "task.reminder.work_kept.3" || t.Message == "task.reminder.work_kept.6" {
			n++
		}
	}
	return n
}

// The way into work counts as it goes: begun, a job, kept after three and six months; what
// is taken back counts no more, and nobody is reminded of it.
func TestWorkPath(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.open(), b.as("assistente"), db.DateOf(b.DB.Now())
		counts := func() (out [4]int64) {
			for i, code := range []string{"cases.work_path_opened", "cases.work_job_started", "cases.work_job_kept_3", "cases.work_job_kept_6"} {
				out[i] = b.count(code, ledger.Persons)
			}
			return out
		}
		was, waiting := counts(), b.keptReminders()
		moved := func(what string, want [4]int64, reminders int) {
			b.Helper()
			got := counts()
			for i := range got {
				got[i] -= was[i]
			}
			if n := b.keptReminders() - waiting; got != want || n != reminders {
				b.Errorf("%s: %v and %d reminders, want %v and %d", what, got, n, want, reminders)
			}
		}
		path := b.worksOn(id)
		moved("begun", [4]int64{1}, 0)
		began := today.AddDays(-200)
		step, err := b.Cases.AddWorkStep(worker, id, path, hired(began))
		if err != nil {
			b.Fatal(err)
		}
		moved("a job", [4]int64{1, 1}, 2)
		d := hired(began)
		d.Kept3, d.Kept3On = "yes", began.AddDays(30)
		b.refused(b.Cases.SaveWorkStep(worker, id, step, 1, d), errs.Invalid, "kept for three months after one")
		d.Kept3On = began.AddDays(95)
		for range 2 { // sent twice
			if err := b.Cases.SaveWorkStep(worker, id, step, 1, d); err != nil {
				b.Fatal(err)
			}
		}
		moved("kept for three", [4]int64{1, 1, 1}, 1)
		d.Kept6, d.Kept6On = "yes", today
		b.refused(b.Cases.SaveWorkStep(worker, id, step, 1, d), errs.Conflict, "over what was saved meanwhile")
		d.EndedOn, d.Outcome = began.AddDays(100), "left"
		b.refused(b.Cases.SaveWorkStep(worker, id, step, 2, d), errs.Invalid, "kept for six after it had ended")
		d.Kept6, d.EndedOn, d.Outcome = "no", "", ""
		if err := b.Cases.SaveWorkStep(worker, id, step, 2, d); err != nil {
			b.Fatal(err)
		}
		moved("not kept for six", [4]int64{1, 1, 1}, 0)
		if err := b.Cases.VoidWorkStep(worker, id, step, "mistake"); err != nil {
			b.Fatal(err)
		}
		moved("taken back", [4]int64{1}, 0)
		b.refused(b.Cases.VoidWorkStep(worker, id, step, "mistake"), errs.Conflict, "taken back twice")
		b.verify()
	})
}

// Who does not read the work of a case finds no way into it; a child begins none.
func TestWorkPathRefusals(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.team(id)
		n := cases.NewWorkPath{PersonID: b.child(), PlaceKey: cases.SamePlace, WorkWords: able()}
		open := func(ctx context.Context, id string) error { _, err := b.Cases.OpenWorkPath(ctx, id, n); return err }
		b.refused(open(worker, id), errs.Invalid, "a child of eleven")
		n.PersonID = "somebody"
		b.refused(open(worker, id), errs.Invalid, "somebody else")
		path := b.worksOn(id)
		n.PersonID = b.person
		b.refused(open(worker, id), errs.Conflict, "a second way of the same person")
		n.Skills = ""
		b.refused(open(worker, id), errs.Invalid, "without skills")
		today := db.DateOf(b.DB.Now())
		step := func(ctx context.Context, id string, d cases.WorkDraft) error {
			_, err := b.Cases.AddWorkStep(ctx, id, path, d)
			return err
		}
		b.refused(step(worker, b.other(), hired(today)), errs.NotFound, "through another case")
		b.refused(step(b.as("partner"), id, hired(today)), errs.NotFound, "by another body")
		d := hired(today)
		d.Contract = ""
		b.refused(step(worker, id, d), errs.Invalid, "a job without a contract")
		d.Kind, d.Kept3, d.Kept3On = cases.Training, "yes", today
		b.refused(step(worker, id, d), errs.Invalid, "a training that is kept")
		for _, who := range []string{"psicologo", "educatrice"} {
			f, err := b.Cases.File(b.as(who), id)
			if err != nil || !f.Open[policy.AreaWork] && len(f.Work) > 0 {
				b.Errorf("%s reads %d: %v", who, len(f.Work), err)
			}
			if !f.Open[policy.AreaWork] {
				b.refused(step(b.as(who), id, hired(today)), errs.NotFound, who)
			}
		}
		w := able()
		w.Wishes = "Al mattino"
		if err := b.Cases.SaveWorkPath(worker, id, path, 1, w); err != nil {
			b.Fatal(err)
		}
		w.Wishes = "La sera"
		err := b.Cases.SaveWorkPath(worker, id, path, 1, w)
		var stale *errs.Stale[cases.WorkPath]
		if !errors.As(err, &stale) || stale.Theirs.Wishes != "Al mattino" {
			b.Errorf("over what was saved meanwhile: %v", err)
		}
		b.verify()
	})
}
