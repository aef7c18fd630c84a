package app

import (
	"context"
	"fmt"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

// sit lets the team of the first families of a crew sit on their plan, and the
// assessment unit on some: it was held, waits for its minutes or is to come. It takes
// nothing from the dice, so that all else of the demo stays what it is.
func (d *demo) sit(ctx context.Context, c demoCrew, i int, id string) error {
	if len(c.team) == 0 || i > 4 || i > 0 && len(c.team) < 2 {
		return nil
	}
	worker, was := d.as(ctx, c.worker), d.now
	defer func() { d.now = was }()
	n := cases.SittingDraft{Kind: cases.TeamSitting, Lasts: 60, Mode: ledger.InPerson, Where: "Sede del servizio, sala riunioni",
		Agenda: "Il piano della famiglia: chi fa che cosa", StartsAt: officeHour(d.now.AddDate(0, 0, 1), i), Accounts: []string{d.staff[c.worker].AccountID}}
	for _, mate := range c.team {
		n.Accounts = append(n.Accounts, d.staff[mate.key].AccountID)
	}
	switch {
	case i == 1:
		n.StartsAt = officeHour(d.start.AddDate(0, 0, 3), 5)
	case i == 3:
		n.StartsAt = officeHour(d.start.AddDate(0, 0, -4), 2)
	}
	if c.programme == "reboot" && i%2 == 0 {
		n.Kind = cases.UnitSitting
		n.Guests = []cases.Guest{{Name: "Ottavia Bruni", Body: "Pediatria di comunità", Profession: "health_operator"}}
	}
	entry, err := d.Cases.ConveneSitting(worker, id, n)
	if err != nil || i == 1 || i == 3 {
		return err
	}
	d.now = n.StartsAt.Add(2 * time.Hour)
	if err := d.sittingMinutes(worker, id, entry); err != nil {
		return fmt.Errorf("sitting: %w", err)
	}
	return nil
}

// sittingMinutes confirms the minutes of a sitting on the plan of a family.
func (d *demo) sittingMinutes(ctx context.Context, id, entry string) error {
	f, s, err := d.Cases.Sitting(ctx, id, entry)
	if err != nil {
		return err
	}
	n := cases.SittingSheet{Version: s.Version, Presence: map[string]cases.Presence{}}
	n.Synthesis = "La famiglia ha cominciato a muoversi da sola nei servizi. Resta fragile la casa: il contratto scade in primavera."
	n.About, n.Decision = cases.AboutPlan(f.Plan.Version), "plan_agreed"
	n.DecisionText = "Il piano resta com'è. La ricerca della casa comincia subito."
	n.Next = []cases.NextStep{{Text: "Sentire l'agenzia per la casa", Who: s.Seats[0].AccountID, Due: db.DateOf(d.start).AddDays(12)},
		{Text: "Raccontare alla famiglia che cosa si è deciso"}}
	for i, seat := range s.Seats {
		n.Presence[seat.ID] = cases.Came
		if seat.AccountID == "" {
			n.Presence[seat.ID] = cases.Excused
		} else if i == 1 {
			n.Presence[seat.ID] = cases.CameRemote
			n.Dissent = []cases.Dissent{{Who: seat.Name, Text: "Prima della casa metterebbe il corso di italiano della madre."}}
		}
	}
	return d.Cases.ConfirmSitting(ctx, id, entry, n)
}
