package app_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
)

// teller asks the program for pages as one of its accounts, and does its jobs.
type teller struct {
	*app.App
	who, token string
	handler    http.Handler
}

func tellerOf(t *testing.T, a *app.App, who string) teller {
	t.Helper()
	token, err := a.IssueToken(t.Context(), apptest.Mail(who), "test", 30)
	if err != nil {
		t.Fatal(err)
	}
	return teller{a, who, token, a.Handler()}
}

func (c teller) do(t *testing.T, r *http.Request, want int) *httptest.ResponseRecorder {
	t.Helper()
	r.Header.Set("Authorization", "Bearer "+c.token)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	if w.Code != want {
		t.Fatalf("%s: %s %s: %d, want %d: %s", c.who, r.Method, r.URL, w.Code, want, w.Body)
	}
	return w
}

func (c teller) get(t *testing.T, path string, want int) string {
	t.Helper()
	return c.do(t, httptest.NewRequestWithContext(t.Context(), "GET", path, nil), want).Body.String()
}

func (c teller) post(t *testing.T, path string, form url.Values, want int) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(t, r, want)
}

func (c teller) upload(t *testing.T, path, name, content string, want int) *httptest.ResponseRecorder {
	t.Helper()
	body := new(bytes.Buffer)
	m := multipart.NewWriter(body)
	w, err := m.CreateFormFile("table", name)
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", path, body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return c.do(t, r, want)
}

// work does jobs until a page says what is awaited.
func (c teller) work(t *testing.T, path, awaited string) string {
	t.Helper()
	page := c.until(t, path, awaited, "Il lavoro si è fermato")
	if !strings.Contains(page, awaited) {
		t.Fatalf("%s never says %q: %s", path, awaited, page)
	}
	return page
}

// stopped does jobs until a page says that its job did not end well.
func (c teller) stopped(t *testing.T, path string) string {
	t.Helper()
	return c.until(t, path, "Il lavoro si è fermato")
}

func (c teller) until(t *testing.T, path string, awaited ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); c.Jobs.Work(ctx, 1) }()
	defer func() { stop(); <-ended }()
	for late := time.Now().Add(time.Minute); ; {
		page := c.get(t, path, 200)
		if slices.ContainsFunc(awaited, func(text string) bool { return strings.Contains(page, text) }) {
			return page
		}
		if time.Now().After(late) {
			t.Fatalf("%s never says %q: %s", path, awaited, page)
		}
	}
}

const staffTable = "Nominativo;Posta elettronica;Ente;Ruolo;Professione;Note\n" +
	"Nuova Collega;nuova@import.example;RETE;Mediatore linguistico-culturale;;\n" +
	"Nuova Collega;NUOVA@import.example;RETE;mediator;;due volte\n" +
	"Amministrazione;admin@demo.tessuto.example;RETE;admin;;\n" +
	"=1+1;senza@import.example;Ente che non c'è;Regina;;\n"

func staffTableOf(t *testing.T, a *app.App) string {
	t.Helper()
	return strings.ReplaceAll(staffTable, "RETE", policy.From(as(t, a, "admin")).OrgName)
}

