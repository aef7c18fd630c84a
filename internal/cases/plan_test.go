package cases_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

// approved has a colleague approve the draft of a plan.
func (b *bench) approved(id string, version int) {
	b.Helper()
	worker := b.manager(id)
	colleague := b.as("collega")
	if policy.From(worker).AccountID == policy.From(colleague).AccountID {
		colleague = b.as("assistente")
	}
	err := b.Cases.ProposePlan(worker, id, policy.From(colleague).AccountID, version)
	if err == nil {
		err = b.Cases.DecidePlan(colleague, id, cases.Decision{Approve: true, Version: version})
	}
	if err != nil {
		b.Fatal(err)
	}
}

// sign lets somebody sign the draft of a plan on the screen.
func (b *bench) sign(id, person string, version int) error {
	s := cases.AdultSignature{PersonID: person, Version: version, Way: "screen", On: db.DateOf(b.DB.Now())}
	s.Name = "Amina"
	return b.Cases.Sign(b.manager(id), id, s, nil, crypto.Sending{})
}

// takes replaces the signature of somebody by one on paper.
func (b *bench) takes(id, person string) {
	b.Helper()
	ctx := b.manager(id)
	scan, err := b.Files.Put(ctx, storage.Incoming{Name: "piano.pdf", Content: strings.NewReader("%PDF-1.4\n%%EOF\n"), Owner: id})
	if err != nil {
		b.Fatal(err)
	}
	s := cases.AdultSignature{PersonID: person, Version: 1, Way: "paper", On: db.DateOf(b.DB.Now())}
	if err := b.Cases.Sign(ctx, id, s, scan, crypto.Sending{Key: "paper", Content: "scan"}); err != nil {
		b.Fatal(err)
	}
	f, err := b.Cases.File(ctx, id)
	if err != nil || len(f.Plan.Signatures) != 1 || f.Plan.Signatures[0].Way != "paper" || f.Plan.Signatures[0].FileID == "" {
		b.Errorf("on paper: %+v, %v", f.Plan.Signatures, err)
	}
	var kept []storage.File
	err = b.DB.Read(ctx, func(tx *db.Tx) (err error) {
		kept, err = b.Files.Of(ctx, tx, policy.Case, id)
		return err
	})
	if err != nil || len(kept) != 1 {
		b.Errorf("%d papers, want 1: %v", len(kept), err)
	}
}

// inForce has a plan approved and signed by its one adult, and brings it into force.
func (b *bench) inForce(id string, version int) {
	b.Helper()
	b.approved(id, version)
	err := b.sign(id, b.person, version)
	if err == nil {
		err = b.Cases.SignPlan(b.manager(id), id, cases.Signature{On: db.DateOf(b.DB.Now()), Version: version})
	}
	if err != nil {
		b.Fatal(err)
	}
}

