package cases_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// matrix are the eighteen domains of the shipped matrix, by section.
var matrix = map[string][]string{
	"area_1": {"legal_status", "parenting", "physical_health", "mental_wellbeing", "substances", "daily_life", "safety"},
	"area_2": {"income"}, "area_3": {"employment"}, "area_4": {"italian", "adult_learning", "children_school", "digital"},
	"area_5": {"housing"}, "area_6": {"social_network", "services", "community", "mobility"},
}

// levels are scores of the matrix, all at one level but those that are named.
func levels(all int, but map[string]int) (out []cases.Score) {
	for _, domains := range matrix {
		for _, d := range domains {
			said := cases.Said{Level: all, Self: cases.NotScored, Evidence: "Visto a casa"}
			if level, ok := but[d]; ok {
				said.Level = level
			}
			out = append(out, cases.Score{Domain: d, Said: said})
		}
	}
	return out
}

func (b *bench) assessed(id, subject string, moment cases.Moment, daysAgo int, scores []cases.Score) string {
	b.Helper()
	n := cases.NewAssessment{Instrument: "autonomy/1", Subject: subject, Moment: moment, On: db.DateOf(b.DB.Now()).AddDays(-daysAgo),
		Sheet: cases.Sheet{Scores: scores, Close: true}}
	made, err := b.Cases.StartAssessment(b.as("assistente"), id, n)
	if err != nil {
		b.Fatal(err)
	}
	return made
}

// A family at the start and at two reviews: what improved counts once, from where it
// stands now, and goes when it is no longer so. Counted by hand.
func TestAssessmentsCount(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open()
		counts := func() map[string]int64 {
			out := map[string]int64{}
			for _, m := range []string{"assessment_done", "autonomy_improved", "autonomy_improved_housing", "autonomy_improved_economic", "autonomy_improved_learning"} {
				out[m] = b.count("cases."+m, ledger.Households)
			}
			out["events"] = b.count("cases.assessment_done", ledger.Events)
			out["persons"] = b.count("cases.person_assessed", ledger.Persons)
			out["person_improved"] = b.count("cases.person_autonomy_improved", ledger.Persons)
			return out
		}
		before := counts()
		expect := func(when string, want map[string]int64) {
			b.Helper()
			now := counts()
			for m := range now {
				if got := now[m] - before[m]; got != want[m] {
					b.Errorf("%s: %s moved by %d, want %d", when, m, got, want[m])
				}
			}
		}
		b.assessed(id, b.household, "t0", 200, levels(3, map[string]int{"housing": 1}))
		expect("T0", map[string]int64{"assessment_done": 1, "events": 1})
		b.assessed(id, b.household, "review", 100, levels(3, map[string]int{"housing": 3, "italian": 4, "substances": 2}))
		expect("review", map[string]int64{"assessment_done": 1, "events": 2, "autonomy_improved": 1, "autonomy_improved_housing": 1, "autonomy_improved_learning": 1})
		last := b.assessed(id, b.household, "review", 10, levels(3, map[string]int{"housing": 2, "italian": 2, "income": 2}))
		expect("fell back", map[string]int64{"assessment_done": 1, "events": 3, "autonomy_improved_housing": 1})
		b.assessed(id, b.person, "t0", 90, levels(2, nil))
		b.assessed(id, b.person, "exit", 5, levels(3, nil))
		want := map[string]int64{"assessment_done": 1, "events": 5, "autonomy_improved_housing": 1, "persons": 1, "person_improved": 1}
		expect("a person", want)
		b.verify()

		fix := []cases.Score{{Domain: "income", Version: 1, Said: cases.Said{Level: 5, Self: 3}}, {Domain: "italian", Version: 1, Said: cases.Said{Level: 3, Self: 3}}}
		worker := b.as("assistente")
		b.refused(b.Cases.SaveAssessment(worker, id, last, cases.Sheet{Scores: fix}), errs.Invalid, "a correction without a reason")
		b.refused(b.Cases.SaveAssessment(worker, id, last, cases.Sheet{Scores: fix, Reason: "Riletto"}), errs.Invalid, "a jump of two without evidence")
		fix[0].Evidence = "Busta paga"
		if err := b.Cases.SaveAssessment(worker, id, last, cases.Sheet{Scores: fix, Reason: "Riletto"}); err != nil {
			b.Fatal(err)
		}
		want["autonomy_improved"], want["autonomy_improved_economic"] = 1, 1
		expect("corrected", want)
		_, a, err := b.Cases.Assessment(worker, id, last)
		if err != nil || a.Revision != 2 || len(a.Earlier) != 2 || a.Earlier[0].Level != 2 {
			b.Errorf("what it said before is lost: %+v %v", a, err)
		}
		b.verify()
	})
}

