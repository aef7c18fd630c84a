package cases_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"tessuto/internal/access"
	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// bench is the program with a family that the desk has just met.
type bench struct {
	*app.App
	*testing.T
	household, person string
	mu                sync.Mutex
}

// six are all the areas, looked at.
func six() (areas []cases.Score) {
	for _, s := range policy.Areas {
		areas = append(areas, cases.Score{Domain: string(s), Said: cases.Said{Level: 1, Self: cases.NotScored, Notes: "Visto"}})
	}
	return areas
}

// analyse writes into the preliminary analysis of a case.
func (b *bench) analyse(ctx context.Context, id string, areas []cases.Score, outcome string) error {
	return b.Cases.SaveAssessment(ctx, id, id, cases.Sheet{Scores: areas, Outcome: outcome})
}

func (b *bench) takeOn(ctx context.Context, id string) {
	b.Helper()
	if err := b.analyse(ctx, id, six(), "multidisciplinary_team"); err != nil {
		b.Fatal(err)
	}
}

func each(t *testing.T, fn func(b *bench)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			b := &bench{App: apptest.Demo(t, engine), T: t}
			b.meet()
			fn(b)
		})
	}
}

// as returns a context in the name of a demo account.
func (b *bench) as(who string) context.Context {
	b.Helper()
	actor, err := b.Auth.Actor(b.Context(), apptest.Mail(who))
	if err != nil {
		b.Fatal(err)
	}
	return policy.With(b.Context(), actor)
}

func (b *bench) meet() {
	b.Helper()
	desks, err := b.Access.Desks(b.as("sportello"))
	if err != nil {
		b.Fatal(err)
	}
	n := access.NewContact{Newcomers: []people.Newcomer{
		newcomer("Amina", "12/03/1990", "F", people.ReferencePerson), newcomer("Zuwaira", "2015", "F", people.Child)}}
	n.DeskID, n.On, n.Channel, n.Outcome, n.Asked = desks[0].ID, db.DateOf(b.DB.Now()), "in_person", "assessment", "Casa"
	id, err := b.Access.SaveContact(b.as("sportello"), n)
	if err != nil {
		b.Fatal(err)
	}
	c, err := b.Access.Contact(b.as("sportello"), id)
	if err != nil {
		b.Fatal(err)
	}
	b.household, b.person = c.HouseholdID, c.PersonID
}

func newcomer(name, birth, sex, relation string) people.Newcomer {
	n := people.Newcomer{Relation: relation}
	n.GivenName, n.FamilyName, n.Sex = name, "Bello Adamu", sex
	n.BirthDate, n.Birth, _ = people.ParseBirth(birth)
	return n
}

func (b *bench) open() string {
	b.Helper()
	id, err := b.Cases.Open(b.as("assistente"), cases.NewCase{HouseholdID: b.household, PlaceKey: "reboot/3.2", Reason: "Casa"})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// refused asserts the code of an error.
func (b *bench) refused(err error, want errs.Code, what string) {
	b.Helper()
	if err == nil || errs.CodeOf(err) != want {
		b.Errorf("%s: got %v, want %s", what, err, want)
	}
}

func (b *bench) count(measure string, unit ledger.Unit) (n int64) {
	b.Helper()
	err := b.DB.Read(b.Context(), func(tx *db.Tx) (err error) {
		n, err = b.Ledger.Count(b.Context(), tx, ledger.Question{Network: policy.From(b.as("capofila")).Network,
			Programme: "reboot", Measure: measure, Unit: unit})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func (b *bench) verify() {
	b.Helper()
	r, err := b.Verify(b.Context())
	if err != nil || len(r.Problems) > 0 {
		b.Errorf("verify: %v %v", err, r.Problems)
	}
}

func plan(objective string) cases.Plan {
	return cases.Plan{Objectives: []cases.Objective{{Text: objective,
		Actions: []cases.Action{{Text: "Fare la domanda", DueOn: "2030-01-31"}}}}}
}

// Two workers open the same plan; both save. The second is shown what the first
// wrote, and nothing of either is lost.
func TestPlanConflict(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		if err := b.Cases.SavePlan(worker, id, plan("Prima stesura")); err != nil {
			b.Fatal(err)
		}
		first, second := plan("Di Anna"), plan("Di Paolo")
		first.Version, second.Version = 1, 1
		if err := b.Cases.SavePlan(worker, id, first); err != nil {
			b.Fatal(err)
		}
		err := b.Cases.SavePlan(worker, id, second)
		b.refused(err, errs.Conflict, "the second saves")
		var conflict *errs.Stale[cases.Plan]
		if !errors.As(err, &conflict) || conflict.Theirs.Objectives[0].Text != "Di Anna" || conflict.Theirs.Version != 2 {
			b.Fatalf("the conflict does not show what stands: %+v", conflict)
		}
		second.Version = conflict.Theirs.Version
		if err := b.Cases.SavePlan(worker, id, second); err != nil {
			b.Fatal(err)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil || f.Plan.Objectives[0].Text != "Di Paolo" {
			b.Errorf("got %+v %v", f.Plan, err)
		}
		if len(f.Earlier) != 2 || f.Earlier[0].Objectives[0].Text != "Di Anna" || f.Earlier[1].Objectives[0].Text != "Prima stesura" {
			b.Errorf("what was replaced is lost: %+v", f.Earlier)
		}
	})
}

// Whatever is claimed by two at once goes to exactly one.
func TestTwoAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		worker, colleague := b.as("assistente"), b.as("collega")
		b.race("open a case", func(ctx context.Context) error {
			_, err := b.Cases.Open(ctx, cases.NewCase{HouseholdID: b.household, Reason: "Casa"})
			return err
		}, worker, colleague)
		id := b.mine()
		b.takeOn(b.manager(id), id)
		if err := b.Cases.SavePlan(b.manager(id), id, plan("Casa")); err != nil {
			b.Fatal(err)
		}
		b.approved(id, 1)
		today := db.DateOf(b.DB.Now())
		b.race("sign a plan", func(ctx context.Context) error {
			return b.Cases.SignPlan(ctx, id, cases.Signature{On: today, MissingReason: "not_present", Version: 1})
		}, b.manager(id), b.manager(id))
		n := 0
		b.race("save an analysis", func(ctx context.Context) error {
			area := cases.Score{Domain: string(policy.AreaWork), Said: cases.Said{Level: 1, Self: cases.NotScored, Notes: "x"}, Version: 1}
			b.mu.Lock()
			n++
			area.Notes += string(rune('0' + n)) // two people write two things
			b.mu.Unlock()
			return b.analyse(ctx, id, []cases.Score{area}, "")
		}, b.manager(id), b.manager(id))
		b.verify()
	})
}

