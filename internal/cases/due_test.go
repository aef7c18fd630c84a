package cases_test

import (
	"slices"
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// due is the day for which a case is in somebody's list; empty when it is not there.
func (b *bench) due(who, id string, d cases.Due) db.Date {
	b.Helper()
	list, total, err := b.Cases.CasesDue(b.as(who), d, 500)
	if err != nil || total != len(list) {
		b.Fatal(total, len(list), err)
	}
	i := slices.IndexFunc(list, func(c cases.DueCase) bool { return c.ID == id })
	if i < 0 {
		return ""
	}
	return list[i].On
}

// What a case is due stands in the lists of its team and of nobody else, as long as it
// is due: not with who only approves its plan, not with who reads it in an emergency.
func TestCasesDue(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.open(), b.as("assistente"), b.today()
		b.must(b.Cases.AddToTeam(worker, id, b.account("psicologo"), "psychologist", crypto.Sending{}))
		b.takeOn(worker, id)
		b.must(b.Cases.SavePlan(worker, id, plan("Una casa")))
		b.approved(id, 1)
		b.must(b.sign(id, b.person, 1))
		b.must(b.Cases.SignPlan(worker, id, cases.Signature{On: today, ReviewOn: today.AddDays(15), Version: 1}))
		if on := b.due("assistente", id, cases.DueReview); on != "" {
			b.Error("a review in 15 days is due today")
		}
		b.passes(24 * time.Hour)
		if on := b.due("assistente", id, cases.DueReview); on != today.AddDays(15) {
			b.Errorf("a review in 14 days is due on %q", on)
		}
		b.passes(29 * 24 * time.Hour)
		if on := b.due("assistente", id, cases.DueWork); on != today {
			b.Errorf("without activity since %q, want %s", on, today)
		}
		b.must(b.Cases.AskEmergency(b.as("collega"), urgently(id, "in_front")))
		for _, d := range cases.Dues {
			for _, who := range []string{"collega", "bergamo.assistente"} {
				if on := b.due(who, id, d); on != "" {
					b.Errorf("%s has the case in %q", who, d)
				}
			}
		}
		_, _, err := b.Cases.CasesDue(b.as("psicologo"), cases.DueReview, 5)
		b.refused(err, errs.Forbidden, "the reviews, to who holds none")
		_, _, err = b.Cases.CasesDue(b.as("mediatore"), cases.DueLeaving, 5)
		b.refused(err, errs.Forbidden, "who leaves reception, to a mediator")
		_, _, err = b.Cases.CasesDue(worker, "other", 5)
		b.refused(err, errs.NotFound, "a list that is none")
		b.writes("psicologo", id, cases.AuthorReads, "Solo per me")
		if on := b.due("assistente", id, cases.DueWork); on != "" {
			b.Error("who answers for the case reads the entry, and is told that nothing was done") // see Entry.openTo
		}
		b.passes(31 * 24 * time.Hour)
		b.must(b.Cases.MoveTo(worker, id, cases.Move{To: cases.Suspended, On: b.today(), Reason: "away", Version: b.file(id).Version}))
		if on := b.due("assistente", id, cases.DueWork); on != "" {
			b.Error("a suspended case is without activity")
		}
	})
}

// A family that leaves reception is in the list from 60 days before until it has left
// and was handed over; where it lives is read by who sees the plan.
func TestReception(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.open(), b.as("assistente"), b.today()
		r := cases.Reception{ExitOn: today.AddDays(61), ReceptionWords: cases.ReceptionWords{Body: "Casa Lommerd"}}
		b.must(b.Cases.SaveReception(worker, id, r))
		b.must(b.Cases.SaveReception(worker, id, r)) // sent twice
		if f := b.file(id); f.Reception.Version != 1 || f.Reception.Body != "Casa Lommerd" || b.due("assistente", id, cases.DueLeaving) != "" {
			b.Errorf("reception %+v", f.Reception)
		}
		other := r
		other.ExitOn = today.AddDays(3)
		if err := b.Cases.SaveReception(worker, id, other); errs.TheirsOf[cases.Reception](err) == nil {
			b.Errorf("a version that is over: %v", err)
		}
		b.passes(24 * time.Hour)
		if on := b.due("assistente", id, cases.DueLeaving); on != r.ExitOn {
			b.Errorf("leaves on %q", on)
		}
		b.passes(90 * 24 * time.Hour)
		if b.due("assistente", id, cases.DueLeaving) == "" {
			b.Error("who left and was not handed over is in no list")
		}
		r.Version, r.HandedOn = 1, b.today()
		b.refused(b.Cases.SaveReception(worker, id, r), errs.Invalid, "handed over by nobody")
		r.Hands = "L'operatrice del centro"
		b.must(b.Cases.SaveReception(worker, id, r))
		if b.due("assistente", id, cases.DueLeaving) != "" {
			b.Error("who was handed over is still in the list")
		}
		b.must(b.Cases.AddToTeam(worker, id, b.account("psicologo"), "psychologist", crypto.Sending{}))
		f, err := b.Cases.File(b.as("psicologo"), id)
		if err != nil || !f.Open[policy.Plan] || f.Reception == nil {
			b.Errorf("who sees the plan: %+v %v", f, err)
		}
		for who, want := range map[string]errs.Code{"collega": errs.NotFound, "bergamo.assistente": errs.NotFound, "mediatore": errs.NotFound, "dpo": errs.NotFound} {
			b.refused(b.Cases.SaveReception(b.as(who), id, r), want, who)
		}
		b.must(b.Cases.AskEmergency(b.as("collega"), urgently(id, "in_front")))
		b.refused(b.Cases.SaveReception(b.as("collega"), id, r), errs.Forbidden, "who reads in an emergency")
	})
}
