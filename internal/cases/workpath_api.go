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

func (m *Module) workAPI(a *api.API) {
	tags := []string{"Work paths"}
	api.Add(a, huma.Operation{OperationID: "list-work-paths", Method: http.MethodGet, Path: "/cases/{id}/work-paths", Tags: tags,
		Summary:     "Read who of the family of a case is on the way into work",
		Description: "With the steps, the first first, of the persons whom the caller may read. What was written of a person who was erased is empty.",
	}, policy.CaseRead, policy.Case, m.apiWorkPaths)
	api.Add(a, huma.Operation{OperationID: "open-work-path", Method: http.MethodPost, Path: "/cases/{id}/work-paths", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Begin the way of somebody of the family into work",
		Description: "One for each person in a case. The same Idempotency-Key with the same content begins one; with another content it is a conflict.",
	}, policy.CaseWrite, policy.Case, m.apiOpenWorkPath)
	api.Add(a, huma.Operation{OperationID: "add-work-step", Method: http.MethodPost, Path: "/cases/{id}/work-steps", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Write a step of a way into work: a training, an internship, a job",
		Description: "Of a job, who answers for the case is reminded to look after three and six months whether it was kept. The same Idempotency-Key with the same content writes one; with another content it is a conflict.",
	}, policy.CaseWrite, policy.Case, m.apiAddWorkStep)
}

// WorkFacts are what beginning a way into work asks for.
type WorkFacts struct {
	Person string `json:"person" maxLength:"64" doc:"Identifier of the person, of the family and at least 14 years old"`
	Place  string `json:"place,omitempty" maxLength:"80" doc:"Programme and activity it counts for; absent is those of the case, and \"none\" is no programme" example:"intarsi/2.3"`
	Skills string `json:"skills" maxLength:"8000" doc:"What they can do, and have done" example:"Cuoca per quattro anni; guida l'auto."`
	Wishes string `json:"wishes,omitempty" maxLength:"8000" doc:"What they look for" example:"Un lavoro al mattino"`
	Limits string `json:"limits,omitempty" maxLength:"8000" doc:"What stands in the way" example:"Il nido chiude alle 16"`
}

// WorkStepFacts are what a step says.
type WorkStepFacts struct {
	Kind      string `json:"kind" enum:"training,internship,job" doc:"What it is" example:"job"`
	StartedOn string `json:"started_on" format:"date" doc:"First day" example:"2026-03-05"`
	EndedOn   string `json:"ended_on,omitempty" format:"date" doc:"Last day; with an outcome, or not at all" example:"2026-10-31"`
	Outcome   string `json:"outcome,omitempty" maxLength:"60" doc:"Code of the list work_outcome" example:"contract_over"`
	Contract  string `json:"contract,omitempty" maxLength:"60" doc:"Code of the list work_contract; a job has one" example:"fixed_term"`
	Kept3     string `json:"kept_3,omitempty" enum:"yes,no" doc:"Whether a job was kept after three months; absent when nobody has looked" example:"yes"`
	Kept3On   string `json:"kept_3_on,omitempty" format:"date" doc:"When that was looked at" example:"2026-06-08"`
	Kept6     string `json:"kept_6,omitempty" enum:"yes,no" doc:"Whether it was kept after six months" example:"yes"`
	Kept6On   string `json:"kept_6_on,omitempty" format:"date" doc:"When that was looked at" example:"2026-09-08"`
	Host      string `json:"host" maxLength:"2000" doc:"Where they learn or work" example:"Trattoria in centro"`
	Note      string `json:"note,omitempty" maxLength:"8000" doc:"What helps" example:"Il tutor è il cuoco"`
}

