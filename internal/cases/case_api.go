package cases

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/policy"
)

func (m *Module) caseAPI(a *api.API) {
	tags := []string{"Cases"}
	api.Add(a, huma.Operation{OperationID: "list-cases", Method: http.MethodGet, Path: "/cases", Tags: tags,
		Summary:     "List the cases that are open to the caller",
		Description: "The newest first, up to 200; those that are closed only when asked for, or found by a number. Who is in a household is read from its persons.",
	}, policy.CaseRead, "", m.apiCases)
	api.Add(a, huma.Operation{OperationID: "get-case", Method: http.MethodGet, Path: "/cases/{id}", Tags: tags,
		Summary:     "Read a case",
		Description: "With the sections of it that are open to the caller. What is not open to them is not found.",
	}, policy.CaseRead, policy.Case, m.apiCase)
}

// CaseItem is a case as the API shows it.
type CaseItem struct {
	ID        string `json:"id" doc:"Identifier of the case" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Number    string `json:"number" doc:"By which it is named aloud: the year, and how manyth of the body that leads it" example:"2026/123"`
	Household string `json:"household" doc:"Identifier of the household"`
	Org       string `json:"organisation" doc:"Identifier of the body that leads it"`
	Manager   string `json:"manager" doc:"Account of who answers for it"`
	Programme string `json:"programme,omitempty" doc:"Code of the programme it belongs to; absent when to none" example:"reboot"`
	Activity  string `json:"activity,omitempty" doc:"Number of the activity" example:"3.2"`
	Stage     Stage  `json:"stage" enum:"reported,first_contact,under_assessment,in_charge,plan_active,suspended,oriented,closed,reopened" doc:"Where it stands" example:"plan_active"`
	OpenedOn  string `json:"opened_on" format:"date" doc:"Day on which it was opened" example:"2026-03-05"`
	ClosedOn  string `json:"closed_on,omitempty" format:"date" doc:"Absent of an open one" example:"2026-11-05"`
	Version   int    `json:"version" doc:"Grows with each move of the case" example:"4"`
}

func (c *Case) item() CaseItem {
	return CaseItem{ID: c.ID, Number: c.Number.String(), Household: c.HouseholdID, Org: c.OrgID, Manager: c.ManagerID, Programme: c.Programme, Activity: c.Activity,
		Stage: c.Stage, OpenedOn: string(c.OpenedOn), ClosedOn: string(c.ClosedOn), Version: c.Version}
}

type casesInput struct {
	Closed bool   `query:"closed" doc:"With those that are closed"`
	Number string `query:"number" maxLength:"60" doc:"Only those with this number, their own or that of another system" example:"2026/123"`
}

type casesOutput struct {
	Body struct {
		Items []CaseItem `json:"items" nullable:"false" doc:"The cases, the newest first"`
		Next  string     `json:"next" doc:"Always empty: they come in one page"`
		Total int        `json:"total" doc:"How many there are" example:"12"`
	}
}

func (m *Module) apiCases(ctx context.Context, in *casesInput) (*casesOutput, error) {
	var list []File
	var total int
	var err error
	if in.Number != "" {
		list, err = m.FindCases(ctx, in.Number)
		total = len(list)
	} else {
		list, total, err = m.Cases(ctx, in.Closed, listed)
	}
	out := &casesOutput{}
	out.Body.Items, out.Body.Total = []CaseItem{}, total
	for i := range list {
		out.Body.Items = append(out.Body.Items, list[i].item())
	}
	return out, err
}

// CaseFile is one case with what of it is open.
type CaseFile struct {
	CaseItem
	Sections   []policy.Section `json:"sections" nullable:"false" doc:"The sections that are open to the caller"`
	References []ReferenceItem  `json:"references" nullable:"false" doc:"The numbers of other systems, for who reads the diary"`
}

type caseInput struct {
	ID string `path:"id" maxLength:"64" doc:"Identifier of the case"`
}

type caseOutput struct{ Body CaseFile }

func (m *Module) apiCase(ctx context.Context, in *caseInput) (*caseOutput, error) {
	f, err := m.File(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &caseOutput{CaseFile{CaseItem: f.item(), Sections: []policy.Section{}, References: []ReferenceItem{}}}
	for _, s := range policy.CaseSections {
		if f.Open[s] {
			out.Body.Sections = append(out.Body.Sections, s)
		}
	}
	for _, ref := range f.References {
		out.Body.References = append(out.Body.References, ReferenceItem{ref.ID, ReferenceFacts{ref.Scheme, ref.Value, string(ref.On)}})
	}
	return out, nil
}
