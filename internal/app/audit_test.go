package app_test

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// acts are written where something is recorded.
var acts = regexp.MustCompile(`(?:\bAct: |\bact :?= |\.record\(ctx, tx, )"([a-z_.]+)"`)

// Every act that the code writes down has a word, and the auditor may ask for it.
func TestEveryActHasItsWord(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("audit_web.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	var said bytes.Buffer
	for _, top := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(top, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range acts.FindAllStringSubmatch(string(text), -1) {
				found[m[1]] = true
			}
			if filepath.Base(path) != "audit_web.go" {
				said.Write(text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 20 {
		t.Fatalf("only %d acts were found", len(found))
	}
	for _, m := range regexp.MustCompile(`(?s)auditActs = \[\]string\{(.*?)\n\}`).FindAllStringSubmatch(string(page), 1) {
		for _, quoted := range regexp.MustCompile(`"([a-z_.]+)"`).FindAllStringSubmatch(m[1], -1) {
			if !bytes.Contains(said.Bytes(), []byte(quoted[0])) {
				t.Errorf("nothing writes %q: an entry was lost, or auditActs names too much", quoted[1])
			}
		}
	}
	for act := range found {
		for _, lang := range i18n.Staff {
			if !i18n.Exists(lang, "audit.act."+act) {
				t.Errorf("%s: no word for audit.act.%s", lang, act)
			}
		}
		if !strings.Contains(string(page), `"`+act+`"`) {
			t.Errorf("the auditor cannot ask for %q: auditActs", act)
		}
	}
}

// ask returns what a demo account is answered.
func ask(t *testing.T, a *app.App, base, who, path string) (int, string) {
	t.Helper()
	token, err := a.IssueToken(t.Context(), apptest.Mail(who), "test", 30)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Accept-Language", "it")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

var nextPage = regexp.MustCompile(`rel="next" href="([^"]+)"`)

// The auditor sees who did what, and nobody in care; that the page was read is
// on it the next time. Others find nothing.
func TestAuditorsPage(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			base := apptest.Serve(t, a)
			family := familyOf(t, a)
			for _, who := range []string{"assistente", "admin", "regione", "sportello"} {
				if code, _ := ask(t, a, base, who, "/audit"); code != http.StatusNotFound {
					t.Errorf("%s: %d", who, code)
				}
			}
			code, page := ask(t, a, base, "dpo", "/audit")
			wants := []string{"Assistente sociale", "Ha letto", "Nessuna voce è ancora sigillata", "non ancora sigillate", `rel="next"`}
			contains(t, code, page, wants...)
			if _, err := a.Audit.Seal(t.Context(), policy.From(as(t, a, "dpo")).Network); err != nil {
				t.Fatal(err)
			}
			for pages := 0; pages < 3; pages++ {
				if strings.Contains(page, family.name) {
					t.Fatalf("the page names %s, who is in care", family.name)
				}
				m := nextPage.FindStringSubmatch(page)
				if m == nil {
					t.Fatal("no next page")
				}
				before := page
				code, page = ask(t, a, base, "dpo", strings.ReplaceAll(m[1], "&amp;", "&"))
				contains(t, code, page, "<th scope=\"row\"")
				if page == before {
					t.Error("the next page is the same")
				}
			}
			code, page = ask(t, a, base, "dpo", "/audit?act=audit.read")
			contains(t, code, page, "Sigillate ", "Ha letto il registro degli accessi", "Responsabile della protezione dei dati")
			code, page = ask(t, a, base, "dpo", "/audit?act=case.open&from=1990-01-01&to=1990-01-02")
			contains(t, code, page, "Nessuna voce corrisponde")
			of := "/audit?record=person/" + family.ids[policy.Person]
			code, page = ask(t, a, base, "dpo", of)
			contains(t, code, page, "Si vede solo che cosa riguarda questa scheda", "Ha letto", "Giulia Ferrari")
			if rows, here := strings.Count(page, `<th scope="row"`), strings.Count(page, family.ids[policy.Person][28:]); here < rows {
				t.Errorf("%d entries, %d of them on the record", rows, here)
			}
			code, page = ask(t, a, base, "dpo", "/audit?from=ieri")
			if code != http.StatusUnprocessableEntity || !strings.Contains(page, "Non è una data") {
				t.Errorf("a wrong day: %d", code)
			}
			code, page = ask(t, a, base, "dpo", "/audit?from=2026-03-02&to=2026-03-01")
			if code != http.StatusUnprocessableEntity || !strings.Contains(page, "Viene prima del giorno di inizio") || strings.Contains(page, "/audit/export?") {
				t.Errorf("days that end before they begin: %d", code)
			}
			if code, _ = ask(t, a, base, "dpo", "/audit?before=x"); code != http.StatusNotFound {
				t.Errorf("a wrong place: %d", code)
			}
		})
	}
}

func contains(t *testing.T, code int, page string, wants ...string) {
	t.Helper()
	if i := slices.IndexFunc(wants, func(w string) bool { return !strings.Contains(page, w) }); code != http.StatusOK || i >= 0 {
		t.Errorf("%d, or no %q", code, wants[max(i, 0)])
	}
}
