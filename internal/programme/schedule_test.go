package programme

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func (h *house) scheduled(code, activity string) Scheduled {
	h.t.Helper()
	_, list, err := h.Schedule(h.as(policy.Regional, "it"), code)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, s := range list {
		if s.Code == activity {
			return s
		}
	}
	h.t.Fatalf("%s has no activity %s", code, activity)
	return Scheduled{}
}

// An activity is planned, suspended and taken up again; what was planned stays.
func TestScheduleStory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := h.as(policy.ProgrammeLead, "it")
		partners, err := h.Partners(ctx, "weita")
		if err != nil || len(partners) == 0 {
			t.Fatal(partners, err)
		}
		plan := Plan{Activity: "3.2", From: "2026-01-01", To: "2026-12-31", OrgID: partners[0].OrgID, Mode: ledger.InPerson, State: Running}
		suspended := plan
		suspended.State, suspended.Reason, suspended.Since, suspended.Version = Suspended, "Sede chiusa", "2026-03-01", 1
		again := plan
		again.Version = 2
		for _, p := range []Plan{plan, plan, suspended, again} { // the second is the same form sent twice
			if err := h.PlanActivity(ctx, "weita", p); err != nil {
				t.Fatal(err)
			}
			later := h.db.Now().AddDate(0, 0, 10)
			h.db.Now = func() time.Time { return later }
		}
		got := h.scheduled("weita", "3.2")
		if got.Version != 3 || got.State != Running || len(got.Before) != 3 || got.Before[0].Reason != "Sede chiusa" || got.Before[2].State != Planned {
			t.Errorf("the schedule says %+v", got)
		}
		if stands := got.departures(); len(stands) != 1 || stands[0].Since != "2026-03-01" || stands[0].Until == "" {
			t.Errorf("it stood still %+v", stands)
		}
		page := h.page(policy.ProgrammeLead, "it", "/programmes/weita/schedule", nil)
		wants(t, page, "schedule-hatch", "schedule-span", "In corso", "dal 1 gennaio 2026 al 31 dicembre 2026")
		wants(t, h.page(policy.Regional, "it", "/programmes/weita/schedule/3.2", nil), "Come era prima", "Sede chiusa", "Nel programma, all’inizio")
		lacks(t, h.page(policy.Regional, "it", "/programmes/weita/schedule/3.2", nil), "/edit")
		wants(t, h.page(policy.ProgrammeLead, "it", "/programmes/weita/schedule/3.2/edit", nil), `value="2026-12-31"`)
		if f := h.figureFor(policy.ProgrammeLead, "weita", "3.2"); f.Course.From != "2026-01-01" || f.Course.To != "2026-12-31" {
			t.Errorf("the figure has no time: %+v", f.Course)
		}
	})
}

func TestScheduleRefusals(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		good := Plan{Activity: "3.2", From: "2026-01-01", To: "2026-12-31", State: Planned}
		lead := h.as(policy.ProgrammeLead, "it")
		if err := h.PlanActivity(lead, "weita", good); err != nil {
			t.Fatal(err)
		}
		with := func(change func(*Plan)) Plan { p := good; p.Version = 1; change(&p); return p }
		for name, c := range map[string]struct {
			role policy.Role
			plan Plan
			want errs.Code
		}{
			"the region":         {policy.Regional, good, errs.NotFound},
			"an administrator":   {policy.Admin, good, errs.NotFound},
			"no such activity":   {policy.ProgrammeLead, with(func(p *Plan) { p.Activity = "9.9" }), errs.NotFound},
			"an objective":       {policy.ProgrammeLead, with(func(p *Plan) { p.Activity = "O1" }), errs.NotFound},
			"somebody was first": {policy.ProgrammeLead, with(func(p *Plan) { p.Version, p.State = 0, Running }), errs.Conflict},
			"ends before":        {policy.ProgrammeLead, with(func(p *Plan) { p.To = "2025-01-01" }), errs.Invalid},
			"only an end":        {policy.ProgrammeLead, with(func(p *Plan) { p.From = "" }), errs.Invalid},
			"no state":           {policy.ProgrammeLead, with(func(p *Plan) { p.State = "" }), errs.Invalid},
			"odd mode":           {policy.ProgrammeLead, with(func(p *Plan) { p.Mode = "by_post" }), errs.Invalid},
			"no partner":         {policy.ProgrammeLead, with(func(p *Plan) { p.OrgID = db.NewID() }), errs.Invalid},
			"no reason":          {policy.ProgrammeLead, with(func(p *Plan) { p.State, p.Since = Suspended, "2026-02-01" }), errs.Invalid},
			"no day":             {policy.ProgrammeLead, with(func(p *Plan) { p.State, p.Reason = Redesigned, "x" }), errs.Invalid},
			"reason of nothing":  {policy.ProgrammeLead, with(func(p *Plan) { p.Reason = "x" }), errs.Invalid},
			"a long reason":      {policy.ProgrammeLead, with(func(p *Plan) { p.State, p.Since, p.Reason = Suspended, "2026-02-01", strings.Repeat("x", 301) }), errs.Invalid},
		} {
			if err := h.PlanActivity(h.as(c.role, "it"), "weita", c.plan); errs.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if err := h.PlanActivity(h.covering("fasi"), "weita", with(func(p *Plan) { p.State = Running })); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("the lead of another programme: %v", err)
		}
		if got := h.scheduled("weita", "3.2"); got.Version != 1 || got.State != Planned {
			t.Errorf("a refusal wrote: %+v", got)
		}
		if code, _ := h.get(policy.ProgrammeLead, "it", "/programmes/weita/schedule/9.9"); code != http.StatusNotFound {
			t.Errorf("no activity 9.9: %d", code)
		}
	})
}

// What the source says of Covid in Lab'Impact stands on the schedule without dates
// that nobody knows.
func TestScheduleOfThePack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.scheduled("labimpact", "1.4")
		if s.State != Suspended || s.Since != "" || len(s.departures()) != 0 || s.Version != 0 {
			t.Errorf("the workshops are %+v", s.Plan)
		}
		wants(t, h.page(policy.Regional, "it", "/programmes/labimpact/schedule", nil), "Sospesa", "Covid-19", "La fonte non dà date")
		wants(t, h.page(policy.Regional, "en", "/programmes/labimpact/schedule/1.4", nil), "Suspended", "no dates")
	})
}
