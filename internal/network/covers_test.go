package network

import (
	"net/http"
	"strings"
	"testing"
)

// Who leads or evaluates is hired for programmes; nobody else is.
func TestHireForProgrammes(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		for _, c := range []struct{ role, programmes string }{
			{"trainer", "fasi"}, {"programme_lead", "Fasi"}, {"programme_lead", "fasi,weita"}, {"evaluator", "è"},
			{"evaluator", strings.Repeat("a", 401)},
		} {
			form := newColleague(o.org)
			form.Set("role", c.role)
			form.Set("programmes", c.programmes)
			w := o.as(t, "admin", "/accounts", form)
			if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#f-programmes"`) ||
				!strings.Contains(page, `value="`+c.programmes+`"`) {
				t.Errorf("a %s for %.20q: %d", c.role, c.programmes, w.Code)
			}
		}
		form := newColleague(o.org)
		form.Set("role", "programme_lead")
		form.Set("programmes", "  weita   fasi ")
		if w := o.as(t, "admin", "/accounts", form); w.Code != http.StatusOK {
			t.Fatalf("a lead of two: %d %s", w.Code, w.Body)
		}
		actor, err := o.auth.Actor(t.Context(), "nuova@rete.example")
		if err != nil || actor.Programmes != "weita fasi" {
			t.Errorf("%q, %v", actor.Programmes, err)
		}
		for _, path := range []string{"/accounts", "/accounts/" + actor.AccountID} {
			if page := o.as(t, "admin", path, nil).Body.String(); !strings.Contains(page, "weita fasi") {
				t.Errorf("%s does not say which programmes", path)
			}
		}
	})
}
