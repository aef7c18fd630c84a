package app

import (
	"context"

	"tessuto/internal/cases"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// demoApprovers approve the plans of a colleague. The other bodies of the demo have
// one social worker, who may approve alone.
var demoApprovers = map[string]string{"assistente": "collega", "pistoia.assistente": "pistoia.responsabile"}

// demoAreas are where the need was seen from which each of demoObjectives comes, and
// demoLacks the need.
var (
	demoAreas = map[string]policy.Section{demoObjectives[0]: policy.AreaHousing, demoObjectives[1]: policy.AreaLearning,
		demoObjectives[2]: policy.AreaWork, demoObjectives[3]: policy.AreaLearning}
	demoLacks = map[policy.Section]string{policy.AreaHousing: "Il contratto d'affitto finisce tra sei mesi",
		policy.AreaLearning: "La lingua è un ostacolo a scuola e negli uffici", policy.AreaWork: "Solo lavori a giornata"}
)

// alone lets who works alone for a body approve their own plans.
func (d *demo) alone(ctx context.Context, worker string) error {
	if demoApprovers[worker] != "" {
		return nil
	}
	admin := d.as(ctx, "admin")
	var list []network.Organisation
	err := d.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = d.Network.Organisations(admin, tx)
		return err
	})
	for _, o := range list {
		if o.ID == d.staff[worker].OrgID && !o.ApprovesAlone {
			o.ApprovesAlone = true
			return d.Network.SaveOrganisation(admin, o)
		}
	}
	return err
}

// takePlan writes the plan of a family and brings it into force.
func (d *demo) takePlan(ctx context.Context, c demoCrew, i int, id, person string, begun int) error {
	d.at(begun - 12)
	if err := d.plan(ctx, c, id, i); err != nil {
		return err
	}
	d.at(begun - 13)
	return d.sign(d.as(ctx, c.worker), id, person, i)
}

// plan writes the plan of a family, and has it approved.
func (d *demo) plan(ctx context.Context, c demoCrew, id string, i int) error {
	worker := d.as(ctx, c.worker)
	var p cases.Plan
	for n := range 1 + d.rand.IntN(2) {
		k := 2*n + d.rand.IntN(2) // never the same twice
		o := cases.Objective{Text: demoObjectives[k]}
		area := demoAreas[o.Text]
		o.Need, o.Source = demoLacks[area], cases.SourceOf(id, string(area))
		o.Actions = []cases.Action{
			{Text: pick(d.rand, demoActions[k][0]), AccountID: d.staff[c.worker].AccountID, DueOn: d.today().AddDays(30 + d.rand.IntN(60))},
			{Text: pick(d.rand, demoActions[k][1]), DueOn: d.today().AddDays(45 + d.rand.IntN(60))},
		}
		if k == 1 {
			o.Actions = append(o.Actions, cases.Action{Text: "Posto al corso della sera", DueOn: d.today().AddDays(40), Fund: "poverty_fund",
				ActionMore: cases.ActionMore{Body: "Centro per l'istruzione degli adulti", Resource: "un posto gratuito e i libri"}})
		}
		p.Objectives = append(p.Objectives, o)
	}
	if err := d.Cases.SavePlan(worker, id, p); err != nil {
		return err
	}
	return d.approve(ctx, c.worker, id, 1)
}

// approve asks a colleague to approve a plan, who does.
func (d *demo) approve(ctx context.Context, worker, id string, version int) error {
	to := demoApprovers[worker]
	if to == "" {
		return nil
	}
	if err := d.Cases.ProposePlan(d.as(ctx, worker), id, d.staff[to].AccountID, version); err != nil {
		return err
	}
	return d.Cases.DecidePlan(d.as(ctx, to), id, cases.Decision{Approve: true, Version: version})
}

// sign brings the plan into force: the reference person signs, and what a child says
// of it is written down.
func (d *demo) sign(ctx context.Context, id, person string, i int) error {
	s := cases.Signature{On: d.today(), MissingReason: "not_present", ReviewOn: d.today().AddDays(30), Version: 1}
	if i%5 == 3 {
		s.MissingReason = "needs_mediator"
		return d.Cases.SignPlan(ctx, id, s)
	}
	f, err := d.Cases.File(ctx, id)
	if err != nil {
		return err
	}
	one := cases.AdultSignature{PersonID: person, Version: 1, Way: cases.Ways[0], On: d.today()}
	one.Name = f.Household.Reference().Name()
	if i%2 == 0 {
		one.Readings = cases.Readings
	}
	if err := d.Cases.Sign(ctx, id, one, nil, crypto.Sending{}); err != nil {
		return err
	}
	if i%4 == 0 {
		if err := d.hear(ctx, f); err != nil {
			return err
		}
	}
	return d.Cases.SignPlan(ctx, id, s)
}

// hear writes down what the first child of a family says of the plan.
func (d *demo) hear(ctx context.Context, f *cases.File) error {
	for _, mb := range f.Household.Members {
		if !mb.Person.AdultOn(d.today()) {
			v := cases.Voice{PersonID: mb.PersonID, VoiceWords: cases.VoiceWords{Heard: true, How: cases.HeardIn[0], Words: "Vorrei restare nella mia classe."}}
			return d.Cases.Hear(ctx, f.ID, v, crypto.Sending{})
		}
	}
	return nil
}

// changes writes the next edition of the plan of a family, which waits for a
// colleague's approval.
func (d *demo) changes(ctx context.Context, worker, id string) error {
	f, err := d.Cases.File(d.as(ctx, worker), id)
	if err != nil {
		return err
	}
	p := cases.Plan{Objectives: f.Plan.Objectives}
	p.Objectives = append(p.Objectives, cases.Objective{Text: "Un posto al nido da settembre", Actions: []cases.Action{
		{Text: "Fare la domanda di iscrizione", DueOn: d.today().AddDays(30)}}})
	if err := d.Cases.SavePlan(d.as(ctx, worker), id, p); err != nil {
		return err
	}
	return d.Cases.ProposePlan(d.as(ctx, worker), id, d.staff[demoApprovers[worker]].AccountID, f.Plan.Version+1)
}
