package app_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// A program has a plan approved by another, signed and brought into force, adds a
// document that arrives once, and opens a case in an emergency as a page would; who is
// outside finds nothing, and the answer does not tell whether there is a case.
func TestPlanIntoForceOverTheAPI(t *testing.T) {
	a := apptest.Demo(t, dbtest.Engines[0])
	handler := a.Handler()
	person, home := enrolled(t, a, "Lommerd")
	worker := as(t, a, "assistente")
	id, err := a.Cases.Open(worker, cases.NewCase{HouseholdID: home, Reason: "Casa"})
	sheet := cases.Sheet{Outcome: cases.AnalysisOutcomes[0]}
	for _, area := range policy.Areas {
		sheet.Scores = append(sheet.Scores, cases.Score{Domain: string(area), Said: cases.Said{Level: 1, Self: cases.NotScored, Notes: "Visto"}})
	}
	if err == nil {
		err = a.Cases.SaveAssessment(worker, id, id, sheet)
	}
	if err == nil {
		err = a.Cases.SavePlan(worker, id, cases.Plan{Objectives: []cases.Objective{{Text: "Una casa", Actions: []cases.Action{{Text: "Bando", DueOn: db.DateOf(a.DB.Now()).AddDays(9)}}}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	send := func(who, path, kind, key string, body []byte) (int, string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1"+path, bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+casteOf(t, a, apptest.Mail(who), works).token)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", key)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	want := func(code int, who, path, body, part string) {
		t.Helper()
		if got, text := send(who, path, "application/json", "", []byte(body)); got != code || !strings.Contains(text, part) {
			t.Errorf("%s as %s: %d, want %d with %q: %s", path, who, got, code, part, text)
		}
	}
	today := string(db.DateOf(a.DB.Now()))
	plan := "/cases/" + id + "/plan"
	approval := `{"to":"` + policy.From(as(t, a, "collega")).AccountID + `","version":1}`
	signed := `{"person":"` + person + `","way":"screen","on":"` + today + `","name":"Amara","version":1}`
	force := `{"on":"` + today + `","version":1}`
	want(http.StatusNotFound, "collega", plan+"/approval", approval, "not_found")
	want(http.StatusConflict, "assistente", plan+"/approval", strings.Replace(approval, "1}", "7}", 1), "conflict")
	want(http.StatusOK, "assistente", plan+"/approval", approval, `"approved":false`)
	want(http.StatusConflict, "assistente", plan+"/decision", `{"approve":true,"version":1}`, "conflict")
	want(http.StatusNoContent, "collega", plan+"/decision", `{"approve":true,"version":1}`, "")
	want(http.StatusNotFound, "collega", plan+"/decision", `{"approve":true,"version":1}`, "not_found")
	want(http.StatusUnprocessableEntity, "assistente", plan+"/signatures", strings.Replace(signed, today, "ieri", 1), "invalid")
	want(http.StatusOK, "assistente", plan+"/signatures", signed, `"way":"screen"`)
	want(http.StatusOK, "assistente", plan+"/in-force", force, `"state":"in_force"`)
	want(http.StatusConflict, "assistente", plan+"/in-force", force, "conflict")

	form := new(bytes.Buffer)
	w := multipart.NewWriter(form)
	for name, value := range map[string]string{"title": "Relazione", "kind": "report", "section": "overview"} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "carta.pdf")
	if err == nil {
		_, err = file.Write([]byte("%PDF-1.7\nRelazione\n%%EOF\n"))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	_, first := send("assistente", "/cases/"+id+"/documents", w.FormDataContentType(), "paper", form.Bytes())
	code, again := send("assistente", "/cases/"+id+"/documents", w.FormDataContentType(), "paper", form.Bytes())
	if f, err := a.Cases.File(worker, id); err != nil || code != http.StatusCreated || first != again || len(f.Documents) != 1 || f.Documents[0].Title != "Relazione" {
		t.Errorf("a document: %d %s %s, %v", code, first, again, err)
	}
	wrong := bytes.Replace(form.Bytes(), []byte("%PDF-1.7"), []byte("MZ\x90\x00..."), 1)
	if code, text := send("assistente", "/cases/"+id+"/documents", w.FormDataContentType(), "", wrong); code != http.StatusUnprocessableEntity {
		t.Errorf("a program for a paper: %d %s", code, text)
	}
	if code, text := send("collega", "/cases/"+id+"/documents", w.FormDataContentType(), "", form.Bytes()); code != http.StatusNotFound {
		t.Errorf("from outside: %d %s", code, text)
	}
	want(http.StatusUnprocessableEntity, "assistente", "/cases/"+id+"/documents", "{}", "invalid")

	urgent := `{"case":"` + id + `","reason":"in_front","words":"La madre piange"}`
	want(http.StatusOK, "collega", "/emergency-access", strings.Replace(urgent, id, never, 1), `"total":0`)
	want(http.StatusOK, "collega", "/emergency-access", urgent, id)
	want(http.StatusOK, "bergamo.assistente", "/emergency-access", urgent, `"total":0`)
	want(http.StatusNotFound, "mediatore", "/emergency-access", urgent, "")
}
