package look

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
)

// A case on paper: tagged, with a title, light, without what one clicks; it says
// who printed it and when.
func TestCaseOnPaper(t *testing.T) {
	t.Parallel()
	base := apptest.Serve(t, apptest.Demo(t, "sqlite"))
	p := signedIn(t, base, "assistente", "it", 1280, 900)
	p.Goto(base + "/cases")
	p.Goto(base + p.Attr("main .list-box a", "href"))
	p.Dark(true)
	pdf := p.PDF()
	for _, want := range []string{"/StructTreeRoot", "/MarkInfo", "/Lang (it"} {
		if !bytes.Contains(pdf, []byte(want)) {
			t.Errorf("the PDF has no %s", want)
		}
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("no pdftotext: the words of the PDF are not looked at")
	}
	file := filepath.Join(t.TempDir(), "case.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), tool, file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(string(text)), " ")
	for _, want := range []string{"Stampato da", "Anna Conti", "Équipe", "1 / "} {
		if !strings.Contains(said, want) {
			t.Errorf("the sheet lacks %q", want)
		}
	}
	for _, never := range []string{"La mia giornata", "Tasti rapidi", "Vai al contenuto", "Esci", "English", "Intervento urgente"} {
		if strings.Contains(said, never) {
			t.Errorf("the sheet has %q", never)
		}
	}
}
