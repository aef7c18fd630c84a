package app

import (
	"context"

	"tessuto/internal/programme"
)

// declare lets who coordinates say what no record can: how many Ambiti carry out
// the regional plan. The first time one was forgotten.
func (d *demo) declare(ctx context.Context) error {
	lead := d.as(ctx, "capofila")
	d.now = d.start.AddDate(0, 0, -120)
	first := programme.Declaration{Indicator: "ambiti", Value: 34, On: d.today(), Evidence: "Elenco degli Ambiti attuatori allegato alla convenzione con la Regione"}
	if err := d.Programmes.Declare(lead, "labimpact", first); err != nil {
		return err
	}
	said, err := d.Programmes.Declarations(lead, "labimpact", "ambiti")
	if err != nil {
		return err
	}
	second := first
	d.now = d.start.AddDate(0, 0, -90)
	second.Value, second.Corrects, second.Evidence = 35, said[0].ID, "Elenco completo degli Ambiti attuatori, comunicazione della Regione: nel primo ne mancava uno"
	return d.Programmes.Declare(lead, "labimpact", second)
}
