package programme

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// meet lets programmes meet n persons, the same in each of them, long enough ago
// for every role.
func (h *house) meet(n int, programmes ...string) {
	h.t.Helper()
	err := h.db.Write(h.t.Context(), func(tx *db.Tx) error {
		for range n {
			id := db.NewID()
			h.subjects = append(h.subjects, id)
			for _, code := range programmes {
				err := h.ledger.Post(h.t.Context(), tx, h.network, ledger.Fact{Measure: "access.contact", Date: "2026-01-10", SubjectID: id,
					Place: ledger.Place{Programme: code, Activity: "1"}, Quantity: 1, Source: ledger.Source{Kind: "test", ID: db.NewID()}})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// Persons met in two programmes are counted once, shown with who they are to who
// coordinates both; a very restricted programme is nowhere on the page.
func TestTogether(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.meet(60, "fasi", "weita")
		h.meet(7, "fasi")
		h.meet(5, "weita", "becomer") // that the same are in becomer does not show
		lead := h.as(policy.ProgrammeLead, "it")
		got, err := h.Together(lead, "")
		if err != nil {
			t.Fatal(err)
		}
		o := got.Overlap
		if !got.Full || o.Total() != 72 || o.More() != 60 || o.In("fasi") != 67 || o.In("weita") != 65 || o.Both("fasi", "weita") != 60 || o.Twice() != 60 {
			t.Errorf("the lead is told %+v", o)
		}
		if len(got.Left) != 1 || got.Left[0].Code != "becomer" || o.In("becomer") != 0 {
			t.Errorf("left out: %+v", got.Left)
		}
		codes := map[string]bool{}
		for page := &got; ; {
			for _, r := range page.Records.Items {
				codes[r.Code] = true
				if strings.Join(r.Programmes, " ") != "fasi weita" || r.Facts != 2 {
					t.Errorf("%+v", r)
				}
			}
			if page.Records.Next == "" {
				break
			}
			next, err := h.Together(lead, page.Records.Next)
			if err != nil {
				t.Fatal(err)
			}
			page = &next
		}
		if len(codes) != 60 {
			t.Errorf("%d are listed, want 60", len(codes))
		}
		body := h.page(policy.ProgrammeLead, "it", "/programmes/together", nil)
		for _, want := range []string{"60 persone in più di un programma", "Su 72 persone", "BE.COM-ER: i suoi dati sono molto riservati", "non sono collegate"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if _, err := h.Together(lead, "x"); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a cursor that nobody made: %v", err)
		}
		h.programmes = "fasi weita" // not all of them
		if part, err := h.Together(h.as(policy.ProgrammeLead, "it"), ""); err != nil || part.Full || part.Records != nil {
			t.Errorf("who coordinates two of them: %+v %v", part, err)
		}
	})
}

// Who has no right to the figures of each is told the two numbers when neither
// points at a few, by itself or with what other pages say; never who they are.
func TestTogetherTellsNobodyOfAFew(t *testing.T) {
	t.Parallel()
	one := func(n int64, programmes ...string) ledger.Meeting {
		return ledger.Meeting{Programmes: programmes, Count: n}
	}
	for what, c := range map[string]struct {
		o    ledger.Overlap
		want bool
	}{
		"many":                      {ledger.Overlap{one(40, "a"), one(9, "a", "b"), one(30, "b")}, true},
		"nobody in common":          {ledger.Overlap{one(40, "a"), one(30, "b")}, true},
		"few in common":             {ledger.Overlap{one(40, "a"), one(4, "a", "b"), one(30, "b")}, false},
		"few in one only":           {ledger.Overlap{one(2, "a"), one(90, "a", "b"), one(1, "b")}, false},
		"few in all, by adding up":  {ledger.Overlap{one(40, "a"), one(9, "a", "b"), one(2, "a", "b", "c"), one(30, "b")}, false},
		"many in all":               {ledger.Overlap{one(40, "a"), one(9, "a", "b"), one(6, "a", "b", "c"), one(30, "b")}, true},
		"few":                       {ledger.Overlap{one(3, "a")}, false},
		"nobody":                    {nil, true},
		"all of them in each of it": {ledger.Overlap{one(50, "a", "b")}, true},
	} {
		if got := tellable(c.o, 5); got != c.want {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		now := d.Now()
		d.Now = func() time.Time { return now.AddDate(0, -2, 0) }
		h.meet(9, "fasi", "weita")
		h.meet(40, "fasi")
		d.Now = func() time.Time { return now }
		h.meet(3, "fasi", "weita") // this month: who looks every day must not see them come
		body := h.page(policy.Regional, "it", "/programmes/together", nil)
		if !strings.Contains(body, "9 persone in più di un programma") || !strings.Contains(body, "Su 49 persone") {
			t.Errorf("the region is not told: %s", body)
		}
		for _, more := range []string{`id="records"`, `id="pairs"`, "di troppo", "in tutti i"} {
			if strings.Contains(body, more) {
				t.Errorf("the region is told too much: %s", more)
			}
		}
		d.Now = func() time.Time { return now.AddDate(0, -2, 0) }
		h.meet(2, "fasi", "weita", "reboot")
		d.Now = func() time.Time { return now }
		body = h.page(policy.Regional, "it", "/programmes/together", nil)
		if !strings.Contains(body, "nascosti per proteggere") || regexp.MustCompile(`\b(11|51|49)\b persone`).MatchString(body) {
			t.Errorf("two in three programmes show: %s", body)
		}
	})
}
