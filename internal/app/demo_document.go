package app

import (
	"context"
	"strings"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

// demoPapers are documents of the first families, in their order.
var demoPapers = [][]struct {
	kind, title, name string
	section           policy.Section
	versions          []string // what each says
}{
	{{"housing", "Contratto di locazione in scadenza", "contratto.txt", policy.Overview, []string{"Contratto 4+4, scade a marzo."}},
		{"report", "Relazione per il Comune", "relazione.txt", policy.Plan, []string{"Bozza della relazione.", "Relazione rivista con la famiglia."}},
		{"school", "Certificato di frequenza", "frequenza.txt", policy.Overview, []string{"Frequenta regolarmente."}}},
	{{"income", "Attestazione ISEE", "ISEE 2026.txt", policy.Overview, []string{"Attestazione dell'anno in corso."}}},
}

// demoEntries are what the diary of the same families tells beside the interventions.
var demoEntries = [][]cases.NewEntry{
	{{Kind: "phone", Readers: cases.TeamReads, EntryWords: cases.EntryWords{Text: "La scuola conferma la riunione di giovedì.", Who: "La maestra"}},
		{Kind: "note", Readers: cases.AuthorReads, EntryWords: cases.EntryWords{Text: "Prima di parlarne in équipe, sentire la madre da sola."}}},
	{{Kind: "home_visit", Readers: cases.BodyReads, EntryWords: cases.EntryWords{Text: "La casa è in ordine, il riscaldamento non funziona da un mese.", Who: "La madre e i due figli"}}},
}

// demoActs are what authorities asked about the first of them, and in how many days they want
// an answer.
var demoActs = []struct {
	words   cases.AuthorityWords
	days    int
	readers string
	answer  string
}{
	{cases.AuthorityWords{Kind: "juvenile_mandate", Authority: "Tribunale per i minorenni di Bologna", Number: "VG 1187/2026",
		Asked: "Una relazione sulle condizioni dei figli, e le proposte dei servizi."}, 30, cases.TeamReads, ""},
	{cases.AuthorityWords{Kind: "civil_court", Authority: "Tribunale di Bologna", Number: "RG 512/2026",
		Asked: "Notizie sulla frequenza scolastica."}, 10, cases.BodyReads, "Si trasmette il certificato di frequenza."},
}

// asked writes down what authorities asked about a family.
func (d *demo) asked(ctx context.Context, id string) error {
	for _, a := range demoActs {
		a.words.On = d.today()
		act, err := d.Cases.WriteAct(ctx, id, cases.NewAct{AuthorityWords: a.words, Readers: a.readers, DueOn: db.DateOf(d.start).AddDays(a.days)})
		if err == nil && a.answer != "" {
			err = d.Cases.AnswerAct(ctx, id, act, cases.ActAnswer{On: d.today(), Words: a.answer})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mandated gives the body of each educator of another body a mandate on the children.
func (d *demo) mandated(ctx context.Context, c demoCrew, id string) error {
	for _, mate := range c.team {
		op := d.staff[mate.key]
		if mate.mandate != "educator" || op.OrgID == policy.From(ctx).OrgID {
			continue
		}
		if _, err := d.Cases.GiveMandate(ctx, id, cases.NewMandate{AccountID: op.AccountID, Subject: "minors", Told: true}); err != nil {
			return err
		}
	}
	return nil
}

// demoReferences are the numbers of the same families in other systems.
var demoReferences = [][]cases.Reference{
	{{Scheme: "protocol", Value: "PG 48213/2026"}, {Scheme: "juvenile_court", Value: "VG 1187/2026"}},
	{{Scheme: "social_record", Value: "CSI-20931"}},
}

// papers adds documents, entries of the diary and numbers of other systems to the first families of a programme. It takes nothing from
// the dice, as sit.
func (d *demo) papers(ctx context.Context, c demoCrew, i int, id string) error {
	if i >= len(demoPapers) {
		return nil
	}
	ctx = d.as(ctx, c.worker)
	for _, n := range demoEntries[i] {
		n.On = d.today()
		if _, err := d.Cases.WriteDiary(ctx, id, n); err != nil {
			return err
		}
	}
	for _, r := range demoReferences[i] {
		if _, err := d.Cases.AddReference(ctx, id, r, crypto.Sending{}); err != nil {
			return err
		}
	}
	if i == 0 {
		if err := d.asked(ctx, id); err != nil {
			return err
		}
		if err := d.mandated(ctx, c, id); err != nil {
			return err
		}
	}
	for _, p := range demoPapers[i] {
		document := ""
		for n, says := range p.versions {
			kept, err := d.Files.Put(ctx, storage.Incoming{Name: p.name, Content: strings.NewReader(says + "\n"), Owner: id})
			if err == nil && n == 0 {
				document, err = d.Cases.AddDocument(ctx, id, cases.NewDocument{Kind: p.kind, Title: p.title, Section: p.section}, kept)
			} else if err == nil {
				err = d.Cases.ReviseDocument(ctx, id, document, kept, crypto.Sending{})
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
