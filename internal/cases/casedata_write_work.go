package cases

import (
	"context"

	"tessuto/internal/platform/codelist"
)

func (d *Dossier) referralData(ctx context.Context, out *CaseData) {
	for _, r := range d.Referrals {
		out.Referrals = append(out.Referrals, DataReferral{r.ToOrgName, coded(ctx, ReferralReasonList, r.Reason), worded(ctx, "referral.state.", string(r.State)), r.SentOn,
			r.Words, r.Answer, r.Result, r.EndedOn})
	}
}

func (d *Dossier) sittingData(ctx context.Context, out *CaseData) {
	for i := range d.Sittings {
		s := &d.Sittings[i]
		o := DataSitting{Kind: Coded{string(s.Kind), s.kindWord(ctx)}, State: worded(ctx, "sitting.state.", string(s.State)), StartsAt: s.StartsAt, Minutes: s.Lasts, Agenda: s.Agenda}
		for _, seat := range s.Seats {
			o.Present = append(o.Present, DataSeat{seat.Name, seat.Body, string(seat.Presence)})
		}
		if t := s.Minutes; t != nil {
			o.Synthesis, o.Decided = t.Synthesis, t.DecisionText
			if t.Decision != "" {
				o.Decision = some(coded(ctx, SittingDecisions, t.Decision))
			}
		}
		out.Sittings = append(out.Sittings, o)
	}
}

func (d *Dossier) diaryData(ctx context.Context, out *CaseData) {
	for _, e := range d.Entries {
		out.Diary = append(out.Diary, DataEntry{e.On, coded(ctx, DiaryKindList, e.Kind), e.Text, e.Who, e.Author, e.Readers})
	}
}

func (d *Dossier) interventionData(ctx context.Context, out *CaseData) {
	for n := range d.Diary {
		i := &d.Diary[n]
		if i.VoidReason != "" {
			continue
		}
		o := DataIntervention{On: i.On, Mode: worded(ctx, "mode.", string(i.Mode)), Minutes: i.Minutes, Text: i.Note, By: i.Who,
			Quantity: float64(i.Quantity) / 100, Euros: float64(i.Cost) / 100, Provider: i.ProviderName + i.Outside, Urgent: i.Urgent}
		if i.Code != "" {
			o.Given = some(coded(ctx, SupportList, i.Code))
		}
		if i.Unit != "" {
			o.Unit = some(coded(ctx, UnitList, i.Unit))
		}
		out.Interventions = append(out.Interventions, o)
	}
}

func (d *Dossier) workData(ctx context.Context, out *CaseData) {
	for _, p := range d.Work {
		if p.Gone {
			continue
		}
		o := DataWork{Person: p.PersonID, OpenedOn: p.OpenedOn, Skills: p.Skills, Wishes: p.Wishes, Limits: p.Limits}
		for _, s := range p.Steps {
			if s.VoidReason != "" {
				continue
			}
			step := DataStep{Kind: worded(ctx, "work.at.", s.Kind), StartedOn: s.StartedOn, EndedOn: s.EndedOn, Host: s.Host, Note: s.Note}
			if s.Outcome != "" {
				step.Outcome = some(coded(ctx, WorkOutcomeList, s.Outcome))
			}
			if s.Contract != "" {
				step.Contract = some(coded(ctx, ContractList, s.Contract))
			}
			o.Steps = append(o.Steps, step)
		}
		out.Work = append(out.Work, o)
	}
}

func (d *Dossier) documentData(ctx context.Context, out *CaseData) {
	for _, doc := range d.Documents {
		if doc.WithdrawnReason == "" {
			out.Documents = append(out.Documents, DataDocument{doc.Title, Coded{doc.Kind, codelist.Word(ctx, DocumentKindList, doc.Kind)}, doc.Version, doc.AddedAt})
		}
	}
}
