package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// A program lists the cases of who it works for, writes the draft of a plan once, and
// is told when somebody wrote it meanwhile; whoever is outside of the team finds
// nothing. The paper is in the language that is asked for.
func TestPlanOverTheAPI(t *testing.T) {
	a := apptest.Demo(t, dbtest.Engines[0])
	handler := a.Handler()
	_, home := enrolled(t, a, "Vurgalip")
	mine, err := a.Cases.Open(as(t, a, "assistente"), cases.NewCase{HouseholdID: home, Reason: "Casa"})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(who, method, path, body string) (int, string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+casteOf(t, a, apptest.Mail(who), works).token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	if code, got := ask("assistente", "GET", "/api/v1/cases", ""); code != http.StatusOK || !strings.Contains(got, mine) || !strings.Contains(got, `"stage":"under_assessment"`) {
		t.Errorf("%d: %.300s", code, got)
	}
	if code, got := ask("assistente", "GET", "/api/v1/cases/"+mine, ""); code != http.StatusOK || !strings.Contains(got, `"sections":["overview"`) || strings.Contains(got, "Vurgalip") {
		t.Errorf("%d: %s", code, got)
	}
	at := "/api/v1/cases/" + mine + "/plan"
	body := `{"version":0,"objectives":[{"text":"Una casa","need":"Sfratto","actions":[{"text":"Bando","due_on":"` +
		string(db.DateOf(a.DB.Now()).AddDays(9)) + `","body":"Agenzia casa","fund":"municipal"}]}]}`
	for range 2 {
		if code, got := ask("assistente", "PUT", at, body); code != http.StatusOK || !strings.Contains(got, `"version":1`) || !strings.Contains(got, `"body":"Agenzia casa"`) {
			t.Fatalf("%d: %s", code, got)
		}
	}
	for want, sent := range map[int]string{http.StatusConflict: strings.Replace(body, "Una casa", "Due case", 1), http.StatusUnprocessableEntity: strings.Replace(body, "municipal", "nowhere", 1)} {
		if code, got := ask("assistente", "PUT", at, sent); code != want {
			t.Errorf("%d, want %d: %s", code, want, got)
		}
	}
	var editions struct {
		Items []cases.PlanItem
		Total int
	}
	code, got := ask("assistente", "GET", at+"/versions", "")
	if err := json.Unmarshal([]byte(got), &editions); err != nil || code != http.StatusOK || editions.Total != 1 || editions.Items[0].State != "draft" || editions.Items[0].Objectives[0].Need != "Sfratto" {
		t.Errorf("%d: %s %v", code, got, err)
	}
	for _, who := range []string{"bergamo.assistente", "collega"} {
		for _, path := range []string{"/api/v1/cases/" + mine, at, at + "/versions"} {
			if code, got := ask(who, "GET", path, ""); code != http.StatusNotFound || strings.Contains(got, "Agenzia") {
				t.Errorf("%s, %s: %d %s", who, path, code, got)
			}
		}
		if code, _ := ask(who, "PUT", at, body); code != http.StatusNotFound {
			t.Errorf("%s writes: %d", who, code)
		}
		if code, got := ask(who, "GET", "/api/v1/cases", ""); code != http.StatusOK || strings.Contains(got, mine) {
			t.Errorf("%s lists: %d %s", who, code, got)
		}
	}
	for lang, want := range map[string]string{"ar": `dir="rtl"`, "it": "Che cosa fate voi", "en": "What is needed:"} {
		if code, page := ask("assistente", "GET", "/cases/"+mine+"/plan/paper?lang="+lang, ""); code != http.StatusOK || !strings.Contains(page, want) || !strings.Contains(page, "Agenzia casa") {
			t.Errorf("paper in %s: %d", lang, code)
		}
	}
	if !a.PDF.Available() {
		return
	}
	if code, file := ask("assistente", "GET", "/cases/"+mine+"/plan.pdf?lang=ar", ""); code != http.StatusOK || !strings.HasPrefix(file, "%PDF-") || !strings.Contains(file, "/Lang (ar") || !strings.Contains(file, outlined("الخطة")) {
		t.Errorf("the PDF: %d", code)
	}
}
