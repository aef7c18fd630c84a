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

// gives gives the body of somebody in the team a mandate, twice by the same form.
func (b *bench) gives(id, who, subject string, told bool) string {
	b.Helper()
	n := cases.NewMandate{AccountID: b.account(who), Subject: subject, Told: told, Sent: crypto.Sending{Key: who + subject, Content: subject}}
	first, err := b.Cases.GiveMandate(b.as("assistente"), id, n)
	if err != nil {
		b.Fatal(err)
	}
	if again, err := b.Cases.GiveMandate(b.as("assistente"), id, n); err != nil || again != first {
		b.Errorf("sent twice: %s %v", again, err)
	}
	n.Sent = crypto.Sending{}
	_, err = b.Cases.GiveMandate(b.as("assistente"), id, n)
	b.refused(err, errs.Conflict, "the same mandate again")
	return first
}

// sees tells whether somebody finds a section of a case, how many of the team, and how
// many mandates of bodies.
func (b *bench) sees(who, id string, s policy.Section) (open bool, team, mandates int) {
	b.Helper()
	f, err := b.Cases.File(b.as(who), id)
	if err != nil {
		b.Fatal(err)
	}
	return f.Open[s], len(f.Team), len(f.Mandates)
}

// The mandates of a body are the most that its people see of a case, in pages, lists and
// searches; one told to nobody is no sign for the other bodies; with the last one its
// people are out.
func TestMandatesOfBodies(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.team(id)
		if _, err := b.Cases.AddReference(worker, id, cases.Reference{Scheme: "protocol", Value: "PG 31/2026"}, crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if open, _, _ := b.sees("psicologo", id, policy.Diary); !open || b.found("psicologo", "PG 31/2026") != id {
			b.Fatal("without a mandate the diary is not open")
		}
		legal := b.gives(id, "psicologo", "legal", false)
		if open, _, n := b.sees("psicologo", id, policy.Diary); open || n != 1 || b.found("psicologo", "PG 31/2026") != "" {
			b.Error("a mandate does not limit what its body sees and finds")
		}
		if open, _, _ := b.sees("psicologo", id, policy.Plan); !open {
			b.Error("a mandate closes what it opens")
		}
		called := cases.NewEntry{Kind: "note", Readers: cases.TeamReads, On: db.DateOf(b.DB.Now()), EntryWords: cases.EntryWords{Text: "Senti @" + b.nameIn(id, "psicologo")}}
		_, err := b.Cases.WriteDiary(worker, id, called)
		b.refused(err, errs.Invalid, "naming who reads the diary no more")
		if _, team, n := b.sees("educatrice", id, policy.Overview); team != 2 || n != 0 {
			b.Errorf("another body sees %d of the team and %d mandates of which it was not told", team, n)
		}
		if _, team, n := b.sees("assistente", id, policy.Overview); team != 3 || n != 1 {
			b.Errorf("the body that leads sees %d of the team, %d mandates", team, n)
		}
		health := b.gives(id, "psicologo", "health", true)
		if open, _, _ := b.sees("psicologo", id, policy.AreaLearning); open {
			b.Error("two mandates open what neither does")
		}
		if open, _, _ := b.sees("psicologo", id, policy.Diary); !open {
			b.Error("a second mandate opens nothing")
		}
		if _, team, n := b.sees("educatrice", id, policy.Overview); team != 3 || n != 1 {
			b.Errorf("told of one, another body sees %d of the team and %d mandates", team, n)
		}
		b.endsMandates(id, legal, health)
		b.verify()
	})
}

// nameIn is how somebody is called in the team of a case.
func (b *bench) nameIn(id, who string) string {
	b.Helper()
	f, err := b.Cases.File(b.as("assistente"), id)
	if err != nil {
		b.Fatal(err)
	}
	i := slices.IndexFunc(f.Team, func(t cases.TeamMember) bool { return t.AccountID == b.account(who) })
	return f.Team[i].Name
}

