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
	"tessuto/internal/platform/policy"
)

func (m *Module) mobileAPI(a *api.API) {
	tags := []string{"Mobile team"}
	api.Add(a, huma.Operation{OperationID: "list-mobile-requests", Method: http.MethodGet, Path: "/mobile-team/requests", Tags: tags,
		Summary:     "List the requests to the mobile team",
		Description: "The newest first: those of the caller's body, on briefs and on cases whose diary the caller sees; for who is of the team, those to it. What was written is read on the page.",
	}, policy.MobileRead, "", m.apiMobileRequests)
	api.Add(a, huma.Operation{OperationID: "ask-mobile-team", Method: http.MethodPost, Path: "/mobile-team/requests", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Ask the mobile team for help, on a case or on a brief that names nobody",
		Description: "On a case, the sections to share are chosen among those open to the caller, and an agreement must cover them; without a case no name is written. " +
			"The same Idempotency-Key with the same content asks once; with another content it is a conflict.",
	}, policy.MobileAsk, "", m.apiAskMobile)
}

// MobileFacts are what asking the mobile team asks for.
type MobileFacts struct {
	Case      string           `json:"case,omitempty" maxLength:"64" doc:"Identifier of the case; absent: a brief that names nobody"`
	To        string           `json:"to" maxLength:"64" doc:"Identifier of the organisation where the team works" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Reason    string           `json:"reason" maxLength:"60" doc:"Code of the list mobile_reason" example:"culture"`
	Brief     string           `json:"brief" maxLength:"8000" doc:"What happens and what is asked; never a name without a case" example:"Una madre sola con due figli non accetta la visita della pediatra."`
	Urgency   string           `json:"urgency" enum:"normal,week,urgent" doc:"How soon" example:"week"`
	Mode      ledger.Mode      `json:"mode" enum:"remote,territory" doc:"How the caller would like to be helped" example:"remote"`
	Languages []string         `json:"languages,omitempty" nullable:"false" maxItems:"10" doc:"Languages that are needed, BCP 47" example:"[\"ur\"]"`
	Sections  []policy.Section `json:"sections,omitempty" nullable:"false" maxItems:"10" doc:"Sections of the case that are shared, beside its overview" example:"[\"plan\"]"`
}

// MobileItem is a request as the API shows it.
type MobileItem struct {
	ID        string           `json:"id" doc:"Identifier of the request"`
	Case      string           `json:"case,omitempty" doc:"Identifier of its case, to who asked; absent of a brief"`
	State     MobileState      `json:"state" enum:"asked,more,taken,declined,closed" doc:"Where it stands; more waits for who asked" example:"taken"`
	By        string           `json:"by" doc:"Identifier of the organisation that asks"`
	To        string           `json:"to" doc:"Identifier of the organisation where the team works"`
	Reason    string           `json:"reason" doc:"Code of the list mobile_reason" example:"culture"`
	Urgency   string           `json:"urgency" enum:"normal,week,urgent" doc:"How soon" example:"week"`
	Mode      ledger.Mode      `json:"mode" enum:"remote,territory" doc:"How the caller would like to be helped" example:"remote"`
	Languages []string         `json:"languages" nullable:"false" doc:"Languages that are needed" example:"[\"ur\"]"`
	Sections  []policy.Section `json:"sections" nullable:"false" doc:"Sections of the case that are shared" example:"[\"overview\",\"plan\"]"`
	Advised   bool             `json:"advised" doc:"The team has written an advice"`
	Rating    int              `json:"rating,omitempty" doc:"Of the help, 1 to 5; absent before it is closed" example:"4"`
	AskedAt   time.Time        `json:"asked_at" doc:"When it was asked" example:"2026-03-05T09:00:00Z"`
}

func (r *MobileRequest) item(a policy.Actor) MobileItem {
	out := MobileItem{ID: r.ID, State: r.State, By: r.OrgID, To: r.ToOrg, Reason: r.Reason, Urgency: r.Urgency, Mode: r.Mode,
		Languages: append([]string{}, r.Languages...), Sections: append([]policy.Section{}, r.Sections...), Advised: r.Advised, Rating: r.Rating, AskedAt: r.AskedAt.UTC()}
	if r.OrgID == a.OrgID {
		out.Case = r.CaseID
	}
	return out
}

type mobileRequestsInput struct {
	Show MobileShow `query:"show" enum:"waiting,open,all" default:"open" doc:"Those that wait for the caller, those that are not over, or all"`
}

type mobileRequestsOutput struct {
	Body struct {
		Items []MobileItem `json:"items" nullable:"false" doc:"The requests, the newest first"`
		Next  string       `json:"next" doc:"Always empty: they come in one page"`
		Total int          `json:"total" doc:"How many there are" example:"2"`
	}
}

func (m *Module) apiMobileRequests(ctx context.Context, in *mobileRequestsInput) (*mobileRequestsOutput, error) {
	list, err := m.MobileRequests(ctx, in.Show)
	out := &mobileRequestsOutput{}
	out.Body.Items, out.Body.Total = []MobileItem{}, len(list)
	for i := range list {
		out.Body.Items = append(out.Body.Items, list[i].item(policy.From(ctx)))
	}
	return out, err
}

type askMobileInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           MobileFacts
}

type askMobileOutput struct {
	Location string `header:"Location" doc:"The page of the request"`
	Body     MobileItem
}

func (m *Module) apiAskMobile(ctx context.Context, in *askMobileInput) (*askMobileOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	id, err := m.AskMobileTeam(ctx, MobileDraft{CaseID: b.Case, ToOrg: b.To, Reason: b.Reason, Urgency: b.Urgency, Mode: b.Mode, Languages: b.Languages,
		Sections: b.Sections, Brief: b.Brief, Sent: crypto.Sending{Key: in.IdempotencyKey, Content: "mobile" + string(sent)}})
	if err != nil {
		return nil, err
	}
	f, err := m.Mobile(ctx, id)
	if err != nil {
		return nil, err
	}
	return &askMobileOutput{"/mobile-team/" + id, f.item(policy.From(ctx))}, nil
}
