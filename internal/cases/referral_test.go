package cases_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// asked is a referral to the body of somebody, which shares what was noted of the house.
func (b *bench) asked(who string) cases.NewReferral {
	return cases.NewReferral{ToOrg: policy.From(b.as(who)).OrgID, Reason: "housing", Words: "Serve una casa: Vurgalip",
		Sections: []policy.Section{policy.AreaHousing}, Basis: policy.InstitutionalTask}
}

// refer sends it from a case with an analysis and a plan.
func (b *bench) refer(id string, n cases.NewReferral) string {
	b.Helper()
	referral, err := b.Cases.Refer(b.as("assistente"), id, n)
	if err != nil {
		b.Fatal(err)
	}
	return referral
}

// noted is a case in which something is written in each area.
func (b *bench) noted() string {
	b.Helper()
	id, areas := b.open(), six()
	for i := range areas {
		areas[i].Notes = "Hendorsky " + areas[i].Domain
	}
	if err := b.analyse(b.as("assistente"), id, areas, "multidisciplinary_team"); err != nil {
		b.Fatal(err)
	}
	return id
}

// answered is an acceptance by somebody, who works on it.
func (b *bench) accepted(who string) cases.ReferralAnswer {
	return cases.ReferralAnswer{Answer: cases.Accept, Operator: b.account(who), Words: "Ci pensiamo noi"}
}

// A referral shows who was asked exactly what was shared; who accepts it sees that much
// of the case until the outcome is sent back, and nothing after.
func TestReferral(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, asked := b.noted(), b.as("assistente"), b.as("bologna.tavolo")
		n := b.asked("bologna.tavolo")
		n.Sent = crypto.Sending{Key: "form-1", Content: "a"}
		referral := b.refer(id, n)
		if again := b.refer(id, n); again != referral {
			b.Errorf("sent twice it makes two")
		}
		f, err := b.Cases.ReferralOf(asked, referral)
		if err != nil {
			b.Fatal(err)
		}
		if f.Words != n.Words || len(f.Shared) != 2 || f.Shared[1].Section != policy.AreaHousing || !strings.Contains(f.Shared[1].Lines[0], "Hendorsky area_5") {
			b.Errorf("shared %+v", f.Shared)
		}
		if len(f.People) != 2 || f.Name != "Amina Bello Adamu" || f.People[0].Phone+f.People[1].Phone != "" || f.Opens {
			b.Errorf("people %+v, opens %v", f.People, f.Opens)
		}
		_, err = b.Cases.File(asked, id)
		b.refused(err, errs.NotFound, "the case, before the answer")
		list, total, err := b.Cases.Referrals(asked, cases.ReferralsToAnswer, 50)
		if err != nil || total == 0 || len(list) != total || list[len(list)-1].Name != f.Name {
			b.Errorf("%d of %d wait: %v", len(list), total, err)
		}
		if err := b.Cases.AnswerReferral(asked, referral, b.accepted("bologna.tavolo")); err != nil {
			b.Fatal(err)
		}
		file, err := b.Cases.File(asked, id)
		if err != nil || !file.Open[policy.AreaHousing] || len(file.Open) != 2 || len(file.Referrals) != 0 {
			b.Fatalf("who works on it sees %v, %d referrals: %v", file.Open, len(file.Referrals), err)
		}
		if _, err := b.Cases.Refer(asked, id, b.asked("educatrice")); errs.CodeOf(err) != errs.Forbidden {
			b.Errorf("who was asked refers the case on: %v", err)
		}
		if f, err := b.Cases.SentReferral(worker, id, referral); err != nil || f.Operator == "" || f.Answer != "Ci pensiamo noi" || !b.waiting("assistente", id)["task.reminder.referral_accept"] {
			b.Errorf("the sender is not told: %v", err)
		}
		if err := b.Cases.EndReferral(asked, referral, cases.ReferralEnd{Outcome: "reached", Words: "Hanno le chiavi"}); err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.File(asked, id)
		b.refused(err, errs.NotFound, "the case, after the outcome")
		_, err = b.Cases.ReferralOf(asked, referral)
		b.refused(err, errs.NotFound, "the referral, after the outcome")
		_, err = b.People.Person(asked, b.person)
		b.refused(err, errs.NotFound, "the person, after the outcome")
		if f, err := b.Cases.SentReferral(worker, id, referral); err != nil || f.Result != "Hanno le chiavi" || f.Outcome != "reached" {
			b.Errorf("the outcome did not come back: %v", err)
		}
		for _, m := range []string{"sent", "accepted", "closed", "reached"} {
			if b.count("cases.referral_"+m, ledger.Households) == 0 {
				b.Errorf("cases.referral_%s counts nobody", m)
			}
		}
		b.verify()
	})
}