// A table of operators is read, looked at without writing anything, and imported
// once, however often it is sent; what is refused comes back with its reason.
func TestImportOperators(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			admin := tellerOf(t, a, "admin")
			admin.upload(t, "/accounts/import", "personale.pdf", "%PDF-1.7", 422)
			admin.upload(t, "/accounts/import", "vuota.csv", "Nominativo;Ruolo\n", 422)
			tellerOf(t, a, "sportello").get(t, "/accounts/import", 404)
			at := admin.upload(t, "/accounts/import", "personale.csv", staffTableOf(t, a), 303).Header().Get("Location")
			for _, want := range []string{"nuova@import.example", "Ente: Nessun ente di questa rete", "Ruolo: Scelga una delle voci", "riga nuova", "riga già presente", "righe rifiutate",
				"Stessa e-mail della riga 2"} {
				if page := admin.get(t, at, 200); !strings.Contains(page, want) {
					t.Errorf("the check does not say %q", want)
				}
			}
			if page := admin.get(t, "/accounts", 200); strings.Contains(page, "nuova@import.example") {
				t.Error("looking wrote something")
			}
			for _, other := range []string{"sportello", "capofila"} {
				tellerOf(t, a, other).get(t, at, 404)
				tellerOf(t, a, other).post(t, at+"/run", url.Values{}, 404)
			}
			list := admin.get(t, at+"/refused", 200)
			if !strings.Contains(list, "Nessun ente") || !strings.Contains(list, "Stessa e-mail della riga 2;3;Nuova Collega;NUOVA@import") || !strings.Contains(list, "'=1+1") || strings.Contains(list, "nuova@") {
				t.Errorf("the refused rows: %s", list)
			}
			admin.post(t, at, url.Values{"name": {"0"}, "email": {"1"}, "org": {"2"}, "role": {"-"}, "profession": {"4"}}, 303)
			if page := admin.get(t, at, 200); !strings.Contains(page, "Ruolo: Serve una risposta") {
				t.Error("another mapping changes nothing")
			}
			admin.post(t, at, url.Values{"name": {"0"}, "email": {"1"}, "org": {"2"}, "role": {"3"}}, 303)
			for range 2 { // pressed twice
				admin.post(t, at+"/run", url.Values{}, 303)
			}
			page := admin.work(t, at, "Importazione finita")
			if !strings.Contains(page, "riga nuova") || !strings.Contains(page, "/files/") {
				t.Errorf("the report: %s", page)
			}
			if page := admin.get(t, "/accounts", 200); strings.Count(page, "nuova@import.example") != 1 {
				t.Error("the operator is not there once")
			}
			// No mail leaves from here: nobody holds a link, and the list says so.
			waiting := admin.get(t, "/accounts?q=Da+invitare", 200)
			if !strings.Contains(waiting, "nuova@import.example") || strings.Contains(waiting, "sportello@") || !strings.Contains(admin.get(t, "/accounts", 200), "da invitare") {
				t.Errorf("who waits for an invitation: %s", waiting)
			}
			account := regexp.MustCompile(`/accounts/[0-9a-f-]{36}`).FindString(waiting)
			if page := admin.get(t, account, 200); !strings.Contains(page, "Crea il link di invito") || !strings.Contains(page, account+"/link") {
				t.Errorf("the account: %s", page)
			}
			admin.post(t, account+"/link", url.Values{}, 200)
			if page := admin.get(t, "/accounts?q=Da+invitare", 200); strings.Contains(page, "nuova@import.example") {
				t.Error("who was invited waits still")
			}
			admin.post(t, at+"/drop", url.Values{}, 409)
			again := admin.upload(t, "/accounts/import", "personale.csv", staffTableOf(t, a), 303).Header().Get("Location")
			if page := admin.get(t, again, 200); strings.Contains(page, again+"/run") {
				t.Error("the same table would be imported twice")
			}
			admin.post(t, again+"/drop", url.Values{}, 303)
			admin.get(t, again, 404)
			acts := tellerOf(t, a, "dpo").get(t, "/audit?act=import", 200)
			if strings.Count(acts, "Ha importato una tabella") < 2 { // in the filter, and once
				t.Error("the import is not in the audit")
			}
		})
	}
}

// A list goes out with a purpose and as it is filtered; that it did is in the
// audit, and what was said of why is for the auditor alone.
func TestExports(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			admin, dpo := tellerOf(t, a, "admin"), tellerOf(t, a, "dpo")
			a.Exchange.AtOnce = 100
			admin.get(t, "/audit/export", 404)
			admin.get(t, "/exports", 404)
			admin.post(t, "/accounts/export", url.Values{"format": {"csv"}}, 422)
			admin.post(t, "/accounts/export", url.Values{"format": {"csv"}, "purpose": {"other"}}, 422)
			for _, f := range table.Formats {
				w := admin.post(t, "/accounts/export?q=admin%40demo", url.Values{"format": {string(f)}, "purpose": {"other"}, "note": {"Vurgalische Worte"}}, 200)
				got, err := table.Read(f.Ending(), w.Body.Bytes())
				if err != nil || len(got.Rows) != 1 || got.Titles[0] != "Nome e cognome" || !strings.HasPrefix(got.Rows[0].Cells[1], "admin@") {
					t.Errorf("%s: %v %v", f, got, err)
				}
				if d := w.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename") || !strings.Contains(d, f.Ending()) {
					t.Errorf("%s: %s", f, d)
				}
			}
			if page := dpo.get(t, "/exports", 200); strings.Count(page, "Vurgalische Worte") != len(table.Formats) {
				t.Error("the auditor does not read why")
			}
			if page := dpo.get(t, "/audit?act=export", 200); strings.Contains(page, "Vurgal") || strings.Count(page, "Ha esportato una tabella") < 1+len(table.Formats) {
				t.Error("the exports are not in the audit, or say too much there")
			}
			at := dpo.post(t, "/audit/export", url.Values{"format": {"csv"}, "purpose": {"oversight"}}, 303).Header().Get("Location")
			admin.get(t, at, 404)
			page := dpo.work(t, at, "La tabella è pronta")
			i := strings.Index(page, "/files/")
			file := page[i : i+len("/files/")+36]
			admin.get(t, file, 404)
			if log := dpo.get(t, file, 200); strings.Count(log, "\n") < 200 || strings.Contains(log, "Vurgal") {
				t.Errorf("%d lines, or too much in them", strings.Count(log, "\n"))
			}
		})
	}
}

var tasks sync.Map // path of a task, by program and kind

// importOf and exportOf are what somebody began: nobody else finds it.
func importOf(t *testing.T, a *app.App) string { return begun(t, a, "import") }
func exportOf(t *testing.T, a *app.App) string { return begun(t, a, "export") }

