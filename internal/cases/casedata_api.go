package cases

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/policy"
)

func (m *Module) caseDataAPI(a *api.API) {
	api.Add(a, huma.Operation{OperationID: "export-case", Method: http.MethodGet, Path: "/cases/{id}/export", Tags: []string{"Cases"},
		Summary: "Take a case out in the open format",
		Description: "For the record of another system: what the caller reads of the case, never paths of care, nor what documents say. Purpose and parts are written down. " +
			"Who works for the body that leads the case may. The JSON Schema of the answer is at " + SchemaPath + ".",
	}, policy.CaseTeam, policy.Case, m.apiExport)
}

type exportInput struct {
	ID      string   `path:"id" maxLength:"64" doc:"Identifier of the case"`
	Purpose string   `query:"purpose" required:"true" maxLength:"60" doc:"Code of the list file_purpose" example:"other_record"`
	Parts   []string `query:"part,explode" maxItems:"20" doc:"Parts of the file; all that are open to the caller when none is named" example:"[\"persons\",\"diary\"]"`
}

type exportOutput struct{ Body *CaseData }

func (m *Module) apiExport(ctx context.Context, in *exportInput) (*exportOutput, error) {
	o := FileOrder{Purpose: in.Purpose}
	for _, p := range in.Parts {
		o.Parts = append(o.Parts, FilePart(p))
	}
	if len(o.Parts) == 0 {
		f, err := m.FileToExport(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		o.Parts = f.FilePartsOpen()
	}
	data, err := m.ExportCase(ctx, in.ID, o)
	return &exportOutput{data}, err
}
