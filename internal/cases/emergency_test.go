package cases_test

import (
	"strings"
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// urgently is a request for emergency access that names a case.
func urgently(id, reason string) cases.EmergencyAsk {
	return cases.EmergencyAsk{CaseID: "https://tessuto.example/cases/" + id + "#plan", Reason: reason, Words: "Il padre è qui e grida"}
}

// asksUrgently asks as somebody, and tells how many cases are open to them by it.
func (b *bench) asksUrgently(who string, n cases.EmergencyAsk) int {
	b.Helper()
	if err := b.Cases.AskEmergency(b.as(who), n); err != nil {
		b.Fatal(err)
	}
	list, err := b.Cases.OwnEmergencies(b.as(who))
	if err != nil {
		b.Fatal(err)
	}
	return len(list)
}

// passes moves the clock on.
func (b *bench) passes(d time.Duration) {
	now := b.DB.Now().Add(d)
	b.DB.Now = func() time.Time { return now }
}

// Emergency access opens overview, plan and diary for a day, to read and not to write;
// who answers for the case and the DPO know at once, and the case can be closed again.
func TestEmergency(t *testing.T) {
	each(t, func(b *bench) {
		id, manager, outsider := b.open(), b.as("assistente"), b.as("collega")
		n := urgently(id, "in_front")
		n.Sent = crypto.Sending{Key: "form-1", Content: "a"}
		_, err := b.Cases.File(outsider, id)
		b.refused(err, errs.NotFound, "the case, before")
		if b.asksUrgently("collega", n) != 1 || b.asksUrgently("collega", n) != 1 {
			b.Error("sent twice, it does not open the case once")
		}
		f, err := b.Cases.File(outsider, id)
		if err != nil || len(f.Open) != 3 || !f.Open[policy.Overview] || !f.Open[policy.Plan] || !f.Open[policy.Diary] || f.Emergency == nil || len(f.Emergencies) != 0 {
			b.Fatalf("opened %v, emergency %v: %v", f.Open, f.Emergency, err)
		}
		today := db.DateOf(b.DB.Now())
		_, err = b.Cases.RecordIntervention(outsider, id, cases.NewIntervention{On: today, Mode: "remote", Minutes: 10, Note: "x", Urgent: true})
		b.refused(err, errs.Forbidden, "an intervention")
		b.refused(b.Cases.AddToTeam(outsider, id, b.account("psicologo"), "psychologist", crypto.Sending{}), errs.Forbidden, "a member of the team")
		b.refused(b.Cases.MoveTo(outsider, id, cases.Move{To: cases.Suspended, On: today, Version: 1}), errs.Forbidden, "a move")
		if !b.waiting("assistente", id)["task.reminder.emergency"] || !b.waiting("dpo", id)["task.reminder.emergency_dpo"] {
			b.Error("who answers for the case or the DPO is not told")
		}
		list, err := b.Cases.Emergencies(b.as("dpo"))
		if err != nil || len(list) == 0 || list[0].Words != n.Words || list[0].Who == "" || list[0].Family != "" {
			b.Fatalf("the DPO reads %+v: %v", list, err)
		}
		_, err = b.Cases.Emergencies(manager)
		b.refused(err, errs.Forbidden, "the list, to who is not the DPO")
		f, err = b.Cases.File(manager, id)
		if err != nil || len(f.Emergencies) != 1 || f.Emergencies[0].Words != n.Words || f.Emergency != nil {
			b.Fatalf("who answers for the case reads %+v: %v", f.Emergencies, err)
		}
		b.refused(b.Cases.EndEmergency(outsider, id, f.Emergencies[0].ID), errs.Forbidden, "the end, by who asked")
		if err := b.Cases.EndEmergency(manager, id, f.Emergencies[0].ID); err != nil {
			b.Fatal(err)
		}
		b.refused(b.Cases.EndEmergency(manager, id, f.Emergencies[0].ID), errs.Conflict, "the end, again")
		_, err = b.Cases.File(outsider, id)
		b.refused(err, errs.NotFound, "the case, once ended")
		again := cases.EmergencyAsk{PersonID: b.person, Reason: "in_front", Words: "Di nuovo"}
		if b.asksUrgently("collega", again) != 1 {
			b.Error("it cannot be asked for from the person")
		}
		b.passes(25 * time.Hour)
		_, err = b.Cases.File(outsider, id)
		b.refused(err, errs.NotFound, "the case, a day later")
		if b.sharedWith(policy.Household, b.household, b.account("collega")) {
			b.Error("the family stays open")
		}
		b.verify()
	})
}

// It answers alike where there is no case, where none may be opened and where the case
// is open already; it opens nothing very restricted and nothing to another body without
// an agreement, but to save a life.
func TestEmergencyOpensNothing(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open()
		for who, n := range map[string]cases.EmergencyAsk{
			"collega":            urgently(db.NewID(), "life"),
			"bergamo.assistente": urgently(id, "in_front"),
			"assistente":         urgently(id, "life"), // theirs already
		} {
			if b.asksUrgently(who, n) != 0 {
				b.Errorf("%s: opened %+v", who, n)
			}
		}
		if b.asksUrgently("bergamo.assistente", urgently(id, "life")) != 1 {
			b.Error("a life in danger waits for an agreement")
		}
		if _, err := b.Cases.File(b.as("bergamo.assistente"), id); err != nil {
			b.Errorf("opened, and not to be read: %v", err)
		}
		for what, n := range map[string]cases.EmergencyAsk{
			"without a case":   {Reason: "life", Words: "x"},
			"without a reason": {CaseID: id, Words: "x"},
			"without words":    {CaseID: id, Reason: "life"},
			"too long":         {CaseID: id, Reason: "life", Words: strings.Repeat("x", 2001)},
		} {
			b.refused(b.Cases.AskEmergency(b.as("collega"), n), errs.Invalid, what)
		}
		b.refused(b.Cases.AskEmergency(b.as("sportello"), urgently(id, "life")), errs.Forbidden, "the desk")
		centre := policy.From(b.as("psicologo"))
		centre.OrgKind = policy.DiscreetKinds[0]
		b.refused(b.Cases.AskEmergency(policy.With(b.Context(), centre), urgently(id, "life")), errs.Conflict, "a discreet body")
		court := policy.From(b.as("collega"))
		court.OrgKind = policy.Authority
		if err := b.Cases.AskEmergency(policy.With(b.Context(), court), urgently(id, "life")); err != nil || b.sharedWith(policy.Case, id, court.AccountID) {
			b.Errorf("an authority: %v", err)
		}
		for range 8 {
			_ = b.Cases.AskEmergency(b.as("collega"), urgently(db.NewID(), "life"))
		}
		b.refused(b.Cases.AskEmergency(b.as("collega"), urgently(id, "life")), errs.Conflict, "again and again")
	})
}

