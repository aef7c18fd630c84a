package app

import (
	"context"
	"fmt"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
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
			From: "social", To: c.to, ToName: c.name, Reason: c.reason, Mediator: i%2 == 0, Note: "Accompagnare al primo colloquio."}
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
	return d.Cases.MeetOnHealthPath(who, id, cases.HealthMeeting{On: d.today(), Minutes: 45, Who: "Servizio sociale e servizio sanitario", Said: "Ci risentiamo tra un mese."}, crypto.Sending{})
}
