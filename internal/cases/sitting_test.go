package cases_test

import (
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// team names the psychologist and the facilitator of another body to a case.
func (b *bench) team(id string) {
	b.Helper()
	for who, mandate := range map[string]cases.Mandate{"psicologo": "psychologist", "educatrice": "facilitator"} {
		if err := b.Cases.AddToTeam(b.as("assistente"), id, b.account(who), mandate, crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
	}
}

// sat is a sitting two hours ago, of the manager and the psychologist, and a mediator
// from outside.
func (b *bench) sat() cases.SittingDraft {
	return cases.SittingDraft{Kind: cases.TeamSitting, StartsAt: b.DB.Now().Add(-2 * time.Hour), Lasts: 60, Mode: ledger.InPerson, Where: "Sala 2",
		Agenda: "Il piano", Accounts: []string{b.account("assistente"), b.account("psicologo")},
		Guests: []cases.Guest{{Name: "Vurgalip Ospite", Body: "Scuola", Profession: "educator"}}, Sent: crypto.Sending{Key: "sit", Content: "a"}}
}

// minutes fills the form of the minutes, with everybody there.
func (b *bench) minutes(id, entry string) cases.SittingSheet {
	b.Helper()
	_, s, err := b.Cases.Sitting(b.as("assistente"), id, entry)
	if err != nil {
		b.Fatal(err)
	}
	n := cases.SittingSheet{Version: s.Version, Presence: map[string]cases.Presence{}}
	n.Synthesis, n.Decision, n.DecisionText = "Hendorsky ha detto", "plan_agreed", "Avanti"
	n.Dissent = []cases.Dissent{{Who: "Paolo", Text: "Vurgalisch"}}
	n.Next = []cases.NextStep{{Text: "Sentire la scuola", Who: b.account("psicologo"), Due: s.Day().AddDays(9)}, {Text: "Dirlo alla famiglia"}}
	for _, seat := range s.Seats {
		n.Presence[seat.ID] = cases.Came
	}
	return n
}

// A sitting is convened, found by who is asked, held with its minutes, and what it
// decided becomes tasks; then it is frozen, and corrected with a reason only.
func TestSitting(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, mate := b.open(), b.as("assistente"), b.as("psicologo")
		b.team(id)
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		held := b.count("cases.sitting_held", ledger.Events)
		entry, err := b.Cases.ConveneSitting(worker, id, b.sat())
		if err != nil {
			b.Fatal(err)
		}
		if again, err := b.Cases.ConveneSitting(worker, id, b.sat()); err != nil || again != entry {
			b.Errorf("sent twice: %s %v", again, err)
		}
		if list, err := b.Cases.Sittings(mate, cases.SittingsWaiting); err != nil || !listedSitting(list, entry) {
			b.Errorf("who is asked does not find it: %v", err)
		}
		if list, _ := b.Cases.Sittings(b.as("educatrice"), cases.SittingsWaiting); listedSitting(list, entry) {
			b.Error("who is not asked finds it among theirs")
		}
		n := b.minutes(id, entry)
		n.About = cases.AboutPlan(1)
		draft := n
		draft.Synthesis = ""
		b.refused(b.Cases.ConfirmSitting(worker, id, entry, draft), errs.Invalid, "empty minutes")
		if err := b.Cases.SaveSittingMinutes(mate, id, entry, draft); err != nil {
			b.Fatal(err)
		}
		err = b.Cases.SaveSittingMinutes(worker, id, entry, n)
		b.refused(err, errs.Conflict, "over what somebody saved meanwhile")
		if theirs := errs.TheirsOf[cases.Sitting](err); theirs == nil || theirs.Minutes.DecisionText != "Avanti" {
			b.Errorf("the conflict does not show what stands: %+v", theirs)
		}
		n.Version++
		for range 2 { // sent twice, confirmed once
			if err := b.Cases.ConfirmSitting(worker, id, entry, n); err != nil {
				b.Fatal(err)
			}
		}
		if got := b.count("cases.sitting_held", ledger.Events); got != held+1 {
			b.Errorf("%d sittings count, want %d", got, held+1)
		}
		if got := b.waiting("psicologo", id); !got["Sentire la scuola"] || len(got) != 1 {
			b.Errorf("tasks: %v", got)
		}
		other := n
		other.Synthesis, other.Version = "Altro", n.Version+1
		b.refused(b.Cases.ConfirmSitting(worker, id, entry, other), errs.Conflict, "written over once confirmed")
		b.refused(b.Cases.CancelSitting(worker, id, entry, "other", ""), errs.Conflict, "cancelled once held")
		b.refused(b.Cases.ChangeSitting(worker, id, entry, b.sat()), errs.Conflict, "changed once held")
		b.refused(b.Cases.CorrectSitting(worker, id, entry, other), errs.Invalid, "corrected without a reason")
		other.Reason, other.Next = "Un errore", nil
		if err := b.Cases.CorrectSitting(worker, id, entry, other); err != nil {
			b.Fatal(err)
		}
		_, s, err := b.Cases.Sitting(worker, id, entry)
		if err != nil || s.Minutes.Synthesis != "Altro" || len(s.Minutes.Earlier) != 1 || s.Minutes.Earlier[0].Synthesis != n.Synthesis || len(s.Minutes.Next) != 2 ||
			s.Minutes.Next[0].TaskID == "" || s.Minutes.About != "plan/1" || s.Seats[2].Name != "Vurgalip Ospite" || !s.Quorate {
			b.Errorf("corrected: %+v %+v %v", s, s.Minutes, err)
		}
		b.verify()
	})
}

