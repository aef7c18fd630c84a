package cases

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func (m *Module) planAPI(a *api.API) {
	tags := []string{"Plans"}
	api.Add(a, huma.Operation{OperationID: "get-plan", Method: http.MethodGet, Path: "/cases/{id}/plan", Tags: tags,
		Summary:     "Read the plan of a case",
		Description: "The edition in force and the draft, as far as there are.",
	}, policy.CaseRead, policy.Case, m.apiPlan)
	api.Add(a, huma.Operation{OperationID: "write-plan", Method: http.MethodPut, Path: "/cases/{id}/plan", Tags: tags,
		Summary: "Write the draft of the plan",
		Description: "Where a plan is in force and no draft stands beside it, this begins the next edition: version 0. Else it carries the version of the draft that it replaces; " +
			"if somebody has written it since, it is a conflict and nothing changes. The same words sent twice are written once. What was approved or signed of the text before does not hold for the new one.",
	}, policy.PlanWrite, policy.Case, m.apiWritePlan)
	api.Add(a, huma.Operation{OperationID: "list-plan-editions", Method: http.MethodGet, Path: "/cases/{id}/plan/versions", Tags: tags,
		Summary:     "List every edition of the plan of a case",
		Description: "The newest first: the draft, the one in force, and those that were replaced.",
	}, policy.CaseRead, policy.Case, m.apiEditions)
}

// ActionItem is an action of a plan. The family does it unless an account or a body
// is named.
type ActionItem struct {
	Text     string `json:"text" maxLength:"2000" doc:"What is done" example:"Preparare la domanda di alloggio"`
	Account  string `json:"account,omitempty" maxLength:"64" doc:"Account of the member of the team who does it"`
	Body     string `json:"body,omitempty" maxLength:"2000" doc:"The body or service that does it, in words" example:"Agenzia casa"`
	Resource string `json:"resource,omitempty" maxLength:"2000" doc:"With which resource" example:"Un garante"`
	Fund     string `json:"fund,omitempty" maxLength:"120" doc:"A code of the list funding_line, or programme/activity" example:"municipal"`
	DueOn    string `json:"due_on" format:"date" doc:"By when" example:"2026-05-31"`
	DoneOn   string `json:"done_on,omitempty" format:"date" readOnly:"true" doc:"When it was found done; reviews say so" example:"2026-05-02"`
	Root     string `json:"root,omitempty" maxLength:"64" doc:"The action of an earlier edition that it goes on from: what was done stays done. As it was read"`
}

// ObjectiveItem is an objective of a plan.
type ObjectiveItem struct {
	Text    string       `json:"text" maxLength:"2000" doc:"What the family wants to reach" example:"Una casa stabile"`
	Need    string       `json:"need,omitempty" maxLength:"2000" doc:"From which need" example:"Il contratto finisce a marzo"`
	Source  string       `json:"source,omitempty" maxLength:"140" doc:"Where it was seen: assessment/domain. Absent where the section is not open to the caller; to leave it out then changes nothing"`
	Outcome string       `json:"outcome,omitempty" readOnly:"true" enum:"reached,partly,not_reached,dropped" doc:"Once the case is closed"`
	Root    string       `json:"root,omitempty" maxLength:"64" doc:"The objective of an earlier edition that it goes on from. As it was read"`
	Actions []ActionItem `json:"actions" nullable:"false" maxItems:"50" doc:"Who does what"`
}

// PlanFacts are what is written of a plan.
type PlanFacts struct {
	Subject    string          `json:"subject,omitempty" maxLength:"64" doc:"The person whose plan it is; absent of the household's"`
	Version    int             `json:"version" minimum:"0" doc:"Of the text; to write, the one that is replaced, 0 for a new draft" example:"3"`
	Objectives []ObjectiveItem `json:"objectives" nullable:"false" maxItems:"50" doc:"The objectives, in their order"`
}

// SignatureItem is how an adult is accounted for. What they typed, and why they did
// not sign, is not told.
type SignatureItem struct {
	Person string `json:"person" doc:"Identifier of the person"`
	Way    string `json:"way,omitempty" enum:"screen,paper,missing" doc:"Absent of older plans: it is only known that they signed" example:"screen"`
	On     string `json:"on" format:"date" doc:"When" example:"2026-03-12"`
}

