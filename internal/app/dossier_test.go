package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// wholeFile asks for every part of a file.
var wholeFile = wholeFileOf("meeting")

func wholeFileOf(purpose string) string {
	q := "?purpose=" + purpose
	for _, p := range cases.FileParts {
		q += "&part=" + string(p)
	}
	return q
}

// dossierOf is a case with something in each part, and who works on it.
func dossierOf(t *testing.T, a *app.App) (id string) {
	t.Helper()
	worker, today := as(t, a, "assistente"), db.DateOf(a.DB.Now())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	person, home := enrolled(t, a, "Vurgalip")
	id, err := a.Cases.Open(worker, cases.NewCase{HouseholdID: home, Reason: "Ommelandvaarder"})
	must(err)
	mate := policy.From(as(t, a, "psicologo")).AccountID
	must(a.Cases.AddToTeam(worker, id, mate, "psychologist", crypto.Sending{}))
	for readers, text := range map[string]string{cases.TeamReads: "Kersenboomgaard", cases.AuthorReads: "Nachtpauwoog"} {
		_, err = a.Cases.WriteDiary(worker, id, cases.NewEntry{Kind: "note", Readers: readers, On: today, EntryWords: cases.EntryWords{Text: text}})
		must(err)
	}
	_, err = a.Cases.RecordIntervention(worker, id, cases.NewIntervention{On: today, Mode: ledger.InPerson, Minutes: 30, Note: "Sleepruimers", PlaceKey: cases.SamePlace})
	must(err)
	_, err = a.Cases.AddReference(worker, id, cases.Reference{Scheme: "protocol", Value: "PG 77123/2026"}, crypto.Sending{})
	must(err)
	_, err = a.Cases.WriteAct(worker, id, cases.NewAct{Readers: cases.TeamReads, AuthorityWords: cases.AuthorityWords{Kind: "police", Authority: "Dijkgraaf", Asked: "Waterpeil"}})
	must(err)
	must(a.Cases.SaveAssessment(worker, id, id, cases.Sheet{Scores: []cases.Score{
		{Domain: string(policy.AreaEconomic), Said: cases.Said{Level: 1, Self: cases.NotScored, Notes: "Geldkistje"}},
		{Domain: string(policy.AreaPersonal), Said: cases.Said{Level: 1, Self: cases.NotScored, Notes: "Zonnebloem"}}}}))
	must(a.Cases.SavePlan(worker, id, cases.Plan{Objectives: []cases.Objective{{Text: "Huurwoning", Actions: []cases.Action{{Text: "Inschrijven", DueOn: today.AddDays(20)}}}}}))
	_, err = a.Cases.OpenWorkPath(worker, id, cases.NewWorkPath{PersonID: person, PlaceKey: cases.SamePlace, WorkWords: cases.WorkWords{Skills: "Mandenvlechter"}})
	must(err)
	sitting, err := a.Cases.ConveneSitting(worker, id, cases.SittingDraft{Kind: cases.TeamSitting, StartsAt: a.DB.Now(), Lasts: 60, Mode: ledger.Remote, Agenda: "Windvaan",
		Accounts: []string{policy.From(worker).AccountID, mate}})
	must(err)
	_, _, err = a.Cases.Sitting(worker, id, sitting)
	must(err)
	return id
}

