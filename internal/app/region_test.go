package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
)

// The region reads how many persons the two networks of the demo have met, each
// once, on its page and through the API; nobody else has either, and neither names
// anybody.
func TestRegionCountsPersonsOnce(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			page := asker(t, a, "regione")(http.MethodGet, "/programmes/region", nil)
			for _, want := range []string{"numeri collegati", "Di loro 7 sono state incontrate da più di una rete", "la differenza è 7", "Rete vicina (dimostrativa)",
				"Reti collegate con il confronto del", "BE.COM-ER: i suoi dati sono molto riservati"} {
				if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), want) {
					t.Errorf("%d: the page lacks %q", page.Code, want)
				}
			}
			for _, who := range []string{"capofila", "sportello", "dpo", "admin", "valutatore", "vicina.sportello"} {
				if got := asker(t, a, who)(http.MethodGet, "/programmes/region", nil); got.Code != http.StatusNotFound {
					t.Errorf("%s reads the region: %d", who, got.Code)
				}
			}
			var got struct {
				Networks []struct {
					Code    string
					Counted []string
					Persons int64
				}
				Persons      int64
				InMore       int64 `json:"in_more_networks"`
				CountedTwice int64 `json:"counted_twice"`
				Linked       bool
				LinkedAt     string `json:"linked_at"`
			}
			if err := json.Unmarshal(asker(t, a, "regione")(http.MethodGet, "/api/v1/region/persons", nil).Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			sum := int64(0)
			for _, n := range got.Networks {
				sum += n.Persons
				if strings.Contains(strings.Join(n.Counted, " "), "becomer") {
					t.Errorf("a very restricted programme counts in %s", n.Code)
				}
			}
			if len(got.Networks) != 2 || got.InMore != 7 || got.CountedTwice != 7 || got.Persons != sum-7 || !got.Linked || got.LinkedAt == "" {
				t.Errorf("the API says %+v", got)
			}
		})
	}
}
