package programme

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// beside adds a second network with two programmes, and lets both meet those who are
// the same, and each some of its own. It returns those who are the same.
func (h *house) beside(same, here, there int, programmes ...string) (pairs [][]ledger.Subject) {
	h.t.Helper()
	var second string
	err := h.db.Write(h.t.Context(), func(tx *db.Tx) (err error) {
		if second, err = h.Module.network.EnsureNetwork(h.t.Context(), tx, "second", "Seconda"); err != nil {
			return err
		}
		if known, err := codesOf(h.t.Context(), tx, second); err != nil || len(known) > 0 {
			return err
		}
		for _, code := range []string{"fasi", "becomer"} {
			if _, err := h.Load(h.t.Context(), tx, second, packSource(h.t, code)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	first := h.network
	h.meet(same+here, programmes...)
	ours := slices.Clone(h.subjects[len(h.subjects)-same-here:])
	h.network = second
	h.meet(same+there, programmes...)
	theirs := slices.Clone(h.subjects[len(h.subjects)-same-there:])
	h.network = first
	for i := range same {
		pairs = append(pairs, []ledger.Subject{{Network: first, ID: ours[i]}, {Network: second, ID: theirs[i]}})
	}
	return pairs
}

// compare writes a comparison that found these to be one.
func (h *house) compare(pairs [][]ledger.Subject) {
	h.t.Helper()
	err := h.db.Write(h.t.Context(), func(tx *db.Tx) error {
		run, err := h.ledger.BeginLinks(h.t.Context(), tx)
		for _, p := range pairs {
			if err == nil {
				err = h.ledger.Link(h.t.Context(), tx, run.ID, p)
			}
		}
		if err != nil {
			return err
		}
		return h.ledger.EndLinks(h.t.Context(), tx, run)
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// Persons of two networks count once from the month after they were linked on, and
// not before; until then the page says that nothing is linked, and with one network
// that there is nothing to link.
func TestRegion(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		if body := h.page(policy.Regional, "it", "/programmes/region", nil); !strings.Contains(body, "C&#39;è una sola rete") {
			t.Errorf("with one network: %s", body)
		}
		now := d.Now()
		at := func(months int) { d.Now = func() time.Time { return now.AddDate(0, months, 0) } }
		at(-3)
		pairs := h.beside(9, 20, 30, "fasi")
		h.beside(6, 0, 0, "becomer") // very restricted: that the same are there does not show
		at(0)
		says := func(when string, persons, more int64, linked bool, words ...string) {
			t.Helper()
			var got RegionPersons
			h.page(policy.Regional, "it", "/api/v1/region/persons", &got)
			if got.Persons == nil || *got.Persons != persons || got.Linked != linked || linked && (*got.InMore != more || *got.CountedTwice != more) ||
				!linked && (got.InMore != nil || got.LinkedAt != nil) || *got.Networks[0].Persons != 29 || *got.Networks[1].Persons != 39 {
				t.Errorf("%s: %+v", when, got)
			}
			body := h.page(policy.Regional, "it", "/programmes/region", nil)
			for _, w := range words {
				if !strings.Contains(body, w) {
					t.Errorf("%s: the page lacks %q", when, w)
				}
			}
		}
		unlinked := []string{"Le reti non sono ancora collegate", "68 persone, sommando le reti"}
		says("never compared", 68, 0, false, unlinked...)
		h.compare(pairs)
		says("compared this month", 68, 0, false, unlinked...)
		at(1)
		says("compared last month", 59, 9, true, "59 persone, numeri collegati", "Sommando le reti sarebbero 68: la differenza è 9")
		h.compare(pairs[:5]) // four turned out to be others
		says("not as it turned out this month", 59, 9, true)
		at(2)
		says("a month later", 63, 5, true)
	})
}

// No number is told that is small, nor two from which a small one follows.
func TestRegionTellsNobodyOfAFew(t *testing.T) {
	t.Parallel()
	r := Region{Least: 5, Networks: make([]RegionPart, 2)}
	r.Networks[0].ID, r.Networks[1].ID = "a", "b"
	for what, c := range map[string]struct {
		a, both, b int64
		want       bool
	}{
		"many": {40, 9, 30, true}, "few in both": {40, 4, 30, false}, "nobody in both": {40, 0, 30, true}, "few in one alone": {2, 90, 30, false},
		"few in the other alone": {40, 90, 3, false}, "a network that met few": {40, 0, 4, false}, "nobody": {0, 0, 0, true}, "the same": {0, 50, 0, true},
	} {
		o := ledger.Overlap{{Programmes: []string{"a"}, Count: c.a}, {Programmes: []string{"a", "b"}, Count: c.both}, {Programmes: []string{"b"}, Count: c.b}}
		if got := r.tellable(o); got != c.want {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		now := d.Now()
		d.Now = func() time.Time { return now.AddDate(0, -2, 0) }
		h.compare(h.beside(2, 41, 43, "fasi"))
		d.Now = func() time.Time { return now }
		body := h.page(policy.Regional, "it", "/programmes/region", nil)
		if !strings.Contains(body, "nascosti per proteggere") || strings.Contains(body, "<td") || strings.Contains(body, "numeri collegati") {
			t.Errorf("two in two networks show: %s", body)
		}
		var got RegionPersons
		h.page(policy.Regional, "it", "/api/v1/region/persons", &got)
		if !got.Hidden || got.Persons != nil || got.InMore != nil || got.CountedTwice != nil || got.Networks[0].Persons != nil || got.Networks[1].Persons != nil {
			t.Errorf("two in two networks leave: %+v", got)
		}
	})
}
