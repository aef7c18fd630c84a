package programme

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/api"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
	"tessuto/packs"
)

// house is the area on a database with the six programmes and some work.
type house struct {
	*Module
	t        testing.TB
	network  string
	subjects []string // ids that no answer may hold
	mux      *http.ServeMux

	programmes string // what actors cover: all six
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	dir := t.TempDir()
	master, err := crypto.LoadMaster(filepath.Join(dir, "master"), true)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := crypto.OpenKeystore(t.Context(), "file:"+filepath.Join(dir, "keys.db"), master)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	log := audit.New(d, keys)
	h := &house{t: t, mux: http.NewServeMux(), programmes: strings.Join(packs.Codes, " "),
		Module: New(d, keys, log, ledger.New(d, testMeasures), network.New(d, keys, nil, log, nil, nil))}
	err = d.Write(t.Context(), func(tx *db.Tx) (err error) {
		if h.network, err = h.Module.network.EnsureNetwork(t.Context(), tx, "test", "Prova"); err != nil {
			return err
		}
		for _, code := range packs.Codes {
			if problems, err := h.Load(t.Context(), tx, h.network, packSource(t, code)); err != nil {
				return fmt.Errorf("%v: %w", problems, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	operations := api.New("test")
	h.API(operations)
	for _, r := range operations.Routes() {
		h.mux.Handle(r.Method+" "+r.Pattern, api.Handle(r.Guard(nil)))
	}
	for _, r := range h.Routes() {
		h.mux.Handle(r.Method+" "+r.Pattern, web.Handle(r.Guard(nil)))
	}
	return h
}

// as returns a context in which an actor of a role asks, in a language.
func (h *house) as(role policy.Role, lang string) context.Context {
	return i18n.With(policy.With(h.t.Context(), policy.Actor{AccountID: "a", Network: h.network, OrgID: "o", Role: role,
		Programmes: h.programmes}), lang)
}

// get asks for an address and returns the status and the answer.
func (h *house) get(role policy.Role, lang, path string) (int, string) {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.as(role, lang), http.MethodGet, path, nil)
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	for _, id := range h.subjects {
		if strings.Contains(w.Body.String(), id) {
			h.t.Errorf("%s shows the id of a subject", path)
		}
	}
	return w.Code, w.Body.String()
}

// page asks for what must be answered, and reads JSON into out if it is given.
func (h *house) page(role policy.Role, lang, path string, out any) string {
	h.t.Helper()
	code, body := h.get(role, lang, path)
	if code != http.StatusOK {
		h.t.Fatalf("GET %s: %d %s", path, code, body)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(body), out); err != nil {
			h.t.Fatalf("GET %s: %v", path, err)
		}
	}
	return body
}

// work posts what areas would: n subjects for each measure of a programme, every
// second of them twice on each of its counts, and each with other traits.
func (h *house) work(n int) {
	h.t.Helper()
	traits := []ledger.Dimensions{{Sex: "F", AgeClass: "30-44", Citizenship: "MAR"}, {Sex: "M", AgeClass: "6-10", Citizenship: "PAK"},
		{Sex: "F", AgeClass: "0-5", Citizenship: "UKR"}, {}}
	err := h.db.Write(h.t.Context(), func(tx *db.Tx) error {
		list, err := programmesOf(h.t.Context(), tx, h.network)
		if err != nil {
			return err
		}
		orgs, err := h.Module.network.Organisations(h.as(policy.ProgrammeLead, "it"), tx)
		if err != nil {
			return err
		}
		for _, p := range list {
			subjects := map[string][]string{}
			for _, count := range countsOf(p) {
				for len(subjects[count.Measure]) < n {
					id := db.NewID()
					subjects[count.Measure], h.subjects = append(subjects[count.Measure], id), append(h.subjects, id)
				}
				for i := range n + n/2 {
					f := ledger.Fact{Measure: count.Measure, Date: db.Date("2026-01-10").AddDays(i), SubjectID: subjects[count.Measure][i%n],
						Place: ledger.Place{Programme: p.Code, Activity: count.Activities[i%len(count.Activities)]},
						OrgID: orgs[i%3].ID, TerritoryID: orgs[i%2].TerritoryID, Mode: cmp.Or(ledger.Mode(count.Mode), ledger.OnTerritory), Quantity: 1,
						Source: ledger.Source{Kind: "test", ID: db.NewID()}, Dimensions: traits[i%n%len(traits)]}
					if err := h.ledger.Post(h.t.Context(), tx, h.network, f); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.nextMonth()
}

// nextMonth lets the month of what was posted end: only then those without a
// right to the records see it.
func (h *house) nextMonth() {
	later := h.db.Now().AddDate(0, 1, 0)
	h.db.Now = func() time.Time { return later }
}

// countsOf are the different counts of a programme, each with activities to
// post on.
func countsOf(p Programme) (out []PackCount) {
	for _, i := range p.Indicators {
		for _, c := range i.Counts() {
			if len(c.Activities) == 0 {
				for _, a := range activities(p.Logframe) {
					c.Activities = append(c.Activities, a.Code)
				}
			}
			if !slices.ContainsFunc(out, func(o PackCount) bool {
				return o.Measure == c.Measure && o.Mode == c.Mode && slices.Equal(o.Activities, c.Activities)
			}) {
				out = append(out, c)
			}
		}
	}
	return out
}

func wants(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("%q is missing", w)
		}
	}
}

func lacks(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(body, w) {
			t.Errorf("%q must not be there", w)
		}
	}
}

func TestPagesOfProgrammes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(4)
		body := h.page(policy.ProgrammeLead, "it", "/programmes", nil)
		wants(t, body, "RE.BOOT", "INTARSI", "BE.COM-ER", "Lab&#39;Impact", "FA.SI", "WE-ITA", "periodo non indicato nella fonte",
			"dal 16 marzo 2020 al 31 marzo 2022", "La fonte non dà obiettivi numerici")

		body = h.page(policy.ProgrammeLead, "it", "/programmes/weita", nil)
		wants(t, body, "obiettivo nazionale ON3", "20 Comuni", "circa 20 operatori", "almeno 20 cittadini", "48 operatori", "indiretti",
			"Ne mancano 10 per arrivare a 14", "4 su almeno 14", "Vedi chi sono: 4", "/programmes/weita/indicators/3.2#records",
			"Obiettivo: 96 operatori", "la alimenterà l&#39;area Partecipazione", "Numero non indicato nella fonte")
		lacks(t, body, "programme.", "figure.", "%!")

		body = h.page(policy.Regional, "it", "/programmes/weita", nil)
		wants(t, body, "Nascosto per proteggere le persone (meno di 5)")
		lacks(t, body, "Vedi chi sono", "0 su almeno 14")

		body = h.page(policy.ProgrammeLead, "en", "/programmes/labimpact", nil)
		wants(t, body, "35 social districts", "34 more, which the source does not name", "2463", "Suspension", "Redesign",
			"The source gives no dates", "The source gives no numerical target", "our assumption")
		lacks(t, body, "Obiettivo", "programme.", "figure.")

		if code, _ := h.get(policy.ProgrammeLead, "it", "/programmes/none"); code != http.StatusNotFound {
			t.Errorf("a programme that is not there: %d", code)
		}
		if code, _ := h.get(policy.Mediator, "it", "/programmes/weita"); code != http.StatusNotFound {
			t.Errorf("for who may not read programmes: %d", code)
		}
	})
}

func TestPageOfIndicator(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(60)
		const path = "/programmes/labimpact/indicators/2.1-persone"
		body := h.page(policy.ProgrammeLead, "it", path, nil)
		wants(t, body, "60 persone", "Femmine", "Maschi", "Non dichiarato", "Marocco", "da 30 a 44 anni", "Per territorio",
			"L&#39;elenco ha 60 righe", "Da 1 a 50 di 60", "contatti chiusi allo sportello", "sul territorio")
		_, rest, found := strings.Cut(body, `rel="next" href="`)
		next, _, _ := strings.Cut(rest, "#")
		if !found {
			t.Fatal("there is no way to the other records")
		}
		wants(t, h.page(policy.ProgrammeLead, "it", next, nil), "Da 51 a 60 di 60")

		other := strings.Replace(next, "2.1-persone", "2.1-contatti", 1)
		if code, _ := h.get(policy.ProgrammeLead, "it", other); code != http.StatusUnprocessableEntity {
			t.Errorf("the cursor of another list: %d", code)
		}
		body = h.page(policy.Regional, "it", path, nil)
		wants(t, body, "60 persone", "In questo programma vede i numeri, non i record")
		lacks(t, body, "Da 1 a 50", `rel="next"`)

		body = h.page(policy.Regional, "en", "/programmes/weita/indicators/2.1", nil)
		wants(t, body, "it will come with the area Impact evaluation", "96 operators")
		lacks(t, body, "The records behind")
	})
}