// What a form says wrong, what no agreement covers and who may not are refused; nobody
// but the two ends finds a referral.
func TestReferralRefused(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.noted(), b.as("assistente"), db.DateOf(b.DB.Now())
		for what, change := range map[string]func(n *cases.NewReferral){
			"to nobody":                   func(n *cases.NewReferral) { n.ToOrg = "" },
			"to one's own body":           func(n *cases.NewReferral) { n.ToOrg = policy.From(worker).OrgID },
			"without a reason":            func(n *cases.NewReferral) { n.Reason = "" },
			"without words":               func(n *cases.NewReferral) { n.Words = "" },
			"a section that is none":      func(n *cases.NewReferral) { n.Sections = []policy.Section{"all"} },
			"consent to a service":        func(n *cases.NewReferral) { n.Basis = policy.Consent },
			"protection without why":      func(n *cases.NewReferral) { n.Basis = policy.ChildProtection },
			"an answer by yesterday":      func(n *cases.NewReferral) { n.ReplyBy = today.AddDays(-1) },
			"a meeting without its day":   func(n *cases.NewReferral) { n.Warm = true },
			"more identity than there is": func(n *cases.NewReferral) { n.Identity = "address" },
		} {
			n := b.asked("bologna.tavolo")
			change(&n)
			_, err := b.Cases.Refer(worker, id, n)
			b.refused(err, errs.Invalid, what)
		}
		far := b.asked("bergamo.assistente")
		_, err := b.Cases.Refer(worker, id, far)
		b.refused(err, errs.Conflict, "without an agreement")
		far.Basis, far.Protect = policy.ChildProtection, cases.Reasons[0]
		protect := b.refer(id, far)
		if r, err := b.Cases.ReferralOf(b.as("bergamo.assistente"), protect); err != nil || r.ReplyBy != today.AddDays(3) {
			b.Errorf("to protect a minor: %+v %v", r, err)
		}
		_, err = b.Cases.Refer(b.as("bergamo.assistente"), id, b.asked("bologna.tavolo"))
		b.refused(err, errs.NotFound, "a case of others")
		if err := b.Cases.AddToTeam(worker, id, b.account("psicologo"), "psychologist", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.Refer(b.as("psicologo"), id, b.asked("educatrice"))
		b.refused(err, errs.Forbidden, "without the right")

		referral := b.refer(id, b.asked("educatrice"))
		for _, who := range []string{"bergamo.assistente", "collega", "psicologo", "sportello", "capofila", "dpo"} {
			_, err := b.Cases.ReferralOf(b.as(who), referral)
			b.refused(err, errs.NotFound, who+" reads")
			b.refused(b.Cases.AnswerReferral(b.as(who), referral, b.accepted("educatrice")), errs.NotFound, who+" answers")
		}
		_, err = b.Cases.SentReferral(b.as("collega"), id, referral)
		b.refused(err, errs.NotFound, "out of the team")
		asked := b.as("educatrice")
		for what, n := range map[string]cases.ReferralAnswer{
			"nothing":               {},
			"by nobody":             {Answer: cases.Accept},
			"by somebody elsewhere": b.accepted("bologna.tavolo"),
			"no, without why":       {Answer: cases.Refuse},
			"wait, without when":    {Answer: cases.WaitList},
		} {
			b.refused(b.Cases.AnswerReferral(asked, referral, n), errs.Invalid, what)
		}
		b.refused(b.Cases.EndReferral(asked, referral, cases.ReferralEnd{Outcome: "reached"}), errs.Conflict, "an outcome before the answer")
		if err := b.Cases.AnswerReferral(asked, referral, cases.ReferralAnswer{Answer: cases.Refuse, Refusal: "no_places"}); err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.ReferralOf(asked, referral)
		b.refused(err, errs.NotFound, "what was refused")
		b.refused(b.Cases.WithdrawReferral(worker, id, referral), errs.Conflict, "withdrawn after it was refused")
		b.verify()
	})
}

