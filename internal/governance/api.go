package governance

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// API adds the operations of the area: they read, and name nobody.
func (m *Module) API(a *api.API) {
	tags := []string{"Governance"}
	api.Add(a, huma.Operation{OperationID: "list-bodies", Method: http.MethodGet, Path: "/programmes/{code}/bodies", Tags: tags,
		Summary: "List the bodies of a programme that the caller may know of"}, policy.GovernanceRead, "", m.apiBodies)
	api.Add(a, huma.Operation{OperationID: "list-meetings", Method: http.MethodGet, Path: "/programmes/{code}/meetings", Tags: tags,
		Summary:     "List the meetings of the bodies of a programme",
		Description: "Newest first, at most 1000. What a meeting said is not here."}, policy.GovernanceRead, "", m.apiMeetings)
}

type programmeInput struct {
	Code string `path:"code" doc:"Code of the programme" example:"fasi"`
}

// BodyItem is a body as the API shows it.
type BodyItem struct {
	ID       string `json:"id" doc:"Identifier of the body"`
	Code     string `json:"code" doc:"Code by which the programme names it" example:"cabina_di_regia"`
	Title    string `json:"title" doc:"Name, in the caller's language" example:"Steering committee"`
	Kind     string `json:"kind" enum:"steering_committee,coordination_table,technical_table,working_table,focus_group,lab,other" doc:"Kind of body"`
	Activity string `json:"activity" doc:"Code of the activity under which its meetings count; empty when none" example:"1.1"`
	Seats    int    `json:"seats" doc:"How many seats its rule names" example:"6"`
	Composed bool   `json:"composed" doc:"Every seat has who it asks for; false too when there is no rule"`
	Held     int    `json:"held" doc:"How many meetings took place" example:"4"`
}

type bodiesOutput struct {
	Body struct {
		Items []BodyItem `json:"items" nullable:"false" doc:"The bodies, as they were made"`
		Next  string     `json:"next" doc:"Always empty: they come in one page"`
		Total int        `json:"total" doc:"How many there are" example:"3"`
	}
}

// known refuses a programme that the network has not: who may know of bodies need
// not read programmes.
func (m *Module) known(ctx context.Context, code string) error {
	return m.db.Read(ctx, func(tx *db.Tx) error {
		titles, err := m.titles(ctx, tx)
		if _, there := titles[code]; err == nil && !there {
			err = errs.Missing()
		}
		return err
	})
}

func (m *Module) apiBodies(ctx context.Context, in *programmeInput) (*bodiesOutput, error) {
	if err := m.known(ctx, in.Code); err != nil {
		return nil, err
	}
	list, err := m.Bodies(ctx, in.Code)
	out := &bodiesOutput{}
	out.Body.Items, out.Body.Total = make([]BodyItem, len(list)), len(list)
	for i, c := range list {
		out.Body.Items[i] = BodyItem{ID: c.ID, Code: c.Code, Title: c.name(ctx), Kind: c.Kind, Activity: c.Activity,
			Seats: len(c.Seats), Composed: len(c.Seats) > 0 && composed(c.Seats), Held: c.Held}
	}
	return out, err
}

// MeetingItem is a meeting as the API shows it.
type MeetingItem struct {
	ID    string `json:"id" doc:"Identifier of the meeting"`
	Body  string `json:"body" doc:"Identifier of the body that meets"`
	Date  string `json:"date" format:"date" doc:"Day" example:"2026-03-05"`
	Start string `json:"start" format:"date-time" doc:"When it begins"`
	End   string `json:"end" format:"date-time" doc:"When it ends"`
	Mode  string `json:"mode" enum:"in_person,remote" doc:"How it meets"`
	State string `json:"state" enum:"convened,held,cancelled" doc:"Only what was held counts: its minutes are confirmed"`
}

type meetingsOutput struct {
	Body struct {
		Items []MeetingItem `json:"items" nullable:"false" doc:"The meetings, newest first"`
		Next  string        `json:"next" doc:"Always empty: they come in one page"`
		Total int           `json:"total" doc:"How many there are" example:"12"`
	}
}

func (m *Module) apiMeetings(ctx context.Context, in *programmeInput) (*meetingsOutput, error) {
	if err := m.known(ctx, in.Code); err != nil {
		return nil, err
	}
	list, err := m.Meetings(ctx, in.Code)
	out := &meetingsOutput{}
	out.Body.Items, out.Body.Total = make([]MeetingItem, len(list)), len(list)
	const stamp = "2006-01-02T15:04:05Z07:00"
	for i, mt := range list {
		out.Body.Items[i] = MeetingItem{ID: mt.ID, Body: mt.BodyID, Date: string(mt.Session.Date()), Start: mt.Session.StartsAt.UTC().Format(stamp),
			End: mt.Session.EndsAt.UTC().Format(stamp), Mode: string(mt.Session.Mode), State: string(mt.State)}
	}
	return out, err
}
