package app

import (
	"context"
	"fmt"
	"time"

	"tessuto/internal/attendance"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
)

// demoCare are paths of care: who opens them, where they go, why and how far they came.
var demoCare = []struct {
	who, to, name, reason string
	state                 cases.HealthState
}{
	{"ravenna.psicologa", "serd", "SerD di Ravenna", "alcohol", cases.HealthFollowed},
	{"ravenna.psicologa", "csm", "CSM di Ravenna", "distress_seen", cases.HealthCame},
	{"ravenna.psicologa", "serd", "SerD di Ravenna", "substances", cases.HealthSent},
	{"ravenna.assistente", "ethnoclinical", "", "trauma", cases.HealthFollowed},
	{"ravenna.psicologa", "consultorio", "", "distress_said", cases.HealthFollowed},
	{"ravenna.psicologa", "serd", "SerD di Ravenna", "gambling", cases.HealthCame},
	{"psicologo", "csm", "CSM Navile", "distress_said", cases.HealthFollowed},
	{"psicologo", "serd", "SerD Ovest", "alcohol", cases.HealthProposed},
}

// care lets services send people who give a code to health services. It takes nothing
// from the dice, so that all else of the demo stays what it is.
func (d *demo) care(ctx context.Context) error {
	for i := range 2 * len(demoCare) {
		c := demoCare[i%len(demoCare)]
		d.now = officeHour(d.start.AddDate(0, 0, -150+7*i), i)
		who := d.as(ctx, c.who)
		n := cases.HealthDraft{Code: fmt.Sprintf("R7-%04d", 142+31*i), Sex: []string{"M", "F", "M"}[i%3], AgeClass: ledger.AgeClasses[4+i%3], State: cases.HealthSent,
			HealthSchedule: cases.HealthSchedule{Care: []string{"rehabilitation", "diagnosis", "insertion"}[i%3], Planned: 6}, From: "social", To: c.to, ToName: c.name, Reason: c.reason, Mediator: i%2 == 0, Note: "Accompagnare al primo colloquio."}
		if c.who != "psicologo" {
			n.PlaceKey = "becomer/2.3"
		}
		id, err := d.Cases.OpenHealthPath(who, n)
		if err != nil {
			return err
		}
		if c.who == "ravenna.psicologa" && i%2 == 0 {
			if err := d.Cases.NameToHealthPath(who, id, d.staff["ravenna.assistente"].AccountID); err != nil {
				return err
			}
		}
		if err := d.carried(who, id, n, c.state); err != nil {
			return err
		}
	}
	return nil
}

// carried writes, days after, how far a path of care came.
func (d *demo) carried(who context.Context, id string, n cases.HealthDraft, to cases.HealthState) error {
	if to == cases.HealthSent {
		return nil
	}
	d.now = d.now.AddDate(0, 0, 8)
	n.State, n.Version = to, 1
	if to != cases.HealthProposed {
		n.FirstOn = d.today()
	}
	if err := d.Cases.ChangeHealthPath(who, id, n); err != nil || to != cases.HealthFollowed {
		return err
	}
	meetings := []cases.HealthMeeting{{Minutes: 45, Who: "Servizio sociale e servizio sanitario", Said: "Ci risentiamo tra un mese."},
		{Minutes: 50, Kind: "interview", Profession: "psychologist", Mediator: true, Said: "Racconta di dormire meglio."}, {Kind: "rehabilitation", Profession: "educator", Missed: "work"}}
	for _, n := range meetings {
		n.On = d.today()
		if err := d.Cases.MeetOnHealthPath(who, id, n, crypto.Sending{}); err != nil {
			return err
		}
		d.now = d.now.AddDate(0, 0, 5)
	}
	return nil
}

// demoPrevention are prevention groups: who leads them, about what, and how many come by a
// code.
var demoPrevention = []struct {
	who, name, theme, where, leads string
	people                         int
	topics                         []string
}{
	{"ravenna.psicologa", "Gruppo del giovedì", "wellbeing", "Casa della comunità", "Psicologa e mediatrice", 11, []string{"Dormire bene", "Quando la testa non si ferma", "A chi chiedere aiuto", "La rabbia"}},
	{"ravenna.assistente", "Tè delle donne", "women", "Centro per le famiglie", "Assistente sociale e ostetrica", 6, []string{"Stare bene dopo il parto", "Il consultorio"}},
}

// groups lets services run prevention groups, in the weeks before today.
func (d *demo) groups(ctx context.Context) error {
	for gi, g := range demoPrevention {
		d.now = officeHour(d.start.AddDate(0, 0, -100), gi)
		who := d.as(ctx, g.who)
		id, err := d.Cases.OpenHealthGroup(who, cases.GroupDraft{State: cases.GroupOpen, PlaceKey: "becomer/2.1",
			GroupWords: cases.GroupWords{Name: g.name, Theme: g.theme, Where: g.where, Since: d.today(), Conductors: g.leads, Capacity: 14}})
		if err != nil {
			return err
		}
		for i := range g.people {
			if err := d.Cases.JoinHealthGroup(who, id, cases.NewGroupPerson{Code: fmt.Sprintf("G%d-%03d", gi+1, 207+13*i), Sex: []string{"F", "M"}[(i+gi)%2],
				AgeClass: ledger.AgeClasses[4+i%3], Citizenship: []string{"NGA", "PAK", "MAR"}[i%3], JoinedOn: d.today()}); err != nil {
				return err
			}
		}
		for i, topic := range g.topics {
			if err := d.groupMeets(who, id, g.where, topic, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// groupMeets writes a session of a group, two weeks after the last, and who was there.
func (d *demo) groupMeets(who context.Context, id, where, topic string, i int) error {
	d.now = d.now.AddDate(0, 0, 14)
	day := db.DateOf(d.now).Time()
	begins := time.Date(day.Year(), day.Month(), day.Day(), 8, 30, 0, 0, i18n.Rome)
	session, err := d.Cases.AddGroupSession(who, id, cases.NewGroupSession{Topic: topic, Session: attendance.Session{StartsAt: begins, EndsAt: begins.Add(90 * time.Minute), Mode: ledger.InPerson, Place: where}})
	if err != nil {
		return err
	}
	g, err := d.Cases.HealthGroup(who, id)
	if err != nil {
		return err
	}
	sheet := cases.GroupSheet{Marks: map[string]attendance.State{}, Unnamed: []cases.Headcount{{Number: 2 + i%3, Sex: "F", AgeClass: "30-44"}}, Version: 1}
	for j, l := range g.Sessions[0].Lines {
		sheet.Marks[attendance.Field(l.Subject)] = attendance.Present
		if (i+j)%5 == 4 {
			sheet.Marks[attendance.Field(l.Subject)] = attendance.Excused
		}
	}
	return d.Cases.SaveGroupSheet(who, id, session, sheet)
}
