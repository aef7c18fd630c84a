package app

import (
	"context"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
)

// supports gives a family what services and money can: a rent, paid by the Comune to the
// landlord, a food parcel of a partner, and a visit whose hours are known. It takes
// nothing from the dice, as papers.
func (d *demo) supports(ctx context.Context, id string) error {
	for _, n := range []cases.NewIntervention{
		{On: d.today().AddDays(-16), Mode: ledger.Remote, Minutes: 20, Funding: "municipal", Note: "Pagato l'affitto del mese, perché il contratto non si interrompa.", Outside: "Il proprietario di casa",
			Support: cases.Support{Code: "transfer_rent", Quantity: 100, Unit: "months", Cost: 45000, From: d.today().AddDays(-26), To: d.today()}},
		{On: d.today().AddDays(-9), Mode: ledger.OnTerritory, Minutes: 30, PlaceKey: cases.SamePlace, Note: "Consegnato un pacco alimentare, con i pannolini.",
			Support: cases.Support{Code: "service_food", Quantity: 100, Unit: "parcels", ProviderID: d.staff["mediatore"].OrgID}},
		{On: d.today().AddDays(-2), Mode: ledger.OnTerritory, PlaceKey: cases.SamePlace, Note: "Visita a casa con il mediatore.", Hours: cases.Hours{Starts: 9*60 + 30, Ends: 11 * 60},
			Support: cases.Support{Code: "service_professional", Quantity: 150, Unit: "hours"}},
	} {
		if _, err := d.Cases.RecordIntervention(ctx, id, n); err != nil {
			return err
		}
	}
	return nil
}