// What closing asks for, and who is refused what.
func TestAssessmentRefusals(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.open(), b.as("assistente"), db.DateOf(b.DB.Now())
		n := cases.NewAssessment{Instrument: "autonomy/1", Subject: b.household, Moment: "t0", On: today, Sent: crypto.Sending{Key: "form", Content: "same"}}
		for what, wrong := range map[string]func(n *cases.NewAssessment){
			"an instrument that is not there": func(n *cases.NewAssessment) { n.Instrument = "autonomy/9" },
			"the analysis twice":              func(n *cases.NewAssessment) { n.Instrument = "six_areas/1" },
			"somebody of another family":      func(n *cases.NewAssessment) { n.Subject = db.NewID() },
			"a child, by an adults' matrix":   func(n *cases.NewAssessment) { n.Subject = b.child() },
			"tomorrow":                        func(n *cases.NewAssessment) { n.On = today.AddDays(1) },
			"no moment":                       func(n *cases.NewAssessment) { n.Moment = "" },
			"a level that is not there":       func(n *cases.NewAssessment) { n.Sheet.Scores = levels(6, nil) },
		} {
			bad := n
			bad.Sent = crypto.Sending{}
			wrong(&bad)
			_, err := b.Cases.StartAssessment(worker, id, bad)
			b.refused(err, errs.Invalid, what)
		}
		for _, who := range []string{"partner", "psicologo"} {
			_, err := b.Cases.StartAssessment(b.as(who), id, n)
			b.refused(err, errs.NotFound, "outside the team: "+who)
		}
		entry, err := b.Cases.StartAssessment(worker, id, n)
		if err != nil {
			b.Fatal(err)
		}
		if again, err := b.Cases.StartAssessment(worker, id, n); err != nil || again != entry {
			b.Errorf("sent twice it begins twice: %v", err)
		}
		save := func(s cases.Sheet) error { return b.Cases.SaveAssessment(worker, id, entry, s) }
		b.refused(save(cases.Sheet{Close: true}), errs.Invalid, "closed empty")
		low := levels(3, map[string]int{"housing": 1})
		for i := range low {
			low[i].Evidence = ""
		}
		err = save(cases.Sheet{Scores: low, Close: true})
		if f := errs.FieldsOf(err); len(f) != 1 || f[cases.DomainField("housing", "evidence")] == "" {
			b.Errorf("level 1 without evidence: %v", err)
		}
		if err := save(cases.Sheet{Scores: low}); err != nil {
			b.Fatal("a draft without evidence", err)
		}
		b.refused(b.Cases.SaveAssessment(b.as("partner"), id, entry, cases.Sheet{}), errs.NotFound, "another body writes")

		psychologist := b.as("psicologo")
		if err := b.Cases.AddToTeam(worker, id, policy.From(psychologist).AccountID, "psychologist", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		_, a, err := b.Cases.Assessment(psychologist, id, entry)
		if err != nil || len(a.Scores) != 15 {
			b.Errorf("the psychologist sees %d domains, want those of three sections: %v", len(a.Scores), err)
		}
		housing := []cases.Score{{Domain: "housing", Version: 1, Said: cases.Said{Level: 3, Self: cases.NotScored}}}
		b.refused(b.Cases.SaveAssessment(psychologist, id, entry, cases.Sheet{Scores: housing}), errs.NotFound, "a section that is not granted")
		b.refused(b.Cases.SaveAssessment(psychologist, id, entry, cases.Sheet{Close: true}), errs.Conflict, "closed by who does not see all")

		theirs := []cases.Score{{Domain: "safety", Version: 1, Said: cases.Said{Level: 4, Self: cases.NotScored, Notes: "Di Paolo"}}}
		if err := b.Cases.SaveAssessment(psychologist, id, entry, cases.Sheet{Scores: theirs}); err != nil {
			b.Fatal(err)
		}
		mine := []cases.Score{{Domain: "safety", Version: 1, Said: cases.Said{Level: 2, Self: cases.NotScored}}, {Domain: "income", Version: 1, Said: cases.Said{Level: 2, Self: cases.NotScored}}}
		err = save(cases.Sheet{Scores: mine})
		var stale *errs.Stale[[]cases.Score]
		if !errors.As(err, &stale) || len(stale.Theirs) != 1 || stale.Theirs[0].Notes != "Di Paolo" {
			b.Fatalf("two at once: %v", err)
		}
		if _, a, _ = b.Cases.Assessment(worker, id, entry); levelOf(a, "income") != 3 || levelOf(a, "safety") != 4 {
			b.Error("something was saved beside a conflict")
		}
		housing[0].Level, housing[0].Evidence = 1, "Sfratto il 10"
		if err := save(cases.Sheet{Scores: housing, Close: true, ReviewOn: today.AddDays(90)}); err != nil {
			b.Fatal(err)
		}
		tasks, err := b.Tasks.Soon(worker)
		for _, task := range tasks {
			if task.Message == "task.reminder.assessment" {
				b.Error("a reminder of in three months is due this week", err)
			}
		}
		b.verify()
	})
}