func (b *bench) race(what string, do func(context.Context) error, who ...context.Context) {
	b.Helper()
	results := make(chan error, len(who))
	for _, ctx := range who {
		go func() { results <- do(ctx) }()
	}
	won := 0
	for range who {
		err := <-results
		if err == nil {
			won++
		} else if errs.CodeOf(err) != errs.Conflict {
			b.Errorf("%s: the loser is told %v, want a conflict", what, err)
		}
	}
	if won != 1 {
		b.Errorf("%s: %d of %d won, want 1", what, won, len(who))
	}
}

// mine finds the case that was just opened, whoever of the two won.
func (b *bench) mine() string {
	b.Helper()
	for _, who := range []string{"assistente", "collega"} {
		if id, err := b.Cases.OfHousehold(b.as(who), b.household); err == nil && id != "" {
			return id
		}
	}
	b.Fatal("nobody has the case")
	return ""
}

func (b *bench) manager(id string) context.Context {
	b.Helper()
	for _, who := range []string{"assistente", "collega"} {
		if _, err := b.Cases.File(b.as(who), id); err == nil {
			return b.as(who)
		}
	}
	b.Fatal("nobody manages the case")
	return nil
}

// A member of the team sees the sections of the mandate; who leaves it sees
// nothing; who never was in it never did.
func TestTeamSees(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		psychologist, partner := b.as("psicologo"), b.as("partner")
		_, err := b.Cases.File(psychologist, id)
		b.refused(err, errs.NotFound, "before being named")
		if err := b.Cases.AddToTeam(worker, id, policy.From(psychologist).AccountID, "psychologist", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		f, analysis, err := b.Cases.Assessment(psychologist, id, id)
		if err != nil {
			b.Fatal(err)
		}
		if f.Open[policy.AreaEconomic] || !f.Open[policy.AreaPersonal] || len(analysis.Scores) != 3 || len(f.Household.Members) != 2 {
			b.Errorf("the psychologist sees %v", f.Open)
		}
		economic := []cases.Score{{Domain: string(policy.AreaEconomic), Said: cases.Said{Level: 1, Self: cases.NotScored}}}
		b.refused(b.analyse(psychologist, id, economic, ""), errs.NotFound, "an area that is not his")
		b.refused(b.Cases.Close(psychologist, id, cases.Closing{}), errs.Forbidden, "closing")
		b.refused(b.Cases.Close(partner, id, cases.Closing{}), errs.NotFound, "closing from outside")
		err = b.Cases.AddToTeam(worker, id, policy.From(b.as("mediatore")).AccountID, "facilitator", crypto.Sending{})
		b.refused(err, errs.Invalid, "a mediator in the team")
		member := f.Team[1]
		b.refused(b.Cases.EndMandate(worker, id, f.Team[0].ID), errs.Conflict, "the manager leaves")
		if err := b.Cases.EndMandate(worker, id, member.ID); err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.File(psychologist, id)
		b.refused(err, errs.NotFound, "after leaving")
		_, err = b.People.Person(psychologist, b.person)
		b.refused(err, errs.NotFound, "the person, after leaving")
		b.refused(b.Cases.ReturnMandate(b.as("partner"), id, member.ID), errs.NotFound, "a stranger takes it back")
		if err := b.Cases.ReturnMandate(worker, id, member.ID); err != nil {
			b.Fatal(err)
		}
		if g, err := b.Cases.File(psychologist, id); err != nil || !g.Open[policy.Diary] {
			b.Errorf("after the end was taken back: %v", err)
		}
		if _, err = b.People.Person(psychologist, b.person); err != nil {
			b.Errorf("the person, after the end was taken back: %v", err)
		}
		b.refused(b.Cases.ReturnMandate(worker, id, member.ID), errs.Conflict, "taken back twice")
		b.verify()
	})
}

