package app

import (
	"context"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// family walks one household through the desk, the case and the plan, as far
// as its number says: some are still being assessed, some are closed.
func (d *demo) family(ctx context.Context, c demoCrew, i int) error {
	begun := 40 + d.rand.IntN(100)
	d.at(begun)
	worker := d.as(ctx, c.worker)
	household, person, err := d.arrives(ctx, c)
	if err != nil {
		return err
	}
	d.at(begun - 2)
	key := ""
	if len(c.caseActivities) > 0 {
		key = c.programme + "/" + c.caseActivities[i%len(c.caseActivities)]
	}
	id, err := d.Cases.Open(worker, cases.NewCase{HouseholdID: household, PlaceKey: key, Reason: pick(d.rand, demoAsked)})
	if err != nil {
		return err
	}
	for _, mate := range c.team {
		if err := d.Cases.AddToTeam(worker, id, d.staff[mate.key].AccountID, cases.Mandate(mate.mandate), crypto.Sending{}); err != nil {
			return err
		}
	}
	if c.mediator != "" && i%2 == 0 {
		if err := d.mediated(ctx, c, person, begun-3, i%6 != 4); err != nil {
			return err
		}
	}
	if err := d.caseWork(ctx, c, i, id, person, begun); err != nil || i%3 != 0 {
		return err
	}
	return d.task(worker, id, i)
}

// task is something to do about a family: some of it late, some for today.
func (d *demo) task(ctx context.Context, id string, i int) error {
	_, err := d.Tasks.Add(ctx, task.Draft{Record: task.Record{Kind: policy.Case, ID: id, Section: policy.Overview},
		Words: task.Words{Title: demoTasks[i/3%len(demoTasks)]}, To: task.To{AccountID: policy.From(ctx).AccountID},
		Due: db.DateOf(d.start).AddDays(4*(i%7) - 4)})
	return err
}

var demoTasks = []string{"Chiamare la scuola per la riunione", "Preparare la domanda per la casa", "Chiedere il certificato al medico",
	"Sentire l'educatrice sulle presenze al pomeriggio"}

// arrives registers a household at the desk.
func (d *demo) arrives(ctx context.Context, c demoCrew) (household, person string, err error) {
	n := d.contact(c)
	n.Newcomers, n.Outcome = demoFamily(d.rand, d.now.Year()), "assessment"
	id, err := d.Access.SaveContact(d.as(ctx, c.desk), n)
	if err != nil {
		return "", "", err
	}
	contact, err := d.Access.Contact(d.as(ctx, c.desk), id)
	if err != nil {
		return "", "", err
	}
	return contact.HouseholdID, contact.PersonID, nil
}

// many is from which family on, of a crew, none is reviewed or closed any more.
const many = 40

// caseWork does what a team does in a few weeks. Each step is taken by fewer
// families than the one before.
func (d *demo) caseWork(ctx context.Context, c demoCrew, i int, id, person string, begun int) error {
	worker := d.as(ctx, c.worker)
	if i%7 == 6 {
		return d.work(ctx, c, id, begun-4, true)
	}
	d.at(begun - 6)
	if err := d.analyse(worker, id); err != nil {
		return err
	}
	if err := d.leaves(ctx, c, i, id); err != nil {
		return err
	}
	measured := i%3 == 0 && i < many
	if measured {
		if err := d.assess(worker, id, i, cases.Moments[0]); err != nil {
			return err
		}
	}
	if err := d.work(ctx, c, id, begun-8, false); err != nil {
		return err
	}
	if i%6 == 5 {
		return nil
	}
	if err := d.takePlan(ctx, c, i, id, person, begun); err != nil {
		return err
	}
	if err := d.withOthers(ctx, c, i, id); err != nil {
		return err
	}
	few := 2 + d.rand.IntN(3)
	for n := range few + d.visits {
		if err := d.work(ctx, c, id, begun-16-4*(n%few), false); err != nil {
			return err
		}
	}
	if i >= many { // enough of them were reviewed and closed
		return nil
	}
	if i%2 == 0 {
		d.at(begun - 32)
		if err := d.review(worker, id); err != nil {
			return err
		}
		if measured {
			if err := d.assess(worker, id, i, cases.Moments[1]); err != nil {
				return err
			}
		}
	}
	if c.programme == "reboot" && i == 2 {
		return d.changes(ctx, c.worker, id)
	}
	if i%4 != 0 || i == 0 {
		return nil
	}
	d.at(begun - 36)
	return d.close(worker, id)
}

func (d *demo) analyse(ctx context.Context, id string) error {
	s := cases.Sheet{Outcome: cases.AnalysisOutcomes[0]}
	for n, area := range policy.Areas {
		said := cases.Said{Level: d.rand.IntN(4), Self: cases.NotScored, Notes: demoNeeds[n]}
		s.Scores = append(s.Scores, cases.Score{Domain: string(area), Said: said})
	}
	return d.Cases.SaveAssessment(ctx, id, id, s)
}

// work is an intervention, now and then by another of the team.
func (d *demo) work(ctx context.Context, c demoCrew, id string, daysAgo int, urgent bool) error {
	d.at(daysAgo)
	who := c.worker
	if len(c.team) > 0 && !urgent && c.team[0].mandate == "psychologist" && d.rand.IntN(3) == 0 {
		who = c.team[0].key
	}
	n := cases.NewIntervention{On: d.today(), Mode: pick(d.rand, cases.Modes), Minutes: 30 + 15*d.rand.IntN(5),
		Urgent: urgent, PlaceKey: cases.SamePlace, Note: pick(d.rand, demoNotes)}
	if len(c.workActivities) > 0 {
		n.PlaceKey = c.programme + "/" + pick(d.rand, c.workActivities)
	}
	_, err := d.Cases.RecordIntervention(d.as(ctx, who), id, n)
	return err
}

func (d *demo) review(ctx context.Context, id string) error {
	f, err := d.Cases.File(ctx, id)
	if err != nil {
		return err
	}
	done := []string{f.Plan.Objectives[0].Actions[0].ID}
	return d.Cases.ReviewPlan(ctx, id, cases.NewReview{On: d.today(), Done: done, NextOn: d.today().AddDays(60),
		Note: "Il piano procede: la prima azione è conclusa."})
}

func (d *demo) close(ctx context.Context, id string) error {
	f, err := d.Cases.File(ctx, id)
	if err != nil {
		return err
	}
	outcomes := map[string]string{}
	for n, o := range f.Plan.Objectives {
		outcomes[o.ID] = cases.Outcomes[n%2]
	}
	return d.Cases.Close(ctx, id, cases.Closing{On: d.today(), Reason: "objectives_reached", Outcomes: outcomes, Version: f.Version})
}

// officeHour is the nth of the hours from nine to five, of the four days from the
// day of an instant on, in Rome; what falls on a weekend is on the Monday or Tuesday after.
func officeHour(after time.Time, n int) time.Time {
	day := after.In(i18n.Rome).AddDate(0, 0, n/8)
	if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
		day = day.AddDate(0, 0, 2)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 9+n%8, 0, 0, 0, i18n.Rome)
}

// mediated is an appointment with a mediator: some were held, some are to come.
func (d *demo) mediated(ctx context.Context, c demoCrew, person string, daysAgo int, held bool) error {
	d.at(daysAgo)
	a := access.Appointment{PersonID: person, MediatorID: d.staff[c.mediator].AccountID, Minutes: 60, Language: c.language,
		StartsAt: d.now.Add(24 * time.Hour).Truncate(time.Hour)}
	a.Where, a.Subject = "Sede dello sportello, stanza 2", "Incontro con gli operatori"
	if c.mediation != "" {
		a.Place = ledger.Place{Programme: c.programme, Activity: c.mediation}
	}
	if !held {
		a.StartsAt = officeHour(d.start, d.rand.IntN(32))
	}
	id, err := d.Access.Book(d.as(ctx, c.worker), a, crypto.Sending{})
	confirmed := a.StartsAt.Add(2 * time.Hour)
	if err != nil || confirmed.After(d.start) {
		return err
	}
	d.now = confirmed
	return d.Access.ConfirmHours(d.as(ctx, c.mediator), id, 45+15*d.rand.IntN(3))
}
