package app

import (
	"context"
	"strings"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// demoReferral is what a body asks of another about a family: who asks whom, of what,
// how many days ago, and what was answered, by whom; empty while one waits.
type demoReferral struct {
	from, to, reason, words string
	sections                []policy.Section
	ago                     int
	warm                    bool
	answer                  cases.ReferralAnswer
	outcome                 string
}

var demoReferrals = []demoReferral{
	{from: "assistente", to: "bologna.tavolo", reason: "housing", words: "Cercano una casa in autonomia: chiediamo di valutarli per gli alloggi di transizione.",
		sections: []policy.Section{policy.AreaHousing, policy.AreaEconomic}, ago: 4},
	{from: "assistente", to: "educatrice", reason: "parenting", words: "Un sostegno educativo a casa, due pomeriggi a settimana.",
		sections: []policy.Section{policy.AreaLearning, policy.Plan}, ago: 18, warm: true,
		answer: cases.ReferralAnswer{Answer: cases.Accept, Words: "Cominciamo dal primo incontro insieme."}},
	{from: "assistente", to: "partner", reason: "school", words: "Un posto al corso d'italiano del mattino.", ago: 30,
		answer: cases.ReferralAnswer{Answer: cases.Accept}, outcome: "reached"},
	{from: "assistente", to: "psicologo", reason: "psychological", words: "Tre colloqui per la madre, con mediazione in arabo.",
		sections: []policy.Section{policy.AreaPersonal}, ago: 8},
	{from: "savio.assistente", to: "savio.educatore", reason: "work", words: "Un tirocinio nella ristorazione.", sections: []policy.Section{policy.AreaWork}, ago: 9,
		answer: cases.ReferralAnswer{Answer: cases.WaitList, Position: 2}},
	{from: "pistoia.assistente", to: "emt", reason: "health", words: "Accompagnare la madre alla prima visita.", sections: []policy.Section{policy.AreaPersonal}, ago: 13},
	{from: "pistoia.assistente", to: "pistoia.madiba", reason: "legal", words: "Aiuto per il rinnovo dei documenti.", ago: 15,
		answer: cases.ReferralAnswer{Answer: cases.Refuse, Refusal: "no_places", Words: "Fino a gennaio siamo al completo."}},
}

// refer lets bodies ask something of each other, of the newest cases of who asks. It
// takes nothing from the dice, so that all else of the demo stays what it is.
func (d *demo) refer(ctx context.Context) error {
	asked := map[string]int{}
	for _, r := range demoReferrals {
		d.now = d.start.AddDate(0, 0, -r.ago)
		sender, receiver := d.as(ctx, r.from), d.staff[r.to]
		open, _, err := d.Cases.Cases(sender, false, 50)
		if err != nil {
			return err
		}
		if asked[r.from] >= len(open) {
			continue
		}
		f := open[asked[r.from]]
		asked[r.from]++
		n := cases.NewReferral{ToOrg: receiver.OrgID, Reason: r.reason, Words: r.words, Sections: r.sections, Basis: policy.InstitutionalTask, Warm: r.warm}
		if r.warm {
			n.MeetsOn = db.DateOf(d.start).AddDays(3)
		}
		id, err := d.Cases.Refer(sender, f.ID, n)
		if err != nil {
			return err
		}
		if err := d.answerReferral(policy.With(ctx, receiver), id, r); err != nil {
			return err
		}
		if err := d.reads(sender); err != nil {
			return err
		}
	}
	return d.report(ctx, "savio.assistente")
}

// demoReports are what schools have told of somebody by the form they were given.
var demoReports = []cases.NewReport{
	{Urgency: "soon", ReportWords: cases.ReportWords{Reporter: "Lucia Verdi, insegnante", Contact: "scuola@example.org", GivenName: "Yusra", FamilyName: "Karim", Born: "2014",
		Words: "Da tre settimane non viene a scuola e a casa non risponde nessuno."}},
	{Urgency: "normal", ReportWords: cases.ReportWords{Reporter: "Paola Riva, segreteria", Contact: "051 000000", GivenName: "Idris", FamilyName: "Bashir", Born: "2012",
		Phone: "3330000000", Words: "La famiglia chiede aiuto per i libri e la mensa."}},
}

// report lets a school tell a body of somebody.
func (d *demo) report(ctx context.Context, who string) error {
	d.now = d.start.AddDate(0, 0, -3)
	token, err := d.Cases.MakeReportLink(d.as(ctx, who), "Istituto comprensivo del quartiere", "it", crypto.Sending{})
	for _, r := range demoReports {
		if err == nil {
			_, err = d.Cases.SendReport(ctx, token, r)
		}
	}
	return err
}

// reads lets who sent a referral see the news of it.
func (d *demo) reads(ctx context.Context) error {
	list, err := d.Tasks.List(ctx, task.Mine)
	for _, t := range list {
		if strings.HasPrefix(t.Source, "referral/") {
			if err := d.Tasks.Finish(ctx, t.ID); err != nil {
				return err
			}
		}
	}
	return err
}

func (d *demo) answerReferral(ctx context.Context, id string, r demoReferral) error {
	n := r.answer
	if n.Answer == "" {
		return nil
	}
	d.now = d.now.AddDate(0, 0, 2)
	switch n.Answer {
	case cases.Accept:
		n.Operator = policy.From(ctx).AccountID
	case cases.WaitList:
		n.Until = d.today().AddDays(30)
	}
	if err := d.Cases.AnswerReferral(ctx, id, n); err != nil || r.outcome == "" {
		return err
	}
	d.now = d.start.AddDate(0, 0, -3)
	return d.Cases.EndReferral(ctx, id, cases.ReferralEnd{Outcome: r.outcome, Words: "Ha superato l'esame di livello A2."})
}
