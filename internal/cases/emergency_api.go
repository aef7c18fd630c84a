package cases

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/policy"
)

func (m *Module) emergencyAPI(a *api.API) {
	tags := []string{"Cases"}
	api.Add(a, huma.Operation{OperationID: "list-emergency-access", Method: http.MethodGet, Path: "/emergency-access", Tags: tags,
		Summary: "List the cases that are open to the caller in an emergency now",
	}, policy.CaseRead, "", m.apiEmergencies)
	api.Add(a, huma.Operation{OperationID: "ask-emergency-access", Method: http.MethodPost, Path: "/emergency-access", Tags: tags,
		Summary: "Open a case in an emergency",
		Description: "For who is not in its team: overview, plan and diary, to read and not to write, for 24 hours. Who answers for the case and the DPO are told at once. " +
			"The answer is what is open to the caller by emergency access now, and the same whether there was a case to open or not. The same Idempotency-Key with the same content asks once.",
	}, policy.CaseRead, "", m.apiAskEmergency)
}

// EmergencyFacts are what emergency access asks for.
type EmergencyFacts struct {
	Person string `json:"person,omitempty" maxLength:"64" doc:"Identifier of a person whom the caller may read; absent when the case is named"`
	Case   string `json:"case,omitempty" maxLength:"300" doc:"Identifier of the case, or the address of its page" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Reason string `json:"reason" enum:"life,minor,in_front" doc:"A life in danger, a minor to protect, or the family is here and its worker cannot be reached" example:"minor"`
	Words  string `json:"words" maxLength:"2000" doc:"Why: who answers for the case and the DPO read it" example:"Il bambino è qui da solo."`
}

// EmergencyItem is a case that is open in an emergency.
type EmergencyItem struct {
	Case  string    `json:"case" doc:"Identifier of the case" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Until time.Time `json:"until" doc:"When it closes by itself" example:"2026-03-06T09:00:00Z"`
}

type emergenciesOutput struct {
	Body struct {
		Items []EmergencyItem `json:"items" nullable:"false" doc:"The cases, the last first"`
		Next  string          `json:"next" doc:"Always empty: they come in one page"`
		Total int             `json:"total" doc:"How many there are" example:"1"`
	}
}

func (m *Module) apiEmergencies(ctx context.Context, _ *struct{}) (*emergenciesOutput, error) {
	list, err := m.OwnEmergencies(ctx)
	out := &emergenciesOutput{}
	out.Body.Items, out.Body.Total = []EmergencyItem{}, len(list)
	for _, e := range list {
		out.Body.Items = append(out.Body.Items, EmergencyItem{e.CaseID, e.Until.UTC()})
	}
	return out, err
}

type askEmergencyInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           EmergencyFacts
}

func (m *Module) apiAskEmergency(ctx context.Context, in *askEmergencyInput) (*emergenciesOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	err = m.AskEmergency(ctx, EmergencyAsk{PersonID: b.Person, CaseID: b.Case, Reason: b.Reason, Words: b.Words,
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: "emergency" + string(sent)}})
	if err != nil {
		return nil, err
	}
	return m.apiEmergencies(ctx, nil)
}