// A part of one case is not found through another, by somebody who works on
// both (peers: the commonest leak).
func TestChildOnlyThroughParent(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("assistente")
		mine := b.open()
		list, _, err := b.Cases.Cases(worker, false, 200)
		if err != nil {
			b.Fatal(err)
		}
		for _, other := range list {
			f, err := b.Cases.File(worker, other.ID)
			if err != nil || other.ID == mine || len(f.Diary) == 0 {
				continue
			}
			err = b.Cases.VoidIntervention(worker, mine, f.Diary[0].ID, "mistake")
			b.refused(err, errs.NotFound, "an entry of another case")
			b.refused(b.Cases.EndMandate(worker, mine, f.Team[0].ID), errs.NotFound, "a member of another case")
			return
		}
		b.Fatal("the demo has no other case with a diary")
	})
}

// The last of a family died: their case still opens, to be closed.
func TestCaseOfNobodyOpens(t *testing.T) {
	each(t, func(b *bench) {
		worker, id := b.as("assistente"), b.open()
		h, err := b.People.Household(worker, b.household)
		if err != nil {
			b.Fatal(err)
		}
		l := people.Leaving{Household: h.ID, On: h.Members[0].From, Reason: people.Death}
		for _, mb := range h.Members {
			l.Persons = append(l.Persons, mb.PersonID)
		}
		if _, err := b.People.LeaveHousehold(worker, l); err != nil {
			b.Fatal(err)
		}
		if f, err := b.Cases.File(worker, id); err != nil || len(f.Household.Members) != 0 {
			b.Errorf("the case of nobody: %v", err)
		}
		if _, err := b.Cases.File(b.as("ravenna.assistente"), id); errs.CodeOf(err) != errs.NotFound {
			b.Errorf("another body opens it: %v", err)
		}
	})
}

// While the data of one of a family are only kept, no case, plan or work that is not
// urgent is about them; what must be done at once is.
func TestRestrictedMemberOfFamily(t *testing.T) {
	each(t, func(b *bench) {
		worker, dpo, id := b.as("assistente"), b.as("dpo"), b.open()
		h, err := b.People.Household(worker, b.household)
		if err != nil {
			b.Fatal(err)
		}
		r, err := b.People.Ask(worker, h.Members[1].PersonID, people.Request{Kind: people.AskRestrict}, crypto.Sending{})
		if err == nil {
			err = b.People.Accept(dpo, people.Request{ID: r, Version: 1})
		}
		if err != nil {
			b.Fatal(err)
		}
		n := cases.NewIntervention{On: db.DateOf(b.DB.Now()), Mode: ledger.InPerson, Minutes: 30, Note: "Casa", PlaceKey: cases.SamePlace}
		_, refused := b.Cases.RecordIntervention(worker, id, n)
		b.refused(refused, errs.Conflict, "work")
		b.refused(b.analyse(worker, id, six(), ""), errs.Conflict, "an analysis")
		b.refused(b.Cases.SavePlan(worker, id, cases.Plan{Objectives: []cases.Objective{{Text: "Casa", Actions: []cases.Action{{Text: "Bando", DueOn: n.On.AddDays(30)}}}}}), errs.Conflict, "a plan")
		n.Urgent = true
		if _, err := b.Cases.RecordIntervention(worker, id, n); err != nil {
			b.Errorf("urgent work: %v", err)
		}
		if _, err := b.Cases.Open(worker, cases.NewCase{HouseholdID: b.household, Reason: "Casa"}); err == nil || !strings.Contains(err.Error(), "rights.standing.member") {
			b.Errorf("a case: %v", err)
		}
		if err := b.People.Lift(dpo, people.Request{ID: r, Version: 2}); err != nil {
			b.Fatal(err)
		}
		b.takeOn(worker, id)
	})
}
