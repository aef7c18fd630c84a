package programme

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tessuto/internal/disclosure"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// public asks for a public page as nobody.
func (h *house) public(lang, path string) (*httptest.ResponseRecorder, string) {
	h.t.Helper()
	r := httptest.NewRequestWithContext(i18n.With(h.t.Context(), lang), http.MethodGet, "/"+lang+path, nil)
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	return w, w.Body.String()
}

func (h *house) published(code, indicator string) Figure {
	h.t.Helper()
	p, err := h.PublishedProgramme(h.t.Context(), code)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range p.Figures {
		if f.Code == indicator {
			return f
		}
	}
	h.t.Fatalf("%s has no %s", code, indicator)
	return Figure{}
}

// What is hidden inside is hidden outside too, whatever the threshold of public
// pages would hide; and public pages hide more.
func TestPublicFigures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(4)
		h.post("cases.person_in_charge", "becomer", append(repeated("2.2", 38), repeated("2.4", 4)...)...)
		h.post("cases.intervention", "becomer", repeated("2.3", 3)...)
		if f := h.published("becomer", "2.3-interventi"); number(&f) != 6 {
			t.Errorf("this month's work is told: %+v", f.Actual)
		}
		h.nextMonth()
		shown := 0
		for _, code := range []string{"reboot", "intarsi", "becomer", "labimpact", "fasi", "weita"} {
			p, err := h.PublishedProgramme(h.as(policy.ProgrammeLead, "it"), code) // who leads it reads there what all read
			if err != nil {
				t.Fatal(err)
			}
			least := int64(5)
			if code == "becomer" {
				least = 10
			}
			for _, f := range p.Figures {
				n, told := f.Actual.Number()
				if !f.Fed || !told {
					continue
				}
				shown++
				if guarded(f.Unit) && n > 0 && n < least {
					t.Errorf("%s %s tells %d people", code, f.Code, n)
				}
				if inside := h.figureFor(policy.Regional, code, f.Code); inside.Actual.Hidden() || guarded(f.Unit) && number(&inside) != n {
					t.Errorf("%s %s tells %d, which is hidden inside", code, f.Code, n)
				}
				if f.Breakdown != nil {
					t.Errorf("%s %s is told in parts", code, f.Code)
				}
			}
		}
		if shown < 10 {
			t.Errorf("only %d figures are shown", shown)
		}
	})
}

func TestPublicPages(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.work(12)
		h.nextMonth()
		for lang, words := range map[string][]string{
			"it": {"A che punto è", "Chi ci lavora", "Famiglie accompagnate verso", `lang="it"`},
			"en": {"How far it is", "Families supported towards", `lang="en"`},
			"ar": {"إلى أين وصل", "Families supported towards", `lang="en" dir="auto"`},
		} {
			w, body := h.public(lang, "/programmes/weita")
			if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "max-age=600") {
				t.Errorf("%s: %d %s", lang, w.Code, w.Header().Get("Cache-Control"))
			}
			wants(t, body, words...)
			lacks(t, body, "chart", "Per territorio", "/indicators/", "By territory")
			_, list := h.public(lang, "/programmes")
			wants(t, list, "WE-ITA", "RE.BOOT", "/"+lang+"/programmes/fasi")
		}
		if w, _ := h.public("it", "/programmes/none"); w.Code != http.StatusNotFound || strings.Contains(w.Header().Get("Cache-Control"), "public") {
			t.Errorf("no such programme: %d %s", w.Code, w.Header().Get("Cache-Control"))
		}
		r := httptest.NewRequestWithContext(h.as(policy.ProgrammeLead, "it"), http.MethodGet, "/it/programmes/weita", nil)
		w := httptest.NewRecorder()
		h.mux.ServeHTTP(w, r)
		if w.Header().Get("Cache-Control") != "" {
			t.Errorf("the page of who is signed in is kept: %s", w.Header().Get("Cache-Control"))
		}
	})
}

// Of 19 in all, 14 are hidden inside beside the 2. The threshold of public pages would
// show them, since it hides the 3 too; the two pages together would tell the 2.
func TestTwoThresholdsDoNotMeet(t *testing.T) {
	t.Parallel()
	figures := []disclosure.Nested{{Count: 19}, {Count: 14, In: []int{0}}, {Count: 2, In: []int{0}}, {Count: 3, In: []int{0}}}
	a := &answers{p: Programme{Pack: &Pack{Confidentiality: "C2"}}}
	inside := a.nest(figures)
	a.public = true
	for i, cell := range a.nest(figures) {
		if inside[i].Hidden() && !cell.Hidden() {
			t.Errorf("%d is hidden inside and told to everybody", figures[i].Count)
		}
	}
	if !inside[1].Hidden() || disclosure.Nest(figures, 5)[1].Hidden() {
		t.Error("the example shows nothing")
	}
}
