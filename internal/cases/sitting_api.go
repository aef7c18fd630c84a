package cases

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func (m *Module) sittingAPI(a *api.API) {
	tags := []string{"Sittings"}
	api.Add(a, huma.Operation{OperationID: "list-sittings", Method: http.MethodGet, Path: "/sittings", Tags: tags,
		Summary: "List the sittings to which the caller is asked, or those of a case",
		Description: "Without a case: those without confirmed minutes to which the caller is asked or which they convened, the soonest first. With one: all of it, the last first. " +
			"A sitting is read by who sees the plan of its case.",
	}, policy.CaseRead, "", m.apiSittings)
	api.Add(a, huma.Operation{OperationID: "convene-sitting", Method: http.MethodPost, Path: "/sittings", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Convene the team or the assessment unit on a case",
		Description: "Who sees plan and diary may. The same Idempotency-Key with the same content convenes once; with another content it is a conflict. Minutes are written on the page.",
	}, policy.SittingWork, "", m.apiConvene)
}

// SittingFacts are what convening a sitting asks for.
type SittingFacts struct {
	Case     string      `json:"case" maxLength:"64" doc:"Identifier of the case" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Kind     SittingKind `json:"kind" enum:"multidisciplinary_team,assessment_unit" doc:"Who sits" example:"multidisciplinary_team"`
	StartsAt time.Time   `json:"starts_at" doc:"When it begins" example:"2026-03-05T10:00:00+01:00"`
	Lasts    int         `json:"lasts" minimum:"10" maximum:"600" doc:"Minutes that it lasts" example:"60"`
	Mode     ledger.Mode `json:"mode" enum:"in_person,remote" doc:"How one sits" example:"in_person"`
	Where    string      `json:"where,omitempty" maxLength:"300" doc:"Place, or how to take part; never a protected address" example:"Sede del servizio, sala 2"`
	Agenda   string      `json:"agenda,omitempty" maxLength:"2000" doc:"About what" example:"Verifica del piano"`
	Accounts []string    `json:"accounts,omitempty" nullable:"false" maxItems:"60" doc:"Who is asked of the team, by account"`
	Guests   []GuestItem `json:"guests,omitempty" nullable:"false" maxItems:"12" doc:"Who else is asked, by name and body"`
}

// GuestItem is somebody who is asked and is not in the team.
type GuestItem struct {
	Name       string `json:"name" maxLength:"120" doc:"Name" example:"Ottavia Lenzi"`
	Body       string `json:"body" maxLength:"200" doc:"Where they work" example:"Scuola Carducci"`
	Profession string `json:"profession" maxLength:"60" doc:"Code of the profession" example:"educator"`
}

// SittingItem is a sitting as the API shows it.
type SittingItem struct {
	ID       string       `json:"id" doc:"Identifier of the sitting"`
	Case     string       `json:"case" doc:"Identifier of its case"`
	Kind     SittingKind  `json:"kind" enum:"multidisciplinary_team,assessment_unit" doc:"Who sits" example:"multidisciplinary_team"`
	State    SittingState `json:"state" enum:"convened,held,cancelled" doc:"Held once its minutes are confirmed" example:"held"`
	StartsAt time.Time    `json:"starts_at" doc:"When it begins" example:"2026-03-05T09:00:00Z"`
	Lasts    int          `json:"lasts" doc:"Minutes that it lasts" example:"60"`
	Mode     ledger.Mode  `json:"mode" enum:"in_person,remote" doc:"How one sits" example:"in_person"`
	Quorate  bool         `json:"quorate" doc:"Of one that was held: who had to be there was, and it counts"`
	Decision string       `json:"decision,omitempty" doc:"Code of the list sitting_decision" example:"plan_agreed"`
	Version  int          `json:"version" doc:"One more each time it is saved" example:"3"`
}

func (s *Sitting) item() SittingItem {
	return SittingItem{s.ID, s.CaseID, s.Kind, s.State, s.StartsAt.UTC(), s.Lasts, s.Mode, s.Quorate, s.Decision, s.Version}
}

type sittingsInput struct {
	Case string `query:"case" maxLength:"64" doc:"Identifier of a case: all its sittings"`
}

type sittingsOutput struct {
	Body struct {
		Items []SittingItem `json:"items" nullable:"false" doc:"The sittings"`
		Next  string        `json:"next" doc:"Always empty: they come in one page"`
		Total int           `json:"total" doc:"How many there are" example:"2"`
	}
}

func (m *Module) apiSittings(ctx context.Context, in *sittingsInput) (*sittingsOutput, error) {
	var list []Sitting
	if in.Case != "" {
		f, err := m.File(ctx, in.Case)
		if err == nil {
			err = f.Open.Require(policy.Plan)
		}
		if err != nil {
			return nil, err
		}
		list = f.Sittings
	} else {
		var err error
		if list, err = m.Sittings(ctx, SittingShows...); err != nil {
			return nil, err
		}
	}
	out := &sittingsOutput{}
	out.Body.Items, out.Body.Total = []SittingItem{}, len(list)
	for i := range list {
		out.Body.Items = append(out.Body.Items, list[i].item())
	}
	return out, nil
}

type conveneInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           SittingFacts
}

type conveneOutput struct {
	Location string `header:"Location" doc:"The page of the sitting"`
	Body     SittingItem
}

func (m *Module) apiConvene(ctx context.Context, in *conveneInput) (*conveneOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	n := SittingDraft{Kind: b.Kind, StartsAt: b.StartsAt, Lasts: b.Lasts, Mode: b.Mode, Where: b.Where, Agenda: b.Agenda, Accounts: b.Accounts,
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: "sitting" + string(sent)}}
	for _, g := range b.Guests {
		n.Guests = append(n.Guests, Guest(g))
	}
	id, err := m.ConveneSitting(ctx, b.Case, n)
	if err != nil {
		return nil, err
	}
	out := &conveneOutput{Location: "/cases/" + b.Case + "/sittings/" + id}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		r, err := sittingByID(ctx, tx, policy.From(ctx).Network, b.Case, id)
		out.Body = r.item()
		return err
	})
	return out, err
}
