package cases_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

func TestHundredths(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"": 0, "12": 1200, "12,5": 1250, "12.50": 1250, "1.250,00": 125000, "1,250.5": 125050, "€ 1250": 125000, "0,07": 7} {
		if got, ok := cases.ParseHundredths(text); !ok || got != want {
			t.Errorf("%q: %d %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"1.250", "1,250", "12,", ",50", "-5", "1.25.00", "12.345,678", "1e3", "99999999999", "12.34,5", "dieci"} {
		if got, ok := cases.ParseHundredths(text); ok {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}

func FuzzHundredths(f *testing.F) {
	for _, text := range []string{"1.250,00", "12,5", "-1", "9999999999,99", "€"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := cases.ParseHundredths(text)
		if !ok {
			return
		}
		again, ok := cases.ParseHundredths(strconv.FormatInt(n/100, 10) + "," + string('0'+rune(n/10%10)) + string('0'+rune(n%10)))
		if n < 0 || !ok || again != n {
			t.Errorf("%q: %d, and then %d %v", text, n, again, ok)
		}
	})
}

func FuzzHours(f *testing.F) {
	f.Add("09:00", "10:30")
	f.Add("23:00", "00:00")
	f.Fuzz(func(t *testing.T, starts, ends string) {
		c := errs.Check{}
		h := cases.ParseHours(c, starts, ends)
		if len(c) == 0 && h != (cases.Hours{}) && (h.Starts < 0 || h.Starts >= h.Ends || h.Ends > 24*60) {
			t.Errorf("%q %q: %+v", starts, ends, h)
		}
	})
}

// worked is an intervention on a day, as a form sends it.
func (b *bench) worked(note string, change func(*cases.NewIntervention)) cases.NewIntervention {
	n := cases.NewIntervention{On: db.DateOf(b.DB.Now()), Mode: ledger.InPerson, Minutes: 30, PlaceKey: cases.SamePlace, Note: note}
	if change != nil {
		change(&n)
	}
	return n
}

// rent is the rent of a month, paid.
func (b *bench) rent(n *cases.NewIntervention) {
	n.Support = cases.Support{Code: "transfer_rent", Quantity: 100, Unit: "months", Cost: 45000, From: n.On.AddDays(-30), To: n.On}
}

func (b *bench) does(ctx context.Context, id string, n cases.NewIntervention) string {
	b.Helper()
	entry, err := b.Cases.RecordIntervention(ctx, id, n)
	if err != nil {
		b.Fatal(err)
	}
	return entry
}

func keyOf(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

// An hour of an operator is charged once, whoever pays and whichever the family.
func TestHoursAreChargedOnce(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.team(id)
		at := func(starts, ends int, change func(*cases.NewIntervention)) cases.NewIntervention {
			n := b.worked("Visita alla casa", change)
			n.Hours = cases.Hours{Starts: starts * 60, Ends: ends * 60}
			return n
		}
		minutes := b.count("cases.intervention_minutes", ledger.Minutes)
		first := b.does(worker, id, at(9, 11, nil))
		if got := b.count("cases.intervention_minutes", ledger.Minutes); got != minutes+120 {
			b.Errorf("minutes %d, want %d: counted from the hours", got, minutes+120)
		}
		elsewhere := func(n *cases.NewIntervention) { n.PlaceKey, n.Funding = "", "municipal" }
		_, err := b.Cases.RecordIntervention(worker, id, at(10, 12, elsewhere))
		b.refused(err, errs.Conflict, "an hour charged to two who pay")
		if keyOf(err) != "intervention.hours_yours" {
			b.Errorf("it does not say which: %v", err)
		}
		b.does(worker, id, at(11, 12, elsewhere))
		b.does(b.as("psicologo"), id, at(10, 12, nil)) // somebody else's hour
		_, err = b.Cases.RecordIntervention(worker, b.other(), at(8, 10, nil))
		b.refused(err, errs.Conflict, "an hour with two families")
		for what, n := range map[string]cases.NewIntervention{"ends before it starts": at(10, 9, nil), "the next day": at(23, 25, nil)} {
			_, err := b.Cases.RecordIntervention(worker, id, n)
			b.refused(err, errs.Invalid, what)
		}
		if err := b.Cases.VoidIntervention(worker, id, first, "mistake"); err != nil {
			b.Fatal(err)
		}
		b.does(worker, id, at(9, 11, elsewhere)) // what was taken back takes no hour
		b.verify()
	})
}

// The same expense for the same period is refused; another of its kind is let through with
// a word. A family's other body is not named.
func TestMoneyAddsUp(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.does(worker, id, b.worked("Affitto", b.rent))
		_, err := b.Cases.RecordIntervention(worker, id, b.worked("Affitto ancora", b.rent))
		b.refused(err, errs.Conflict, "the same expense")
		if keyOf(err) != "intervention.expense_known" {
			b.Errorf("got %v", err)
		}
		less := b.worked("Un'altra parte", b.rent)
		less.Cost = 10000
		_, err = b.Cases.RecordIntervention(worker, id, less)
		b.refused(err, errs.Invalid, "another of its kind, without a word")
		less.Why = "Mese arretrato"
		b.does(worker, id, less)
		food := func(n *cases.NewIntervention) {
			n.Support = cases.Support{Code: "service_food", Quantity: 100, Unit: "parcels"}
		}
		b.does(worker, id, b.worked("Pacco", food))
		two := b.worked("Pacco", food)
		two.Why = "Sono in sei"
		b.does(worker, id, two) // two food parcels are not an error
		for what, change := range map[string]func(*cases.NewIntervention){
			"a cost of nothing":        func(n *cases.NewIntervention) { n.Cost = 5 },
			"a quantity of nothing":    func(n *cases.NewIntervention) { n.Code, n.Quantity = "service_food", 100 },
			"a code that is not there": func(n *cases.NewIntervention) { n.Code = "nothing" },
			"half a period":            func(n *cases.NewIntervention) { n.Code, n.From = "service_food", n.On },
			"a body that is not there": func(n *cases.NewIntervention) { n.Code, n.ProviderID = "service_food", "nobody" },
		} {
			_, err := b.Cases.RecordIntervention(worker, id, b.worked("x", change))
			b.refused(err, errs.Invalid, what)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil {
			b.Fatal(err)
		}
		all := cases.InAll(f.Diary)
		var codes, cents int64
		for _, s := range cases.ByCode(f.Diary) {
			codes, cents = codes+s.Quantity, cents+s.Cost
		}
		if all.Cost != 55000 || all.Times != 4 || codes != 400 || cents != all.Cost || len(cases.ByFunding(f.Diary)) != 1 {
			b.Errorf("in all %+v, by code %d and %d", all, codes, cents)
		}
		b.othersExpense(id, less)
		b.verify()
	})
}

