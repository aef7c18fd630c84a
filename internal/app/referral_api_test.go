package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// A program sends a referral once, lists it without a name, and answers it; whoever has
// nothing to do with it finds nothing.
func TestReferralOverTheAPI(t *testing.T) {
	a := apptest.Demo(t, dbtest.Engines[0])
	f, handler := familyOf(t, a), a.Handler()
	ask := func(who, method, path, key, body string) (int, map[string]any) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, "/api/v1/referrals"+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+casteOf(t, a, apptest.Mail(who), works).token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), f.name) {
			t.Errorf("%s %s names the family", method, path)
		}
		var got map[string]any
		if w.Body.Len() > 0 {
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
		}
		return w.Code, got
	}
	body := `{"case":"` + f.ids[policy.Case] + `","to":"` + policy.From(as(t, a, "psicologo")).OrgID + `","reason":"housing","words":"Una casa","sections":["area_5"],"basis":"institutional_task"}`
	code, made := ask("assistente", "POST", "", "once", body)
	if code != http.StatusCreated {
		t.Fatalf("%d: %v", code, made)
	}
	if _, again := ask("assistente", "POST", "", "once", body); again["id"] != made["id"] {
		t.Errorf("sent twice it makes two: %v", again)
	}
	if code, got := ask("bergamo.assistente", "POST", "", "", body); code != http.StatusNotFound {
		t.Errorf("by a stranger: %d %v", code, got)
	}
	for show, who := range map[string]string{"sent": "assistente", "to_answer": "psicologo"} {
		if code, got := ask(who, "GET", "?show="+show, "", ""); code != http.StatusOK || got["total"].(float64) < 1 {
			t.Errorf("%s: %d %v", show, code, got)
		}
	}
	answer, yes := "/"+made["id"].(string)+"/answer", `{"answer":"accept","operator":"`+policy.From(as(t, a, "psicologo")).AccountID+`"}`
	for who, want := range map[string]int{"assistente": http.StatusNotFound, "bergamo.assistente": http.StatusNotFound} {
		if code, got := ask(who, "POST", answer, "", yes); code != want {
			t.Errorf("%s: %d %v", who, code, got)
		}
	}
	for range 2 {
		if code, got := ask("psicologo", "POST", answer, "yes", yes); code != http.StatusNoContent {
			t.Errorf("%d %v", code, got)
		}
	}
	if code, got := ask("bologna.tavolo", "POST", answer, "", `{"answer":"refuse","refusal":"no_places"}`); code != http.StatusConflict {
		t.Errorf("answered again: %d %v", code, got)
	}
}
