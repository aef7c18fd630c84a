package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
)

// The line that asks to keep a sheet safe ends the pages that hold persons, and
// no other: said everywhere, nobody reads it.
func TestPrintedLineIsForPersons(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	f := familyOf(t, a)
	for who, pages := range map[string]map[string]bool{
		"assistente": {"/home": true, "/tasks": true, "/people": true, "/people/" + f.ids["person"]: true, "/cases": true, "/appointments": true, "/contacts": true,
			"/account": false, "/jobs": false, "/keys": false, "/organisations": false, "/programmes": false, "/programmes/reboot": false,
			"/programmes/reboot/indicators/3.2-nuclei": false, "/people/nobody": false, "/nowhere": false},
		"capofila": {"/programmes/reboot/indicators/3.2-nuclei": true, "/programmes/reboot": false, "/home": false, "/agreements": false},
		"admin":    {"/home": false, "/tasks": false, "/accounts": false, "/code-lists": false, "/organisations": false, "/agreements": false, "/account": false},
		"dpo":      {"/home": false, "/audit": false, "/exports": false},
	} {
		ask := asker(t, a, who)
		for path, want := range pages {
			got := ask(http.MethodGet, path, nil)
			if strings.Contains(path, "no") != (got.Code != http.StatusOK) {
				t.Errorf("%s: %s: %d", who, path, got.Code)
			}
			if has := strings.Contains(got.Body.String(), `class="printed"`); has != want {
				t.Errorf("%s: %s: the line stands there: %v", who, path, has)
			}
		}
	}
}