func begun(t *testing.T, a *app.App, kind string) string {
	t.Helper()
	type of struct {
		*app.App
		kind string
	}
	if id, ok := tasks.Load(of{a, kind}); ok {
		return id.(string)
	}
	var w *httptest.ResponseRecorder
	a.Exchange.AtOnce = 100
	if kind == "import" {
		w = tellerOf(t, a, "admin").upload(t, "/accounts/import", "a.csv", staffTableOf(t, a), 303)
	} else {
		w = tellerOf(t, a, "dpo").post(t, "/audit/export", url.Values{"format": {"csv"}, "purpose": {"oversight"}}, 303)
	}
	id := path.Base(w.Header().Get("Location"))
	tasks.Store(of{a, kind}, id)
	return id
}

const bodiesTable = "Denominazione;Tipologia;Comune;Codice fiscale;Sito web\n" +
	"Cooperativa Importata;Cooperativa sociale;Ravenna;01232710374;\n" +
	"Cooperativa Importata;Cooperativa sociale;;;due volte\n" +
	"COOPERATIVA Importata;Associazione;;;\n" +
	"Altro Nome;Associazione;;01232710374;\n" +
	"Cifre Sbagliate;Scuola;;01232710375;\n" +
	"Tipo Ignoto;Ministero;;;\n" +
	"Luogo Ignoto;Scuola;Atlantide;;\n" +
	"Comune di Ravenna;Comune;Ravenna;;\n"

// A table of bodies is checked as the form is, and goes out again as it is
// filtered.
func TestOrganisationExchange(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			admin := tellerOf(t, a, "admin")
			for _, who := range []string{"sportello", "dpo"} {
				tellerOf(t, a, who).get(t, "/organisations/import", 404)
				tellerOf(t, a, who).get(t, "/organisations/export", 404)
			}
			at := admin.upload(t, "/organisations/import", "enti.csv", bodiesTable, 303).Header().Get("Location")
			page := admin.get(t, at, 200)
			for _, want := range []string{"Codice fiscale: Il codice fiscale di un ente ha undici cifre", "Tipo di ente: Scelga una delle voci", "Territorio: Nessun territorio della rete",
				"Stesso nome o stesso codice fiscale della riga 2"} {
				if !strings.Contains(page, want) {
					t.Errorf("the check does not say %q", want)
				}
			}
			if n := strings.Count(page, "codice fiscale della riga 2"); n != 2 {
				t.Errorf("%d rows say what row 2 does, want 2", n)
			}
			admin.post(t, at+"/run", url.Values{}, 303)
			admin.work(t, at, "Importazione finita")
			list := admin.get(t, "/organisations?q=importata", 200)
			if strings.Count(list, ">Cooperativa Importata<") != 1 || !strings.Contains(list, "Ravenna") {
				t.Errorf("the body is not there once: %s", list)
			}
			for _, refused := range []string{"Altro Nome", "Cifre Sbagliate", "Tipo Ignoto", "Luogo Ignoto"} {
				if page := admin.get(t, "/organisations?q="+url.QueryEscape(refused), 200); strings.Contains(page, "/organisations/0") {
					t.Errorf("%s was written", refused)
				}
			}
			w := admin.post(t, "/organisations/export?q=importata", url.Values{"format": {"csv"}, "purpose": {"other"}, "note": {"prova"}}, 200)
			out, err := table.Read(".csv", w.Body.Bytes())
			if err != nil || len(out.Rows) != 1 || out.Rows[0].Cells[0] != "Cooperativa Importata" || out.Rows[0].Cells[3] != "01232710374" {
				t.Errorf("%v %v", out, err)
			}
		})
	}
}

// A body that joins a programme stands among its partners, with its days, and one
// that leaves does not.
func TestProgrammeShowsWhoJoined(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			admin, lead := tellerOf(t, a, "admin"), tellerOf(t, a, "capofila")
			at := admin.post(t, "/organisations", url.Values{"name": {"Scuola Appena Arrivata"}, "kind": {"school"}}, 303).Header().Get("Location")
			page := lead.get(t, "/programmes/reboot", 200)
			if strings.Contains(page, "Appena Arrivata") || !strings.Contains(page, "CADIAI") {
				t.Error("before it joins")
			}
			admin.post(t, at+"/partnerships", url.Values{"programme": {"reboot"}, "role": {"supporter"}, "functions": {"school"}, "from": {"2026-03-01"}}, 303)
			page = lead.get(t, "/programmes/reboot", 200)
			if !strings.Contains(page, "Scuola Appena Arrivata") || !strings.Contains(page, "1 marzo 2026") {
				t.Error("who joined is not among the partners")
			}
			if strings.Contains(lead.get(t, "/programmes/weita", 200), "Appena Arrivata") {
				t.Error("it is in another programme")
			}
			_, rest, _ := strings.Cut(admin.get(t, at, 200), at+"/partnerships/")
			entry, _, _ := strings.Cut(rest, "/end")
			admin.post(t, at+"/partnerships/"+entry+"/end", url.Values{"on": {"2026-04-01"}}, 303)
			if strings.Contains(lead.get(t, "/programmes/reboot", 200), "Appena Arrivata") {
				t.Error("who left is still there")
			}
		})
	}
}
