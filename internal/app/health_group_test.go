package app_test

import (
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/attendance"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// groupOf is a prevention group that somebody leads, to which the person comes, and
// somebody with a code, and others who do not say who they are; it came together once.
func groupOf(t *testing.T, a *app.App, who, person string) string {
	t.Helper()
	ctx, now := as(t, a, who), a.DB.Now()
	id, err := a.Cases.OpenHealthGroup(ctx, cases.GroupDraft{State: cases.GroupOpen, GroupWords: cases.GroupWords{Name: "Kluutgroep", Theme: "alcohol", Where: "Tureluurstraat",
		Since: db.DateOf(now), Conductors: "Scholekster", Note: "Wulp"}})
	if err == nil {
		err = a.Cases.NameToHealthGroup(ctx, id, policy.From(ctx).AccountID)
	}
	for _, n := range []cases.NewGroupPerson{{PersonID: person}, {Code: "Grutto-9", Sex: "M", AgeClass: "30-44"}} {
		if n.JoinedOn = db.DateOf(now); err == nil && n.PersonID+n.Code != "" {
			err = a.Cases.JoinHealthGroup(ctx, id, n)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	day := db.DateOf(now).Time()
	begins := time.Date(day.Year(), day.Month(), day.Day(), 0, 1, 0, 0, i18n.Rome)
	session, err := a.Cases.AddGroupSession(ctx, id, cases.NewGroupSession{Topic: "Kievit", Session: attendance.Session{StartsAt: begins, EndsAt: begins.Add(time.Hour), Mode: ledger.InPerson, Place: "Tureluurstraat"}})
	if err != nil {
		t.Fatal(err)
	}
	g, err := a.Cases.HealthGroup(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	sheet := cases.GroupSheet{Marks: map[string]attendance.State{}, Unnamed: []cases.Headcount{{Number: 7, Sex: "F"}}, Version: 1}
	for _, l := range g.Sessions[0].Lines {
		sheet.Marks[attendance.Field(l.Subject)] = attendance.Present
	}
	if err := a.Cases.SaveGroupSheet(ctx, id, session, sheet); err != nil {
		t.Fatal(err)
	}
	return id
}

// groupSays is what stands in such a group.
var groupSays = []string{"Kluutgroep", "Tureluurstraat", "Scholekster", "Grutto", "Kievit"}
