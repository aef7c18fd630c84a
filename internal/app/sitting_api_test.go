package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// apiOf asks the API as somebody of the demo, with an idempotency key, and reads what
// it answers.
func apiOf(t *testing.T, a *app.App) func(who, method, path, key, body string) (int, map[string]any) {
	handler := a.Handler()
	return func(who, method, path, key, body string) (int, map[string]any) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, "/api/v1"+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+casteOf(t, a, apptest.Mail(who), works).token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		var got map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
		return w.Code, got
	}
}

// A program convenes a sitting once; who is asked lists it, and who is not in the team
// is answered as about a case that never was.
func TestSittingsOverTheAPI(t *testing.T) {
	a := apptest.Demo(t, dbtest.Engines[0])
	f, ask := familyOf(t, a), apiOf(t, a)
	body := `{"case":"` + f.ids[policy.Case] + `","kind":"assessment_unit","mode":"remote","lasts":45,"starts_at":"` +
		time.Now().Add(50*time.Hour).UTC().Format(time.RFC3339) + `","accounts":["` + policy.From(as(t, a, "psicologo")).AccountID + `"],
		"guests":[{"name":"Vurgalip Due","body":"Scuola","profession":"educator"}]}`
	code, made := ask("assistente", "POST", "/sittings", "once", body)
	if code != http.StatusCreated || made["state"] != "convened" || made["kind"] != "assessment_unit" {
		t.Fatalf("%d: %v", code, made)
	}
	if _, again := ask("assistente", "POST", "/sittings", "once", body); again["id"] != made["id"] {
		t.Errorf("sent twice it convenes twice: %v", again)
	}
	if code, got := ask("assistente", "POST", "/sittings", "once", strings.Replace(body, `"lasts":45`, `"lasts":50`, 1)); code != http.StatusConflict {
		t.Errorf("another content under the same key: %d %v", code, got)
	}
	listed := func(who, query string) bool {
		_, got := ask(who, "GET", "/sittings"+query, "", "")
		items, _ := got["items"].([]any)
		for _, i := range items {
			if i.(map[string]any)["id"] == made["id"] {
				return true
			}
		}
		return false
	}
	if !listed("psicologo", "") || !listed("educatrice", "?case="+f.ids[policy.Case]) || listed("educatrice", "") {
		t.Error("who is asked does not list it, or who is not does")
	}
	for _, who := range []string{"bergamo.assistente", "emt"} {
		if code, got := ask(who, "POST", "/sittings", "", body); code != http.StatusNotFound {
			t.Errorf("%s convenes: %d %v", who, code, got)
		}
		if code, got := ask(who, "GET", "/sittings?case="+f.ids[policy.Case], "", ""); code != http.StatusNotFound {
			t.Errorf("%s reads: %d %v", who, code, got)
		}
	}
}

// A program asks the mobile team once, on a case and without a name; the team lists
// what is asked of it without knowing whose case it is, and others list nothing.
func TestMobileTeamOverTheAPI(t *testing.T) {
	a := apptest.Demo(t, dbtest.Engines[0])
	ask, worker := apiOf(t, a), as(t, a, "pistoia.assistente")
	list, _, err := a.Cases.Cases(worker, false, 1)
	if err != nil || len(list) == 0 {
		t.Fatal("Pistoia has no case", err)
	}
	brief := `"to":"` + policy.From(as(t, a, "emt")).OrgID + `","reason":"trust","brief":"Vurgalip","urgency":"week","mode":"territory","languages":["ar"]}`
	onCase := `{"case":"` + list[0].ID + `","sections":["plan"],` + brief
	code, made := ask("pistoia.assistente", "POST", "/mobile-team/requests", "once", onCase)
	if code != http.StatusCreated || made["state"] != "asked" || made["case"] != list[0].ID {
		t.Fatalf("%d: %v", code, made)
	}
	if _, again := ask("pistoia.assistente", "POST", "/mobile-team/requests", "once", onCase); again["id"] != made["id"] {
		t.Errorf("sent twice it asks twice: %v", again)
	}
	if code, got := ask("pistoia.sportello", "POST", "/mobile-team/requests", "brief", "{"+brief); code != http.StatusCreated || got["case"] != nil {
		t.Errorf("without a name: %d %v", code, got)
	}
	for who, want := range map[string]bool{"emt": true, "pistoia.assistente": true, "pistoia.sportello": false, "assistente": false} {
		_, got := ask(who, "GET", "/mobile-team/requests?show=all", "", "")
		found := false
		for _, i := range got["items"].([]any) {
			item := i.(map[string]any)
			found = found || item["id"] == made["id"]
			if who == "emt" && item["case"] != nil {
				t.Errorf("the team is told whose case it is: %v", item)
			}
		}
		if found != want {
			t.Errorf("%s lists it: %v, want %v", who, found, want)
		}
	}
	if code, got := ask("assistente", "POST", "/mobile-team/requests", "", onCase); code != http.StatusNotFound {
		t.Errorf("on somebody else's case: %d %v", code, got)
	}
}