// A plan in force is changed by a next edition: the one in force holds until the next
// is signed, is read for ever, and what was done stays done. The family has a plan
// once.
func TestNextEdition(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.open(), b.as("assistente"), db.DateOf(b.DB.Now())
		b.takeOn(worker, id)
		p := plan("Una casa")
		p.Objectives[0].Need, p.Objectives[0].Source = "Sfratto", cases.SourceOf(id, string(policy.AreaHousing))
		support := cases.Action{Text: "Colloquio", DueOn: today.AddDays(9), Fund: "municipal", ActionMore: cases.ActionMore{Body: "Agenzia casa", Resource: "un garante"}}
		p.Objectives[0].Actions = append(p.Objectives[0].Actions, support)
		if err := b.Cases.SavePlan(worker, id, p); err != nil {
			b.Fatal(err)
		}
		b.inForce(id, 1)
		signed := b.count("cases.plan_signed", ledger.Events)
		f, err := b.Cases.File(worker, id)
		if err != nil || f.Plan.Objectives[0].Actions[1].ActionMore != support.ActionMore || f.Plan.Objectives[0].Need != "Sfratto" {
			b.Fatal(f.Plan, err)
		}
		review := cases.NewReview{On: today, Note: "Bene", Done: []string{f.Plan.Objectives[0].Actions[1].ID}}
		if err := b.Cases.ReviewPlan(worker, id, review); err != nil {
			b.Fatal(err)
		}
		first, second := cases.Plan{Objectives: f.Plan.Objectives}, plan("Di Paolo")
		first.Objectives[0].Text = "Una casa vicina alla scuola"
		if err := b.Cases.SavePlan(worker, id, first); err != nil {
			b.Fatal(err)
		}
		var conflict *errs.Stale[cases.Plan]
		if err := b.Cases.SavePlan(worker, id, second); !errors.As(err, &conflict) || conflict.Theirs.Objectives[0].Text != "Una casa vicina alla scuola" {
			b.Fatalf("two open a next edition, and the second is not shown the first: %v", err)
		}
		if f, err = b.Cases.File(worker, id); err != nil || f.Plan.Edition != 1 || f.Draft == nil || f.Draft.Edition != 2 {
			b.Fatalf("%+v %v", f.Plan, err)
		}
		b.refused(b.sign(id, b.person, 1), errs.Conflict, "signed before it was approved")
		b.approved(id, 2) // texts are counted through all editions
		first.Version, first.Objectives[0].Need = 2, "Sfratto a marzo"
		if err := b.Cases.SavePlan(worker, id, first); err != nil {
			b.Fatal(err)
		}
		b.refused(b.sign(id, b.person, 3), errs.Conflict, "another text than was approved")
		b.inForce(id, 3)
		f, all, err := b.Cases.PlanEditions(worker, id)
		if err != nil || len(all) != 2 || all[0].Edition != 2 || all[1].ReplacedOn != today || len(all[1].Signers()) != 1 || all[1].Objectives[0].Text != "Una casa" {
			b.Fatalf("%+v %v", all, err)
		}
		if done := f.Plan.Objectives[0].Actions[1].DoneOn; f.Draft != nil || f.Plan.Edition != 2 || done != today || len(f.Reviews) != 1 {
			b.Errorf("in force: %+v", f.Plan)
		}
		if got := b.count("cases.plan_signed", ledger.Events); got != signed {
			b.Errorf("the next edition counts as a plan: %d, want %d", got, signed)
		}
		b.verify()
	})
}

// Who does not see an area neither reads that an objective comes from it, nor takes
// it away by saving.
func TestSourceIsOfItsSection(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, educator := b.open(), b.as("assistente"), b.as("educatrice")
		b.takeOn(worker, id)
		if err := b.Cases.AddToTeam(worker, id, policy.From(educator).AccountID, "educator", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		source := cases.SourceOf(id, string(policy.AreaHousing))
		p := plan("Casa")
		p.Objectives[0].Source = source
		b.refused(b.Cases.SavePlan(educator, id, p), errs.Invalid, "cites what they do not see")
		if err := b.Cases.SavePlan(worker, id, p); err != nil {
			b.Fatal(err)
		}
		f, err := b.Cases.File(educator, id)
		if err != nil || f.Plan.Objectives[0].Source != "" {
			b.Fatalf("an educator reads the source %q, %v", f.Plan.Objectives[0].Source, err)
		}
		theirs := cases.Plan{Objectives: f.Plan.Objectives, Version: 1}
		theirs.Objectives[0].Text = "Una casa"
		if err := b.Cases.SavePlan(educator, id, theirs); err != nil {
			b.Fatal(err)
		}
		if f, err = b.Cases.File(worker, id); err != nil || f.Plan.Objectives[0].Source != source || f.Plan.Objectives[0].Text != "Una casa" {
			b.Errorf("saved by who does not see it: %+v, %v", f.Plan.Objectives[0], err)
		}
		theirs.Version, theirs.Objectives[0].Actions[0].Fund = 2, "no such fund"
		b.refused(b.Cases.SavePlan(educator, id, theirs), errs.Invalid, "a fund of no list")
		theirs.Objectives[0].Actions[0].Fund, theirs.SubjectID = "", "somebody"
		b.refused(b.Cases.SavePlan(educator, id, theirs), errs.Invalid, "the plan of somebody else")
	})
}

