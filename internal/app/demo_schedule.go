package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/programme"
)

// demoPlan is when an activity of the demo runs, up to so many days after its start.
type demoPlan struct {
	programme, activity string
	from                string // a day, or empty for a little before the families of today came
	left                int    // days
	state               programme.ActivityState
	mode                ledger.Mode
}

// demoPlans are those of activities in which no crew works with families. The
// sources give next to no dates: they are made up, as the families are.
var demoPlans = []demoPlan{
	{"reboot", "1.2", "2020-03-16", 190, programme.Running, ledger.InPerson},
	{"reboot", "3.1", "2020-03-16", 190, programme.Running, ledger.InPerson},
	{"intarsi", "3.1", "2020-11-30", 190, programme.Running, ledger.Remote},
	{"becomer", "3.1", "", 190, programme.Running, ledger.InPerson},
	{"weita", "1.1", "", 200, programme.Planned, ""},
	{"weita", "1.2", "", 200, programme.Running, ledger.InPerson},
	{"weita", "2.1", "", -30, programme.Completed, ledger.InPerson},
	{"weita", "3.1", "", 130, programme.Running, ledger.OnTerritory},
	{"fasi", "1.1", "", 120, programme.Running, ledger.InPerson},
	{"fasi", "1.2", "", 120, programme.Running, ledger.InPerson},
	{"fasi", "1.3", "", 120, programme.Running, ledger.InPerson},
	{"fasi", "2.1", "", 120, programme.Running, ledger.OnTerritory},
	{"fasi", "4.2", "", 120, programme.Running, ledger.OnTerritory},
}

// plansOf are the activities in which a crew works with families: from the month in
// which its programme began, where the source says it.
func (c *demoCrew) plansOf() (out []demoPlan) {
	codes := append([]string{c.deskActivity, c.mediation}, append(c.caseActivities, c.workActivities...)...)
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		listed := slices.ContainsFunc(demoPlans, func(p demoPlan) bool { return p.programme == c.programme && p.activity == code })
		if code != "" && !listed {
			out = append(out, demoPlan{c.programme, code, c.from, 190, programme.Running, ledger.InPerson})
		}
	}
	return out
}

// demoCovid is how Covid-19 stopped one activity of Lab'Impact and moved another
// online, in the months in which it closed schools; both go on today.
var demoCovid = []struct {
	on, activity string
	plan         programme.Plan
}{
	{"2020-03-03", "1.4", programme.Plan{State: programme.Running}},
	{"2020-03-03", "1.1", programme.Plan{State: programme.Running}},
	{"2020-03-09", "1.4", programme.Plan{State: programme.Suspended, Reason: "Covid-19: le scuole sono chiuse", Since: "2020-03-05"}},
	{"2020-03-16", "1.1", programme.Plan{State: programme.Redesigned, Reason: "Covid-19: i corsi di italiano continuano a distanza", Since: "2020-03-16", Until: "2020-09-11"}},
	{"2020-09-14", "1.4", programme.Plan{State: programme.Running}},
	{"2020-09-14", "1.1", programme.Plan{State: programme.Running}},
}

// schedule plans the activities, from the months that sources speak of to today.
func (d *demo) schedule(ctx context.Context) error {
	today := db.DateOf(d.start)
	for _, c := range demoCovid {
		d.now = db.Date(c.on).Time().Add(9 * time.Hour)
		err := d.reschedule(ctx, "labimpact", c.activity, func(plan *programme.Plan) {
			plan.From, plan.To, plan.Mode = "2020-02-03", today.AddDays(100), ledger.InPerson
			plan.State, plan.Reason, plan.Since, plan.Until = c.plan.State, c.plan.Reason, c.plan.Since, c.plan.Until
		})
		if err != nil {
			return fmt.Errorf("labimpact %s: %w", c.activity, err)
		}
	}
	d.at(190)
	plans := slices.Clone(demoPlans)
	for _, c := range demoCrews {
		plans = append(plans, c.plansOf()...)
	}
	for _, p := range plans {
		from := db.Date(p.from)
		if from == "" {
			from = d.today()
		}
		if p.state == programme.Planned {
			from = today.AddDays(30)
		}
		err := d.reschedule(ctx, p.programme, p.activity, func(plan *programme.Plan) {
			plan.From, plan.To, plan.State, plan.Mode = from, today.AddDays(p.left), p.state, p.mode
			plan.Reason, plan.Since, plan.Until = "", "", ""
		})
		if err != nil {
			return fmt.Errorf("schedule of %s %s: %w", p.programme, p.activity, err)
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
