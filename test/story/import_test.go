package story

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/i18n"
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
			a := apptest.Demo(t, "sqlite")
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() { defer close(ended); a.Work(ctx, ctx.Done()) }()
			t.Cleanup(func() { stop(); <-ended })
			s := &story{T: t, base: apptest.Serve(t, a), lang: "it", ctx: i18n.With(t.Context(), "it")}
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
