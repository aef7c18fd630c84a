package cases

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// API adds the operations of the area.
func (m *Module) API(a *api.API) {
	m.caseAPI(a)
	m.caseDataAPI(a)
	m.caseImportAPI(a)
	m.referenceAPI(a)
	m.authorityAPI(a)
	m.planAPI(a)
	m.signatureAPI(a)
	m.emergencyAPI(a)
	m.handoverAPI(a)
	m.referralAPI(a)
	m.sittingAPI(a)
	m.mobileAPI(a)
	m.documentAPI(a)
	m.diaryAPI(a)
	m.interventionAPI(a)
	m.workAPI(a)
	m.healthAPI(a)
	m.groupAPI(a)
	tags := []string{"Assessments"}
	api.Add(a, huma.Operation{OperationID: "list-instruments", Method: http.MethodGet, Path: "/instruments", Tags: tags,
		Summary:     "List the assessment instruments that the caller's body may use",
		Description: "Those that ship with Tessuto, and those that the body has loaded. The preliminary analysis (six_areas) is among them; a case has one, which begins when it is first saved.",
	}, policy.CaseRead, "", m.apiInstruments)
	api.Add(a, huma.Operation{OperationID: "list-assessments", Method: http.MethodGet, Path: "/cases/{id}/assessments", Tags: tags,
		Summary:     "List the assessments of a case",
		Description: "The oldest first, each with the domains whose section of the case is open to the caller.",
	}, policy.CaseRead, policy.Case, m.apiAssessments)
	api.Add(a, huma.Operation{OperationID: "start-assessment", Method: http.MethodPost, Path: "/cases/{id}/assessments", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Begin an assessment of the family of a case, or of one of its persons",
		Description: "With scores, and closed at once if so asked. The same Idempotency-Key with the same content begins one; with another content it is a conflict.",
	}, policy.AnalysisWrite, policy.Case, m.apiStart)
	api.Add(a, huma.Operation{OperationID: "write-assessment", Method: http.MethodPatch, Path: "/cases/{id}/assessments/{entry}", Tags: tags,
		Summary:     "Write scores into an assessment, close it or correct it",
		Description: "Each score carries the version that it replaces: if somebody has written the same domain since, it is a conflict and nothing changes. A closed assessment asks for a reason.",
	}, policy.AnalysisWrite, policy.Case, m.apiWrite)
}

// InstrumentItem is an instrument as the API shows it, in the caller's language.
type InstrumentItem struct {
	Code          string        `json:"code" doc:"Code of the instrument" example:"autonomy"`
	Edition       string        `json:"edition" doc:"Edition: only assessments of one are compared" example:"1"`
	Title         string        `json:"title" doc:"What people call it" example:"Matrice di autonomia"`
	Licence       string        `json:"licence" doc:"On which terms it is used" example:"AGPL-3.0-or-later"`
	Holder        string        `json:"holder" doc:"Who holds the rights to its words" example:"Tessuto"`
	Own           bool          `json:"own" doc:"Loaded by the caller's body; others ship with Tessuto"`
	AppliesTo     []SubjectKind `json:"applies_to" nullable:"false" enum:"household,person,child" doc:"Whom it assesses"`
	Better        string        `json:"better" enum:"higher,lower" doc:"Which levels are better" example:"higher"`
	NotApplicable bool          `json:"not_applicable" doc:"Level 0 says that a domain does not apply" example:"true"`
	Least         int           `json:"least" doc:"In how many domains something must be said to close" example:"9"`
	Levels        []LevelItem   `json:"levels" nullable:"false" doc:"The levels, from the lowest"`
	EvidenceAt    []int         `json:"evidence_at" nullable:"false" doc:"Levels that need a note of what they rest on" example:"[1]"`
	EvidenceJump  int           `json:"evidence_jump" doc:"So does a change of so many levels; 0: none" example:"2"`
	Domains       []DomainItem  `json:"domains" nullable:"false" doc:"The domains, in their order"`
}

// LevelItem is a level in words.
type LevelItem struct {
	Value int    `json:"value" doc:"The level" example:"3"`
	Text  string `json:"text" doc:"In words, in the caller's language" example:"In equilibrio, con aiuto"`
}

// DomainItem is a domain of an instrument.
type DomainItem struct {
	Code    string      `json:"code" doc:"Code of the domain" example:"housing"`
	Section string      `json:"section" doc:"Section of the case that opens it" example:"area_5"`
	Title   string      `json:"title" doc:"The domain in a few words" example:"Casa"`
	Hint    string      `json:"hint" doc:"What to look at"`
	Levels  []LevelItem `json:"levels" nullable:"false" doc:"What its levels look like"`
}

