package cases

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func (m *Module) healthAPI(a *api.API) {
	tags := []string{"Health paths"}
	api.Add(a, huma.Operation{OperationID: "list-health-paths", Method: http.MethodGet, Path: "/health-paths", Tags: tags,
		Summary:     "List the paths of care that the caller is named to",
		Description: "Those that have not ended first, then the last opened first, up to 200. No other answer of the API says that one is there.",
	}, policy.HealthWork, "", m.apiHealthPaths)
	api.Add(a, huma.Operation{OperationID: "open-health-path", Method: http.MethodPost, Path: "/health-paths", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Open a path of care",
		Description: "Of a person whom the caller may read, or of somebody who gives a code and no name. It is open to the caller alone until somebody is named on its page. " +
			"The same Idempotency-Key with the same content opens one; with another content it is a conflict.",
	}, policy.HealthWork, "", m.apiOpenHealthPath)
}

// HealthFacts are what opening a path of care asks for.
type HealthFacts struct {
	Person   string      `json:"person,omitempty" maxLength:"64" doc:"Identifier of the person; absent when a code stands in its place"`
	Code     string      `json:"code,omitempty" maxLength:"40" doc:"Code of who gives no name; never a name nor a tax code" example:"R7-0142"`
	Sex      string      `json:"sex,omitempty" enum:"F,M,X" doc:"Of who gives a code, as far as they say" example:"M"`
	AgeClass string      `json:"age_class,omitempty" maxLength:"10" doc:"Of who gives a code, as far as they say" example:"30-44"`
	Place    string      `json:"place,omitempty" maxLength:"80" doc:"Programme and activity it belongs to; absent when to none" example:"becomer/2.3"`
	State    HealthState `json:"state" enum:"proposed,sent,first_appointment,followed" doc:"Where it stands" example:"sent"`
	FirstOn  string      `json:"first_on,omitempty" format:"date" doc:"Day of the first appointment" example:"2026-03-12"`
	From     string      `json:"from" maxLength:"60" doc:"Code of the list health_service: who sends" example:"social"`
	To       string      `json:"to" maxLength:"60" doc:"Code of the list health_service: who receives" example:"serd"`
	ToName   string      `json:"to_name,omitempty" maxLength:"200" doc:"Name of the service that receives" example:"SerD di Ravenna"`
	Reason   string      `json:"reason" maxLength:"60" doc:"Code of the list health_reason: a category, never a diagnosis" example:"alcohol"`
	Mediator bool        `json:"mediator,omitempty" doc:"A mediator is there"`
	Note     string      `json:"note,omitempty" maxLength:"2000" doc:"What helps the services to work together"`
}

// HealthPathItem is a path of care as the API shows it to who is named to it.
type HealthPathItem struct {
	ID       string      `json:"id" doc:"Identifier of the path"`
	Person   string      `json:"person,omitempty" doc:"Identifier of the person; absent when a code stands in its place"`
	Code     string      `json:"code,omitempty" doc:"Code of who gives no name" example:"R7-0142"`
	State    HealthState `json:"state" enum:"proposed,sent,first_appointment,followed,ended" doc:"Where it stands" example:"sent"`
	OpenedOn string      `json:"opened_on" format:"date" doc:"Day on which it was opened" example:"2026-03-05"`
	FirstOn  string      `json:"first_on,omitempty" format:"date" doc:"Day of the first appointment" example:"2026-03-12"`
	From     string      `json:"from" doc:"Code of the list health_service: who sends" example:"social"`
	To       string      `json:"to" doc:"Code of the list health_service: who receives" example:"serd"`
	ToName   string      `json:"to_name,omitempty" doc:"Name of the service that receives" example:"SerD di Ravenna"`
	Reason   string      `json:"reason" doc:"Code of the list health_reason" example:"alcohol"`
	Mediator bool        `json:"mediator" doc:"A mediator is there"`
	Meetings int         `json:"meetings" doc:"How many meetings of the services there were" example:"2"`
	Outcome  string      `json:"outcome,omitempty" doc:"Code of the list health_outcome, of one that has ended" example:"completed"`
	Version  int         `json:"version" doc:"One more each time it is saved" example:"3"`
}

func (p *HealthPath) item() HealthPathItem {
	return HealthPathItem{p.ID, p.PersonID, p.Code, p.State, string(p.OpenedOn), string(p.FirstOn), p.From, p.To, p.ToName, p.Reason, p.Mediator,
		len(p.Meetings), p.Outcome, p.Version}
}

type healthPathsOutput struct {
	Body struct {
		Items []HealthPathItem `json:"items" nullable:"false" doc:"The paths"`
		Next  string           `json:"next" doc:"Always empty: they come in one page"`
		Total int              `json:"total" doc:"How many there are" example:"2"`
	}
}

func (m *Module) apiHealthPaths(ctx context.Context, _ *struct{}) (*healthPathsOutput, error) {
	list, err := m.HealthPaths(ctx)
	out := &healthPathsOutput{}
	out.Body.Items, out.Body.Total = []HealthPathItem{}, len(list)
	for i := range list {
		out.Body.Items = append(out.Body.Items, list[i].item())
	}
	return out, err
}

type openHealthInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           HealthFacts
}

type openHealthOutput struct {
	Location string `header:"Location" doc:"The page of the path"`
	Body     HealthPathItem
}

func (m *Module) apiOpenHealthPath(ctx context.Context, in *openHealthInput) (*openHealthOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	id, err := m.OpenHealthPath(ctx, HealthDraft{PersonID: b.Person, Code: b.Code, Sex: b.Sex, AgeClass: b.AgeClass, PlaceKey: b.Place, State: b.State,
		FirstOn: db.Date(b.FirstOn), From: b.From, To: b.To, ToName: b.ToName, Reason: b.Reason, Mediator: b.Mediator, Note: b.Note,
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: "health" + string(sent)}})
	if err != nil {
		return nil, err
	}
	p, err := m.HealthPath(ctx, id)
	if err != nil {
		return nil, err
	}
	return &openHealthOutput{Location: p.path(), Body: p.item()}, nil
}
