package cases_test

import (
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/task"
)

// entered is what the diary of a case tells somebody, beside the interventions.
func (b *bench) entered(who, id string) string {
	b.Helper()
	f, err := b.Cases.File(b.as(who), id)
	if err != nil {
		b.Fatal(err)
	}
	var words []string
	for _, e := range f.Entries {
		words = append(words, e.Text)
	}
	return strings.Join(words, " ")
}

// writes writes an entry of the diary for some readers.
func (b *bench) writes(who, id, readers, text string) string {
	b.Helper()
	n := cases.NewEntry{Kind: "phone", Readers: readers, On: db.DateOf(b.DB.Now()), EntryWords: cases.EntryWords{Text: text, Who: "La madre"},
		Sent: crypto.Sending{Key: "diary" + readers + who, Content: text}}
	first, err := b.Cases.WriteDiary(b.as(who), id, n)
	if err != nil {
		b.Fatal(err)
	}
	if again, err := b.Cases.WriteDiary(b.as(who), id, n); err != nil || again != first {
		b.Errorf("sent twice: %s %v", again, err)
	}
	return first
}

// An entry of the diary is read by those for whom it was written, and by nobody who does
// not read the diary; a correction keeps what it said; who is named finds it.
func TestDiary(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, mate := b.open(), b.as("assistente"), b.as("psicologo")
		b.team(id)
		b.writes("assistente", id, cases.TeamReads, "tutti")
		b.writes("assistente", id, cases.BodyReads, "ente")
		mine := b.writes("assistente", id, cases.AuthorReads, "mio")
		theirs := b.writes("psicologo", id, cases.AuthorReads, "suo")
		b.writes("psicologo", id, cases.BodyReads, "asp")
		for who, want := range map[string]string{"assistente": "suo mio ente tutti", "psicologo": "asp suo tutti", "educatrice": ""} {
			if got := b.entered(who, id); got != want {
				b.Errorf("%s reads %q, want %q", who, got, want)
			}
		}
		w := cases.EntryWords{Text: "corretto", Reason: "Un errore"}
		b.refused(b.Cases.CorrectDiary(mate, id, mine, 1, w), errs.NotFound, "an entry that is not theirs to read")
		b.refused(b.Cases.CorrectDiary(worker, id, theirs, 1, w), errs.Forbidden, "corrected by who reads it")
		b.refused(b.Cases.CorrectDiary(worker, b.other(), mine, 1, w), errs.NotFound, "through another case")
		b.refused(b.Cases.CorrectDiary(worker, id, mine, 1, cases.EntryWords{Text: "x"}), errs.Invalid, "without a reason")
		for range 2 { // sent twice
			if err := b.Cases.CorrectDiary(worker, id, mine, 1, w); err != nil {
				b.Fatal(err)
			}
		}
		b.refused(b.Cases.CorrectDiary(worker, id, mine, 1, cases.EntryWords{Text: "altro", Reason: "Poi"}), errs.Conflict, "over what was corrected meanwhile")
		f, err := b.Cases.File(worker, id)
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range f.Entries {
			if e.ID == mine && (e.Text != "corretto" || len(e.Earlier) != 1 || e.Earlier[0].Text != "mio") {
				b.Errorf("corrected: %+v", e)
			}
		}
		b.calls(id, f)
		_, err = b.Cases.WriteDiary(b.as("educatrice"), id, cases.NewEntry{Kind: "phone", Readers: cases.TeamReads, On: f.Today, EntryWords: cases.EntryWords{Text: "x"}})
		b.refused(err, errs.NotFound, "by who does not read the diary")
		b.verify()
	})
}

// calls names colleagues in entries: one who reads it finds a reminder, one who may not
// cannot be named.
func (b *bench) calls(id string, f *cases.File) {
	b.Helper()
	name := map[string]string{}
	for _, t := range f.Team {
		name[t.AccountID] = t.Name
	}
	called := cases.NewEntry{Kind: "note", Readers: cases.TeamReads, On: db.DateOf(b.DB.Now()), EntryWords: cases.EntryWords{Text: "Senti @" + name[b.account("psicologo")]}}
	if _, err := b.Cases.WriteDiary(b.as("assistente"), id, called); err != nil {
		b.Fatal(err)
	}
	called.Readers = cases.AuthorReads
	_, err := b.Cases.WriteDiary(b.as("assistente"), id, called)
	b.refused(err, errs.Invalid, "naming who may not read it")
	called.Readers, called.Text = cases.TeamReads, "Senti @"+name[b.account("educatrice")]
	_, err = b.Cases.WriteDiary(b.as("assistente"), id, called)
	b.refused(err, errs.Invalid, "naming who does not read the diary")
	list, err := b.Tasks.List(b.as("psicologo"), task.Mine)
	n := 0
	for _, t := range list {
		if t.Message == "diary.called" && strings.HasSuffix(t.Path, id) {
			n++
		}
	}
	if err != nil || n != 1 {
		b.Errorf("%d reminders, want 1: %v", n, err)
	}
}