func (b *bench) endsMandates(id, legal, health string) {
	b.Helper()
	worker := b.as("assistente")
	b.refused(b.Cases.EndBodyMandate(worker, id, legal, "never"), errs.Invalid, "without a reason")
	b.refused(b.Cases.EndBodyMandate(worker, b.other(), legal, "done"), errs.NotFound, "through another case")
	b.refused(b.Cases.PassMandate(worker, id, legal, b.account("educatrice")), errs.Invalid, "passed to another body")
	_, err := b.Cases.GiveMandate(worker, id, cases.NewMandate{AccountID: b.account("assistente"), Subject: "social"})
	b.refused(err, errs.Invalid, "to the body that leads")
	for _, mandate := range []string{legal, health} {
		if err := b.Cases.EndBodyMandate(worker, id, mandate, "done"); err != nil {
			b.Fatal(err)
		}
	}
	_, err = b.Cases.File(b.as("psicologo"), id)
	b.refused(err, errs.NotFound, "after the last mandate")
	f, err := b.Cases.File(worker, id)
	if err != nil || len(f.Mandates) != 2 || f.Mandates[0].EndReason != "done" {
		b.Errorf("what ended is not told: %v %v", f.Mandates, err)
	}
}

// Who reopens a case brings the mandates along with the team: nobody sees more than before.
func TestMandatesComeAlong(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.team(id)
		b.gives(id, "psicologo", "legal", true)
		f, err := b.Cases.File(worker, id)
		if err == nil {
			err = b.Cases.MoveTo(worker, id, cases.Move{To: cases.Oriented, On: db.DateOf(b.DB.Now()), Reason: "information", Version: f.Version})
		}
		if err != nil {
			b.Fatal(err)
		}
		again, err := b.Cases.Reopen(worker, id, cases.Reopening{Reason: "Torna"})
		if err != nil {
			b.Fatal(err)
		}
		if open, _, n := b.sees("psicologo", again, policy.Diary); open || n != 1 {
			b.Error("reopened, the case is wider open than before")
		}
	})
}

// What a body of which the others are not told writes for the team says that a service of
// the network wrote it, and no name: to the others, while its mandate holds and after.
func TestUntoldBodiesWriteWithoutAName(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open()
		for who, mandate := range map[string]cases.Mandate{"psicologo": "psychologist", "educatrice": "educator"} {
			b.must(b.Cases.AddToTeam(b.as("assistente"), id, b.account(who), mandate, crypto.Sending{}))
		}
		mandate := b.gives(id, "psicologo", "health", false)
		today := db.DateOf(b.DB.Now())
		writer := b.as("psicologo")
		_, err := b.Cases.WriteDiary(writer, id, cases.NewEntry{Kind: "note", Readers: cases.TeamReads, On: today, EntryWords: cases.EntryWords{Text: "Prova"}})
		b.must(err)
		_, err = b.Cases.RecordIntervention(writer, id, cases.NewIntervention{On: today, Mode: ledger.Remote, Minutes: 30, Note: "Colloquio"})
		b.must(err)
		_, err = b.Cases.WriteAct(writer, id, cases.NewAct{Readers: cases.TeamReads, AuthorityWords: cases.AuthorityWords{Kind: "police", Authority: "Questura", Asked: "Notizie"}})
		b.must(err)
		_, err = b.Cases.AddDocument(writer, id, cases.NewDocument{Kind: "report", Title: "Relazione", Section: policy.Overview}, b.paper(writer, id, "uno"))
		b.must(err)
		name, body := b.nameIn(id, "psicologo"), policy.From(writer)
		check := func(when, who string, hidden bool) {
			b.Helper()
			f, err := b.Cases.File(b.as(who), id)
			b.must(err)
			d, err := b.Cases.DocumentOf(b.as(who), id, f.Documents[0].ID)
			b.must(err)
			for what, said := range map[string]string{"diary": f.Entries[0].Author, "intervention": f.Diary[0].Who, "act": f.Acts[0].Author, "document": d.Versions[0].Who} {
				if (said == name) == hidden || said == "" {
					b.Errorf("%s: %s of the %s is %q", when, who, what, said)
				}
			}
			ids := []string{f.Entries[0].AccountID, f.Entries[0].OrgID, f.Diary[0].AccountID, f.Diary[0].OrgID, f.Acts[0].AccountID, f.Acts[0].OrgID}
			if slices.Contains(ids, body.AccountID) == hidden || hidden && slices.Contains(ids, body.OrgID) {
				b.Errorf("%s: to %s they are %v", when, who, ids)
			}
		}
		for _, who := range []string{"assistente", "psicologo"} {
			check("while it holds", who, false)
		}
		check("while it holds", "educatrice", true)
		b.must(b.Cases.EndBodyMandate(b.as("assistente"), id, mandate, "done"))
		check("after its end", "educatrice", true)
		if _, team, _ := b.sees("educatrice", id, policy.Overview); team != 2 {
			b.Errorf("after its end another body sees %d of the team", team)
		}
	})
}
