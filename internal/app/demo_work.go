package app

import (
	"context"

	"tessuto/internal/cases"
)

// towardsWork lets the reference person of some families look for work with INTARSI: all
// were trained, most found a job, some kept it. It takes nothing from the dice, as papers.
func (d *demo) towardsWork(ctx context.Context, families []cases.File) error {
	hosts := []string{"Trattoria in centro", "Cooperativa di pulizie", "Magazzino alla periferia", "Panificio di quartiere"}
	for i, f := range families {
		n := cases.NewWorkPath{PersonID: f.Household.Reference().ID, PlaceKey: "intarsi/2.3", WorkWords: cases.WorkWords{
			Skills: "Ha lavorato in cucina per alcuni anni; parla tre lingue.", Wishes: "Un lavoro con orari fissi.", Limits: "Il nido chiude alle 16."}}
		path, err := d.Cases.OpenWorkPath(ctx, f.ID, n)
		if err != nil {
			return err
		}
		for _, s := range d.workSteps(i, hosts[i%len(hosts)]) {
			if _, err := d.Cases.AddWorkStep(ctx, f.ID, path, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *demo) workSteps(i int, host string) []cases.WorkDraft {
	began := func(daysAgo int, kind, contract, host string) cases.WorkDraft {
		return cases.WorkDraft{StepFacts: cases.StepFacts{Kind: kind, StartedOn: d.today().AddDays(-daysAgo), Contract: contract}, StepWords: cases.StepWords{Host: host}}
	}
	training := began(260, cases.Training, "", "Corso di italiano per il lavoro")
	training.EndedOn, training.Outcome = d.today().AddDays(-230), "completed"
	internship := began(225, cases.Internship, "internship", host)
	job := began(200, cases.Job, "fixed_term", host)
	if i > 0 {
		internship.EndedOn, internship.Outcome = d.today().AddDays(-202), "hired"
		job.Kept3, job.Kept3On = "yes", d.today().AddDays(-105)
	}
	switch {
	case i == 0:
		return []cases.WorkDraft{training, internship}
	case i < 3:
		return []cases.WorkDraft{training, internship, job} // somebody has to look after six months
	}
	job.Kept6, job.Kept6On = "yes", d.today().AddDays(-15)
	return []cases.WorkDraft{training, internship, job}
}
