package cases

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/policy"
)

func (m *Module) handoverAPI(a *api.API) {
	api.Add(a, huma.Operation{OperationID: "hand-over-case", Method: http.MethodPost, Path: "/cases/{id}/handover", Tags: []string{"Cases"}, DefaultStatus: http.StatusNoContent,
		Summary: "Hand a case over to a colleague, who answers for it from today",
		Description: "Who answers for the case may; once they have gone from the body, any social worker of it in the team. Open tasks go over too. " +
			"Who was late gets a conflict; who leaves the team finds the case no more, with the same Idempotency-Key either.",
	}, policy.CaseTeam, policy.Case, m.apiHandOver)
}

// HandoverFacts are a handover as the API takes it.
type HandoverFacts struct {
	To   string `json:"to" maxLength:"64" doc:"Account of the colleague, who works in the body that leads the case as a social worker" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Then string `json:"then,omitempty" enum:"leave,stay" doc:"What who answered for the case does afterwards: leave the team, or stay in it as a social worker; not asked of who takes over from somebody gone" example:"stay"`
	Note string `json:"note" maxLength:"8000" doc:"What the next person needs to know; whoever sees the diary reads it" example:"Colloquio con la scuola il 12: ne parli prima con la madre."`
}

type handoverInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           HandoverFacts
}

func (m *Module) apiHandOver(ctx context.Context, in *handoverInput) (*struct{}, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	return nil, m.HandOver(ctx, Handover{Cases: []string{in.ID}, To: in.Body.To, Then: in.Body.Then, Note: in.Body.Note,
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: in.ID + string(sent)}})
}
