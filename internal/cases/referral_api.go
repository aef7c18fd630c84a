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

func (m *Module) referralAPI(a *api.API) {
	tags := []string{"Referrals"}
	api.Add(a, huma.Operation{OperationID: "list-referrals", Method: http.MethodGet, Path: "/referrals", Tags: tags,
		Summary:     "List the referrals that the caller has to do with",
		Description: "Those that wait for an answer of the caller's body, those it works on, or those of the cases in whose team the caller is, as asked.",
	}, policy.ReferralAnswer, "", m.apiReferrals)
	api.Add(a, huma.Operation{OperationID: "send-referral", Method: http.MethodPost, Path: "/referrals", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Refer a case to another body",
		Description: "What no agreement in force covers is a conflict, unless it is to protect a minor. The same Idempotency-Key with the same content sends one.",
	}, policy.CaseTeam, "", m.apiRefer)
	api.Add(a, huma.Operation{OperationID: "answer-referral", Method: http.MethodPost, Path: "/referrals/{id}/answer", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary:     "Answer a referral that was sent to the caller's body",
		Description: "Accept, refuse or put it on the waiting list. Who was late gets a conflict.",
	}, policy.ReferralAnswer, policy.Referral, m.apiAnswerReferral)
}

// ReferralItem is a referral as the API lists it.
type ReferralItem struct {
	ID      string        `json:"id" doc:"Identifier of the referral"`
	Case    string        `json:"case,omitempty" doc:"Identifier of the case, for its team"`
	From    string        `json:"from" doc:"Body that leads the case" example:"Comune di Bologna"`
	To      string        `json:"to" doc:"Body that was asked" example:"ASP Città di Bologna"`
	Reason  string        `json:"reason" doc:"Code of the list referral_reason" example:"housing"`
	State   ReferralState `json:"state" enum:"sent,waiting,accepted,refused,withdrawn,closed" doc:"Where it stands" example:"sent"`
	SentOn  string        `json:"sent_on" format:"date" doc:"When it was sent" example:"2026-03-05"`
	ReplyBy string        `json:"reply_by" format:"date" doc:"By when an answer is asked for" example:"2026-03-15"`
	Outcome string        `json:"outcome,omitempty" doc:"How it ended" example:"reached"`
}

type referralsInput struct {
	Show string `query:"show" enum:"to_answer,received,sent,late" default:"to_answer" doc:"Which referrals to list"`
}

type referralsOutput struct {
	Body struct {
		Items []ReferralItem `json:"items" nullable:"false" doc:"The referrals, 200 at most"`
		Next  string         `json:"next" doc:"Always empty: they come in one page"`
		Total int            `json:"total" doc:"How many there are" example:"2"`
	}
}

func (m *Module) apiReferrals(ctx context.Context, in *referralsInput) (*referralsOutput, error) {
	list, total, err := m.Referrals(ctx, in.Show, listed)
	if err != nil {
		return nil, err
	}
	out := &referralsOutput{}
	out.Body.Items, out.Body.Total = []ReferralItem{}, total
	for _, r := range list {
		item := ReferralItem{ID: r.ID, From: r.FromOrg, To: r.ToOrgName, Reason: r.Reason, State: r.State, SentOn: string(r.SentOn), ReplyBy: string(r.ReplyBy), Outcome: r.Outcome}
		if in.Show == ReferralsSent || in.Show == ReferralsLate {
			item.Case = r.CaseID
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}

// ReferralRequest is a referral as the API takes it.
type ReferralRequest struct {
	Case     string           `json:"case" maxLength:"64" doc:"Identifier of the case" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	To       string           `json:"to" maxLength:"64" doc:"Identifier of the organisation that is asked" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f71"`
	Reason   string           `json:"reason" maxLength:"60" doc:"Code of the list referral_reason" example:"housing"`
	Words    string           `json:"words" maxLength:"8000" doc:"What is asked" example:"Una casa in autonomia"`
	Sections []policy.Section `json:"sections,omitempty" nullable:"false" maxItems:"9" doc:"Sections of the case to share, of those that the caller sees; the overview goes always" example:"[\"area_5\"]"`
	Basis    policy.Basis     `json:"basis" enum:"institutional_task,child_protection,consent" doc:"On what ground; consent for an optional activity only" example:"institutional_task"`
	Protect  string           `json:"protect,omitempty" enum:"harm,authority_request,alone" doc:"With child_protection: why" example:"harm"`
	Contact  bool             `json:"contact,omitempty" doc:"Share the telephone of the reference person too"`
	ReplyBy  string           `json:"reply_by,omitempty" format:"date" doc:"By when an answer is asked for; ten days from now unless said, three to protect a minor" example:"2026-03-15"`
	MeetsOn  string           `json:"meets_on,omitempty" format:"date" doc:"Of a warm hand-over: when one meets together" example:"2026-03-12"`
}

type referInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           ReferralRequest
}

type referOutput struct {
	Body struct {
		ID string `json:"id" doc:"Identifier of the referral"`
	}
}

func (m *Module) apiRefer(ctx context.Context, in *referInput) (*referOutput, error) {
	b := in.Body
	reply, wrong := db.ParseDate(b.ReplyBy)
	meets, odd := db.ParseDate(b.MeetsOn)
	if wrong != nil || odd != nil {
		return nil, errs.Check{"reply_by": "error.field_date"}.Err()
	}
	sent, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	n := NewReferral{ToOrg: b.To, Reason: b.Reason, Words: b.Words, Sections: b.Sections, Basis: b.Basis, Protect: b.Protect, ReplyBy: reply,
		Warm: meets != "", MeetsOn: meets, Sent: crypto.Sending{Key: in.IdempotencyKey, Content: string(sent)}}
	if b.Contact {
		n.Identity = ShareContact
	}
	out := &referOutput{}
	out.Body.ID, err = m.Refer(ctx, b.Case, n)
	return out, err
}

// ReferralReply is an answer as the API takes it.
type ReferralReply struct {
	Answer   string `json:"answer" enum:"accept,refuse,wait" doc:"What who was asked says" example:"accept"`
	Operator string `json:"operator,omitempty" maxLength:"64" doc:"To accept: account of who works on it, of the caller's body" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f72"`
	Refusal  string `json:"refusal,omitempty" maxLength:"60" doc:"To refuse: code of the list referral_refusal" example:"no_places"`
	Position int    `json:"position,omitempty" minimum:"0" maximum:"999" doc:"Place on the waiting list" example:"3"`
	Until    string `json:"until,omitempty" format:"date" doc:"To wait: by when one answers for good" example:"2026-04-15"`
	Words    string `json:"words,omitempty" maxLength:"2000" doc:"Words of the answer" example:"Ci pensiamo noi"`
}

type replyInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the referral"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           ReferralReply
}

func (m *Module) apiAnswerReferral(ctx context.Context, in *replyInput) (*struct{}, error) {
	b := in.Body
	until, err := db.ParseDate(b.Until)
	if err != nil {
		return nil, errs.Check{"until": "error.field_date"}.Err()
	}
	sent, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	return nil, m.AnswerReferral(ctx, in.ID, ReferralAnswer{Answer: b.Answer, Operator: b.Operator, Refusal: b.Refusal, Position: b.Position, Until: until, Words: b.Words,
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: in.ID + string(sent)}})
}
