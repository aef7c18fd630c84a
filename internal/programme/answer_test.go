package programme

import (
	"testing"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// post posts one fact of a person for each activity.
func (h *house) post(measure, programme string, activities ...string) {
	h.t.Helper()
	err := h.db.Write(h.t.Context(), func(tx *db.Tx) error {
		for _, activity := range activities {
			err := h.ledger.Post(h.t.Context(), tx, h.network, ledger.Fact{Measure: measure, Date: "2026-01-10",
				SubjectID: db.NewID(), Place: ledger.Place{Programme: programme, Activity: activity}, Quantity: 1,
				Source: ledger.Source{Kind: "test", ID: db.NewID()}, Dimensions: ledger.Dimensions{Sex: "F"}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func repeated(activity string, n int) (out []string) {
	for range n {
		out = append(out, activity)
	}
	return out
}

// figureFor is what a role is told of an indicator.
func (h *house) figureFor(role policy.Role, code, indicator string) Figure {
	h.t.Helper()
	_, f, err := h.Figure(h.as(role, "it"), code, indicator, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// Who looks every day would see who came: those without a right to the records
// are told when the month is over.
func TestFiguresOfPeopleStandStillWithinAMonth(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.post("access.contact", "reboot", repeated("2.1", 8)...)
		for _, c := range []struct {
			role      policy.Role
			indicator string
			before    int64
		}{{policy.ProgrammeLead, "2-persone", 8}, {policy.Regional, "2-persone", 0}, {policy.Regional, "2-contatti", 8}} {
			if got := number(new(h.figureFor(c.role, "reboot", c.indicator))); got != c.before {
				t.Errorf("%s is told %d of %s", c.role, got, c.indicator)
			}
		}
		h.nextMonth()
		f := h.figureFor(policy.Regional, "reboot", "2-persone")
		if want := db.DateOf(d.Now()).AddDays(-d.Now().In(i18n.Rome).Day()); number(&f) != 8 || f.Known != want {
			t.Errorf("a month later: %d as known on %s, want 8 on %s", number(&f), f.Known, want)
		}
	})
}

// BE.COM-ER counts people taken in charge, and those of single activities: 42 less
// 38 would tell that the other activity has at least 4.
func TestHeldFigures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.post("cases.person_in_charge", "becomer", append(repeated("2.2", 38), repeated("2.4", 4)...)...)
		h.nextMonth()
		for indicator, want := range map[string]struct {
			hidden bool
			held   string
			parts  bool
		}{"2-persone": {false, "", true}, "2.2-persone": {true, "2-persone", false}, "2.3-persone": {false, "2-persone", false},
			"2.4-persone": {true, "2-persone", false}} {
			f := h.figureFor(policy.Regional, "becomer", indicator)
			if _, parts := f.Breakdown[ledger.BySex]; f.Actual.Hidden() != want.hidden || f.Held != want.held || parts != want.parts {
				t.Errorf("%s: %+v, held by %q, in parts %v", indicator, f.Actual, f.Held, parts)
			}
			if lead := h.figureFor(policy.ProgrammeLead, "becomer", indicator); lead.Actual.Hidden() || lead.Held != "" || lead.Breakdown[ledger.BySex] == nil {
				t.Errorf("the lead is not told %s: %+v", indicator, lead.Actual)
			}
		}
	})
}

// 18 of 20 households reached an objective: the two that did not are hidden, in
// the figure, in that of the objectives alone and in its parts.
func TestFewLeftOutOfARatio(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.post("cases.household_in_charge", "reboot", repeated("3.2", 20)...)
		h.post("cases.objective_reached", "reboot", repeated("3.2", 18)...)
		h.nextMonth()
		f := h.figureFor(policy.Regional, "reboot", "3.2-autonomia")
		if n, _ := f.Denominator.Number(); !f.Actual.Hidden() || !f.Numerator.Hidden() || n != 20 {
			t.Errorf("%+v of %+v is told, %+v per cent", f.Numerator, f.Denominator, f.Actual)
		}
		h.post("cases.household_in_charge", "reboot", repeated("3.2", 10)...)
		h.nextMonth()
		if f := h.figureFor(policy.Regional, "reboot", "3.2-autonomia"); number(&f) != 60 {
			t.Errorf("18 of 30 is told as %+v", f.Actual)
		}
		if f := h.figureFor(policy.ProgrammeLead, "reboot", "3.2-autonomia"); number(&f) != 60 {
			t.Errorf("the lead is told %+v", f.Actual)
		}
	})
}
