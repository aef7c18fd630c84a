package app

import (
	"context"
	"strings"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
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

// papers adds documents, and entries of the diary, to the first families of a programme. It takes nothing from
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
