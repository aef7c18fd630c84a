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

func (m *Module) referenceAPI(a *api.API) {
	api.Add(a, huma.Operation{OperationID: "add-case-reference", Method: http.MethodPost, Path: "/cases/{id}/references", Tags: []string{"Cases"}, DefaultStatus: http.StatusCreated,
		Summary:     "Write under which number another system knows a case",
		Description: "Who reads the diary reads it, and finds the case by it. The same Idempotency-Key with the same content writes once.",
	}, policy.CaseWrite, policy.Case, m.apiAddReference)
}

// ReferenceFacts are what a number of another system says.
type ReferenceFacts struct {
	Scheme string `json:"scheme" maxLength:"60" doc:"Code of the list reference_scheme" example:"protocol"`
	Value  string `json:"value" maxLength:"60" doc:"The number" example:"PG 48213/2026"`
	On     string `json:"on,omitempty" format:"date" doc:"When it was given" example:"2026-03-05"`
}

// ReferenceItem is a number of another system as the API shows it.
type ReferenceItem struct {
	ID string `json:"id" doc:"Identifier of the reference" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	ReferenceFacts
}

type addReferenceInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           ReferenceFacts
}

type addReferenceOutput struct {
	Body struct {
		ID string `json:"id" doc:"Identifier of the reference" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	}
}

func (m *Module) apiAddReference(ctx context.Context, in *addReferenceInput) (*addReferenceOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b, out := in.Body, &addReferenceOutput{}
	on, err := db.ParseDate(b.On)
	if err != nil {
		return nil, errs.Check{"on": "error.field_date"}.Err()
	}
	out.Body.ID, err = m.AddReference(ctx, in.ID, Reference{Scheme: b.Scheme, Value: b.Value, On: on},
		crypto.Sending{Key: in.IdempotencyKey, Content: in.ID + string(sent)})
	return out, err
}
