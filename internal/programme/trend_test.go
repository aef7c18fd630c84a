package programme

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

func TestMonthsWithoutAnythingAreZero(t *testing.T) {
	t.Parallel()
	got := months([]Part{{Value: "2025-11", Cell: disclosure.Show(4)}, {Value: "2026-02"}, {Value: "2026-03", Cell: disclosure.Show(1)}})
	var said []string
	for _, p := range got {
		n, told := p.Number()
		said = append(said, fmt.Sprint(p.Value, n, told))
	}
	if want := "2025-114 true 2025-120 true 2026-010 true 2026-020 false 2026-031 true"; strings.Join(said, " ") != want {
		t.Errorf("months are %v", said)
	}
	if len(months([]Part{{Value: "odd"}, {Value: "2026-01"}})) != 2 {
		t.Error("an odd month makes others")
	}
}

// postOn posts facts of people, each counted for the first time on its day.
func (h *house) postOn(measure, programme, activity string, dates ...db.Date) {
	h.t.Helper()
	err := h.db.Write(h.t.Context(), func(tx *db.Tx) error {
		for _, date := range dates {
			err := h.ledger.Post(h.t.Context(), tx, h.network, ledger.Fact{Measure: measure, Date: date, SubjectID: db.NewID(),
				Place: ledger.Place{Programme: programme, Activity: activity}, Quantity: 1, Source: ledger.Source{Kind: "test", ID: db.NewID()}})
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

func times(day db.Date, n int) (out []db.Date) {
	for range n {
		out = append(out, day)
	}
	return out
}

// A month with few people is drawn as hidden for who has no right to them, with
// another so that the total does not tell it; never as zero.
func TestTrend(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, part := range [][]db.Date{times("2026-01-10", 7), times("2026-02-10", 2), times("2026-04-10", 9), times("2026-05-10", 8)} {
			h.postOn("access.contact", "reboot", "2.1", part...)
		}
		h.nextMonth()
		const path = "/programmes/reboot/indicators/2-persone"
		lead, region := h.page(policy.ProgrammeLead, "it", path, nil), h.page(policy.Regional, "it", path, nil)
		wants(t, lead, "Mese per mese", "febbraio 2026", "marzo 2026", ">26<")
		lacks(t, lead, "chart-hidden")
		wants(t, region, "febbraio 2026", "marzo 2026", ">26<")
		if n := strings.Count(region, `class="chart-hidden"`); n != 3 { // two months, and the key
			t.Errorf("%d months are drawn as hidden", n)
		}
		f := h.figureFor(policy.Regional, "reboot", "2-persone")
		for _, p := range f.Breakdown[ledger.ByMonth] {
			if n, told := p.Number(); told && n < 5 || p.Value == "2026-02" && told {
				t.Errorf("%s tells %d", p.Value, n)
			}
		}
	})
}

// What was known on a past day is there for who has a right to the records, with
// the records of that day; for others there is no day to choose.
func TestAsItWas(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.postOn("access.contact", "reboot", "2.1", times("2026-01-10", 7)...)
		known := db.DateOf(d.Now())
		h.nextMonth()
		h.postOn("access.contact", "reboot", "2.1", times("2026-01-10", 4)...)
		const path = "/programmes/reboot/indicators/2-persone"
		then := h.page(policy.ProgrammeLead, "it", path+"?as_of="+string(known), nil)
		wants(t, then, "7 persone", "Oggi: 11 persone", "L&#39;elenco ha 7 righe")
		wants(t, h.page(policy.ProgrammeLead, "it", path, nil), "11 persone", "L&#39;elenco ha 11 righe", `name="as_of"`)
		for asked, problem := range map[string]string{"2999-01-01": "deve ancora venire", "yesterday": "f-as_of-error"} {
			code, body := h.get(policy.ProgrammeLead, "it", path+"?as_of="+asked)
			if code != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", asked, code)
			}
			wants(t, body, problem, "11 persone")
			for _, of := range []string{"/indicators?as_of=", "/indicators/2-persone/records?as_of="} {
				if code, body := h.get(policy.ProgrammeLead, "it", "/api/v1/programmes/reboot"+of+asked); code != http.StatusUnprocessableEntity || !strings.Contains(body, "as_of") {
					t.Errorf("the API, %s: %d %s", asked, code, body)
				}
			}
		}
		lacks(t, h.page(policy.Regional, "it", path, nil), `name="as_of"`)
		if code, _ := h.get(policy.Regional, "it", path+"?as_of="+string(known)); code != http.StatusForbidden {
			t.Errorf("the region asks for a day: %d", code)
		}
		var page struct{ Items []IndicatorRecord }
		h.page(policy.ProgrammeLead, "it", "/api/v1"+path+"/records?as_of="+string(known), &page)
		if len(page.Items) != 7 {
			t.Errorf("%d records behind the figure of that day", len(page.Items))
		}
	})
}
