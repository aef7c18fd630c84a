package cases_test

import (
	"context"
	"slices"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// pistoia is a case of FA.SI, with a plan and a diary, whose worker can ask Pistoia's
// team; the team's account is in no team of it.
func (b *bench) pistoia() string {
	b.Helper()
	worker := b.as("pistoia.assistente")
	list, _, err := b.Cases.Cases(worker, false, 50)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range list {
		f, err := b.Cases.File(worker, c.ID)
		if err != nil {
			b.Fatal(err)
		}
		if f.Plan == nil || len(f.Diary) == 0 {
			continue
		}
		for _, t := range f.Team {
			if t.AccountID == b.account("emt") && t.To == "" {
				if err := b.Cases.EndMandate(worker, c.ID, t.ID); err != nil {
					b.Fatal(err)
				}
			}
		}
		return c.ID
	}
	b.Fatal("Pistoia has no case with a plan")
	return ""
}

func (b *bench) help(caseID string) cases.MobileDraft {
	return cases.MobileDraft{CaseID: caseID, ToOrg: policy.From(b.as("emt")).OrgID, Reason: "trust", Urgency: "week", Mode: ledger.OnTerritory,
		Languages: []string{"ar"}, Brief: "Hendorsky non risponde", Sent: crypto.Sending{Key: "help" + caseID, Content: caseID}}
}

func (b *bench) request(who, id string) *cases.MobileFile {
	b.Helper()
	f, err := b.Cases.Mobile(b.as(who), id)
	if err != nil {
		b.Fatal(who, err)
	}
	return f
}

// helped counts what the mobile team did for FA.SI, in a mode.
func (b *bench) helped(mode ledger.Mode, unit ledger.Unit) (n int64) {
	b.Helper()
	measure := "cases.mobile_activity"
	if unit == ledger.Minutes {
		measure = "cases.mobile_minutes"
	}
	err := b.DB.Read(b.Context(), func(tx *db.Tx) (err error) {
		n, err = b.Ledger.Count(b.Context(), tx, ledger.Question{Network: policy.From(b.as("emt")).Network, Programme: "fasi", Activities: []string{"4.2"},
			Measure: measure, Unit: unit, Mode: mode})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// A service asks on a case; who of the team takes it on sees what is shared and nothing
// else, works at a distance and on the territory, and advises; who asked closes it. Both
// modes count for FA.SI.
func TestMobileTeam(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, team := b.pistoia(), b.as("pistoia.assistente"), b.as("emt")
		_, err := b.Cases.File(team, id)
		b.refused(err, errs.NotFound, "the case, before")
		n := b.help(id)
		n.Sections = []policy.Section{policy.Plan}
		help, err := b.Cases.AskMobileTeam(worker, n)
		if err != nil {
			b.Fatal(err)
		}
		if again, err := b.Cases.AskMobileTeam(worker, n); err != nil || again != help {
			b.Errorf("sent twice: %s %v", again, err)
		}
		if f := b.request("emt", help); f.Shared != nil || f.Brief != n.Brief || !f.Team || f.Asks {
			b.Errorf("before it is taken on the team sees %+v", f)
		}
		if list, err := b.Cases.MobileRequests(team, cases.MobileWaiting); err != nil || !slices.ContainsFunc(list, func(r cases.MobileRequest) bool { return r.ID == help }) {
			b.Errorf("it does not wait for the team: %v", err)
		}
		did := cases.MobileActivity{Kind: cases.RemoteConsultation, On: db.DateOf(b.DB.Now()), Minutes: 40, Professionals: []string{"anthropologist"}, Note: "Vurgalisch"}
		sent := crypto.Sending{Key: "did", Content: "a"}
		b.refused(b.Cases.RecordMobileActivity(team, help, did, sent), errs.Conflict, "work before taking on")
		if err := b.Cases.WriteMobile(team, help, cases.MobileQuestion, "Dove vive?", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if f := b.request("pistoia.assistente", help); f.State != cases.MobileMore {
			b.Errorf("asked for more it is %s", f.State)
		}
		if err := b.Cases.WriteMobile(worker, help, cases.MobileAnswer, "Dalla zia", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		for range 2 {
			if err := b.Cases.TakeMobile(team, help); err != nil {
				b.Fatal(err)
			}
		}
		f := b.request("emt", help)
		if f.Shared == nil || f.Shared.Plan == nil || f.Shared.Diary != nil || len(f.Shared.Assessments) > 0 || f.Shared.Reason != "" ||
			f.Shared.Household.Reference().Name() != "" || len(f.Workers) != 1 || len(f.Notes) != 2 {
			b.Errorf("who works on it sees %+v", f.Shared)
		}
		_, err = b.Cases.File(team, id)
		b.refused(err, errs.NotFound, "the case itself, to who works on the request")
		b.refused(b.Cases.SavePlan(team, id, plan("x")), errs.NotFound, "writing into the case")
		far, remote, minutes := b.helped(ledger.OnTerritory, ledger.Events), b.helped(ledger.Remote, ledger.Events), b.helped("", ledger.Minutes)
		for range 2 { // the same form twice
			if err := b.Cases.RecordMobileActivity(team, help, did, sent); err != nil {
				b.Fatal(err)
			}
		}
		did.Kind, did.Minutes = cases.HomeVisit, 90
		if err := b.Cases.RecordMobileActivity(team, help, did, crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if e, r, m := b.helped(ledger.OnTerritory, ledger.Events), b.helped(ledger.Remote, ledger.Events), b.helped("", ledger.Minutes); e != far+1 || r != remote+1 || m != minutes+130 {
			b.Errorf("territory %d, remote %d, minutes %d; before %d, %d, %d", e, r, m, far, remote, minutes)
		}
		visit := b.request("emt", help).Activities[1].ID
		if err := b.Cases.VoidMobileActivity(team, help, visit, "mistake"); err != nil {
			b.Fatal(err)
		}
		b.refused(b.Cases.VoidMobileActivity(team, help, visit, "mistake"), errs.Conflict, "taken back twice")
		if e, m := b.helped(ledger.OnTerritory, ledger.Events), b.helped("", ledger.Minutes); e != far || m != minutes+40 {
			b.Errorf("taken back it counts: %d, %d", e, m)
		}
		if err := b.Cases.WriteMobile(team, help, cases.MobileAdvice, "Con la zia", crypto.Sending{}); err != nil {
			b.Fatal(err)
		}
		if list, _ := b.Cases.MobileRequests(worker, cases.MobileWaiting); !slices.ContainsFunc(list, func(r cases.MobileRequest) bool { return r.ID == help && r.Advised }) {
			b.Error("the advice does not wait for who asked")
		}
		b.refused(b.Cases.CloseMobile(team, help, 5, ""), errs.Forbidden, "rated by the team")
		b.refused(b.Cases.CloseMobile(worker, help, 0, ""), errs.Invalid, "closed without a rating")
		for range 2 {
			if err := b.Cases.CloseMobile(worker, help, 4, "Utile"); err != nil {
				b.Fatal(err)
			}
		}
		if f := b.request("emt", help); f.Shared != nil || f.Rating != 4 || f.RatingNote != "Utile" {
			b.Errorf("once closed the team sees %+v", f)
		}
		b.refused(b.Cases.TakeMobile(team, help), errs.Conflict, "taken on once closed")
		b.verify()
	})
}

// A brief names nobody and is of the body that asks and of the team that is asked: all
// others, another mobile team among them, find nothing; on a case, nor do colleagues who
// are not in its team, nor a team with which no agreement is in force.
func TestMobileTeamSees(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("pistoia.assistente")
		brief, err := b.Cases.AskMobileTeam(worker, b.help(""))
		if err != nil {
			b.Fatal(err)
		}
		n := b.help(b.pistoia())
		onCase, err := b.Cases.AskMobileTeam(worker, n)
		if err != nil {
			b.Fatal(err)
		}
		if f := b.request("pistoia.sportello", brief); f.CaseID != "" || !f.Asks {
			b.Errorf("the desk of the body sees %+v", f)
		}
		other := b.otherTeam()
		for who, ids := range map[string][]string{"assistente": {brief, onCase}, "bergamo.assistente": {brief, onCase}, "pistoia.sportello": {onCase},
			"pistoia.responsabile": {onCase}, "another team": {brief, onCase}} {
			ctx := other
			if who != "another team" {
				ctx = b.as(who)
			}
			for _, id := range ids {
				_, err := b.Cases.Mobile(ctx, id)
				b.refused(err, errs.NotFound, who+" reads")
				b.refused(b.Cases.TakeMobile(ctx, id), errs.NotFound, who+" takes it on")
				b.refused(b.Cases.CloseMobile(ctx, id, 5, ""), errs.NotFound, who+" closes")
			}
			list, err := b.Cases.MobileRequests(ctx, cases.MobileAll)
			if err != nil || slices.ContainsFunc(list, func(r cases.MobileRequest) bool { return slices.Contains(ids, r.ID) }) {
				b.Errorf("%s lists it: %v", who, err)
			}
		}
		elsewhere := n
		elsewhere.ToOrg, elsewhere.Sent.Key = policy.From(other).OrgID, "other"
		_, err = b.Cases.AskMobileTeam(worker, elsewhere)
		b.refused(err, errs.Conflict, "a team without an agreement")
		_, err = b.Cases.AskMobileTeam(b.as("assistente"), n)
		b.refused(err, errs.NotFound, "on somebody else's case")
		_, err = b.Cases.AskMobileTeam(b.as("emt"), b.help(""))
		b.refused(err, errs.Forbidden, "the team asks itself")
		n.Sent.Key, n.Reason = "again", "nothing"
		_, err = b.Cases.AskMobileTeam(worker, n)
		b.refused(err, errs.Invalid, "a reason of no list")
		b.refused(b.Cases.DeclineMobile(b.as("emt"), brief, "", ""), errs.Invalid, "declined without a reason")
		if err := b.Cases.DeclineMobile(b.as("emt"), brief, "territory", ""); err != nil {
			b.Fatal(err)
		}
		b.refused(b.Cases.TakeMobile(b.as("emt"), brief), errs.Conflict, "taken on once declined")
		b.endAgreements()
		_, err = b.Cases.Mobile(b.as("emt"), onCase)
		b.refused(err, errs.NotFound, "after the agreement")
		if _, err := b.Cases.Mobile(worker, onCase); err != nil {
			b.Errorf("who asked, after the agreement: %v", err)
		}
		b.verify()
	})
}

// otherTeam is somebody of the mobile team of another body.
func (b *bench) otherTeam() context.Context {
	b.Helper()
	now := db.DateOf(b.DB.Now())
	err := b.Network.AddPlace(b.as("admin"), b.account("partner"), network.NewPlace{OrgID: policy.From(b.as("partner")).OrgID, Role: policy.MobileTeam, From: now})
	if err != nil {
		b.Fatal(err)
	}
	actor := policy.From(b.as("partner"))
	actor.Role = policy.MobileTeam
	return policy.With(b.Context(), actor)
}

// endAgreements ends today every agreement of the mobile team's body.
func (b *bench) endAgreements() {
	b.Helper()
	admin := b.as("admin")
	list, today, err := b.Network.Agreements(admin)
	if err != nil {
		b.Fatal(err)
	}
	org := policy.From(b.as("emt")).OrgID
	for _, a := range list {
		if a.SignedOn == "" || !slices.ContainsFunc(a.Parties, func(p network.Party) bool { return p.OrgID == org }) {
			continue
		}
		if err := b.Network.EndAgreement(admin, a.ID, today, "Fine", a.Version); err != nil {
			b.Fatal(err)
		}
	}
}
