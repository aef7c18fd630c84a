package cases

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func (m *Module) diaryAPI(a *api.API) {
	tags := []string{"Diary"}
	api.Add(a, huma.Operation{OperationID: "list-diary", Method: http.MethodGet, Path: "/cases/{id}/diary", Tags: tags,
		Summary:     "Read what the diary of a case tells",
		Description: "The entries that are open to the caller, the last day first; interventions are not among them. Of an entry for others there is no sign.",
	}, policy.CaseRead, policy.Case, m.apiDiary)
	api.Add(a, huma.Operation{OperationID: "write-diary", Method: http.MethodPost, Path: "/cases/{id}/diary", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Write an entry of the diary",
		Description: "The same Idempotency-Key with the same content writes once; with another content it is a conflict.",
	}, policy.CaseWrite, policy.Case, m.apiWriteDiary)
}

// EntryFacts are what an entry of the diary says.
type EntryFacts struct {
	Kind    string `json:"kind" maxLength:"60" doc:"Code of the list diary_kind" example:"phone"`
	Readers string `json:"readers" enum:"team,body,author" doc:"Who reads it, of those who read the diary: the team, the author's body, or the author and who answers for the case" example:"team"`
	On      string `json:"on" format:"date" doc:"When it happened" example:"2026-03-05"`
	Text    string `json:"text" maxLength:"8000" doc:"What happened" example:"La scuola conferma la riunione di giovedì."`
	Who     string `json:"who,omitempty" maxLength:"2000" doc:"Who was there, in words" example:"La maestra"`
}

// EntryItem is an entry as the API shows it.
type EntryItem struct {
	ID      string    `json:"id" doc:"Identifier of the entry" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Account string    `json:"account" doc:"Account of who wrote it; empty when the caller is not told of their body"`
	Version int       `json:"version" doc:"Grows with each correction" example:"1"`
	At      time.Time `json:"at" doc:"When it was written" example:"2026-03-05T09:00:00Z"`
	EntryFacts
}

func (e *Entry) item() EntryItem {
	return EntryItem{e.ID, e.AccountID, e.Version, e.At, EntryFacts{e.Kind, e.Readers, string(e.On), e.Text, e.Who}}
}

type diaryOutput struct {
	Body struct {
		Items []EntryItem `json:"items" nullable:"false" doc:"The entries, the last day first"`
		Next  string      `json:"next" doc:"Always empty: they come in one page"`
		Total int         `json:"total" doc:"How many there are" example:"4"`
	}
}

func (m *Module) apiDiary(ctx context.Context, in *caseInput) (*diaryOutput, error) {
	f, err := m.File(ctx, in.ID)
	if err == nil {
		err = f.Open.Require(policy.Diary)
	}
	if err != nil {
		return nil, err
	}
	out := &diaryOutput{}
	out.Body.Items, out.Body.Total = []EntryItem{}, len(f.Entries)
	for i := range f.Entries {
		out.Body.Items = append(out.Body.Items, f.Entries[i].item())
	}
	return out, nil
}

type writeDiaryInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           EntryFacts
}

type writeDiaryOutput struct {
	Body struct {
		ID string `json:"id" doc:"Identifier of the entry" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	}
}

func (m *Module) apiWriteDiary(ctx context.Context, in *writeDiaryInput) (*writeDiaryOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b, out := in.Body, &writeDiaryOutput{}
	on, err := db.ParseDate(b.On)
	if err != nil {
		return nil, errs.Check{"on": "error.field_date"}.Err()
	}
	out.Body.ID, err = m.WriteDiary(ctx, in.ID, NewEntry{Kind: b.Kind, Readers: b.Readers, On: on, EntryWords: EntryWords{Text: b.Text, Who: b.Who},
		Sent: crypto.Sending{Key: in.IdempotencyKey, Content: in.ID + string(sent)}})
	return out, err
}
