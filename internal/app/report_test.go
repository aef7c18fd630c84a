package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/pdf"
	"tessuto/internal/platform/policy"
)

// A copy of one's data holds one's own name and words, and nobody else's name:
// not in the household, and not in what was written.
func TestReportNamesOneself(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		worker := as(t, a, "assistente")
		rows := []people.NewcomerForm{{GivenName: "Vurgalip", FamilyName: "Hendorsky", BirthDate: "1990", Relation: people.ReferencePerson},
			{GivenName: "Zwartkopje", FamilyName: "Roodborst", BirthDate: "1985", Relation: "2"}}
		person, _, err := a.People.Enrol(worker, people.Newcomers(rows, "Hendorsky"), crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		permit := people.Permit{PersonID: person, State: people.InForce, Number: "I7654321", Expires: db.DateOf(a.DB.Now()).AddDays(-1)}
		if err := a.People.AddPermit(worker, permit, crypto.Sending{}); err != nil {
			t.Fatal(err)
		}
		asked := "Vurgalip chiede; ZWARTKOPJE Roodborst-Hendorsky non vuole. L'ha scritto " + policy.From(worker).Name + "."
		if _, err := a.People.Ask(worker, person, people.Request{Kind: people.AskAccess, RequestWords: people.RequestWords{Asked: asked}}, crypto.Sending{}); err != nil {
			t.Fatal(err)
		}
		ask := asker(t, a, "assistente")
		for _, path := range []string{"/people/" + person + "/report", "/people/" + person + "/report.json"} {
			w := ask(http.MethodGet, path, nil)
			body, _, _ := strings.Cut(w.Body.String(), `class="printed"`) // which names who printed it
			body = body[max(0, strings.Index(body, "<main")):]
			for _, other := range []string{"wartkopje", "WARTKOPJE", "oodborst"} {
				if strings.Contains(body, other) {
					t.Errorf("%s names %s", path, other)
				}
			}
			for _, own := range []string{"Vurgalip", "Hendorsky", "chiede", "I7654321", "Scaduto", "▇▇▇ ▇▇▇-Hendorsky"} {
				if !strings.Contains(body, own) {
					t.Errorf("%s does not say %q", path, own)
				}
			}
			if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d, %s", path, w.Code, w.Header().Get("Cache-Control"))
			}
		}
		var file struct {
			Parts []struct {
				Part    string
				Records []map[string]string
			}
		}
		if err := json.Unmarshal(ask(http.MethodGet, "/people/"+person+"/report.json", nil).Body.Bytes(), &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Parts) < 4 || file.Parts[0].Part != "identity" || file.Parts[0].Records[0]["name"] != "Vurgalip Hendorsky" {
			t.Errorf("%+v", file)
		}
		if n := actsOf(t, a, "rights.report"); n != 3 {
			t.Errorf("%d reports are in the access log, want 3", n)
		}
	})
}

// Every family of the demo has its copy, with its cases in it.
func TestReportsOfTheDemo(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	f := familyOf(t, a)
	body := asker(t, a, "assistente")(http.MethodGet, "/people/"+f.ids[policy.Person]+"/report", nil).Body.String()
	for _, part := range []string{"report-identity", "report-household", "report-contacts", "report-appointments", "report-cases"} {
		if !strings.Contains(body, part) {
			t.Errorf("the copy has no %s", part)
		}
	}
}

// The copy is printed in the language that the person reads, from right to left
// where it is written so. Without Chromium the page offers the browser's printing.
func TestReportOnPaper(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	worker := as(t, a, "assistente")
	rows := []people.NewcomerForm{{GivenName: "Vurgalip", FamilyName: "Hendorsky", BirthDate: "1990", Language: "ar", Relation: people.ReferencePerson}}
	person, _, err := a.People.Enrol(worker, people.Newcomers(rows, "Hendorsky"), crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	ask := asker(t, a, "assistente")
	if a.PDF.Available() {
		if page := ask(http.MethodGet, "/people/"+person+"/report", nil).Body.String(); !strings.Contains(page, "Scarica il PDF (العربية)") || strings.Contains(page, "data-print") {
			t.Error("the page does not offer the PDF")
		}
		w := ask(http.MethodGet, "/people/"+person+"/report.pdf", nil)
		file := w.Body.Bytes()
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(file, []byte("%PDF-")) {
			t.Errorf("%d, %s", w.Code, w.Header().Get("Content-Type"))
		}
		for _, want := range []string{"/Lang (ar", "/StructTreeRoot", outlined("نسخة من بيانات الشخص"), outlined("من هو الشخص")} {
			if !bytes.Contains(file, []byte(want)) {
				t.Errorf("the PDF has no %s", want)
			}
		}
	}
	a.PDF = pdf.New("/nowhere/chromium")
	for path, code := range map[string]int{"/report.pdf": http.StatusServiceUnavailable, "/report": http.StatusOK} {
		w := ask(http.MethodGet, "/people/"+person+path, nil)
		if page := w.Body.String(); w.Code != code || !strings.Contains(page, "data-print") || !strings.Contains(page, "Vurgalip Hendorsky") || strings.Contains(page, "Scarica il PDF") {
			t.Errorf("%s without Chromium: %d, %s", path, w.Code, page)
		}
	}
}

// outlined is a heading as the outline of a PDF writes it: UTF-16, in digits.
func outlined(heading string) string {
	out := "/Title <FEFF"
	for _, unit := range utf16.Encode([]rune(heading)) {
		out += fmt.Sprintf("%04X", unit)
	}
	return out + ">"
}