func listedSitting(list []cases.Sitting, id string) bool {
	for _, s := range list {
		if s.ID == id && s.CaseName != "" && s.Where == "Sala 2" {
			return true
		}
	}
	return false
}

// Who sees the plan and not the diary reads what was decided and not what was said;
// whoever is not in the team finds nothing.
func TestSittingSeenBySection(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, facilitator := b.open(), b.as("assistente"), b.as("educatrice")
		b.team(id)
		entry, err := b.Cases.ConveneSitting(worker, id, b.sat())
		if err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.ConfirmSitting(worker, id, entry, b.minutes(id, entry)); err != nil {
			b.Fatal(err)
		}
		_, s, err := b.Cases.Sitting(facilitator, id, entry)
		if err != nil || s.Minutes.Decision != "plan_agreed" || s.Minutes.Synthesis != "" || s.Minutes.Dissent != nil {
			b.Errorf("the facilitator reads %+v %v", s, err)
		}
		_, err = b.Cases.ConveneSitting(facilitator, id, b.sat())
		b.refused(err, errs.NotFound, "convened without the diary")
		mine, _, err := b.Cases.Cases(b.as("bergamo.assistente"), false, 1)
		if err != nil {
			b.Fatal(err)
		}
		for _, who := range []string{"partner", "bergamo.assistente", "emt"} {
			_, _, err := b.Cases.Sitting(b.as(who), id, entry)
			b.refused(err, errs.NotFound, who+" reads")
			_, err = b.Cases.ConveneSitting(b.as(who), id, b.sat())
			b.refused(err, errs.NotFound, who+" convenes")
			b.refused(b.Cases.SaveSittingMinutes(b.as(who), id, entry, cases.SittingSheet{}), errs.NotFound, who+" writes")
		}
		_, _, err = b.Cases.Sitting(b.as("bergamo.assistente"), mine[0].ID, entry)
		b.refused(err, errs.NotFound, "through a case of one's own")
		n := b.sat()
		n.Sent.Key, n.Accounts = "stranger", append(n.Accounts, b.account("partner"))
		_, err = b.Cases.ConveneSitting(worker, id, n)
		b.refused(err, errs.Invalid, "asking by account who is not in the team")
		n = b.sat()
		n.Sent.Key = "next"
		if entry, err = b.Cases.ConveneSitting(worker, id, n); err != nil {
			b.Fatal(err)
		}
		for _, mate := range b.file(id).Team {
			if mate.AccountID == b.account("psicologo") {
				if err := b.Cases.EndMandate(worker, id, mate.ID); err != nil {
					b.Fatal(err)
				}
			}
		}
		if list, err := b.Cases.Sittings(b.as("psicologo"), cases.SittingsWaiting); err != nil || listedSitting(list, entry) {
			b.Errorf("who left the team still finds it: %v", err)
		}
	})
}

// Without who has to be there a sitting is held only with a reason, and counts nothing;
// one alone does not sit at all.
func TestSittingQuorum(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.team(id)
		held := b.count("cases.sitting_held", ledger.Households)
		early := b.sat()
		early.StartsAt = b.DB.Now().Add(time.Hour)
		entry, err := b.Cases.ConveneSitting(worker, id, early)
		if err != nil {
			b.Fatal(err)
		}
		if list, err := b.Cases.Sittings(b.as("psicologo"), cases.SittingsComing); err != nil || !listedSitting(list, entry) {
			b.Errorf("it is not among those to come: %v", err)
		}
		n := b.minutes(id, entry)
		b.refused(b.Cases.ConfirmSitting(worker, id, entry, n), errs.Invalid, "before it began")
		late := b.sat()
		late.Version, late.Kind = n.Version, cases.UnitSitting
		if err := b.Cases.ChangeSitting(worker, id, entry, late); err != nil {
			b.Fatal(err)
		}
		b.refused(b.Cases.ChangeSitting(worker, id, entry, late), errs.Conflict, "another version")
		n = b.minutes(id, entry)
		_, s, _ := b.Cases.Sitting(worker, id, entry)
		n.Presence[s.Seats[0].ID], n.Presence[s.Seats[1].ID] = cases.Absent, cases.Excused
		b.refused(b.Cases.ConfirmSitting(worker, id, entry, n), errs.Invalid, "one alone")
		for _, seat := range s.Seats { // the social worker, who has to be there, is not
			n.Presence[seat.ID] = cases.Came
			if seat.AccountID == b.account("assistente") {
				n.Presence[seat.ID] = cases.Absent
			}
		}
		b.refused(b.Cases.ConfirmSitting(worker, id, entry, n), errs.Invalid, "without quorum and reason")
		n.NoQuorum = "Era urgente"
		if err := b.Cases.ConfirmSitting(worker, id, entry, n); err != nil {
			b.Fatal(err)
		}
		if got := b.count("cases.sitting_held", ledger.Households); got != held {
			b.Errorf("it counts without its quorum: %d, want %d", got, held)
		}
		off := b.sat()
		off.Sent.Key = "off"
		if entry, err = b.Cases.ConveneSitting(worker, id, off); err != nil {
			b.Fatal(err)
		}
		for range 2 {
			if err := b.Cases.CancelSitting(worker, id, entry, "moved", "Giovedì"); err != nil {
				b.Fatal(err)
			}
		}
		b.refused(b.Cases.SaveSittingMinutes(worker, id, entry, b.minutes(id, entry)), errs.Conflict, "minutes of one that was cancelled")
		if f := b.file(id); len(f.Sittings) != 2 || !f.Open[policy.Plan] {
			b.Errorf("%d sittings", len(f.Sittings))
		}
		b.verify()
	})
}
