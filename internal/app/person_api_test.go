package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/people"
	"tessuto/internal/platform/db/dbtest"
)

// A program reads a person with the version, and changes what it names of them: of
// two who change the same, the second is told.
func TestPersonOverTheAPI(t *testing.T) {
	a := apptest.Demo(t, dbtest.Engines[0])
	handler, token := a.Handler(), casteOf(t, a, apptest.Mail("sportello"), works).token
	ask := func(method, path, match, body string) (*httptest.ResponseRecorder, map[string]any) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, "/api/v1/people"+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		if match != "" {
			r.Header.Set("If-Match", match)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		var got map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
		return w, got
	}
	w, made := ask("POST", "", "", `{"given_name":"Vurgalip","family_name":"Hendorsky","birth_date":"1990-03-12","birth_town":"Roma","citizenships":["SEN","ITA"],
		"languages":["wo"],"language_skills":[{"language":"wo","level":"native"}],"contacts":[{"kind":"email","value":"v@esempio.example","safe":"no"}]}`)
	if w.Code != http.StatusCreated {
		t.Fatal(w.Code, made)
	}
	path := "/" + made["id"].(string)
	w, got := ask("GET", path, "", "")
	first := w.Header().Get("ETag")
	if first != `"1"` || got["birth_country"] != "ITA" || got["birth_town"] != "Roma (RM)" || len(got["citizenships"].([]any)) != 2 {
		t.Fatalf("%s: %v", first, got)
	}
	w, got = ask("PATCH", path, first, `{"birth_date":"1991-01-01","birth_precision":"year","family_name_original":"هندورسكي","citizenships":["XXA"]}`)
	if w.Code != http.StatusOK || w.Header().Get("ETag") != `"2"` || got["birth_date"] != "1991-01-01" || got["birth_precision"] != "year" ||
		got["family_name_original"] != "هندورسكي" || got["given_name"] != "Vurgalip" || got["citizenships"].([]any)[0] != people.Stateless ||
		len(got["contacts"].([]any)) != 1 {
		t.Errorf("%d: %v", w.Code, got)
	}
	for what, c := range map[string]struct {
		match, body string
		want        int
	}{
		"the same meanwhile": {first, `{"citizenships":["NGA"]}`, http.StatusConflict},
		"without a version":  {"", `{"phone":"3471234567"}`, http.StatusUnprocessableEntity},
		"no version":         {`"x"`, `{"phone":"3471234567"}`, http.StatusUnprocessableEntity},
		"stateless and not":  {`"2"`, `{"citizenships":["XXA","NGA"]}`, http.StatusUnprocessableEntity},
		"no such language":   {`"2"`, `{"languages":["xx"]}`, http.StatusUnprocessableEntity},
	} {
		if w, got := ask("PATCH", path, c.match, c.body); w.Code != c.want {
			t.Errorf("%s: %d %v, want %d", what, w.Code, got, c.want)
		}
	}
	if w, got := ask("PATCH", path, first, `{"phone":"3471234567"}`); w.Code != http.StatusOK || got["phone"] != "3471234567" {
		t.Errorf("another part meanwhile: %d %v", w.Code, got)
	}
}
