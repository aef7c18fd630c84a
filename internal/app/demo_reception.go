package app

import (
	"context"

	"tessuto/internal/cases"
	"tessuto/internal/platform/db"
)

// leaves writes for some families of RE.BOOT when they leave reception: within two
// months, and one that left last week is still to be handed over.
func (d *demo) leaves(ctx context.Context, c demoCrew, i int, id string) error {
	if c.programme != "reboot" || i%4 != 1 || i >= many {
		return nil
	}
	r := cases.Reception{ExitOn: db.DateOf(d.start).AddDays(13*(i/4) - 7),
		ReceptionWords: cases.ReceptionWords{Body: "Centro di accoglienza Lommerd", Hands: "L'operatrice del centro"}}
	return d.Cases.SaveReception(d.as(ctx, c.worker), id, r)
}
