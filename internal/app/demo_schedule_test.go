package app_test

import (
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// What the schedule of the demo says agrees with the work that was done and with
// the day of its clock: nothing that has work is still to come, what runs runs
// today, and Covid-19 stopped schools in 2020.
func TestDemoScheduleAgreesWithItsWork(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	ctx := as(t, a, "capofila")
	today, worked, stopped := db.DateOf(a.DB.Now()), 0, 0
	first, last := map[ledger.Place]db.Date{}, map[ledger.Place]db.Date{}
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		facts, err := ledger.AllStanding(ctx, tx, policy.From(ctx).Network)
		for _, f := range facts {
			if was, ok := first[f.Place]; !ok || f.Date < was {
				first[f.Place] = f.Date
			}
			last[f.Place] = max(last[f.Place], f.Date)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range six {
		_, list, err := a.Programmes.Schedule(ctx, code)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			at := ledger.Place{Programme: code, Activity: s.Code}
			from, has := first[at]
			if has {
				worked++
			}
			switch {
			case has && s.State == programme.Planned:
				t.Errorf("%s %s has work since %s and is still to come", code, s.Code, from)
			case has && (s.From > from || s.To != "" && s.To < last[at]):
				t.Errorf("%s %s runs from %s to %s, and has work from %s to %s", code, s.Code, s.From, s.To, from, last[at])
			case s.State == programme.Planned && s.From != "" && s.From <= today, s.State == programme.Completed && s.To >= today,
				s.State == programme.Running && (s.From > today || s.To < today):
				t.Errorf("%s %s is %s from %s to %s, and today is %s", code, s.Code, s.State, s.From, s.To, today)
			}
			for _, p := range append(s.Before, s.Plan) {
				if p.Since != "" {
					stopped++
					if p.Since < "2020-03-01" || p.Since > "2020-12-31" || p.Until > "2021-12-31" {
						t.Errorf("%s %s departs from %s to %s", code, s.Code, p.Since, p.Until)
					}
				}
			}
		}
	}
	if worked < 12 || stopped != 2 {
		t.Errorf("%d activities have work, and %d stood still or moved online", worked, stopped)
	}
}
