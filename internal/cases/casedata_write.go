package cases

import (
	"context"
	"slices"

	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// ofHousehold says that a part is about the whole household.
const ofHousehold = "household"

// ExportCase returns a case in the open format, for the record of another system, and
// writes down who took what out and why. Who may send a case on may, in the body that
// leads it: from another it is Forbidden. Of a case that is very restricted, or of a
// family in which the data of somebody are only kept, it is a Conflict.
func (m *Module) ExportCase(ctx context.Context, caseID string, o FileOrder) (*CaseData, error) {
	d, err := m.dossier(ctx, caseID, o)
	if err != nil {
		return nil, err
	}
	if err := m.mayLeave(ctx, d.File); err != nil {
		return nil, err
	}
	return d.data(ctx), m.audit.Append(ctx, audit.Entry{Act: "case.export", Kind: policy.Case, ID: d.ID, Section: policy.Overview, Reason: o.said()})
}

// FileToExport returns a case for who chooses what of it to export: see ExportCase.
func (m *Module) FileToExport(ctx context.Context, caseID string) (*File, error) {
	f, err := m.FileToTake(ctx, caseID)
	if err == nil {
		err = m.mayLeave(ctx, f)
	}
	return f, err
}

// data is a dossier in the open format.
func (d *Dossier) data(ctx context.Context) *CaseData {
	out := &CaseData{Format: CaseFormat, Version: CaseFormatVersion,
		Exported: DataExported{At: d.Made, By: d.Actor.Name, Body: d.Actor.OrgName, Purpose: coded(ctx, FilePurposeList, d.Purpose), Language: i18n.Lang(ctx)},
		Origin:   DataOrigin{Network: d.Actor.Network, Case: d.ID, Number: d.Number.String(), Body: d.OrgName},
		Case:     DataCase{Stage: worded(ctx, "stage.", string(d.Stage)), OpenedOn: d.OpenedOn, ChargedOn: d.ChargedOn, ClosedOn: d.ClosedOn}}
	if d.closed() {
		out.Case.ClosingReason = &Coded{d.ClosingReason, d.closingText(ctx)}
	}
	write := map[FilePart]func(context.Context, *CaseData){"persons": d.personData, "stages": d.stageData, "numbers": d.numberData, "team": d.teamData,
		"assessments": d.assessmentData, "plans": d.planData, "referrals": d.referralData, "sittings": d.sittingData, "diary": d.diaryData,
		"interventions": d.interventionData, "work": d.workData, "documents": d.documentData}
	for _, p := range FileParts {
		if d.Has(p) {
			out.Exported.Parts = append(out.Exported.Parts, string(p))
			write[p](ctx, out)
		}
	}
	return out
}

// coded is a code of a list, with its word.
func coded(ctx context.Context, list, code string) Coded {
	return Coded{code, codelist.Word(ctx, list, code)}
}

// worded is a code that is of the program, with its word.
func worded(ctx context.Context, prefix, code string) Coded {
	return Coded{code, i18n.T(ctx, prefix+code)}
}

// some is a code that may be missing.
func some(c Coded) *Coded {
	if c.Code == "" {
		return nil
	}
	return &c
}

func (d *Dossier) personData(ctx context.Context, out *CaseData) {
	reference := d.Household.Reference().ID
	for _, mb := range d.Household.Members {
		p := DataPerson{mb.PersonID, coded(ctx, people.RelationList, mb.Relation), people.FactsOf(mb.Person)}
		if mb.Relation == "" {
			p.Relation.Label = ""
		}
		if mb.Person.ID == reference {
			out.Persons = slices.Insert(out.Persons, 0, p)
		} else {
			out.Persons = append(out.Persons, p)
		}
	}
}

func (d *Dossier) stageData(ctx context.Context, out *CaseData) {
	out.Case.Reason = d.Reason
	for _, s := range d.Steps {
		out.Stages = append(out.Stages, DataStage{worded(ctx, "stage.", string(s.Stage)), s.Since, s.Who, some(Coded{s.Reason, s.reasonText(ctx)})})
	}
}

func (d *Dossier) numberData(ctx context.Context, out *CaseData) {
	for _, r := range d.References {
		out.References = append(out.References, DataReference{coded(ctx, ReferenceSchemeList, r.Scheme), r.Value, r.On})
	}
	for _, a := range d.Acts {
		if a.VoidReason == "" {
			out.Acts = append(out.Acts, DataAct{coded(ctx, AuthorityActList, a.Kind), a.Authority, a.Number, a.On, a.Asked, a.DueOn, a.AnsweredOn, a.Answer, a.Readers})
		}
	}
}

func (d *Dossier) teamData(ctx context.Context, out *CaseData) {
	for _, t := range d.Team {
		out.Team = append(out.Team, DataMember{t.Name, t.OrgName, worded(ctx, "mandate.", string(t.Mandate)), t.From, t.To})
	}
	for _, b := range d.Mandates {
		var ended *Coded
		if b.EndReason != "" {
			ended = some(coded(ctx, MandateEndList, b.EndReason))
		}
		out.Mandates = append(out.Mandates, DataMandate{b.OrgName, worded(ctx, "mandate.subject.", b.Subject), b.From, b.To, ended})
	}
}

func subjectData(personID string) string {
	if personID == "" {
		return ofHousehold
	}
	return personID
}

func (d *Dossier) assessmentData(ctx context.Context, out *CaseData) {
	for i := range d.Assessments {
		a := &d.Assessments[i]
		o := DataAssessment{Instrument: Coded{a.Instrument.Code, a.title(ctx)}, Edition: a.Instrument.Edition, Subject: ofHousehold,
			Moment: worded(ctx, "assessment.moment.", string(a.Moment)), On: a.On, ClosedOn: a.ClosedOn, Scores: []DataScore{}}
		if a.Subject.Kind != OfHousehold {
			o.Subject = a.Subject.ID
		}
		if a.ID == d.ID && d.AnalysisOutcome != "" {
			o.Outcome = some(worded(ctx, "analysis.outcome.", d.AnalysisOutcome))
		}
		for _, s := range a.Scores {
			if s.Version > 0 {
				o.Scores = append(o.Scores, DataScore{Coded{s.Domain, a.Instrument.domain(s.Domain).Title.say(ctx)},
					a.levelData(ctx, s.Level), a.levelData(ctx, s.Self), s.Notes, s.Evidence, s.SavedBy})
			}
		}
		out.Assessments = append(out.Assessments, o)
	}
}

func (a *Assessment) levelData(ctx context.Context, level int) *Coded {
	if level == NotScored {
		return nil
	}
	return &Coded{itoa(level), a.Instrument.levelWord(ctx, level)}
}

func (d *Dossier) planData(ctx context.Context, out *CaseData) {
	for i := range d.Editions {
		p := &d.Editions[i]
		o := DataPlan{Edition: p.Edition, Subject: subjectData(p.SubjectID), SavedBy: p.SavedBy, SignedOn: p.SignedOn, ReplacedOn: p.ReplacedOn, ReviewOn: p.ReviewOn,
			Objectives: []DataObjective{}}
		for _, one := range p.Objectives {
			objective := DataObjective{Text: one.Text, Need: one.Need, Actions: []DataAction{}}
			if one.Outcome != "" {
				objective.Outcome = some(worded(ctx, "outcome.", one.Outcome))
			}
			for _, a := range one.Actions {
				objective.Actions = append(objective.Actions, a.data())
			}
			o.Objectives = append(o.Objectives, objective)
		}
		for _, s := range p.Signatures {
			o.Signatures = append(o.Signatures, DataSignature{d.personName(ctx, s.PersonID), s.On, s.wayText(ctx)})
		}
		out.Plans = append(out.Plans, o)
	}
	for _, r := range d.Reviews {
		out.Reviews = append(out.Reviews, DataReview{r.On, r.Who, r.Note})
	}
}

func (a *Action) data() DataAction {
	out := DataAction{Text: a.Text, By: "family", Resource: a.Resource, DueOn: a.DueOn, DoneOn: a.DoneOn}
	switch {
	case a.AccountID != "":
		out.By, out.Who = "team", a.Who
	case a.Body != "":
		out.By, out.Who = "body", a.Body
	}
	return out
}

// mayLeave tells whether a case can leave as data: see ExportCase.
func (m *Module) mayLeave(ctx context.Context, f *File) error {
	actor, err := policy.Check(ctx, policy.CaseTeam)
	if err == nil && actor.OrgID != f.OrgID {
		err = errs.New(errs.Forbidden, "dossier.not_leading")
	}
	if err != nil {
		return err
	}
	return m.db.Read(ctx, func(tx *db.Tx) error {
		terms, err := m.terms(ctx, tx, &f.Case, policy.InstitutionalTask)
		if err == nil && terms.Class == policy.VeryRestricted {
			err = errs.New(errs.Conflict, "dossier.very_restricted")
		}
		if err != nil {
			return err
		}
		return m.people.CheckHousehold(ctx, tx, f.HouseholdID)
	})
}