// Who approves a plan is a colleague who wrote nothing of it: they see the plan until
// they answer, and no more of the case, and then nothing.
func TestApproval(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, colleague := b.open(), b.as("assistente"), b.as("collega")
		b.takeOn(worker, id)
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		ask := func(who string, version int) error {
			return b.Cases.ProposePlan(worker, id, policy.From(b.as(who)).AccountID, version)
		}
		b.refused(ask("assistente", 1), errs.Invalid, "who wrote it")
		b.refused(ask("partner", 1), errs.Invalid, "somebody of another body")
		b.refused(ask("psicologo", 1), errs.Invalid, "another profession")
		b.refused(ask("collega", 2), errs.Conflict, "another text")
		waiting, err := b.Cases.PlansToApprove(colleague)
		if err != nil {
			b.Fatal(err)
		}
		for range 2 { // the same form twice
			if err := ask("collega", 1); err != nil {
				b.Fatal(err)
			}
		}
		f, err := b.Cases.File(colleague, id)
		if err != nil || f.Plan == nil || f.Name(colleague) == "" || f.Open[policy.Diary] || len(f.Assessments) > 0 {
			b.Fatalf("who approves sees %+v, %v", f, err)
		}
		mine, _, err := b.Cases.Cases(colleague, false, 200)
		if err != nil || slices.ContainsFunc(mine, func(f cases.File) bool { return f.ID == id }) {
			b.Errorf("it stands among the cases that they follow: %v", err)
		}
		list, err := b.Cases.PlansToApprove(colleague)
		if err != nil || len(list) != len(waiting)+1 || list[len(list)-1].ID != id {
			b.Fatalf("%d plans wait, want one more than %d: %v", len(list), len(waiting), err)
		}
		decide := func(d cases.Decision) error { return b.Cases.DecidePlan(colleague, id, d) }
		b.refused(b.Cases.DecidePlan(worker, id, cases.Decision{Approve: true, Version: 1}), errs.Conflict, "who wrote it approves")
		b.refused(decide(cases.Decision{Version: 1}), errs.Invalid, "sent back without a word")
		b.refused(decide(cases.Decision{Approve: true, Version: 2}), errs.Conflict, "another text approved")
		if err := decide(cases.Decision{Note: "Manca la scuola", Version: 1}); err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.File(colleague, id)
		b.refused(err, errs.NotFound, "after the answer")
		if f, err = b.Cases.File(worker, id); err != nil || f.Plan.Approval.Returned != "Manca la scuola" || f.Plan.Approval.Waiting() {
			b.Errorf("sent back: %+v, %v", f.Plan.Approval, err)
		}
		if err := ask("collega", 1); err != nil {
			b.Fatal(err)
		}
		p := plan("Casa e scuola")
		p.Version = 1
		if err := b.Cases.SavePlan(worker, id, p); err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.File(colleague, id)
		b.refused(err, errs.NotFound, "of a text that was written over")
		b.approved(id, 2)
		b.verify()
	})
}

// A child is heard and an adult is not a child; what they said is written once, and
// the last stands.
func TestVoice(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.takeOn(worker, id)
		hear := func(person, words, key string) error {
			v := cases.Voice{PersonID: person, VoiceWords: cases.VoiceWords{Heard: true, How: "talk", Words: words}}
			return b.Cases.Hear(worker, id, v, crypto.Sending{Key: key, Content: words})
		}
		b.refused(hear(b.child(), "Ciao", "a"), errs.Conflict, "before there is a plan")
		if err := b.Cases.SavePlan(worker, id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		b.refused(hear(b.person, "Ciao", "a"), errs.NotFound, "an adult")
		b.refused(hear(b.child(), "", "a"), errs.Invalid, "without their words")
		for _, words := range []string{"Voglio un cane", "Voglio un cane", "Voglio un gatto"} {
			if err := hear(b.child(), words, words); err != nil {
				b.Fatal(err)
			}
		}
		f, err := b.Cases.File(worker, id)
		if err != nil || len(f.Plan.Voices) != 1 || f.Plan.Voices[0].Words != "Voglio un gatto" || f.Plan.Voices[0].By == "" {
			b.Errorf("%+v, %v", f.Plan.Voices, err)
		}
	})
}
