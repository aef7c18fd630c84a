package story

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
)

// tableOfStaff writes a spreadsheet as an office keeps it: two new colleagues,
// one who is there, and one row that cannot be.
func tableOfStaff(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "personale 2026.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	s := table.Sheet{Name: "Personale"}
	for _, title := range []string{"Nominativo", "E-mail", "Ente", "Ruolo", "Qualifica"} {
		s.Columns = append(s.Columns, table.Column{Title: title, Kind: table.Text})
	}
	w, err := table.NewWriter(f, table.XLSX, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{
		{"Samira Prova", "samira@import.example", "Comune di Modena", "Mediatore linguistico-culturale", ""},
		{"Bruno Prova", "bruno@import.example", "Comune di Modena", "Assistente sociale", "Assistente sociale"},
		{"Già Presente", apptest.Mail("sportello"), "Comune di Modena", "Operatore di sportello", ""},
		{"Senza Ente", "senza@import.example", "Comune che non c'è", "Regina", ""},
	} {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// The administrator imports a table of colleagues, looks before anything is
// written, and lets the list out with a purpose: on a desk and on a telephone,
// also without a script.
func TestImportWizard(t *testing.T) {
	for _, width := range []int{1280, 360} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			_, s := working(t)
			p := s.page("admin", width)
			look := func(name string) {
				p.Axe(t)
				p.Overflow(t)
				p.Screenshot(t, fmt.Sprintf("import-%s-%d", name, width))
			}
			p.Goto(s.base + "/accounts/import")
			look("upload")
			p.Upload("table", tableOfStaff(t))
			p.Submit(s.say("exchange.import.read"))
			p.WaitText(s.say("exchange.check"))
			look("check")
			p.Click("Importa 2 righe")
			p.Submit(s.say("exchange.run.do"))
			p.WaitText(s.say("exchange.import.done"))
			look("done")
			p.Goto(s.base + "/accounts")
			p.WaitText("samira@import.example")
			look("accounts")
			p.Goto(s.base + "/accounts/export?q=prova")
			look("export")
		})
	}
}

// working is a demo whose jobs are done, told in Italian.
func working(t *testing.T) (*app.App, *story) {
	t.Helper()
	a := apptest.Demo(t, "sqlite")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); a.Work(ctx, ctx.Done()) }()
	t.Cleanup(func() { stop(); <-ended })
	return a, &story{T: t, base: apptest.Serve(t, a), lang: "it", ctx: i18n.With(t.Context(), "it")}
}

// A worker brings people in from a table with mistakes: she says which column is
// what, is told row by row what would become of each and why, lets in those that can
// come, and takes them out again.
func TestPeopleComeInWithErrors(t *testing.T) { t.Run("sqlite", peopleComeInWithErrors) }

func peopleComeInWithErrors(t *testing.T) {
	t.Parallel()
	a, s := working(t)
	actor, err := a.Auth.Actor(t.Context(), apptest.Mail("assistente"))
	if err != nil {
		t.Fatal(err)
	}
	known := people.NewcomerForm{GivenName: "Vurgalip", FamilyName: "Hendorsky", BirthDate: "12/03/1990", Relation: people.ReferencePerson}
	if _, _, err := a.People.Enrol(policy.With(t.Context(), actor), people.Newcomers([]people.NewcomerForm{known}, ""), crypto.Sending{}); err != nil {
		t.Fatal(err)
	}
	arrivals := filepath.Join(t.TempDir(), "arrivi di marzo.csv")
	if err := os.WriteFile(arrivals, []byte("Cognome di nascita;Nome;Nata/o il;CF;Cellulare\n"+
		"Zwartkop;Ida;05/06/1985;;320 1112223\nSteltloper;Olmo;17/11/1979;;\nHendorsky;Vurgalip;12/03/1990;;\n"+
		"Pimpelmees;Ugo;31/02/1990;;\nRoodborst;Ada;1990;RSSMRA85T10A562X;\nZwartkop;Ida;05/06/1985;;320 1112223\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := s.page("assistente", 1280)
	p.Goto(s.base + "/people")
	p.Click(s.say("person.import.open"))
	s.both(p, "people-import")
	p.Upload("table", arrivals)
	p.Submit(s.say("exchange.import.read"))
	p.WaitText(s.say("exchange.mapping"))
	p.Select("family_name", "Cognome di nascita (Zwartkop)")
	p.Select("given_name", "Nome (Ida)")
	p.Select("birth_date", "Nata/o il (05/06/1985)")
	p.Select("tax_code", "CF")
	p.Select("phone", "Cellulare (320 1112223)")
	p.Submit(s.say("exchange.check.do"))
	p.WaitText(s.say("exchange.check"))
	for _, why := range []string{"person.birth_unreadable", "identifier.it_cf", "person.import.name_birth"} {
		p.WaitText(s.say(why))
	}
	p.WaitText(s.say("person.same", "Row", 2))
	p.Click("Importa 2 righe")
	s.both(p, "people-import-check")
	p.Submit(s.say("exchange.run.do"))
	p.WaitText(s.say("exchange.import.done"))
	here := p.URL()
	p.Goto(s.base + "/people?q=Steltloper")
	p.WaitText("Olmo Steltloper")
	p.Goto(here)
	p.Click(s.say("exchange.undo"))
	s.both(p, "people-import-done")
	p.Submit(s.say("exchange.undo.do"))
	p.WaitText(s.say("exchange.undone"))
	s.both(p, "people-import-undone")
	p.Goto(s.base + "/people?q=Steltloper")
	p.WaitText(s.say("person.search.none"))
}
