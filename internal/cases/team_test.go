package cases_test

import (
	"context"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// manages tries what only who works on a case may do; each is refused, and nothing of it is left.
func (b *bench) manages(who string, id string) {
	b.Helper()
	ctx, today := b.as(who), db.DateOf(b.DB.Now())
	before := b.file(id)
	for what, do := range map[string]func(context.Context) error{
		"names themselves to the team": func(ctx context.Context) error {
			return b.Cases.AddToTeam(ctx, id, b.account(who), "social_worker", crypto.Sending{})
		},
		"names somebody else": func(ctx context.Context) error {
			return b.Cases.AddToTeam(ctx, id, b.account("educatrice"), "educator", crypto.Sending{})
		},
		"suspends the case": func(ctx context.Context) error {
			return b.Cases.MoveTo(ctx, id, cases.Move{To: cases.Suspended, On: today, Reason: "away", Version: before.Version})
		},
		"closes it": func(ctx context.Context) error {
			return b.Cases.Close(ctx, id, cases.Closing{On: today, Reason: "moved", Version: before.Version})
		},
	} {
		b.refused(do(ctx), errs.Forbidden, who+" "+what)
	}
	after := b.file(id)
	if after.Stage != before.Stage || len(after.Team) != len(before.Team) || after.ClosedOn != "" {
		b.Errorf("%s: %s with a team of %d, was %s with %d", who, after.Stage, len(after.Team), before.Stage, len(before.Team))
	}
}

// writes tries to work on a case whose sections are open to read.
func (b *bench) works(who string, id string, version int) {
	b.Helper()
	ctx, today := b.as(who), db.DateOf(b.DB.Now())
	p := plan("Vurgalip")
	p.Version = version
	b.refused(b.Cases.SavePlan(ctx, id, p), errs.Forbidden, who+" writes the plan")
	_, err := b.Cases.SetEligibility(ctx, id, cases.NewEligibility{Programme: "reboot", Persons: []string{b.person}, From: today, Met: true})
	b.refused(err, errs.Forbidden, who+" verifies requirements")
	_, err = b.Cases.StartAssessment(ctx, id, cases.NewAssessment{Instrument: "autonomy/1", Subject: b.household, Moment: "t0", On: today})
	b.refused(err, errs.Forbidden, who+" assesses")
}

// What a referral shares, or a plan that waits for an approval, is open to read: only who is
// in the team works on the case, and only the body that leads it says who that is and where
// the case stands.
func TestOnlyTheTeamWorks(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.noted(), b.as("assistente"), db.DateOf(b.DB.Now())
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		n := b.asked("bologna.tavolo")
		n.Sections = append(n.Sections, policy.Plan, policy.Diary)
		referral := b.refer(id, n)
		if err := b.Cases.AnswerReferral(b.as("bologna.tavolo"), referral, b.accepted("bologna.tavolo")); err != nil {
			b.Fatal(err)
		}
		b.manages("bologna.tavolo", id)
		b.works("bologna.tavolo", id, 1)
		_, err := b.Cases.RecordIntervention(b.as("bologna.tavolo"), id, cases.NewIntervention{On: today, Mode: ledger.Remote, Minutes: 10, Note: "Vurgalip"})
		b.refused(err, errs.Forbidden, "who was asked records work")
		_, err = b.Cases.WriteDiary(b.as("bologna.tavolo"), id, cases.NewEntry{Kind: "note", Readers: cases.TeamReads, On: today, EntryWords: cases.EntryWords{Text: "Vurgalip"}})
		b.refused(err, errs.Forbidden, "who was asked writes the diary")

		if err := b.Cases.ProposePlan(worker, id, b.account("collega"), 1); err != nil {
			b.Fatal(err)
		}
		b.manages("collega", id)
		b.works("collega", id, 1)
		if err := b.Cases.DecidePlan(b.as("collega"), id, cases.Decision{Approve: true, Version: 1}); err != nil {
			b.Errorf("who is asked approves: %v", err)
		}

		if err := b.Cases.AddToTeam(worker, id, b.account("bologna.tavolo"), "social_worker", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		b.manages("bologna.tavolo", id) // works on it, for another body
		_, err = b.Cases.RecordIntervention(b.as("bologna.tavolo"), id, cases.NewIntervention{On: today, Mode: ledger.Remote, Minutes: 10, Note: "Lommerd"})
		if err != nil {
			b.Errorf("who is in the team records work: %v", err)
		}
		b.verify()
	})
}