type instrumentsOutput struct {
	Body struct {
		Items []InstrumentItem `json:"items" nullable:"false" doc:"The instruments"`
		Next  string           `json:"next" doc:"Always empty: they come in one page"`
		Total int              `json:"total" doc:"How many there are" example:"2"`
	}
}

func (m *Module) apiInstruments(ctx context.Context, _ *struct{}) (*instrumentsOutput, error) {
	list, err := m.Instruments(ctx)
	out := &instrumentsOutput{}
	out.Body.Items, out.Body.Total = []InstrumentItem{}, len(list)
	for _, in := range list {
		out.Body.Items = append(out.Body.Items, in.item(ctx))
	}
	return out, err
}

func (in *Instrument) item(ctx context.Context) InstrumentItem {
	out := InstrumentItem{Code: in.Code, Edition: in.Edition, Title: in.Title.say(ctx), Licence: in.Licence, Holder: in.Holder, Own: in.OrgID != "",
		AppliesTo: in.AppliesTo, Better: in.Better, NotApplicable: in.NotApplicable, Least: in.Least, Levels: []LevelItem{},
		EvidenceAt: append([]int{}, in.Evidence.Levels...), EvidenceJump: in.Evidence.Jump, Domains: []DomainItem{}}
	for _, l := range in.Levels {
		out.Levels = append(out.Levels, LevelItem{l.Value, l.Title.say(ctx)})
	}
	for _, d := range in.Domains {
		item := DomainItem{Code: d.Code, Section: string(d.Section), Title: d.Title.say(ctx), Hint: d.Hint.say(ctx), Levels: []LevelItem{}}
		for _, l := range d.Levels {
			item.Levels = append(item.Levels, LevelItem{l.Value, l.Text.say(ctx)})
		}
		out.Domains = append(out.Domains, item)
	}
	return out
}

// ScoreItem is what was said of a domain. A level that is absent was not said.
type ScoreItem struct {
	Domain   string `json:"domain" maxLength:"60" doc:"Code of the domain" example:"housing"`
	Level    *int   `json:"level,omitempty" minimum:"0" maximum:"10" doc:"As the team sees it" example:"2"`
	Self     *int   `json:"self,omitempty" minimum:"0" maximum:"10" doc:"As the family or the person sees it" example:"3"`
	Evidence string `json:"evidence,omitempty" maxLength:"2000" doc:"What the level rests on" example:"Contratto visto insieme"`
	Notes    string `json:"notes,omitempty" maxLength:"8000" doc:"What was noted"`
	Version  int    `json:"version,omitempty" minimum:"0" doc:"Version of the score; to write, the one that it replaces, 0 for the first" example:"1"`
}

// AssessmentItem is an assessment as the API shows it.
type AssessmentItem struct {
	ID          string      `json:"id" doc:"Identifier of the assessment; of the preliminary analysis, that of the case"`
	Instrument  string      `json:"instrument" doc:"Code of the instrument" example:"autonomy"`
	Edition     string      `json:"edition" doc:"Edition of the instrument" example:"1"`
	SubjectKind SubjectKind `json:"subject_kind" enum:"household,person,child" doc:"Whom it is about" example:"household"`
	Subject     string      `json:"subject" doc:"Identifier of the household or of the person"`
	Moment      Moment      `json:"moment" enum:"t0,review,exit,follow_up" doc:"When in the course of the case" example:"t0"`
	On          string      `json:"on" format:"date" doc:"Day of the assessment" example:"2026-03-05"`
	ClosedOn    string      `json:"closed_on,omitempty" format:"date" doc:"Absent of a draft" example:"2026-03-06"`
	Revision    int         `json:"revision" doc:"0 a draft, 1 closed, one more for each correction" example:"1"`
	ReviewOn    string      `json:"review_on,omitempty" format:"date" doc:"When to look again" example:"2026-07-05"`
	Scores      []ScoreItem `json:"scores" nullable:"false" doc:"Of the domains that are open to the caller and of which something was said"`
}

func (a *Assessment) item() AssessmentItem {
	out := AssessmentItem{ID: a.ID, Instrument: a.Instrument.Code, Edition: a.Instrument.Edition, SubjectKind: a.Subject.Kind, Subject: a.Subject.ID,
		Moment: a.Moment, On: string(a.On), ClosedOn: string(a.ClosedOn), Revision: a.Revision, ReviewOn: string(a.ReviewOn), Scores: []ScoreItem{}}
	said := func(level int) *int {
		if level == NotScored {
			return nil
		}
		return &level
	}
	for _, s := range a.Scores {
		if s.Version > 0 {
			out.Scores = append(out.Scores, ScoreItem{s.Domain, said(s.Level), said(s.Self), s.Evidence, s.Notes, s.Version})
		}
	}
	return out
}

type assessmentsInput struct {
	ID string `path:"id" maxLength:"64" doc:"Identifier of the case"`
}