// The whole file of a case is on paper what its reader may read of it: each part by its
// own right, restricted entries for their readers, and the purpose in the audit.
func TestWholeFileOnPaper(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		id := dossierOf(t, a)
		at := "/cases/" + id + "/file"
		both := []string{"Kersenboomgaard", "Sleepruimers", "PG 77123/2026", "Dijkgraaf", "Waterpeil", "Zonnebloem", "Huurwoning", "Inschrijven", "Windvaan", "Ommelandvaarder", "Vurgalip"}
		ownOnly := []string{"Nachtpauwoog", "Geldkistje", "Mandenvlechter"}
		worker, mate := asker(t, a, "assistente"), asker(t, a, "psicologo")
		mine := worker(http.MethodGet, at+"/paper"+wholeFile, nil)
		if mine.Code != http.StatusOK {
			t.Fatalf("%d: %.400s", mine.Code, mine.Body)
		}
		for _, s := range append(ownOnly, both...) {
			if !strings.Contains(mine.Body.String(), s) {
				t.Errorf("the case manager's paper lacks %q", s)
			}
		}
		if got := mate(http.MethodGet, at+"/paper"+wholeFile, nil); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("a part that is not open: %d", got.Code)
		}
		form := mate(http.MethodGet, at, nil).Body.String()
		if strings.Contains(form, `value="work"`) || !strings.Contains(form, `value="diary"`) {
			t.Error("the parts that the psychologist is offered")
		}
		theirs := mate(http.MethodGet, at+"/paper"+strings.ReplaceAll(wholeFile, "&part=work", ""), nil)
		for _, s := range both {
			if theirs.Code != http.StatusOK || !strings.Contains(theirs.Body.String(), s) {
				t.Errorf("the psychologist's paper (%d) lacks %q", theirs.Code, s)
			}
		}
		for _, s := range ownOnly {
			if strings.Contains(theirs.Body.String(), s) {
				t.Errorf("the psychologist's paper tells %q", s)
			}
		}
		one := worker(http.MethodGet, at+"/paper?purpose=family&part=team", nil).Body.String()
		for _, s := range append(ownOnly, "Kersenboomgaard", "Huurwoning", "Windvaan") {
			if strings.Contains(one, s) {
				t.Errorf("only the team was asked for, and it tells %q", s)
			}
		}
		for path, want := range map[string]int{"/paper": 422, "/paper?part=team": 422, "/paper?part=team&purpose=nothing": 422, ".pdf?purpose=family": 422} {
			if got := worker(http.MethodGet, at+path, nil); got.Code != want {
				t.Errorf("%s: %d, want %d", path, got.Code, want)
			}
		}
		for _, path := range []string{"", "/paper" + wholeFile, ".pdf" + wholeFile} {
			if got := asker(t, a, "bergamo.assistente")(http.MethodGet, at+path, nil); got.Code != http.StatusNotFound {
				t.Errorf("a stranger asks %s: %d", path, got.Code)
			}
		}
		printed := printsOf(t, a, id)
		if len(printed) != 3 || !strings.HasPrefix(printed[0], "purpose=family parts=team") || !strings.HasPrefix(printed[2], "purpose=meeting parts=persons,stages") {
			t.Errorf("in the audit: %q", printed)
		}
	})
}

// printsOf are the reasons of the prints of a case in the audit, the last first.
func printsOf(t *testing.T, a *app.App, id string) (out []string) {
	t.Helper()
	entries, _, err := a.Audit.Lines(as(t, a, "dpo"), audit.Query{Act: "case.print", Kind: policy.Case, Record: id}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Reason)
	}
	return out
}

// A file of many years prints too, all of it.
func TestLongFilePrints(t *testing.T) {
	a := apptest.Demo(t, "sqlite")
	id, today := dossierOf(t, a), db.DateOf(a.DB.Now())
	worker := as(t, a, "assistente")
	for i := range 400 {
		text := fmt.Sprintf("Kanaalstraat-%03d. %s", i, strings.Repeat("Colloquio con la famiglia sulla casa. ", 20))
		if _, err := a.Cases.WriteDiary(worker, id, cases.NewEntry{Kind: "note", Readers: cases.TeamReads, On: today.AddDays(-i), EntryWords: cases.EntryWords{Text: text}}); err != nil {
			t.Fatal(err)
		}
	}
	ask := asker(t, a, "assistente")
	if got := ask(http.MethodGet, "/cases/"+id+"/file/paper"+wholeFile, nil); strings.Count(got.Body.String(), "Kanaalstraat-") != 400 {
		t.Errorf("%d: %d entries", got.Code, strings.Count(got.Body.String(), "Kanaalstraat-"))
	}
	if !a.PDF.Available() {
		return
	}
	if got := ask(http.MethodGet, "/cases/"+id+"/file.pdf"+wholeFile, nil); got.Code != http.StatusOK || !strings.HasPrefix(got.Body.String(), "%PDF-") {
		t.Errorf("the PDF: %d", got.Code)
	}
}

// caseData is a case as it comes from another system.
const caseData = `{"format":"tessuto-case","version":1,
	"exported":{"at":"2026-03-05T09:00:00Z","by":"Lepelaar","body":"Ente Lepelaar","purpose":{"code":"handover"},"language":"it","parts":["persons"]},
	"origin":{"network":"altra-rete","case":"a-1","number":"2025/77","body":"Ente Lepelaar"},
	"case":{"stage":{"code":"in_charge","label":"In carico"},"opened_on":"2025-03-05"},
	"persons":[{"id":"p1","relation":{"code":"1"},"given_name":"Roodborst","family_name":"Lepelaarszoon","birth_date":"1988-04-02"}]}`

var caseImports sync.Map // by App

// caseImportOf is the file of a case that a colleague brought.
func caseImportOf(t *testing.T, a *app.App) string {
	t.Helper()
	if id, ok := caseImports.Load(a); ok {
		return id.(string)
	}
	id, err := a.Cases.BeginCaseImport(as(t, a, "collega"), []byte(caseData), crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	caseImports.Store(a, id)
	return id
}
