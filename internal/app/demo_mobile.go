package app

import (
	"context"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// demoHelp is a request to the mobile team in the demo, and how far it came.
type demoHelp struct {
	who, reason, urgency string
	mode                 ledger.Mode
	languages            []string
	brief                string
	did                  []demoDid // what the team did, a day apart
	question, advice     string
	declined             string
	rating               int
}

type demoDid struct {
	kind    cases.MobileKind
	minutes int
	who     []string
	note    string
}

// demoHelpOnCases are asked on the first families of FA.SI, in their order.
var demoHelpOnCases = []demoHelp{
	{who: "pistoia.assistente", reason: "culture", urgency: "week", mode: ledger.Remote, languages: []string{"ur"},
		brief: "La madre non vuole che la figlia vada al nido. Con la mediatrice al telefono non ci siamo capiti.",
		did: []demoDid{{cases.RemoteConsultation, 60, []string{"anthropologist", "mediator"}, "Si prepara il colloquio: che cosa vuol dire affidare un figlio."},
			{cases.JointInterview, 90, []string{"mediator", "educator"}, "Colloquio con la madre e l'educatrice del nido."}},
		advice: "Cominciare con la madre presente al nido per due settimane, e dirle chi la chiama se la bambina piange.", rating: 5},
	{who: "pistoia.assistente", reason: "distress", urgency: "urgent", mode: ledger.OnTerritory, languages: []string{"fr"},
		brief: "Il padre non esce più di casa. La famiglia non apre ai servizi.",
		did: []demoDid{{cases.HomeVisit, 75, []string{"psychologist", "mediator"}, "Prima visita: apre la figlia grande."},
			{cases.HomeVisit, 60, []string{"psychologist", "mediator"}, "Il padre accetta di parlare."},
			{cases.OnSite, 45, []string{"educator"}, "Si accompagna il padre al parco con i figli."}}},
	{who: "pistoia.assistente", reason: "legal", urgency: "normal", mode: ledger.Remote,
		brief: "Il ricongiungimento del figlio maggiore è fermo e nessuno sa a chi chiedere.",
		did: []demoDid{{cases.RemoteConsultation, 45, []string{"legal_operator"}, "Si guarda la pratica insieme."},
			{cases.RemoteConsultation, 30, []string{"legal_operator", "social_worker"}, "Si scrive la richiesta di accesso agli atti."}},
		advice: "Chiedere l'accesso agli atti e, se entro trenta giorni non c'è risposta, il ricorso con il legale del progetto."},
	{who: "pistoia.assistente", reason: "trust", urgency: "week", mode: ledger.OnTerritory, languages: []string{"ar"},
		brief: "Dopo lo sfratto la famiglia non risponde più al telefono.",
		did:   []demoDid{{cases.OnSite, 120, []string{"educator", "intercultural_facilitator"}, "La si incontra al mercato, con una vicina."}}},
	{who: "pistoia.assistente", reason: "services", urgency: "normal", mode: ledger.OnTerritory,
		brief:  "Cinque servizi e nessuno che tenga il filo.",
		did:    []demoDid{{cases.JointInterview, 90, []string{"social_worker", "health_operator"}, "Incontro tra i servizi e la famiglia."}},
		advice: "Un solo riferimento per la famiglia, scritto nel piano.", rating: 4},
}

// demoHelpWithoutName are briefs.
var demoHelpWithoutName = []demoHelp{
	{who: "pistoia.sportello", reason: "health", urgency: "week", mode: ledger.Remote, languages: []string{"zh"},
		brief: "Una persona anziana, sola, rifiuta le cure e non dice perché."},
	{who: "pistoia.assistente", reason: "child", urgency: "normal", mode: ledger.Remote, languages: []string{"sq"},
		brief:  "La scuola segnala un ragazzo che traduce sempre per i genitori.",
		did:    []demoDid{{cases.RemoteConsultation, 40, []string{"anthropologist", "psychologist"}, "Si ragiona su che cosa chiedere al ragazzo e che cosa no."}},
		advice: "Mai il ragazzo come interprete nei colloqui difficili: chiedere una mediatrice, anche per mezz'ora.", rating: 4},
	{who: "pistoia.assistente", reason: "family", urgency: "urgent", mode: ledger.OnTerritory,
		brief: "Due fratelli adulti si contendono la casa della madre.", declined: "other_service"},
	{who: "pistoia.sportello", reason: "culture", urgency: "normal", mode: ledger.Remote,
		brief: "Una coppia chiede aiuto e poi non torna mai.", question: "Che lingua parlano tra loro, e chi dei due chiede?"},
}

// withOthers is what comes of a plan beyond who works on it every day.
func (d *demo) withOthers(ctx context.Context, c demoCrew, i int, id string) error {
	if err := d.sit(ctx, c, i, id); err != nil {
		return err
	}
	if err := d.papers(ctx, c, i, id); err != nil {
		return err
	}
	return d.helped(ctx, c, i, id)
}

// helped lets the mobile team be asked about the first families of FA.SI. It takes
// nothing from the dice, as sit.
func (d *demo) helped(ctx context.Context, c demoCrew, i int, id string) error {
	if c.programme != "fasi" || i >= len(demoHelpOnCases) {
		return nil
	}
	return d.help(ctx, demoHelpOnCases[i], id)
}

// helpedWithoutName lets it be asked about nobody in particular.
func (d *demo) helpedWithoutName(ctx context.Context) error {
	for i, h := range demoHelpWithoutName {
		d.now = officeHour(d.start.AddDate(0, 0, -20+4*i), i)
		if err := d.help(ctx, h, ""); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) help(ctx context.Context, h demoHelp, caseID string) error {
	was := d.now
	defer func() { d.now = was }()
	asker, team := d.as(ctx, h.who), d.as(ctx, "emt")
	n := cases.MobileDraft{CaseID: caseID, ToOrg: d.staff["emt"].OrgID, Reason: h.reason, Urgency: h.urgency, Mode: h.mode, Languages: h.languages, Brief: h.brief}
	if caseID != "" {
		n.Sections = []policy.Section{policy.AreaPersonal, policy.AreaNetworks, policy.Plan}
	}
	id, err := d.Cases.AskMobileTeam(asker, n)
	if err != nil {
		return err
	}
	d.now = d.now.Add(time.Hour)
	switch {
	case h.declined != "":
		return d.Cases.DeclineMobile(team, id, h.declined, "")
	case h.question != "":
		return d.Cases.WriteMobile(team, id, cases.MobileQuestion, h.question, crypto.Sending{})
	case len(h.did) == 0:
		return nil
	}
	if err := d.Cases.TakeMobile(team, id); err != nil {
		return err
	}
	for _, a := range h.did {
		d.now = d.now.Add(24 * time.Hour)
		did := cases.MobileActivity{Kind: a.kind, On: db.DateOf(d.now), Minutes: a.minutes, Professionals: a.who, Note: a.note}
		if err := d.Cases.RecordMobileActivity(team, id, did, crypto.Sending{}); err != nil {
			return err
		}
	}
	if h.advice != "" {
		if err := d.Cases.WriteMobile(team, id, cases.MobileAdvice, h.advice, crypto.Sending{}); err != nil {
			return err
		}
	}
	if h.rating == 0 {
		return nil
	}
	d.now = d.now.Add(time.Hour)
	return d.Cases.CloseMobile(asker, id, h.rating, "Ci ha fatto vedere la cosa da un altro lato.")
}
