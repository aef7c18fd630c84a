package cases

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/policy"
)

func (m *Module) documentAPI(a *api.API) {
	api.Add(a, huma.Operation{OperationID: "list-documents", Method: http.MethodGet, Path: "/cases/{id}/documents", Tags: []string{"Documents"},
		Summary:     "List the documents of a case",
		Description: "What there is, of the sections that are open to the caller, the newest first. What they say is read on their pages, where each opening is written down.",
	}, policy.CaseRead, policy.Case, m.apiDocuments)
	text := func(what, example string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeString, Description: what, Examples: []any{example}}
	}
	api.Add(a, huma.Operation{OperationID: "add-document", Method: http.MethodPost, Path: "/cases/{id}/documents", Tags: []string{"Documents"}, DefaultStatus: http.StatusCreated,
		Summary: "Add a document to a case",
		Description: "As a form with its file, which is sealed while it arrives; what its name and its first bytes say must agree. Who reads the section reads the document. " +
			"The same Idempotency-Key with the same content adds one; with another content it is a conflict.",
		RequestBody: api.FormOf("file", "The document", map[string]*huma.Schema{"title": text("What it is called", "Relazione per il Comune"),
			"kind": text("Code of the list document_kind", "report"), "section": text("The section of the case it belongs to", "overview")}),
	}, policy.CaseWrite, policy.Case, m.apiAddDocument)
}

// DocumentItem is a document as the API shows it.
type DocumentItem struct {
	ID        string         `json:"id" doc:"Identifier of the document" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Title     string         `json:"title" doc:"What it is called" example:"Relazione per il Comune"`
	Kind      string         `json:"kind" doc:"Code of the list document_kind" example:"report"`
	Section   policy.Section `json:"section" doc:"The section of the case it belongs to: who reads it reads the document" example:"overview"`
	Version   int            `json:"version" doc:"How often it was sent" example:"2"`
	AddedAt   time.Time      `json:"added_at" doc:"When it was first sent" example:"2026-03-05T09:00:00Z"`
	Withdrawn string         `json:"withdrawn,omitempty" enum:"mistake,duplicate,other_case" doc:"Why nobody opens it any more; absent of one that stands" example:"duplicate"`
}

type documentsOutput struct {
	Body struct {
		Items []DocumentItem `json:"items" nullable:"false" doc:"The documents, the newest first"`
		Next  string         `json:"next" doc:"Always empty: they come in one page"`
		Total int            `json:"total" doc:"How many there are" example:"3"`
	}
}

func (m *Module) apiDocuments(ctx context.Context, in *caseInput) (*documentsOutput, error) {
	f, err := m.File(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &documentsOutput{}
	out.Body.Items, out.Body.Total = []DocumentItem{}, len(f.Documents)
	for _, d := range f.Documents {
		out.Body.Items = append(out.Body.Items, DocumentItem{d.ID, d.Title, d.Kind, d.Section, d.Version, d.AddedAt, d.WithdrawnReason})
	}
	return out, nil
}

type addDocumentInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	api.Upload
}

type addDocumentOutput struct {
	Location string `header:"Location" doc:"The page of the document"`
	Body     struct {
		ID string `json:"id" doc:"Identifier of the document" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	}
}

func (m *Module) apiAddDocument(ctx context.Context, in *addDocumentInput) (*addDocumentOutput, error) {
	f, kept, err := m.upload(in.Request())
	if err == nil {
		err = f.Problem.Err()
	}
	if err != nil {
		return nil, err
	}
	out, n := &addDocumentOutput{}, newDocument(f)
	n.Sent.Key = in.IdempotencyKey
	out.Body.ID, err = m.AddDocument(ctx, in.ID, n, kept)
	out.Location = "/cases/" + in.ID + "/documents/" + out.Body.ID
	return out, err
}