// A case that somebody of a discreet body leads is as if it were not there.
func TestEmergencyNeverOpensDiscreet(t *testing.T) {
	each(t, func(b *bench) {
		centre := policy.From(b.as("assistente"))
		centre.OrgKind = policy.DiscreetKinds[0]
		id, err := b.Cases.Open(policy.With(b.Context(), centre), cases.NewCase{HouseholdID: b.household, Reason: "x"})
		if err != nil {
			b.Fatal(err)
		}
		if b.asksUrgently("collega", urgently(id, "life")) != 0 || b.asksUrgently("collega", cases.EmergencyAsk{PersonID: b.person, Reason: "life", Words: "x"}) != 0 {
			b.Error("it opened")
		}
		_, err = b.Cases.File(b.as("collega"), id)
		b.refused(err, errs.NotFound, "the case")
	})
}

// Months after its end a case is closed to the team of other bodies, and to no other;
// who reopens it brings them along.
func TestClosedCaseLapses(t *testing.T) {
	each(t, func(b *bench) {
		id, manager, other := b.open(), b.as("assistente"), b.as("bologna.tavolo")
		if err := b.Cases.AddToTeam(manager, id, b.account("bologna.tavolo"), "social_worker", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.AddToTeam(manager, id, b.account("collega"), "social_worker", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.Close(manager, id, cases.Closing{On: db.DateOf(b.DB.Now()), Reason: "moved", Version: 1}); err != nil {
			b.Fatal(err)
		}
		b.passes(89 * 24 * time.Hour)
		if err := b.Cases.LapseClosed(b.Context()); err != nil {
			b.Fatal(err)
		}
		if _, err := b.Cases.File(other, id); err != nil {
			b.Errorf("after 89 days: %v", err)
		}
		b.passes(24 * time.Hour)
		for range 2 {
			if err := b.Cases.LapseClosed(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		_, err := b.Cases.File(other, id)
		b.refused(err, errs.NotFound, "after 90 days, to another body")
		if b.sharedWith(policy.Household, b.household, b.account("bologna.tavolo")) {
			b.Error("the family stays open")
		}
		if _, err := b.Cases.File(b.as("collega"), id); err != nil {
			b.Errorf("to the body that leads: %v", err)
		}
		again, err := b.Cases.Reopen(manager, id, cases.Reopening{Reason: "Torna"})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := b.Cases.File(other, again); err != nil {
			b.Errorf("reopened, to who was in the team: %v", err)
		}
		_, err = b.Cases.File(other, id)
		b.refused(err, errs.NotFound, "the closed one, to another body")
		b.verify()
	})
}
