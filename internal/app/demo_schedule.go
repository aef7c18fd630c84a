package app

import (
	"context"
	"fmt"

	"tessuto/internal/ledger"
	"tessuto/internal/programme"
)

// demoPlans are when activities of the demo run, in days from its first one. They
// are made up, as the families are: the sources give next to no dates.
var demoPlans = []struct {
	programme, activity string
	from, to            int
	state               programme.ActivityState
	mode                ledger.Mode
}{
	{"reboot", "2.1", -10, 400, programme.Running, ledger.InPerson},
	{"reboot", "3.2", 0, 400, programme.Running, ledger.InPerson},
	{"labimpact", "1.1", -20, 300, programme.Running, ledger.InPerson},
	{"labimpact", "1.4", -20, 120, programme.Running, ledger.InPerson},
	{"labimpact", "2.1", 0, 300, programme.Running, ledger.InPerson},
	{"fasi", "2.1", 0, 320, programme.Running, ledger.OnTerritory},
	{"weita", "2.1", -60, 20, programme.Completed, ledger.InPerson},
	{"weita", "3.1", 30, 330, programme.Planned, ledger.OnTerritory},
	{"weita", "3.2", 0, 240, programme.Running, ledger.InPerson},
}

// schedule plans the activities, and in Lab'Impact stops one and moves another
// online, as Covid-19 did.
func (d *demo) schedule(ctx context.Context) error {
	first := d.today()
	for _, p := range demoPlans {
		err := d.reschedule(ctx, p.programme, p.activity, func(plan *programme.Plan) {
			plan.From, plan.To, plan.State, plan.Mode = first.AddDays(p.from), first.AddDays(p.to), p.state, p.mode
			plan.Reason, plan.Since, plan.Until = "", "", ""
		})
		if err != nil {
			return fmt.Errorf("schedule of %s %s: %w", p.programme, p.activity, err)
		}
	}
	for _, p := range []struct {
		activity, reason string
		state            programme.ActivityState
		since, until     int
	}{
		{"1.4", "Covid-19: le scuole sono chiuse", programme.Suspended, 40, 85},
		{"1.1", "Covid-19: i corsi di italiano continuano a distanza", programme.Redesigned, 40, 110},
	} {
		err := d.reschedule(ctx, "labimpact", p.activity, func(plan *programme.Plan) {
			plan.State, plan.Reason, plan.Since, plan.Until = p.state, p.reason, first.AddDays(p.since), first.AddDays(p.until)
		})
		if err != nil {
			return fmt.Errorf("labimpact %s: %w", p.activity, err)
		}
	}
	return nil
}

// reschedule changes the plan of an activity as who leads the programmes would.
func (d *demo) reschedule(ctx context.Context, code, activity string, change func(*programme.Plan)) error {
	ctx = d.as(ctx, "capofila")
	_, list, err := d.Programmes.Schedule(ctx, code)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Code == activity {
			change(&s.Plan)
			return d.Programmes.PlanActivity(ctx, code, s.Plan)
		}
	}
	return fmt.Errorf("no activity %s", activity)
}
