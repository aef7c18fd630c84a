package programme

import (
	"context"
	"testing"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/i18n"
)

// figureOf makes a figure that is fed.
func figureOf(u ledger.Unit, target int, actual int64) Figure {
	return Figure{PackIndicator: PackIndicator{Unit: u, Target: target}, Fed: true, Actual: disclosure.Show(actual)}
}

func TestFiguresInWords(t *testing.T) {
	t.Parallel()
	atLeast := figureOf(ledger.Citizens, 20, 3)
	atLeast.AtLeast = true
	hidden := figureOf(ledger.Households, 14, 0)
	hidden.Actual, hidden.Least = disclosure.Cell{}, 5
	for _, c := range []struct {
		f                              Figure
		state, italian, english, count string
	}{
		{Figure{PackIndicator: PackIndicator{Unit: ledger.Operators, Target: 96, FeedsFrom: "training"}}, "not_fed",
			"La fonte dei dati non c'è ancora: la alimenterà l'area Formazione", "No records feed this figure yet: it will come with the area Training", ""},
		{hidden, "hidden", "Nascosto per proteggere le persone (meno di 5)", "Hidden to protect people (fewer than 5)", ""},
		{figureOf(ledger.Operators, 96, 87), "underway", "Ne mancano 9 per arrivare a 96", "9 more to reach 96", "87 su 96"},
		{figureOf(ledger.Operators, 96, 95), "underway", "Ne manca 1 per arrivare a 96", "1 more to reach 96", "95 su 96"},
		{figureOf(ledger.Operators, 96, 97), "reached", "Obiettivo raggiunto", "Target reached", "97 su 96"},
		{figureOf(ledger.Households, 14, 0), "not_begun", "Ancora niente: ne servono 14", "Nothing yet: 14 are needed", "0 su 14"},
		{figureOf(ledger.Events, 1, 0), "not_begun", "Ancora niente: ne serve 1", "Nothing yet: 1 is needed", "0 su 1"},
		{figureOf(ledger.Persons, 0, 1), "no_target", "Nessun obiettivo numerico nella fonte", "The source gives no numerical target", "1 persona"},
		{figureOf(ledger.Minutes, 0, 12340), "no_target", "Nessun obiettivo numerico nella fonte", "The source gives no numerical target", "12.340 minuti"},
		{figureOf(ledger.Ratio, 60, 45), "underway", "Mancano 15 punti per arrivare al 60%", "15 more points to reach 60%", "45%"},
		{atLeast, "underway", "Ne mancano 17 per arrivare a 20", "17 more to reach 20", "3 su almeno 20"},
	} {
		it, en := i18n.With(context.Background(), "it"), i18n.With(context.Background(), "en")
		if got := string(c.f.State()); got != c.state {
			t.Errorf("state %q, want %q", got, c.state)
		}
		if got := stateText(it, &c.f); got != c.italian {
			t.Errorf("%q, want %q", got, c.italian)
		}
		if got := stateText(en, &c.f); got != c.english {
			t.Errorf("%q, want %q", got, c.english)
		}
		if got := actualText(it, &c.f); c.count != "" && got != c.count {
			t.Errorf("%q, want %q", got, c.count)
		}
	}
}

func TestRowsInOrder(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(context.Background(), "it")
	rows := rowsOf(ctx, ledger.ByAgeClass, []Part{{Value: ""}, {Value: "6-10"}, {Value: "0-5"}, {Value: "61+"}})
	want := []string{"da 0 a 5 anni", "da 6 a 10 anni", "61 anni e più", "Non dichiarato"}
	for i, r := range rows {
		if r.Name != want[i] {
			t.Errorf("row %d is %q, want %q", i, r.Name, want[i])
		}
	}
	rows = rowsOf(ctx, ledger.ByCitizenship, []Part{{Value: "UKR"}, {Value: "MAR"}, {Value: "EGY"}})
	if rows[0].Name != "Egitto" || rows[1].Name != "Marocco" || rows[2].Name != "Ucraina" {
		t.Errorf("countries: %v", rows)
	}
}

func TestDaysWithUnknownEnds(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(context.Background(), "it")
	for _, c := range []struct{ from, to, want string }{
		{"", "", "Date non indicate nella fonte"},
		{"2020-03-09", "", "dal 9 marzo 2020"},
		{"", "2020-06-30", "fino al 30 giugno 2020"},
		{"2020-03-09", "2020-06-30", "dal 9 marzo 2020 al 30 giugno 2020"},
	} {
		if got := days(ctx, c.from, c.to); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if got := periodText(ctx, nil); got != "periodo non indicato nella fonte" {
		t.Errorf("no period: %q", got)
	}
}