// WorkStepItem is a step as the API shows it.
type WorkStepItem struct {
	ID        string `json:"id" doc:"Identifier of the step" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Version   int    `json:"version" doc:"Grows each time it is saved" example:"2"`
	TakenBack string `json:"taken_back,omitempty" enum:"mistake,duplicate,other_case" doc:"Why it does not count; absent of one that does" example:"mistake"`
	WorkStepFacts
}

// WorkPathItem is a way into work as the API shows it.
type WorkPathItem struct {
	ID       string         `json:"id" doc:"Identifier of the way" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	OpenedOn string         `json:"opened_on" format:"date" doc:"When it began" example:"2026-03-05"`
	Version  int            `json:"version" doc:"Grows each time the profile is saved" example:"1"`
	Steps    []WorkStepItem `json:"steps" nullable:"false" doc:"Its steps, the first first"`
	WorkFacts
}

func (s *WorkStep) item() WorkStepItem {
	return WorkStepItem{s.ID, s.Version, s.VoidReason, WorkStepFacts{s.Kind, string(s.StartedOn), string(s.EndedOn), s.Outcome, s.Contract,
		s.Kept3, string(s.Kept3On), s.Kept6, string(s.Kept6On), s.Host, s.Note}}
}

func (p *WorkPath) item() WorkPathItem {
	out := WorkPathItem{ID: p.ID, OpenedOn: string(p.OpenedOn), Version: p.Version, Steps: []WorkStepItem{},
		WorkFacts: WorkFacts{p.PersonID, apiPlace(p.Place), p.Skills, p.Wishes, p.Limits}}
	for i := range p.Steps {
		out.Steps = append(out.Steps, p.Steps[i].item())
	}
	return out
}

type workPathsOutput struct {
	Body struct {
		Items []WorkPathItem `json:"items" nullable:"false" doc:"One for each person"`
		Next  string         `json:"next" doc:"Always empty: they come in one page"`
		Total int            `json:"total" doc:"How many there are" example:"1"`
	}
}

func (m *Module) apiWorkPaths(ctx context.Context, in *caseInput) (*workPathsOutput, error) {
	f, err := m.File(ctx, in.ID)
	if err == nil {
		err = f.Open.Require(policy.AreaWork)
	}
	if err != nil {
		return nil, err
	}
	out := &workPathsOutput{}
	out.Body.Items, out.Body.Total = []WorkPathItem{}, len(f.Work)
	for i := range f.Work {
		out.Body.Items = append(out.Body.Items, f.Work[i].item())
	}
	return out, nil
}

type openWorkInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           WorkFacts
}

func (m *Module) apiOpenWorkPath(ctx context.Context, in *openWorkInput) (*madeOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b, out := in.Body, &madeOutput{}
	out.Body.ID, err = m.OpenWorkPath(ctx, in.ID, NewWorkPath{PersonID: b.Person, PlaceKey: placeOfAPI(b.Place), WorkWords: WorkWords{b.Skills, b.Wishes, b.Limits},
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: "work" + in.ID + string(sent)}})
	return out, err
}

type addWorkStepInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           struct {
		Path string `json:"path" maxLength:"64" doc:"Identifier of the way into work"`
		WorkStepFacts
	}
}

func (m *Module) apiAddWorkStep(ctx context.Context, in *addWorkStepInput) (*madeOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b, c := in.Body, errs.Check{}
	d := WorkDraft{StepFacts: StepFacts{Kind: b.Kind, Outcome: b.Outcome, Contract: b.Contract, Kept3: b.Kept3, Kept6: b.Kept6}, StepWords: StepWords{b.Host, b.Note},
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: "step" + in.ID + string(sent)}}
	for _, day := range []struct {
		to          *db.Date
		field, text string
	}{{&d.StartedOn, "started_on", b.StartedOn}, {&d.EndedOn, "ended_on", b.EndedOn}, {&d.Kept3On, "kept_3_on", b.Kept3On}, {&d.Kept6On, "kept_6_on", b.Kept6On}} {
		*day.to, err = db.ParseDate(day.text)
		c.That(err == nil, day.field, "error.field_date")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	out := &madeOutput{}
	out.Body.ID, err = m.AddWorkStep(ctx, in.ID, b.Path, d)
	return out, err
}
