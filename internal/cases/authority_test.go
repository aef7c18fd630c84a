package cases_test

import (
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// ordered writes down an act of an authority for some readers.
func (b *bench) ordered(who, id, readers string, due db.Date) string {
	b.Helper()
	n := cases.NewAct{AuthorityWords: cases.AuthorityWords{Kind: "juvenile_mandate", Authority: "Tribunale", Number: "VG 1/2026", Asked: readers + " " + who},
		Readers: readers, DueOn: due, Sent: crypto.Sending{Key: "act" + readers + who, Content: readers}}
	first, err := b.Cases.WriteAct(b.as(who), id, n)
	if err != nil {
		b.Fatal(err)
	}
	if again, err := b.Cases.WriteAct(b.as(who), id, n); err != nil || again != first {
		b.Errorf("sent twice: %s %v", again, err)
	}
	return first
}

// acts are those of a case that somebody reads, by id.
func (b *bench) acts(who, id string) map[string]*cases.AuthorityAct {
	b.Helper()
	f, err := b.Cases.File(b.as(who), id)
	if err != nil {
		b.Fatal(err)
	}
	out := map[string]*cases.AuthorityAct{}
	for i := range f.Acts {
		out[f.Acts[i].ID] = &f.Acts[i]
	}
	return out
}

// owed counts the reminders of authorities that somebody finds.
func (b *bench) owed(who string) (n int) {
	b.Helper()
	list, err := b.Tasks.List(b.as(who), task.Mine)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range list {
		if t.Message == "task.reminder.authority" {
			n++
		}
	}
	return n
}

// An act of an authority is read by those for whom it was written down, with a day that
// who answers for the case is reminded of, until it is answered; nobody else finds a sign.
func TestAuthorityActs(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open()
		b.team(id)
		due, before := db.DateOf(b.DB.Now()).AddDays(20), b.owed("assistente")
		team := b.ordered("assistente", id, cases.TeamReads, due)
		own := b.ordered("assistente", id, cases.AuthorReads, due)
		theirs := b.ordered("psicologo", id, cases.BodyReads, due)
		for who, want := range map[string][]string{"assistente": {team, own}, "psicologo": {team, theirs}, "educatrice": {}} {
			got := b.acts(who, id)
			for _, act := range want {
				if got[act] == nil || got[act].Asked == "" || got[act].State(due) != cases.ActOpen {
					b.Errorf("%s does not read %s: %+v", who, act, got)
				}
			}
			if len(got) != len(want) {
				b.Errorf("%s reads %d acts, want %d", who, len(got), len(want))
			}
		}
		if a := b.acts("assistente", id)[team]; a.State(due.AddDays(1)) != cases.ActExpired {
			b.Error("past its day it has not expired")
		}
		if mine, other := b.owed("assistente")-before, b.owed("psicologo"); mine != 2 || other != 1 {
			b.Errorf("%d reminders of who answers for the case, %d of who alone reads it", mine, other)
		}
		b.answers(id, team, own, theirs)
		_, err := b.Cases.WriteAct(b.as("educatrice"), id, cases.NewAct{Readers: cases.TeamReads,
			AuthorityWords: cases.AuthorityWords{Kind: "police", Authority: "Questura", Asked: "x"}})
		b.refused(err, errs.NotFound, "by who does not read the diary")
		if b.owed("assistente") != before || b.owed("psicologo") != 1 {
			b.Error("reminders stay after the answers")
		}
		b.verify()
	})
}

// answers answers one act and takes another back.
func (b *bench) answers(id, team, own, theirs string) {
	b.Helper()
	worker, today := b.as("assistente"), db.DateOf(b.DB.Now())
	document := b.added(id, policy.Diary)
	n := cases.ActAnswer{On: today, Words: "Si trasmette", DocumentID: document}
	b.refused(b.Cases.AnswerAct(worker, id, theirs, n), errs.NotFound, "an act that is not theirs to read")
	b.refused(b.Cases.AnswerAct(worker, b.other(), team, n), errs.NotFound, "through another case")
	b.refused(b.Cases.AnswerAct(worker, id, team, cases.ActAnswer{On: today}), errs.Invalid, "without words")
	b.refused(b.Cases.AnswerAct(worker, id, team, cases.ActAnswer{On: today, Words: "x", DocumentID: id}), errs.Invalid, "with a document of nobody")
	b.refused(b.Cases.VoidAct(b.as("psicologo"), id, team, "mistake"), errs.Forbidden, "taken back by who only reads it")
	if err := b.Cases.VoidAct(worker, id, own, "mistake"); err != nil {
		b.Fatal(err)
	}
	f, err := b.Cases.File(worker, id)
	if err == nil {
		err = b.Cases.MoveTo(worker, id, cases.Move{To: cases.Oriented, On: today, Reason: "information", Version: f.Version})
	}
	if err != nil {
		b.Fatal(err)
	}
	for range 2 { // sent twice, and in a closed case
		if err := b.Cases.AnswerAct(worker, id, team, n); err != nil {
			b.Fatal(err)
		}
	}
	n.Words = "Altro"
	b.refused(b.Cases.AnswerAct(worker, id, team, n), errs.Conflict, "answered otherwise")
	b.refused(b.Cases.AnswerAct(worker, id, own, n), errs.Conflict, "answered after it was taken back")
	got := b.acts("assistente", id)
	if a := got[team]; a.State(today) != cases.ActAnswered || a.Answer != "Si trasmette" || a.DocumentID != document {
		b.Errorf("answered: %+v", a)
	}
	if a := got[own]; a.State(today) != cases.ActVoid || !strings.Contains(a.Asked, "author") {
		b.Errorf("taken back: %+v", a)
	}
}

// Who takes a case over is reminded of what an authority waits for.
func TestAuthorityActsAreHandedOver(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open()
		b.ordered("assistente", id, cases.AuthorReads, db.DateOf(b.DB.Now()).AddDays(9))
		before := b.owed("collega")
		if err := b.Cases.HandOver(b.as("assistente"), b.given(id, "collega", cases.Leaves)); err != nil {
			b.Fatal(err)
		}
		if got := b.owed("collega") - before; got != 1 {
			b.Errorf("%d reminders go over, want 1", got)
		}
	})
}
