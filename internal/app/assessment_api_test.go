package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// A program begins an assessment once, reads it with its versions, and is told when
// somebody wrote the same domain; whoever is outside of the team finds nothing.
func TestAssessmentOverTheAPI(t *testing.T) {
	a := apptest.Demo(t, dbtest.Engines[0])
	f, ask := familyOf(t, a), apiOf(t, a)
	code, got := ask("assistente", "GET", "/instruments", "", "")
	if items := got["items"].([]any); code != http.StatusOK || len(items) != 2 || len(items[1].(map[string]any)["domains"].([]any)) != 18 {
		t.Fatalf("%d: %v", code, got)
	}
	path := "/cases/" + f.ids[policy.Case] + "/assessments"
	body := `{"instrument":"autonomy","edition":"1","subject":"` + f.ids[policy.Household] + `","moment":"review","on":"` + "2026-01-15" + `",
		"scores":[{"domain":"housing","level":2,"self":3,"notes":"Vurgalip"},{"domain":"income","level":0}]}`
	code, made := ask("assistente", "POST", path, "once", body)
	if code != http.StatusCreated || made["revision"] != 0.0 || len(made["scores"].([]any)) != 2 {
		t.Fatalf("%d: %v", code, made)
	}
	if _, again := ask("assistente", "POST", path, "once", body); again["id"] != made["id"] {
		t.Errorf("sent twice it begins twice: %v", again)
	}
	if code, got := ask("assistente", "POST", path, "once", strings.Replace(body, `"level":2`, `"level":4`, 1)); code != http.StatusConflict {
		t.Errorf("another content under the same key: %d %v", code, got)
	}
	entry := path + "/" + made["id"].(string)
	if code, got := ask("assistente", "PATCH", entry, "", `{"scores":[{"domain":"housing","level":3,"version":1}]}`); code != http.StatusOK {
		t.Errorf("%d: %v", code, got)
	}
	if code, got := ask("assistente", "PATCH", entry, "", `{"scores":[{"domain":"housing","level":4,"version":1}]}`); code != http.StatusConflict {
		t.Errorf("over what somebody wrote meanwhile: %d %v", code, got)
	}
	if code, got := ask("assistente", "PATCH", entry, "", `{"close":true}`); code != http.StatusUnprocessableEntity {
		t.Errorf("closed with two domains: %d %v", code, got)
	}
	for _, who := range []string{"bergamo.assistente", "emt"} {
		for method, at := range map[string]string{"GET": path, "POST": path, "PATCH": entry} {
			sent := map[string]string{"POST": body, "PATCH": `{"close":true}`}[method]
			if code, got := ask(who, method, at, "", sent); code != http.StatusNotFound || strings.Contains(got["title"].(string), "Vurgalip") {
				t.Errorf("%s of %s: %d %v", method, who, code, got)
			}
		}
	}
}
