package app

import (
	"context"
	"fmt"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// pastFamily is a household that was followed in the months that the source of
// the programme speaks of, from the desk to the end. What its work counted then
// can be asked as of then.
func (d *demo) pastFamily(ctx context.Context, c demoCrew, i int) error {
	from, to := d.daysAgo(c.from), d.daysAgo(c.to)
	begun := to + 60 + d.rand.IntN(from-to-60)
	d.at(begun)
	household, person, err := d.arrives(ctx, c)
	if err != nil {
		return err
	}
	d.at(begun - 2)
	// The first two in three belong to the first activity: of the others there are few.
	key := c.programme + "/" + c.caseActivities[i%len(c.caseActivities)]
	id, err := d.Cases.Open(d.as(ctx, c.worker), cases.NewCase{HouseholdID: household, PlaceKey: key, Reason: pick(d.rand, demoAsked)})
	if err != nil {
		return err
	}
	c.team = nil // who worked in it then works there no more
	return d.caseWork(ctx, c, closes[i%len(closes)], id, person, begun)
}

// closes are numbers of families that caseWork follows to the end.
var closes = []int{4, 12, 16, 24, 32}

// daysAgo is how long before the start a day was.
func (d *demo) daysAgo(day string) int {
	return int(d.start.Sub(db.Date(day).Time()).Hours() / 24)
}

// onPurpose adds what seldom happens by chance: a family in two programmes, work
// that was written down late, and what turned out not to count.
func (d *demo) onPurpose(ctx context.Context) error {
	worker := d.as(ctx, "assistente")
	open, _, err := d.Cases.Cases(worker, false, 50)
	if err != nil || len(open) < 3 {
		return fmt.Errorf("%d open cases: %w", len(open), err)
	}
	for _, f := range open[:min(len(open), 7)] { // fewer would be hidden from the region
		if err := d.inTwoProgrammes(worker, f); err != nil {
			return err
		}
	}
	if err := d.late(worker, open[1].ID); err != nil {
		return err
	}
	if err := d.notEligible(worker, open[2]); err != nil {
		return err
	}
	if err := d.supports(worker, open[0].ID); err != nil {
		return err
	}
	if err := d.towardsWork(worker, open[:min(len(open), 7)]); err != nil {
		return err
	}
	if err := d.inEmergency(ctx, open); err != nil {
		return err
	}
	return d.register(worker, open)
}

// inEmergency lets a colleague outside the team read a case for a day, some weeks ago.
func (d *demo) inEmergency(ctx context.Context, open []cases.File) error {
	was, colleague := d.now, d.as(ctx, "collega")
	d.now = officeHour(d.start.AddDate(0, 0, -26), 2)
	defer func() { d.now = was }()
	for _, f := range open {
		if _, err := d.Cases.File(colleague, f.ID); errs.CodeOf(err) != errs.NotFound || f.OpenedOn >= d.today() {
			continue
		}
		return d.Cases.AskEmergency(colleague, cases.EmergencyAsk{CaseID: f.ID, Reason: "in_front",
			Words: "La madre è allo sportello con i bambini e chi la segue è in ferie: non sa dove dormire stanotte."})
	}
	return nil
}

// inTwoProgrammes lets INTARSI, in which Bologna takes part, help a family that
// RE.BOOT follows.
func (d *demo) inTwoProgrammes(ctx context.Context, f cases.File) error {
	d.at(32 + d.rand.IntN(6)) // after their cases were opened, and before the month began
	a := access.Appointment{PersonID: f.Household.Reference().ID, MediatorID: d.staff["mediatore"].AccountID, Minutes: 60, Language: "en",
		StartsAt: d.now.Add(24 * time.Hour).Truncate(time.Hour), Place: ledger.Place{Programme: "intarsi", Activity: "2.2"}}
	a.Where, a.Subject = "Centro per l'impiego", "Colloquio di orientamento al lavoro"
	appointment, err := d.Access.Book(ctx, a, crypto.Sending{})
	if err != nil {
		return err
	}
	d.now = a.StartsAt.Add(2 * time.Hour)
	if err := d.Access.ConfirmHours(d.as(ctx, "mediatore"), appointment, 60); err != nil {
		return err
	}
	n := cases.NewIntervention{On: d.today(), Mode: ledger.InPerson, Minutes: 60, PlaceKey: "intarsi/2.2",
		Note: "Colloquio per l'inserimento lavorativo con gli operatori di INTARSI."}
	_, err = d.Cases.RecordIntervention(ctx, f.ID, n)
	return err
}

// late writes down two visits of last month, one of them by mistake.
func (d *demo) late(ctx context.Context, id string) error {
	d.at(33)
	n := cases.NewIntervention{On: d.today(), Mode: ledger.OnTerritory, Minutes: 90, PlaceKey: cases.SamePlace,
		Note: "Visita a casa: visto l'alloggio con la famiglia."}
	d.at(6)
	if _, err := d.Cases.RecordIntervention(ctx, id, n); err != nil {
		return err
	}
	n.Note = "Visita a casa, scritta due volte."
	again, err := d.Cases.RecordIntervention(ctx, id, n)
	if err != nil {
		return err
	}
	d.at(2)
	return d.Cases.VoidIntervention(ctx, id, again, "duplicate")
}

// notEligible says late that a family could not be counted for some days.
func (d *demo) notEligible(ctx context.Context, f cases.File) error {
	d.at(4)
	n := cases.NewEligibility{Programme: "reboot", From: f.OpenedOn, To: d.today().AddDays(-10)}
	for _, m := range f.Household.Members {
		n.Persons = append(n.Persons, m.PersonID)
	}
	if _, err := d.Cases.SetEligibility(ctx, f.ID, n); err != nil {
		return err
	}
	line := cases.NewIntervention{On: d.today(), Mode: ledger.Remote, Minutes: 30, Funding: "municipal",
		Note: "Telefonata con la scuola, a carico del Comune."}
	_, err := d.Cases.RecordIntervention(ctx, f.ID, line)
	return err
}
