package cases_test

import (
	"context"
	"slices"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

func (b *bench) account(who string) string { return policy.From(b.as(who)).AccountID }

// given is a handover of a case to somebody.
func (b *bench) given(id, to, then string) cases.Handover {
	return cases.Handover{Cases: []string{id}, To: b.account(to), Then: then, Note: "Vurgalip: la scuola aspetta"}
}

// waiting says whose the tasks of a case are, by their words or message, as somebody
// sees their own list.
func (b *bench) waiting(who, id string) map[string]bool {
	b.Helper()
	list, err := b.Tasks.List(b.as(who), task.Mine)
	if err != nil {
		b.Fatal(err)
	}
	out := map[string]bool{}
	for _, t := range list {
		if t.Record.ID == id || t.Kind == "" {
			out[t.Title+t.Message] = true
		}
	}
	return out
}

// sharedWith tells whether a record is open to an account itself: what the desk of the
// body registered stays open to the body.
func (b *bench) sharedWith(kind policy.Kind, id, account string) (shared bool) {
	b.Helper()
	err := b.DB.Read(b.Context(), func(tx *db.Tx) error {
		list, err := policy.Shares(b.Context(), tx, policy.From(b.as("admin")).Network, kind, id)
		shared = slices.ContainsFunc(list, func(s policy.Shared) bool { return s.To == policy.ToAccount(account) })
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return shared
}

// Who leaves hands the case over, with the note, the tasks and the reminders; from
// then on they find nothing of it, and the colleague everything.
func TestHandOver(t *testing.T) {
	each(t, func(b *bench) {
		id, old, next := b.open(), b.as("assistente"), b.as("collega")
		today := db.DateOf(b.DB.Now())
		b.takeOn(old, id)
		if err := b.Cases.SavePlan(old, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		b.approved(id, 1)
		if err := b.Cases.SignPlan(old, id, cases.Signature{On: today, MissingReason: "not_present", ReviewOn: today.AddDays(30), Version: 1}); err != nil {
			b.Fatal(err)
		}
		if _, err := b.Tasks.Add(old, task.Draft{Record: task.Record{Kind: policy.Case, ID: id, Section: policy.Diary},
			Words: task.Words{Title: "Telefonare"}, To: task.To{AccountID: b.account("assistente")}}); err != nil {
			b.Fatal(err)
		}
		operators := b.count("cases.team_operator", ledger.Operators)
		n := b.given(id, "collega", cases.Leaves)
		n.Sent = crypto.Sending{Key: "form-1", Content: "a"}
		for range 2 { // sent twice, it happens once and is answered alike
			if err := b.Cases.HandOver(old, n); err != nil {
				b.Fatal(err)
			}
		}
		_, err := b.Cases.File(old, id)
		b.refused(err, errs.NotFound, "the case, after leaving")
		for kind, record := range map[policy.Kind]string{policy.Case: id, policy.Household: b.household, policy.Person: b.person} {
			if b.sharedWith(kind, record, b.account("assistente")) || !b.sharedWith(kind, record, b.account("collega")) {
				b.Errorf("the %s is not open to who answers for the case, and to them alone", kind)
			}
		}
		if got := b.waiting("assistente", id); got["Telefonare"] || got["task.reminder.plan_review"] {
			b.Errorf("who left keeps %v", got)
		}
		f, err := b.Cases.File(next, id)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range policy.CaseSections {
			if !f.Open[s] {
				b.Errorf("%s is not open to who answers for the case", s)
			}
		}
		if got := b.waiting("collega", id); !got["Telefonare"] || !got["task.reminder.plan_review"] || !got["task.reminder.handover"] {
			b.Errorf("who answers for the case waits for %v", got)
		}
		was, is := f.Team[0], f.Team[1]
		if was.To != today || was.Note != n.Note || is.From != today || is.To != "" || is.Mandate != cases.CaseManager || f.ManagerID != is.AccountID || len(f.Team) != 2 {
			b.Errorf("the team says %+v", f.Team)
		}
		if _, err := b.People.Person(next, b.person); err != nil {
			b.Errorf("the person: %v", err)
		}
		b.refused(b.Cases.ReturnMandate(next, id, was.ID), errs.Conflict, "the end of the mandate is taken back")
		if got := b.count("cases.team_operator", ledger.Operators); got < operators {
			b.Errorf("operators: %d, before %d", got, operators)
		}
		b.verify()
	})
}

// Who stays goes on as a social worker, and may get the case back; each who answered
// for it stands with their days.
func TestHandOverAndBack(t *testing.T) {
	each(t, func(b *bench) {
		id, old, next := b.open(), b.as("assistente"), b.as("collega")
		if err := b.Cases.AddToTeam(old, id, b.account("collega"), "social_worker", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if err := b.Cases.HandOver(old, b.given(id, "collega", cases.Stays)); err != nil {
			b.Fatal(err)
		}
		if f, err := b.Cases.File(old, id); err != nil || !f.Open[policy.Diary] {
			b.Errorf("who stayed sees %v", err)
		}
		b.refused(b.Cases.HandOver(old, b.given(id, "assistente", cases.Stays)), errs.Conflict, "taken back by oneself")
		if err := b.Cases.HandOver(next, b.given(id, "assistente", cases.Leaves)); err != nil {
			b.Fatal(err)
		}
		_, err := b.Cases.File(next, id)
		b.refused(err, errs.NotFound, "who left")
		f, err := b.Cases.File(old, id)
		if err != nil {
			b.Fatal(err)
		}
		open, managed := 0, 0
		for _, m := range f.Team {
			if m.To == "" {
				open++
			}
			if m.Mandate == cases.CaseManager {
				managed++
			}
		}
		if open != 1 || managed != 3 {
			b.Errorf("%d in the team and %d mandates, want 1 and 3: %+v", open, managed, f.Team)
		}
		if got := b.waiting("collega", id); got["task.reminder.handover"] {
			b.Error("who handed the case back is still told that they answer for it")
		}
		b.verify()
	})
}

// Many go over together, or none does.
func TestHandOverMany(t *testing.T) {
	each(t, func(b *bench) {
		b.open()
		old, next := b.as("assistente"), b.as("collega")
		list, err := b.Cases.Answered(old)
		if err != nil || len(list) < 3 {
			b.Fatalf("%d cases: %v", len(list), err)
		}
		n := b.given("", "collega", cases.Leaves)
		n.Cases = nil
		for _, f := range list {
			if f.Household.Reference().Name() == "" || f.ManagerID != b.account("assistente") {
				b.Errorf("%s is listed without a name, or for somebody else", f.ID)
			}
			n.Cases = append(n.Cases, f.ID)
		}
		theirs, _, err := b.Cases.Cases(b.as("bergamo.assistente"), false, 1)
		if err != nil || len(theirs) == 0 {
			b.Fatal(err)
		}
		more := n
		more.Cases = append([]string{theirs[0].ID}, n.Cases...)
		b.refused(b.Cases.HandOver(old, more), errs.NotFound, "with a case of others")
		if again, _ := b.Cases.Answered(old); len(again) != len(list) {
			b.Errorf("%d are left of %d, though it was refused", len(again), len(list))
		}
		if err := b.Cases.HandOver(old, n); err != nil {
			b.Fatal(err)
		}
		if again, err := b.Cases.Answered(old); err != nil || len(again) != 0 {
			b.Errorf("%d are left: %v", len(again), err)
		}
		if got, err := b.Cases.Answered(next); err != nil || len(got) != len(list) {
			b.Errorf("%d went over of %d: %v", len(got), len(list), err)
		}
		if !b.waiting("collega", "")["task.reminder.handovers"] {
			b.Error("the colleague is not told")
		}
		b.verify()
	})
}

// Who has gone cannot hand over: somebody of the body who is in the team does.
func TestTakeOver(t *testing.T) {
	each(t, func(b *bench) {
		id, old, next := b.open(), b.as("assistente"), b.as("collega")
		take := b.given(id, "collega", "")
		b.refused(b.Cases.HandOver(next, take), errs.NotFound, "from outside of the team")
		for _, who := range []string{"collega", "partner"} {
			if err := b.Cases.AddToTeam(old, id, b.account(who), "social_worker", crypto.Sending{}); err != nil {
				b.Fatal(err)
			}
		}
		b.refused(b.Cases.HandOver(next, take), errs.Conflict, "while the manager is there")
		if err := b.Network.SetActive(b.as("admin"), b.account("assistente"), false); err != nil {
			b.Fatal(err)
		}
		b.refused(b.Cases.HandOver(b.as("partner"), take), errs.Conflict, "by somebody of another body")
		f, err := b.Cases.File(next, id)
		if err != nil || !f.Team[0].Gone {
			b.Errorf("the page does not say that the manager has gone: %v", err)
		}
		if err := b.Cases.HandOver(next, take); err != nil {
			b.Fatal(err)
		}
		if f, err = b.Cases.File(next, id); err != nil || f.ManagerID != b.account("collega") || len(b.waiting("collega", id)) != 0 {
			b.Errorf("taken over: %v", err)
		}
		b.verify()
	})
}

func TestHandOverRefused(t *testing.T) {
	each(t, func(b *bench) {
		id, old := b.open(), b.as("assistente")
		hand := func(change func(n *cases.Handover)) error {
			n := b.given(id, "collega", cases.Leaves)
			change(&n)
			return b.Cases.HandOver(old, n)
		}
		for what, change := range map[string]func(n *cases.Handover){
			"no case":                func(n *cases.Handover) { n.Cases = nil },
			"to nobody":              func(n *cases.Handover) { n.To = "" },
			"no note":                func(n *cases.Handover) { n.Note = "" },
			"neither stay nor leave": func(n *cases.Handover) { n.Then = "" },
			"to oneself":             func(n *cases.Handover) { n.To = b.account("assistente") },
			"to another body":        func(n *cases.Handover) { n.To = b.account("bologna.tavolo") },
			"to another role":        func(n *cases.Handover) { n.To = b.account("capofila") },
		} {
			b.refused(hand(change), errs.Invalid, what)
		}
		b.refused(hand(func(n *cases.Handover) { n.Version = 7 }), errs.Conflict, "another version")
		b.refused(b.Cases.HandOver(b.as("psicologo"), b.given(id, "collega", cases.Leaves)), errs.Forbidden, "without the right")
		b.refused(b.Cases.HandOver(b.as("bergamo.assistente"), b.given(id, "collega", cases.Leaves)), errs.NotFound, "by a stranger")
		if err := b.Network.SetActive(b.as("admin"), b.account("collega"), false); err != nil {
			b.Fatal(err)
		}
		gone := cases.Handover{Cases: []string{id}, Then: cases.Leaves, Note: "x"}
		gone.To = b.gone("collega")
		b.refused(b.Cases.HandOver(old, gone), errs.Invalid, "to somebody who has gone")
	})
}

// Somebody answers for a closed case too: once who did has gone, a colleague of the team
// takes it over; it stays closed.
func TestHandOverClosed(t *testing.T) {
	each(t, func(b *bench) {
		id, old, next := b.open(), b.as("assistente"), b.as("collega")
		b.must(b.Cases.AddToTeam(old, id, b.account("collega"), "social_worker", crypto.Sending{}))
		f, err := b.Cases.File(old, id)
		b.must(err)
		b.must(b.Cases.Close(old, id, cases.Closing{On: db.DateOf(b.DB.Now()), Reason: "moved", Version: f.Version}))
		take := cases.Handover{Cases: []string{id}, To: b.account("collega"), Note: "Vurgalip: se torna, è mia"}
		b.refused(b.Cases.HandOver(next, take), errs.Conflict, "while who answers for it is there")
		b.must(b.Network.SetActive(b.as("admin"), b.account("assistente"), false))
		b.must(b.Cases.HandOver(next, take))
		if f, err = b.Cases.File(next, id); err != nil || f.ManagerID != b.account("collega") || f.ClosedOn == "" {
			b.Errorf("taken over: %+v %v", f, err)
		}
		b.refused(b.Cases.SavePlan(next, id, plan("Casa")), errs.Conflict, "work on a closed case")
		b.verify()
	})
}

// gone is the account of somebody who cannot sign in.
func (b *bench) gone(who string) (id string) {
	b.Helper()
	err := b.DB.Read(b.Context(), func(tx *db.Tx) error {
		all, err := b.Network.Operators(b.as("admin"), tx)
		for _, op := range all {
			if op.Email == who+"@demo.tessuto.example" {
				id = op.AccountID
			}
		}
		return err
	})
	if err != nil || id == "" {
		b.Fatal(who, err)
	}
	return id
}

// Of two who hand the same case to two people, one wins.
func TestHandOverAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		id, old := b.open(), b.as("assistente")
		to := []string{b.account("collega"), b.account("capofila")}
		err := b.Network.AddPlace(b.as("admin"), to[1], network.NewPlace{OrgID: policy.From(old).OrgID, Role: policy.SocialWorker, From: db.DateOf(b.DB.Now())})
		if err != nil {
			b.Fatal(err)
		}
		next := make(chan string, len(to))
		for _, account := range to {
			next <- account
		}
		b.race("hand over", func(ctx context.Context) error {
			return b.Cases.HandOver(ctx, cases.Handover{Cases: []string{id}, To: <-next, Then: cases.Stays, Note: "x", Version: 1})
		}, old, old)
		b.verify()
	})
}
