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

func (m *Module) authorityAPI(a *api.API) {
	tags := []string{"Authorities"}
	api.Add(a, huma.Operation{OperationID: "list-authority-acts", Method: http.MethodGet, Path: "/cases/{id}/acts", Tags: tags,
		Summary:     "Read what authorities ordered and asked about a family",
		Description: "The acts that are open to the caller, the last first. Of one for others there is no sign.",
	}, policy.CaseRead, policy.Case, m.apiActs)
	api.Add(a, huma.Operation{OperationID: "write-authority-act", Method: http.MethodPost, Path: "/cases/{id}/acts", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Write down what an authority ordered or asked",
		Description: "Who answers for the case is reminded of the day. The same Idempotency-Key with the same content writes once; with another content it is a conflict.",
	}, policy.CaseWrite, policy.Case, m.apiWriteAct)
	api.Add(a, huma.Operation{OperationID: "answer-authority-act", Method: http.MethodPost, Path: "/cases/{id}/acts/{entry}/answer", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary:     "Write down what was answered to an authority",
		Description: "In a closed case too. One that was answered otherwise already is a conflict.",
	}, policy.CaseWrite, policy.Case, m.apiAnswerAct)
}

// ActFacts are what an act of an authority says.
type ActFacts struct {
	Kind      string `json:"kind" maxLength:"60" doc:"Code of the list authority_act" example:"juvenile_mandate"`
	Authority string `json:"authority" maxLength:"200" doc:"Who ordered or asked" example:"Tribunale per i minorenni di Bologna"`
	Number    string `json:"number,omitempty" maxLength:"60" doc:"Of the act" example:"VG 1187/2026"`
	On        string `json:"on,omitempty" format:"date" doc:"Day of the act" example:"2026-03-05"`
	Asked     string `json:"asked" maxLength:"8000" doc:"What it asks" example:"Una relazione sulle condizioni dei minori."`
	Due       string `json:"due,omitempty" format:"date" doc:"When the answer is due" example:"2026-04-30"`
	Readers   string `json:"readers" enum:"team,body,author" doc:"Who reads it, of those who read the diary: the team, the author's body, or the author and who answers for the case" example:"team"`
}

// ActItem is an act as the API shows it.
type ActItem struct {
	ID      string `json:"id" doc:"Identifier of the act" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Account string `json:"account" doc:"Account of who wrote it down; empty when the caller is not told of their body"`
	State   string `json:"state" enum:"open,answered,expired,void" doc:"Whether it waits, was answered, waits past its day, or was taken back" example:"open"`
	ActFacts
	Answered string `json:"answered,omitempty" format:"date" doc:"When it was answered" example:"2026-04-20"`
	Answer   string `json:"answer,omitempty" doc:"What was answered"`
	Document string `json:"document,omitempty" doc:"Document of the case that answers"`
}

func (a *AuthorityAct) item(today db.Date) ActItem {
	return ActItem{a.ID, a.AccountID, a.State(today), ActFacts{a.Kind, a.Authority, a.Number, string(a.On), a.Asked, string(a.DueOn), a.Readers},
		string(a.AnsweredOn), a.Answer, a.DocumentID}
}

type actsOutput struct {
	Body struct {
		Items []ActItem `json:"items" nullable:"false" doc:"The acts, the last first"`
		Next  string    `json:"next" doc:"Always empty: they come in one page"`
		Total int       `json:"total" doc:"How many there are" example:"1"`
	}
}

func (m *Module) apiActs(ctx context.Context, in *caseInput) (*actsOutput, error) {
	f, err := m.File(ctx, in.ID)
	if err == nil {
		err = f.Open.Require(policy.Diary)
	}
	if err != nil {
		return nil, err
	}
	out := &actsOutput{}
	out.Body.Items, out.Body.Total = []ActItem{}, len(f.Acts)
	for i := range f.Acts {
		out.Body.Items = append(out.Body.Items, f.Acts[i].item(f.Today))
	}
	return out, nil
}

type writeActInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           ActFacts
}

type writeActOutput struct {
	Body struct {
		ID string `json:"id" doc:"Identifier of the act" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	}
}

func (m *Module) apiWriteAct(ctx context.Context, in *writeActInput) (*writeActOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b, out, wrong := in.Body, &writeActOutput{}, errs.Check{}
	day := func(field, text string) db.Date {
		d, err := db.ParseDate(text)
		wrong.That(err == nil, field, "error.field_date")
		return d
	}
	n := NewAct{AuthorityWords{b.Kind, b.Authority, b.Number, day("on", b.On), b.Asked}, b.Readers, day("due", b.Due),
		crypto.Sending{Key: in.IdempotencyKey, Content: in.ID + string(sent)}}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	out.Body.ID, err = m.WriteAct(ctx, in.ID, n)
	return out, err
}

type answerActInput struct {
	ID    string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	Entry string `path:"entry" maxLength:"64" doc:"Identifier of the act"`
	Body  struct {
		On       string `json:"on,omitempty" format:"date" doc:"When it was answered; required" example:"2026-04-20"`
		Words    string `json:"words,omitempty" maxLength:"8000" doc:"What was answered; required" example:"Si trasmette la relazione."`
		Document string `json:"document,omitempty" maxLength:"64" doc:"Document of the case that answers"`
	}
}

// What is required is asked for after the act was found: of one that is not there nobody
// hears anything else.
func (m *Module) apiAnswerAct(ctx context.Context, in *answerActInput) (*struct{}, error) {
	on, err := db.ParseDate(in.Body.On)
	if err != nil {
		return nil, errs.Check{"on": "error.field_date"}.Err()
	}
	return nil, m.AnswerAct(ctx, in.ID, in.Entry, ActAnswer{on, in.Body.Words, in.Body.Document})
}
