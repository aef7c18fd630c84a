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

// signatureAPI is how a draft comes into force: approved, signed, brought into force.
func (m *Module) signatureAPI(a *api.API) {
	add := func(id, path, summary, says string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodPost, Path: "/cases/{id}/plan/" + path, Tags: []string{"Plans"}, Summary: summary,
			Description: says + " It names the version of the draft that was read: if somebody has written it since, it is a conflict and nothing changes."}
	}
	api.Add(a, add("ask-plan-approval", "approval", "Ask a colleague to approve the draft",
		"A social worker of the body that leads, who wrote nothing of it; until they answer they see the plan of the case."), policy.PlanWrite, policy.Case, m.apiAskApproval)
	decide := add("decide-plan-approval", "decision", "Approve the draft, or send it back", "Who was asked does, and sees the case no more afterwards.")
	decide.DefaultStatus = http.StatusNoContent
	api.Add(a, decide, policy.PlanApprove, policy.Case, m.apiDecide)
	api.Add(a, add("sign-plan", "signatures", "Record how an adult has signed the draft, or why not",
		"What was recorded of them before is replaced. One on paper is recorded on its page, with the scan. The same Idempotency-Key with the same content records it once."),
		policy.PlanSign, policy.Case, m.apiSign)
	api.Add(a, add("bring-plan-into-force", "in-force", "Bring the draft into force",
		"In place of the edition before, once it is approved and each adult is accounted for."), policy.PlanSign, policy.Case, m.apiForce)
}

type approvalInput struct {
	ID   string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	Body struct {
		To      string `json:"to" maxLength:"64" doc:"Account of who is asked" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
		Version int    `json:"version" doc:"Of the draft that was read" example:"1"`
	}
}

func (m *Module) apiAskApproval(ctx context.Context, in *approvalInput) (*planOutput, error) {
	if err := m.ProposePlan(ctx, in.ID, in.Body.To, in.Body.Version); err != nil {
		return nil, err
	}
	return m.apiPlan(ctx, &caseInput{in.ID})
}

type decisionInput struct {
	ID   string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	Body struct {
		Approve bool   `json:"approve" doc:"False sends it back" example:"true"`
		Note    string `json:"note,omitempty" maxLength:"2000" doc:"Why it goes back" example:"Manca chi accompagna la famiglia."`
		Version int    `json:"version" doc:"Of the draft that was read" example:"1"`
	}
}

func (m *Module) apiDecide(ctx context.Context, in *decisionInput) (*struct{}, error) {
	return nil, m.DecidePlan(ctx, in.ID, Decision{Approve: in.Body.Approve, Note: in.Body.Note, Version: in.Body.Version})
}

// SignatureFacts are how one adult has signed a draft, or why not.
type SignatureFacts struct {
	Person   string   `json:"person" maxLength:"64" doc:"Identifier of who signs"`
	Way      string   `json:"way" enum:"screen,missing" doc:"On the screen, or the signature is missing" example:"screen"`
	On       string   `json:"on" format:"date" doc:"Day on which they signed" example:"2026-03-05"`
	Name     string   `json:"name,omitempty" maxLength:"200" doc:"As they typed it, on the screen" example:"Amina Bello Adamu"`
	Readings []string `json:"readings,omitempty" nullable:"false" enum:"aloud,mediator" doc:"How it was made known to them" example:"mediator"`
	Reason   string   `json:"reason,omitempty" enum:"not_present,needs_mediator,refused,protection,other" doc:"Why it is missing" example:"not_present"`
	Version  int      `json:"version" doc:"Of the draft that was read" example:"1"`
}

type signInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           SignatureFacts
}

func (m *Module) apiSign(ctx context.Context, in *signInput) (*planOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	on, err := db.ParseDate(b.On)
	if err != nil {
		return nil, errs.Check{"on": "error.field_date"}.Err()
	}
	s := AdultSignature{PersonID: b.Person, Version: b.Version, Way: b.Way, On: on, AdultWords: AdultWords{b.Name, b.Readings, b.Reason}}
	if err := m.Sign(ctx, in.ID, s, nil, crypto.Sending{Key: in.IdempotencyKey, Content: in.ID + string(sent)}); err != nil {
		return nil, err
	}
	return m.apiPlan(ctx, &caseInput{in.ID})
}

type forceInput struct {
	ID   string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	Body struct {
		On            string `json:"on" format:"date" doc:"From when it holds" example:"2026-03-05"`
		ReviewOn      string `json:"review_on,omitempty" format:"date" doc:"When it is looked at again" example:"2026-06-05"`
		MissingReason string `json:"missing_reason,omitempty" enum:"not_present,needs_mediator,refused,protection,other" doc:"Why those have not signed of whom nothing was recorded" example:"not_present"`
		Version       int    `json:"version" doc:"Of the draft that was read" example:"1"`
	}
}

func (m *Module) apiForce(ctx context.Context, in *forceInput) (*planOutput, error) {
	k := errs.Check{}
	day := func(field, text string) db.Date {
		d, err := db.ParseDate(text)
		k.That(err == nil, field, "error.field_date")
		return d
	}
	b := in.Body
	s := Signature{On: day("on", b.On), ReviewOn: day("review_on", b.ReviewOn), MissingReason: b.MissingReason, Version: b.Version}
	err := k.Err()
	if err == nil {
		err = m.SignPlan(ctx, in.ID, s)
	}
	if err != nil {
		return nil, err
	}
	return m.apiPlan(ctx, &caseInput{in.ID})
}
