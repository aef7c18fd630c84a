package app

import (
	"context"
	"slices"

	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
)

// rights lets some persons be told what is kept of them, agree to something one
// may do without, and ask: for a correction, and to be erased.
func (d *demo) rights(ctx context.Context) error {
	d.now = d.start.AddDate(0, 0, -12) // no dice: what comes after stays as it is
	worker, today := d.as(ctx, "assistente"), db.DateOf(d.now)
	list, _, _, err := d.People.List(worker, "", 40)
	if err != nil {
		return err
	}
	told := 0
	for _, p := range list {
		if age, known := p.Age(today); !known || age < 18 || told == 12 {
			continue
		}
		n := people.Notice{Language: "it", Edition: "2026-03", Way: "paper", On: today}
		if len(p.Languages) > 0 && slices.Contains(i18n.People, p.Languages[0]) {
			n.Language, n.Way = p.Languages[0], "mediator"
		}
		if err := d.People.GiveNotice(worker, p.ID, n, crypto.Sending{}); err != nil {
			return err
		}
		if err := d.asks(worker, p, told, today); err != nil {
			return err
		}
		told++
	}
	return nil
}

func (d *demo) asks(worker context.Context, p people.Person, i int, today db.Date) (err error) {
	switch i {
	case 1, 4:
		err = d.People.GiveConsent(worker, p.ID, people.Consent{Purpose: "images", RecipientID: p.OrgID, Section: "images", From: today, To: today.AddDays(365)}, crypto.Sending{})
	case 2:
		_, err = d.People.Ask(worker, p.ID, people.Request{Kind: people.AskRectify, Field: "birth_date",
			RequestWords: people.RequestWords{Asked: "Il giorno di nascita è il 21, non il 12."}}, crypto.Sending{})
	case 3:
		_, err = d.People.Ask(worker, p.ID, people.Request{Kind: people.AskErase,
			RequestWords: people.RequestWords{Asked: "Si trasferisce in un altro Paese e chiede che i suoi dati siano cancellati."}}, crypto.Sending{})
	}
	return err
}
