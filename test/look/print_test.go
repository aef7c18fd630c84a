package look

import (
	"bytes"
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
	p.Paper()
	said := strings.Join(strings.Fields(p.Eval(`document.body.innerText`)), " ")
	for _, want := range []string{"Stampato da", "Anna Conti", "Équipe"} {
		if !strings.Contains(said, want) {
			t.Errorf("the sheet lacks %q", want)
		}
	}
	for _, never := range []string{"La mia giornata", "Tasti rapidi", "Esci", "English", "Intervento urgente"} {
		if strings.Contains(said, never) {
			t.Errorf("the sheet has %q", never)
		}
	}
	if ground := p.Eval(`getComputedStyle(document.body).backgroundColor`); ground != "rgb(255, 255, 255)" {
		t.Errorf("the sheet is %s", ground)
	}
}