// Once the agreement is over, or the referral withdrawn, who was asked finds nothing.
func TestReferralCloses(t *testing.T) {
	each(t, func(b *bench) {
		id, asked := b.noted(), b.as("bologna.tavolo")
		taken, other := b.refer(id, b.asked("bologna.tavolo")), b.refer(id, b.asked("bologna.tavolo"))
		for _, r := range []string{taken, other} {
			if err := b.Cases.AnswerReferral(asked, r, b.accepted("bologna.tavolo")); err != nil {
				b.Fatal(err)
			}
		}
		if err := b.Cases.WithdrawReferral(b.as("assistente"), id, taken); err != nil {
			b.Fatal(err)
		}
		if _, err := b.Cases.File(asked, id); err != nil {
			b.Errorf("the other referral is under way: %v", err)
		}
		waits := b.refer(id, b.asked("bologna.tavolo"))
		list, _, err := b.Network.Agreements(b.as("admin"))
		if err != nil {
			b.Fatal(err)
		}
		for _, a := range list {
			if a.State(db.DateOf(b.DB.Now())) == network.InForce {
				if err := b.Network.EndAgreement(b.as("admin"), a.ID, db.DateOf(b.DB.Now()), "Finita", a.Version); err != nil {
					b.Fatal(err)
				}
			}
		}
		now := b.DB.Now().AddDate(0, 0, 2)
		b.DB.Now = func() time.Time { return now }
		for what, read := range map[string]func() error{
			"the case":             func() error { _, err := b.Cases.File(asked, id); return err },
			"what it works on":     func() error { _, err := b.Cases.ReferralOf(asked, other); return err },
			"what waits":           func() error { _, err := b.Cases.ReferralOf(asked, waits); return err },
			"to answer what waits": func() error { return b.Cases.AnswerReferral(asked, waits, b.accepted("bologna.tavolo")) },
			"to end what it does":  func() error { return b.Cases.EndReferral(asked, other, cases.ReferralEnd{Outcome: "partly"}) },
		} {
			b.refused(read(), errs.NotFound, what+", without an agreement")
		}
		if list, total, err := b.Cases.Referrals(asked, cases.ReferralsToAnswer, 50); err != nil || total != 0 || len(list) != 0 {
			b.Errorf("%d of %d are listed: %v", len(list), total, err)
		}
		if err := b.Cases.WithdrawReferral(b.as("assistente"), id, waits); err != nil {
			b.Errorf("the sender: %v", err)
		}
		b.verify()
	})
}

// Of two who accept at once, one wins.
func TestReferralAcceptedAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		referral := b.refer(b.noted(), b.asked("bologna.tavolo"))
		b.race("accept", func(ctx context.Context) error {
			return b.Cases.AnswerReferral(ctx, referral, cases.ReferralAnswer{Answer: cases.Accept, Operator: policy.From(ctx).AccountID})
		}, b.as("bologna.tavolo"), b.as("psicologo"))
		b.verify()
	})
}

// Who does not answer in time is told, after the sender: in words that name nobody, and
// once. An answer takes both away.
func TestReferralLate(t *testing.T) {
	each(t, func(b *bench) {
		id := b.noted()
		referral, start := b.refer(id, b.asked("bologna.tavolo")), b.DB.Now()
		on := func(days int) {
			b.Helper()
			now := start.AddDate(0, 0, days)
			b.DB.Now = func() time.Time { return now }
			for range 2 {
				if err := b.Cases.RaiseLate(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		}
		told := func(who string, show task.Show, message string) (n int) {
			b.Helper()
			list, err := b.Tasks.List(b.as(who), show)
			if err != nil {
				b.Fatal(err)
			}
			for _, t := range list {
				if t.Message == message && t.Path == "" {
					n++
				}
			}
			return n
		}
		late := func() int { return told("assistente", task.Mine, "task.reminder.referral_late") }
		owed := func() int { return told("bologna.tavolo", task.Queue, "task.reminder.referral_owed") }
		on(10)
		before, queued := late(), owed()
		on(11)
		if late() != before+1 || owed() != queued {
			b.Error("the sender is not told, or who was asked is told at once")
		}
		list, total, err := b.Cases.Referrals(b.as("assistente"), cases.ReferralsLate, 50)
		if err != nil || total == 0 || list[0].ID != referral || !list[0].Late(db.DateOf(b.DB.Now())) {
			b.Errorf("%d are late: %v", total, err)
		}
		on(14)
		if late() != before+1 || owed() != queued+1 {
			b.Error("who was asked is not told")
		}
		until := db.DateOf(b.DB.Now()).AddDays(20)
		if err := b.Cases.AnswerReferral(b.as("bologna.tavolo"), referral, cases.ReferralAnswer{Answer: cases.WaitList, Until: until, Position: 3}); err != nil {
			b.Fatal(err)
		}
		if late() != before || owed() != queued {
			b.Error("it is late still after the answer")
		}
		if f, err := b.Cases.SentReferral(b.as("assistente"), id, referral); err != nil || f.ReplyBy != until || f.Position != 3 {
			b.Errorf("it waits %+v %v", f, err)
		}
	})
}
