package programme

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

type programmesJSON struct {
	Items []ProgrammeItem
	Next  string
	Total int
}

type indicatorsJSON struct{ Items []IndicatorItem }

type recordsJSON struct {
	Items []IndicatorRecord
	Next  string
}

func TestAPIRecordsAreAsManyAsActual(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(7)
		var programmes programmesJSON
		h.page(policy.ProgrammeLead, "it", "/api/v1/programmes", &programmes)
		if programmes.Total != 6 || programmes.Items[5].Code != "weita" || programmes.Items[5].Title != "WE-ITA" {
			t.Fatalf("programmes: %+v", programmes)
		}
		for _, p := range programmes.Items {
			var list indicatorsJSON
			h.page(policy.ProgrammeLead, "it", "/api/v1/programmes/"+p.Code+"/indicators", &list)
			for _, i := range list.Items {
				if !i.Fed {
					if i.Actual != nil || i.State != "not_fed" && (!i.Declared || i.State != "unsaid") {
						t.Errorf("%s %s is not fed and says %v", p.Code, i.Code, i.Actual)
					}
					continue
				}
				if i.Untold {
					continue // see TestVeryRestrictedIsToldToNobody
				}
				h.compareRecords(t, p.Code, i)
			}
		}
	})
}

// compareRecords reads all records of an indicator, three at a time.
func (h *house) compareRecords(t *testing.T, programme string, i IndicatorItem) {
	t.Helper()
	var n, minutes int64
	seen := map[string]bool{}
	for cursor := ""; ; {
		var page recordsJSON
		h.page(policy.Evaluator, "en", fmt.Sprintf("/api/v1/programmes/%s/indicators/%s/records?limit=3&cursor=%s", programme, i.Code, cursor), &page)
		for _, r := range page.Items {
			n, minutes, seen[r.Code] = n+1, minutes+r.Quantity, true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	want := i.Actual
	if i.Unit == string(ledger.Ratio) {
		want = i.Numerator.Count
	}
	if i.Unit == string(ledger.Minutes) {
		n = minutes
	} else if int64(len(seen)) != n {
		t.Errorf("%s %s: a record comes twice", programme, i.Code)
	}
	if want == nil || *want != n || n == 0 {
		t.Errorf("%s %s: %d records, actual %v", programme, i.Code, n, want)
	}
}

func TestAPIBreakdowns(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(8)
		read := func(role policy.Role) (out IndicatorItem) {
			var list indicatorsJSON
			h.page(role, "it", "/api/v1/programmes/reboot/indicators?by=sex,age", &list)
			for _, i := range list.Items {
				if i.Code == "2-persone" {
					out = i
				}
			}
			return out
		}
		full := read(policy.ProgrammeLead)
		if len(full.Breakdown["sex"]) != 3 || len(full.Breakdown["age"]) != 4 {
			t.Fatalf("breakdown: %+v", full.Breakdown)
		}
		for by, parts := range full.Breakdown {
			var sum int64
			for _, p := range parts {
				sum += *p.Count
			}
			if sum != *full.Actual {
				t.Errorf("the parts by %s add up to %d of %d", by, sum, *full.Actual)
			}
		}
		if p := full.Breakdown["sex"][0]; p.Value != "F" || p.Label != "Femmine" || *p.Count != 4 {
			t.Errorf("first part: %+v", p)
		}
		// Eight people, in C3: four women, two men and two not stated. Any of
		// them can be told from the total, so no row is given.
		few := read(policy.Regional)
		if few.Hidden || *few.Actual != 8 || few.Target != nil {
			t.Errorf("the total: %+v", few)
		}
		for by, parts := range few.Breakdown {
			for _, p := range parts {
				if !p.Hidden || p.Count != nil {
					t.Errorf("by %s: %+v", by, p)
				}
			}
		}
	})
}

func TestAPIRefusals(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(2)
		for _, c := range []struct {
			role policy.Role
			path string
			want int
			code string
		}{
			{policy.Regional, "reboot/indicators/2-persone/records", http.StatusNotFound, "not_found"},
			{policy.DeskOperator, "reboot/indicators/2-persone/records", http.StatusNotFound, "not_found"},
			{policy.Mediator, "reboot/indicators", http.StatusNotFound, "not_found"},
			{policy.Regional, "reboot/indicators?as_of=2026-01-01", http.StatusForbidden, "forbidden"},
			{policy.ProgrammeLead, "reboot/indicators?as_of=yesterday", http.StatusUnprocessableEntity, "invalid"},
			{policy.ProgrammeLead, "reboot/indicators?by=name", http.StatusUnprocessableEntity, "invalid"},
			{policy.ProgrammeLead, "reboot/indicators/none/records", http.StatusNotFound, "not_found"},
			{policy.ProgrammeLead, "none/indicators", http.StatusNotFound, "not_found"},
			{policy.ProgrammeLead, "reboot/indicators/2-persone/records?cursor=AAAA", http.StatusUnprocessableEntity, "invalid"},
			{policy.ProgrammeLead, "reboot/indicators/2-persone/records?limit=501", http.StatusUnprocessableEntity, "invalid"},
		} {
			status, body := h.get(c.role, "it", "/api/v1/programmes/"+c.path)
			if status != c.want || !strings.Contains(body, `"code":"`+c.code+`"`) {
				t.Errorf("%s %s: %d %s", c.role, c.path, status, body)
			}
		}
		var before indicatorsJSON
		h.page(policy.ProgrammeLead, "it", "/api/v1/programmes/reboot/indicators?as_of=2020-01-01", &before)
		for _, i := range before.Items {
			if i.Fed && *i.Actual != 0 {
				t.Errorf("%s was known before it was posted", i.Code)
			}
		}
	})
}

// Four and four of eight: were two hidden rows shown, the total would tell both.
func TestBreakdownThatHidingCannotProtect(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			for i := range 8 {
				err := h.ledger.Post(t.Context(), tx, h.network, ledger.Fact{Measure: "access.contact", Date: "2026-01-10",
					SubjectID: db.NewID(), Place: ledger.Place{Programme: "reboot", Activity: "2.1"}, Quantity: 1,
					Source: ledger.Source{Kind: "test", ID: db.NewID()}, Dimensions: ledger.Dimensions{Sex: []string{"F", "M"}[i%2]}})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		h.nextMonth()
		const path = "/programmes/reboot/indicators/2-persone"
		body := h.page(policy.Regional, "it", path, nil)
		wants(t, body, "8 persone", "Suddivisione nascosta")
		lacks(t, body, "Femmine", "Maschi")
		wants(t, h.page(policy.ProgrammeLead, "it", path, nil), "Femmine", "Maschi", "50%")
	})
}
