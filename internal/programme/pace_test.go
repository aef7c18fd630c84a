package programme

import (
	"context"
	"testing"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
)

func TestPaceInWords(t *testing.T) {
	t.Parallel()
	it := i18n.With(context.Background(), "it")
	hidden := figureOf(ledger.Households, 30, 0)
	hidden.Actual = disclosure.Cell{}
	for _, c := range []struct {
		f    Figure
		on   db.Date
		want string
	}{
		{figureOf(ledger.Households, 30, 10), "2026-07-01", "A metà del tempo, un terzo dell’obiettivo: in ritardo."},
		{figureOf(ledger.Households, 30, 15), "2026-07-01", "A metà del tempo, metà dell’obiettivo: in linea."},
		{figureOf(ledger.Households, 30, 12), "2026-07-01", "A metà del tempo, un terzo dell’obiettivo: un po’ indietro."},
		{figureOf(ledger.Households, 30, 29), "2026-12-31", "A tempo finito, quasi tutto l’obiettivo: in linea."},
		{figureOf(ledger.Households, 30, 20), "2027-01-01", "A tempo finito, due terzi dell’obiettivo: obiettivo non raggiunto."},
		{figureOf(ledger.Households, 30, 0), "2026-01-05", "Il tempo è appena cominciato: è presto per dire a che punto è."},
		{figureOf(ledger.Households, 30, 0), "2025-12-31", ""}, // before it begins
		{figureOf(ledger.Households, 30, 30), "2026-02-01", ""},
		{figureOf(ledger.Households, 0, 30), "2026-07-01", ""},
		{figureOf(ledger.Ratio, 60, 10), "2026-07-01", ""},
		{hidden, "2026-07-01", ""},
	} {
		if got := paceText(it, courseOf(&c.f, "2026-01-01", "2026-12-31", c.on)); got != c.want {
			t.Errorf("%v of %d on %s: %q, want %q", c.f.Actual, c.f.Target, c.on, got, c.want)
		}
	}
	f := figureOf(ledger.Households, 30, 10)
	for _, open := range [][2]db.Date{{"", "2026-12-31"}, {"2026-01-01", ""}, {"", ""}} {
		if got := courseOf(&f, open[0], open[1], "2026-07-01"); got != (Course{}) {
			t.Errorf("a judgement without a period %v: %+v", open, got)
		}
	}
}
