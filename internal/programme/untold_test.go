package programme

import (
	"testing"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// What is very restricted is told to who may read full figures and records as to
// anybody else: nothing below the threshold, as it was known when the last month
// ended, and no list of what stands behind it.
func TestVeryRestrictedIsToldToNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.post("cases.health_path_opened", "becomer", repeated("2.3", 9)...)
		h.post("cases.health_first_appointment", "becomer", repeated("2.3", 9)...)
		roles := []policy.Role{policy.ProgrammeLead, policy.Evaluator, policy.Regional}
		hidden := func(indicator string, want bool) {
			t.Helper()
			for _, role := range roles {
				f := h.figureFor(role, "becomer", indicator)
				if f.Actual.Hidden() != want || !f.Untold || want && f.Numerator.Hidden() != want || len(f.Shares) > 0 {
					t.Errorf("%s of %s: %+v, want hidden %v", role, indicator, f, want)
				}
			}
		}
		h.nextMonth()
		hidden("2-percorsi", true)
		hidden("2-primo-appuntamento", true)
		h.post("cases.health_path_opened", "becomer", repeated("2.3", 12)...)
		hidden("2-percorsi", true) // this month is known when it has ended
		h.nextMonth()
		hidden("2-percorsi", false)
		h.post("cases.prevention_session", "becomer", repeated("2.1", 2)...)
		for _, role := range roles { // of events how many, as it was known when the month ended; and no list
			if f := h.figureFor(role, "becomer", "2.1-gruppi-incontri"); f.Actual.Hidden() || number(&f) != 0 {
				t.Errorf("%s of the sessions of this month: %+v", role, f)
			}
		}
		h.nextMonth()
		for _, role := range roles {
			if f := h.figureFor(role, "becomer", "2.1-gruppi-incontri"); number(&f) != 2 {
				t.Errorf("%s of the sessions of last month: %+v", role, f)
			}
		}
		if _, err := h.Records(h.as(policy.ProgrammeLead, "it"), "becomer", "2.1-gruppi-incontri", "", "", 9); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("there is a list of sessions: %v", err)
		}
		if _, err := h.Records(h.as(policy.ProgrammeLead, "it"), "becomer", "2-percorsi", "", "", 9); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("there is a list: %v", err)
		}
	})
}