// othersExpense records the same at another body, on a case of its own of the family:
// neither name nor date of the first stands in what it is told, and of what a programme
// on addiction paid there is no sign at all.
func (b *bench) othersExpense(id string, less cases.NewIntervention) {
	b.Helper()
	hidden := b.worked("Alloggio protetto", b.rent)
	hidden.PlaceKey, hidden.Code, hidden.Cost = "becomer/2.3", "facility_home", 33300
	b.does(b.as("assistente"), id, hidden)
	them, theirs := b.as("bologna.tavolo"), b.atAnother(id)
	_, err := b.Cases.RecordIntervention(them, theirs, b.worked("Affitto", b.rent))
	b.refused(err, errs.Conflict, "the same expense by another body")
	var e *errs.Error
	if !errors.As(err, &e) || e.Key != "intervention.expense_twice" || len(e.Args) != 0 {
		b.Errorf("it names the other: %v", err)
	}
	less.Cost, less.Why = 7000, ""
	_, err = b.Cases.RecordIntervention(them, theirs, less)
	b.refused(err, errs.Invalid, "another of its kind by another body, without a word")
	hidden.PlaceKey = cases.SamePlace
	b.does(them, theirs, hidden)
	f, err := b.Cases.File(them, theirs)
	if err != nil || len(f.Diary) != 1 {
		b.Errorf("the other body reads %d, want what is its own: %v", len(f.Diary), err)
	}
}

// atAnother opens a case of another body on the family, which does not read the first.
func (b *bench) atAnother(id string) string {
	b.Helper()
	worker, account := b.as("assistente"), b.account("bologna.tavolo")
	if err := b.Cases.AddToTeam(worker, id, account, "social_worker", crypto.Sending{}); err != nil {
		b.Fatal(err)
	}
	theirs, err := b.Cases.Open(b.as("bologna.tavolo"), cases.NewCase{HouseholdID: b.household, Reason: "Anche noi"})
	if err != nil {
		b.Fatal(err)
	}
	f, err := b.Cases.File(worker, id)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range f.Team {
		if t.AccountID == account {
			if err := b.Cases.EndMandate(worker, id, t.ID); err != nil {
				b.Fatal(err)
			}
		}
	}
	return theirs
}

// What was corrected counts anew, and what it said stays.
func TestCorrectIntervention(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.team(id)
		first := b.does(worker, id, b.worked("Affitto", b.rent))
		minutes := b.count("cases.intervention_minutes", ledger.Minutes)
		n := b.worked("Affitto di due mesi", b.rent)
		n.Minutes, n.Cost, n.Outside, n.Sent = 50, 90000, "Il proprietario", crypto.Sending{Key: "c"}
		correct := func(ctx context.Context, id string, version int, reason string) error {
			return b.Cases.CorrectIntervention(ctx, id, first, version, n, reason)
		}
		b.refused(correct(worker, id, 1, ""), errs.Invalid, "without a reason")
		b.refused(correct(b.as("psicologo"), id, 1, "Errore"), errs.Forbidden, "by somebody else of the team")
		b.refused(correct(b.as("educatrice"), id, 1, "Errore"), errs.NotFound, "by who does not read the diary")
		b.refused(correct(worker, b.other(), 1, "Errore"), errs.NotFound, "through another case")
		for range 2 { // sent twice
			if err := correct(worker, id, 1, "Errore"); err != nil {
				b.Fatal(err)
			}
		}
		b.refused(correct(worker, id, 1, "Altro"), errs.Conflict, "over what was corrected meanwhile")
		if got := b.count("cases.intervention_minutes", ledger.Minutes); got != minutes+20 {
			b.Errorf("minutes %d, want %d", got, minutes+20)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil {
			b.Fatal(err)
		}
		i := f.Diary[0]
		if i.Cost != 90000 || i.Outside != "Il proprietario" || len(i.Earlier) != 1 || i.Earlier[0].Cost != 45000 || i.Earlier[0].Note != "Affitto" {
			b.Errorf("got %+v", i)
		}
		b.verify()
	})
}