type assessmentsOutput struct {
	Body struct {
		Items []AssessmentItem `json:"items" nullable:"false" doc:"The assessments, the oldest first"`
		Next  string           `json:"next" doc:"Always empty: they come in one page"`
		Total int              `json:"total" doc:"How many there are" example:"2"`
	}
}

func (m *Module) apiAssessments(ctx context.Context, in *assessmentsInput) (*assessmentsOutput, error) {
	f, err := m.File(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &assessmentsOutput{}
	out.Body.Items, out.Body.Total = []AssessmentItem{}, len(f.Assessments)
	for i := range f.Assessments {
		out.Body.Items = append(out.Body.Items, f.Assessments[i].item())
	}
	return out, nil
}

// SheetFacts are what is written into an assessment.
type SheetFacts struct {
	Scores   []ScoreItem `json:"scores,omitempty" nullable:"false" maxItems:"60" doc:"The scores that change"`
	Close    bool        `json:"close,omitempty" doc:"Close it: from then on it counts, and is only corrected"`
	ReviewOn string      `json:"review_on,omitempty" format:"date" doc:"With close: when to look again" example:"2026-07-05"`
	Reason   string      `json:"reason,omitempty" maxLength:"2000" doc:"Why a closed assessment is corrected"`
	Outcome  string      `json:"outcome,omitempty" enum:"multidisciplinary_team,simplified_plan,employment_services,specialised_service,no_further_support" doc:"Of the preliminary analysis: what it leads to"`
}

func (f *SheetFacts) sheet() (Sheet, error) {
	review, err := db.ParseDate(f.ReviewOn)
	if err != nil {
		return Sheet{}, errs.Check{"review_on": "error.field_date"}.Err()
	}
	s := Sheet{Close: f.Close, ReviewOn: review, Reason: f.Reason, Outcome: f.Outcome}
	for _, item := range f.Scores {
		score := unsaid(item.Domain)
		score.Evidence, score.Notes, score.Version = item.Evidence, item.Notes, item.Version
		if item.Level != nil {
			score.Level = *item.Level
		}
		if item.Self != nil {
			score.Self = *item.Self
		}
		s.Scores = append(s.Scores, score)
	}
	return s, nil
}

// AssessmentFacts are what beginning an assessment asks for.
type AssessmentFacts struct {
	Instrument string `json:"instrument" maxLength:"60" doc:"Code of the instrument" example:"autonomy"`
	Edition    string `json:"edition" maxLength:"20" doc:"Its edition" example:"1"`
	Subject    string `json:"subject" maxLength:"64" doc:"Identifier of the household of the case, or of one of its persons"`
	Moment     Moment `json:"moment" enum:"t0,review,exit,follow_up" doc:"When in the course of the case; a closed case takes a follow_up only" example:"t0"`
	On         string `json:"on" format:"date" doc:"Day of the assessment" example:"2026-03-05"`
	SheetFacts
}

type startInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           AssessmentFacts
}

type startOutput struct {
	Location string `header:"Location" doc:"Where the assessment is"`
	Body     AssessmentItem
}

func (m *Module) apiStart(ctx context.Context, in *startInput) (*startOutput, error) {
	on, err := db.ParseDate(in.Body.On)
	if err != nil {
		return nil, errs.Check{"on": "error.field_date"}.Err()
	}
	sheet, err := in.Body.sheet()
	if err != nil {
		return nil, err
	}
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	n := NewAssessment{Instrument: in.Body.Instrument + "/" + in.Body.Edition, Subject: in.Body.Subject, Moment: in.Body.Moment, On: on, Sheet: sheet,
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: in.ID + string(sent)}}
	id, err := m.StartAssessment(ctx, in.ID, n)
	if err != nil {
		return nil, err
	}
	item, err := m.apiAssessment(ctx, in.ID, id)
	return &startOutput{"/api/v1/cases/" + in.ID + "/assessments/" + id, item}, err
}

type writeInput struct {
	ID    string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	Entry string `path:"entry" maxLength:"64" doc:"Identifier of the assessment"`
	Body  SheetFacts
}

type writeOutput struct{ Body AssessmentItem }

func (m *Module) apiWrite(ctx context.Context, in *writeInput) (*writeOutput, error) {
	sheet, err := in.Body.sheet()
	if err != nil {
		return nil, err
	}
	if err := m.SaveAssessment(ctx, in.ID, in.Entry, sheet); err != nil {
		return nil, err
	}
	item, err := m.apiAssessment(ctx, in.ID, in.Entry)
	return &writeOutput{item}, err
}

func (m *Module) apiAssessment(ctx context.Context, caseID, id string) (AssessmentItem, error) {
	_, a, err := m.Assessment(ctx, caseID, id)
	if err != nil {
		return AssessmentItem{}, err
	}
	return a.item(), nil
}
