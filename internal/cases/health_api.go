package cases

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
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
	api.Add(a, huma.Operation{OperationID: "get-health-path", Method: http.MethodGet, Path: "/health-paths/{id}", Tags: tags,
		Summary: "Read a path of care", Description: "With its meetings and sessions; of one that the caller is not named to, not found.",
	}, policy.HealthWork, policy.HealthPath, m.apiHealthPath)
	api.Add(a, huma.Operation{OperationID: "add-health-path-meeting", Method: http.MethodPost, Path: "/health-paths/{id}/meetings", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Write down a meeting or a session on a path of care",
		Description: "Of the services, or with the person, who came or did not. The same Idempotency-Key with the same content writes one.",
	}, policy.HealthWork, policy.HealthPath, m.apiHealthMeeting)
	api.Add(a, huma.Operation{OperationID: "end-health-path", Method: http.MethodPost, Path: "/health-paths/{id}/end", Tags: tags,
		Summary: "End a path of care", Description: "Of an old version, or of one that has ended, it is a conflict.",
	}, policy.HealthWork, policy.HealthPath, m.apiEndHealthPath)
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
	HealthScheduleFacts
	Note string `json:"note,omitempty" maxLength:"2000" doc:"What helps the services to work together"`
}

// HealthScheduleFacts are what is meant to be done on a path of care.
type HealthScheduleFacts struct {
	Care    string `json:"care,omitempty" maxLength:"60" doc:"Code of the list health_care" example:"rehabilitation"`
	Planned int    `json:"planned,omitempty" minimum:"0" maximum:"200" doc:"How many sessions are meant; 0 is not said" example:"10"`
	Since   string `json:"since,omitempty" format:"date" doc:"First day of the sessions" example:"2026-03-12"`
	Until   string `json:"until,omitempty" format:"date" doc:"Last day of the sessions" example:"2026-06-30"`
}

func (s *HealthScheduleFacts) schedule() HealthSchedule {
	return HealthSchedule{s.Care, s.Planned, db.Date(s.Since), db.Date(s.Until)}
}

// HealthMeetingFacts are a meeting on a path of care.
type HealthMeetingFacts struct {
	On         string `json:"on" format:"date" doc:"Day" example:"2026-03-19"`
	Kind       string `json:"kind" maxLength:"60" doc:"Code of the list health_session; services is a meeting of the services, to which the person does not come" example:"interview"`
	Minutes    int    `json:"minutes,omitempty" maximum:"600" doc:"How long it was; absent when it was missed" example:"50"`
	Profession string `json:"profession,omitempty" maxLength:"60" doc:"Of who held it; needed when the person was expected" example:"psychologist"`
	Who        string `json:"who,omitempty" maxLength:"300" doc:"Services and roles, of a meeting of the services"`
	Mediator   bool   `json:"mediator,omitempty" doc:"A mediator was there"`
	Missed     string `json:"missed,omitempty" maxLength:"60" doc:"Code of the list health_missed; absent when they came" example:"said"`
	Said       string `json:"said,omitempty" maxLength:"2000" doc:"What was agreed"`
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
	HealthScheduleFacts
	Meetings   int    `json:"meetings" doc:"How many meetings and sessions there were" example:"2"`
	Held       int    `json:"sessions_held" doc:"How many sessions with the person were held" example:"1"`
	Missed     int    `json:"sessions_missed" doc:"How many the person missed" example:"0"`
	Outcome    string `json:"outcome,omitempty" doc:"Code of the list health_outcome, of one that has ended" example:"completed"`
	FollowUpOn string `json:"follow_up_on,omitempty" format:"date" doc:"When one asks how it goes, of one that has ended" example:"2026-09-30"`
	Version    int    `json:"version" doc:"One more each time it is saved" example:"3"`
}

