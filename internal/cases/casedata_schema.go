package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
	"tessuto/internal/programme"
	"tessuto/schemas"
)

// SchemaPath is where the JSON Schema of the format is served, to anybody.
const SchemaPath = "/schemas/case-1.json"

const schemaID = "urn:tessuto:schema:case:1"

// CaseSchema is the JSON Schema of CaseData, as its types say it: what is published must
// be the same.
func CaseSchema() ([]byte, error) {
	all := huma.NewMapRegistry("#/$defs/", huma.DefaultSchemaNamer)
	top := all.Schema(reflect.TypeFor[CaseData](), true, "CaseData")
	defs, err := json.Marshal(all.Map())
	if err != nil {
		return nil, err
	}
	whole := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schemaID, "title": "A case, as it leaves Tessuto or comes to it",
		"$ref": top.Ref, "$defs": json.RawMessage(defs)}
	var out bytes.Buffer
	w := json.NewEncoder(&out)
	w.SetEscapeHTML(false)
	w.SetIndent("", "  ")
	err = w.Encode(whole)
	return out.Bytes(), err
}

var publishedSchema = programme.Schema(func() (*jsonschema.Schema, error) {
	return programme.CompileSchema(schemas.FS, "case-1.json", schemaID)
})

// longestCaseData is how large a case can be as data, in bytes.
const longestCaseData = 16 << 20

// ReadCaseData reads a case in the open format; what does not keep to its schema is
// Invalid, with where it does not.
func ReadCaseData(src []byte) (*CaseData, error) {
	schema, err := publishedSchema()
	if err != nil {
		return nil, err
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		return nil, errs.Check{"file": "caseimport.no_json"}.Err()
	}
	if err := schema.Validate(tree); err != nil {
		return nil, errs.New(errs.Invalid, "caseimport.no_case").With("Where", firstWrong(err))
	}
	d := &CaseData{}
	if err := json.Unmarshal(src, d); err != nil {
		return nil, errs.New(errs.Invalid, "caseimport.no_case").With("Where", "/")
	}
	return d, nil
}

// firstWrong is where in a file the first thing stands that its schema does not allow.
func firstWrong(err error) string {
	wrong, ok := err.(*jsonschema.ValidationError)
	for ok && len(wrong.Causes) > 0 {
		wrong = wrong.Causes[0]
	}
	if !ok {
		return "/"
	}
	return "/" + strings.Join(wrong.InstanceLocation, "/")
}

func schemaRoutes() []web.Route {
	return []web.Route{{Method: "GET", Pattern: SchemaPath, Permission: policy.Public, Handler: getSchema}}
}

func getSchema(w http.ResponseWriter, _ *http.Request) error {
	content, err := schemas.FS.ReadFile("case-1.json")
	if err != nil {
		return fmt.Errorf("the published schema: %w", err)
	}
	w.Header().Set("Content-Type", "application/schema+json")
	_, err = w.Write(content)
	return err
}
