package cases

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

func (m *Module) caseImportAPI(a *api.API) {
	tags := []string{"Cases"}
	api.Add(a, huma.Operation{OperationID: "begin-case-import", Method: http.MethodPost, Path: "/case-imports", Tags: tags, DefaultStatus: http.StatusCreated, MaxBodyBytes: longestCaseData,
		Summary: "Bring the file of a case",
		Description: "In the open format, whose JSON Schema is at " + SchemaPath + ". Nothing is written but the file, sealed, for a day: what would be written, and who of it may be in the register, is read from it. " +
			"The same Idempotency-Key with the same content brings it once.",
	}, policy.CaseOpen, "", m.apiBeginImport)
	api.Add(a, huma.Operation{OperationID: "get-case-import", Method: http.MethodGet, Path: "/case-imports/{id}", Tags: tags,
		Summary:     "See what a file would write",
		Description: "Of one's own, while it waits or once it is a case.",
	}, policy.CaseOpen, "", m.apiCaseImport)
	api.Add(a, huma.Operation{OperationID: "apply-case-import", Method: http.MethodPost, Path: "/case-imports/{id}/apply", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary:     "Make a case of a file",
		Description: "Whole or not at all. Of each person it is said who they are. The case has the identifier of the import; a second time it is a conflict, unless it is the same request.",
	}, policy.CaseOpen, "", m.apiApplyImport)
	api.Add(a, huma.Operation{OperationID: "undo-case-import", Method: http.MethodPost, Path: "/case-imports/{id}/undo", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary:     "Take back a case that came in",
		Description: "Within a day, and while nobody has written on it.",
	}, policy.CaseOpen, "", m.apiUndoImport)
}

// ImportItem is a case that comes in, as the API shows it.
type ImportItem struct {
	ID      string             `json:"id" doc:"Identifier of the import, and of the case that it makes"`
	State   string             `json:"state" enum:"waiting,applied,undone" doc:"Where it stands"`
	Refused string             `json:"refused,omitempty" doc:"Why it cannot be brought in, in words"`
	Persons []ImportPersonItem `json:"persons" nullable:"false" doc:"Who is in the file; empty once it was decided"`
	Makes   []ImportLineItem   `json:"makes" nullable:"false" doc:"What would be written"`
	Stays   []ImportLineItem   `json:"stays" nullable:"false" doc:"What would not"`
}

// ImportPersonItem is somebody of a file.
type ImportPersonItem struct {
	Name       string   `json:"name" doc:"As the file says it"`
	Candidates []string `json:"candidates" nullable:"false" doc:"Identifiers of persons of the register who may be the same"`
	Problem    string   `json:"problem,omitempty" doc:"Why they cannot be registered, in words"`
}

// ImportLineItem says of how many things of a part what happens to them.
type ImportLineItem struct {
	Part string `json:"part" doc:"Part of the file" example:"diary"`
	N    int    `json:"n" doc:"How many" example:"12"`
	Why  string `json:"why,omitempty" doc:"In words"`
}

type beginImportInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           CaseData
	RawBody        []byte
}

type beginImportOutput struct {
	Location string `header:"Location" doc:"Where to see what it would write"`
	Body     struct {
		ID string `json:"id" doc:"Identifier of the import"`
	}
}

func (m *Module) apiBeginImport(ctx context.Context, in *beginImportInput) (*beginImportOutput, error) {
	out, err := &beginImportOutput{}, error(nil)
	sent := crypto.Sending{Key: in.IdempotencyKey, Content: string(hashToken(string(in.RawBody)))}
	out.Body.ID, err = m.BeginCaseImport(ctx, in.RawBody, sent)
	out.Location = "/api/v1/case-imports/" + out.Body.ID
	return out, err
}

type importInput struct {
	ID string `path:"id" maxLength:"64" doc:"Identifier of the import"`
}

type importOutput struct{ Body ImportItem }

func (m *Module) apiCaseImport(ctx context.Context, in *importInput) (*importOutput, error) {
	i, err := m.CaseImport(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	say := func(key string) string {
		if key == "" {
			return ""
		}
		return i18n.T(ctx, key)
	}
	lines := func(list []ImportLine) []ImportLineItem {
		out := []ImportLineItem{}
		for _, l := range list {
			out = append(out, ImportLineItem{string(l.Part), l.N, say(l.Why)})
		}
		return out
	}
	out := ImportItem{ID: i.ID, State: "waiting", Refused: say(i.Refused), Persons: []ImportPersonItem{}, Makes: lines(i.Makes), Stays: lines(i.Stays)}
	switch {
	case i.UndoneAt != nil:
		out.State = "undone"
	case i.AppliedAt != nil:
		out.State = "applied"
	}
	for _, p := range i.Persons {
		item := ImportPersonItem{Name: p.Person.Name(), Candidates: []string{}, Problem: say(p.Problem)}
		for _, h := range p.Hits {
			item.Candidates = append(item.Candidates, h.ID)
		}
		out.Persons = append(out.Persons, item)
	}
	return &importOutput{out}, nil
}

type applyImportInput struct {
	ID   string `path:"id" maxLength:"64" doc:"Identifier of the import"`
	Body struct {
		Persons []string `json:"persons" nullable:"false" maxItems:"100" doc:"Of each person of the file, in its order, the identifier in the register, or new" example:"[\"new\"]"`
	}
}

func (m *Module) apiApplyImport(ctx context.Context, in *applyImportInput) (*struct{}, error) {
	return nil, m.ApplyCaseImport(ctx, in.ID, ImportChoice{Persons: in.Body.Persons})
}

func (m *Module) apiUndoImport(ctx context.Context, in *importInput) (*struct{}, error) {
	return nil, m.UndoCaseImport(ctx, in.ID)
}