func (p *HealthPath) item() HealthPathItem {
	held, missed := p.Sessions()
	return HealthPathItem{p.ID, p.PersonID, p.Code, p.State, string(p.OpenedOn), string(p.FirstOn), p.From, p.To, p.ToName, p.Reason, p.Mediator,
		HealthScheduleFacts{p.Care, p.Planned, string(p.Since), string(p.Until)}, len(p.Meetings), held, missed, p.Outcome, string(p.FollowUpOn), p.Version}
}

// HealthPathFile is a path of care with its meetings.
type HealthPathFile struct {
	HealthPathItem
	All []HealthMeetingFacts `json:"all_meetings" nullable:"false" doc:"Meetings of the services and sessions, by day"`
}

type healthPathInput struct {
	ID string `path:"id" doc:"Identifier of the path"`
}

type healthPathOutput struct{ Body HealthPathFile }

func (m *Module) apiHealthPath(ctx context.Context, in *healthPathInput) (*healthPathOutput, error) {
	p, err := m.HealthPath(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &healthPathOutput{HealthPathFile{p.item(), []HealthMeetingFacts{}}}
	for _, n := range p.Meetings {
		out.Body.All = append(out.Body.All, HealthMeetingFacts{string(n.On), cmp.Or(n.Kind, ofServices), n.Minutes, n.Profession, n.Who, n.Mediator, n.Missed, n.Said})
	}
	return out, nil
}

type healthMeetingInput struct {
	healthPathInput
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           HealthMeetingFacts
}

func (m *Module) apiHealthMeeting(ctx context.Context, in *healthMeetingInput) (*healthPathOutput, error) {
	sent, err := sendingOf(in.IdempotencyKey, "health meeting "+in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	n := HealthMeeting{On: db.Date(b.On), Kind: b.Kind, Minutes: b.Minutes, Profession: b.Profession, Who: b.Who, Mediator: b.Mediator, Missed: b.Missed, Said: b.Said}
	if err := m.MeetOnHealthPath(ctx, in.ID, n, sent); err != nil {
		return nil, err
	}
	return m.apiHealthPath(ctx, &in.healthPathInput)
}

type endHealthInput struct {
	healthPathInput
	Body struct {
		Outcome    string `json:"outcome" maxLength:"60" doc:"Code of the list health_outcome" example:"completed"`
		EndedOn    string `json:"ended_on" format:"date" doc:"Day" example:"2026-06-30"`
		FollowUpOn string `json:"follow_up_on,omitempty" format:"date" doc:"When one asks how it goes" example:"2026-09-30"`
		Note       string `json:"note,omitempty" maxLength:"2000" doc:"Notes on the end"`
		Version    int    `json:"version" doc:"Of the path, as it was read" example:"3"`
	}
}

func (m *Module) apiEndHealthPath(ctx context.Context, in *endHealthInput) (*healthPathOutput, error) {
	b := in.Body
	if err := m.EndHealthPath(ctx, in.ID, HealthEnd{Outcome: b.Outcome, On: db.Date(b.EndedOn), FollowUpOn: db.Date(b.FollowUpOn), Note: b.Note, Version: b.Version}); err != nil {
		return nil, err
	}
	return m.apiHealthPath(ctx, &in.healthPathInput)
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
	sent, err := sendingOf(in.IdempotencyKey, "health", in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	id, err := m.OpenHealthPath(ctx, HealthDraft{PersonID: b.Person, Code: b.Code, Sex: b.Sex, AgeClass: b.AgeClass, PlaceKey: b.Place, State: b.State,
		FirstOn: db.Date(b.FirstOn), From: b.From, To: b.To, ToName: b.ToName, Reason: b.Reason, Mediator: b.Mediator, Note: b.Note,
		HealthSchedule: b.schedule(), Sent: sent})
	if err != nil {
		return nil, err
	}
	p, err := m.HealthPath(ctx, id)
	if err != nil {
		return nil, err
	}
	return &openHealthOutput{Location: p.path(), Body: p.item()}, nil
}