func levelOf(a *cases.Assessment, domain string) int {
	for _, s := range a.Scores {
		if s.Domain == domain {
			return s.Level
		}
	}
	return cases.NotScored
}

// A closed case takes a follow-up and nothing else.
func TestFollowUpAfterTheEnd(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, today := b.open(), b.as("assistente"), db.DateOf(b.DB.Now())
		if err := b.Cases.Close(worker, id, cases.Closing{On: today, Reason: "moved", Version: 1}); err != nil {
			b.Fatal(err)
		}
		n := cases.NewAssessment{Instrument: "autonomy/1", Subject: b.household, Moment: "review", On: today}
		_, err := b.Cases.StartAssessment(worker, id, n)
		b.refused(err, errs.Conflict, "a review after the end")
		b.assessed(id, b.household, "follow_up", 0, levels(4, nil))
		b.verify()
	})
}

// A body loads its licensed instrument: it is its own, once for each edition, and what
// ships with the product stays what it is.
func TestLoadInstrument(t *testing.T) {
	each(t, func(b *bench) {
		admin, worker := b.as("admin"), b.as("assistente")
		src, err := os.ReadFile("../../packs/instruments/autonomy.yaml")
		if err != nil {
			b.Fatal(err)
		}
		load := func(pairs ...string) error {
			_, problems, err := b.Cases.LoadInstrument(admin, []byte(strings.NewReplacer(pairs...).Replace(string(src))))
			if len(problems) > 0 {
				b.Fatal(problems)
			}
			return err
		}
		b.refused(load(), errs.Conflict, "the code of a shipped one")
		for range 2 {
			if err := load("code: autonomy", "code: licensed"); err != nil {
				b.Fatal(err)
			}
		}
		b.refused(load("code: autonomy", "code: licensed", "least: 9", "least: 3"), errs.Conflict, "other words in the same edition")
		_, _, err = b.Cases.LoadInstrument(worker, src)
		b.refused(err, errs.Forbidden, "a social worker loads")
		theirs, err := b.Cases.Instruments(b.as("partner"))
		if err != nil {
			b.refused(err, errs.Forbidden, "a lead without cases")
		}
		for _, in := range theirs {
			if in.Code == "licensed" {
				b.Error("another body may use it")
			}
		}
		own, err := b.Cases.Instruments(admin)
		if err != nil || len(own) != 3 || own[2].Code != "licensed" {
			b.Errorf("%d instruments: %v", len(own), err)
		}
	})
}

// Who was erased leaves no assessment that could be read, and the figures and the
// others of the family stay as they were.
func TestErasedSubject(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		own := b.assessed(id, b.person, "t0", 20, levels(2, nil))
		b.assessed(id, b.household, "t0", 20, levels(2, nil))
		persons := b.count("cases.person_assessed", ledger.Persons)
		if err := b.Keys.Destroy(b.Context(), policy.From(worker).Network, b.person); err != nil {
			b.Fatal(err)
		}
		_, _, err := b.Cases.Assessment(worker, id, own)
		b.refused(err, errs.NotFound, "the assessment of who was erased")
		f, err := b.Cases.File(worker, id)
		if err != nil || len(f.Assessments) != 1 || f.Assessments[0].Subject.Kind != cases.OfHousehold {
			b.Errorf("%+v %v", f, err)
		}
		if got := b.count("cases.person_assessed", ledger.Persons); got != persons {
			b.Errorf("%d persons assessed, want %d", got, persons)
		}
		b.verify()
	})
}