// PlanItem is an edition of a plan as the API shows it.
type PlanItem struct {
	PlanFacts
	Edition    int             `json:"edition" doc:"1 the first" example:"2"`
	State      string          `json:"state" enum:"draft,in_force,replaced" doc:"Where it stands" example:"in_force"`
	Approved   bool            `json:"approved" doc:"Somebody who did not write the text has approved it"`
	SignedOn   string          `json:"signed_on,omitempty" format:"date" doc:"In force since" example:"2026-03-12"`
	ReplacedOn string          `json:"replaced_on,omitempty" format:"date" doc:"When the next edition came into force"`
	ReviewOn   string          `json:"review_on,omitempty" format:"date" doc:"When to look at it again" example:"2026-05-12"`
	Signatures []SignatureItem `json:"signatures" nullable:"false" doc:"How each adult is accounted for, of the text that stands"`
}

func (p *Plan) item() *PlanItem {
	out := &PlanItem{PlanFacts: PlanFacts{Subject: p.SubjectID, Version: p.Version, Objectives: []ObjectiveItem{}}, Edition: p.Edition, State: "draft",
		Approved: p.Approval.At != nil, SignedOn: string(p.SignedOn), ReplacedOn: string(p.ReplacedOn), ReviewOn: string(p.ReviewOn), Signatures: []SignatureItem{}}
	switch {
	case p.ReplacedOn != "":
		out.State = "replaced"
	case p.Signed():
		out.State = "in_force"
	}
	for _, s := range p.Signatures {
		out.Signatures = append(out.Signatures, SignatureItem{s.PersonID, s.Way, string(s.On)})
	}
	for _, o := range p.Objectives {
		item := ObjectiveItem{Text: o.Text, Need: o.Need, Source: o.Source, Outcome: o.Outcome, Root: o.Root, Actions: []ActionItem{}}
		for _, a := range o.Actions {
			item.Actions = append(item.Actions, ActionItem{a.Text, a.AccountID, a.Body, a.Resource, a.Fund, string(a.DueOn), string(a.DoneOn), a.Root})
		}
		out.Objectives = append(out.Objectives, item)
	}
	return out
}

func (f *PlanFacts) plan() (Plan, error) {
	p, k := Plan{SubjectID: f.Subject, Version: f.Version}, errs.Check{}
	for i, o := range f.Objectives {
		objective := Objective{Text: o.Text, Root: o.Root, ObjectiveMore: ObjectiveMore{o.Need, o.Source}}
		for j, a := range o.Actions {
			due, err := db.ParseDate(a.DueOn)
			k.That(err == nil, ActionField(i, j, "due"), "error.field_date")
			objective.Actions = append(objective.Actions, Action{Text: a.Text, Root: a.Root, AccountID: a.Account,
				ActionMore: ActionMore{a.Body, a.Resource}, Fund: a.Fund, DueOn: due})
		}
		p.Objectives = append(p.Objectives, objective)
	}
	return p, k.Err()
}

type planOutput struct {
	Body struct {
		InForce *PlanItem `json:"in_force,omitempty" doc:"The edition in force; absent before the first is signed"`
		Draft   *PlanItem `json:"draft,omitempty" doc:"The text that is being written; absent when none is"`
	}
}

func (m *Module) apiPlan(ctx context.Context, in *caseInput) (*planOutput, error) {
	f, err := m.File(ctx, in.ID)
	if err == nil {
		err = f.Open.Require(policy.Plan)
	}
	if err != nil {
		return nil, err
	}
	out := &planOutput{}
	if f.Plan.Signed() {
		out.Body.InForce = f.Plan.item()
	}
	if draft := f.Writing(); draft != nil {
		out.Body.Draft = draft.item()
	}
	return out, nil
}

type writePlanInput struct {
	ID   string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	Body PlanFacts
}

func (m *Module) apiWritePlan(ctx context.Context, in *writePlanInput) (*planOutput, error) {
	p, err := in.Body.plan()
	if err == nil {
		err = m.SavePlan(ctx, in.ID, p)
	}
	if err != nil {
		return nil, err
	}
	return m.apiPlan(ctx, &caseInput{in.ID})
}

type editionsOutput struct {
	Body struct {
		Items []*PlanItem `json:"items" nullable:"false" doc:"The editions, the newest first"`
		Next  string      `json:"next" doc:"Always empty: they come in one page"`
		Total int         `json:"total" doc:"How many there are" example:"2"`
	}
}

func (m *Module) apiEditions(ctx context.Context, in *caseInput) (*editionsOutput, error) {
	_, all, err := m.PlanEditions(ctx, in.ID)
	out := &editionsOutput{}
	out.Body.Items, out.Body.Total = []*PlanItem{}, len(all)
	for i := range all {
		out.Body.Items = append(out.Body.Items, all[i].item())
	}
	return out, err
}
