package api

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Upload is embedded in the input of an operation that takes a file. It gives the
// request as it comes in: a file is sealed while it arrives, and stands whole neither in
// memory nor, in the clear, on a disk, where huma's own forms would put it.
type Upload struct {
	w http.ResponseWriter
	r *http.Request
}

// Resolve keeps the request; huma calls it.
func (u *Upload) Resolve(ctx huma.Context) []error {
	u.r, u.w = humago.Unwrap(ctx)
	return nil
}

// Request returns what web.ParseUpload reads.
func (u *Upload) Request() (http.ResponseWriter, *http.Request) { return u.w, u.r }

// FormOf describes the form of an operation that takes the file of that field, beside
// texts by name; all of them are needed.
func FormOf(file, what string, texts map[string]*huma.Schema) *huma.RequestBody {
	fields := map[string]*huma.Schema{file: {Type: huma.TypeString, Format: "binary", Description: what}}
	required := []string{file}
	for name, s := range texts {
		fields[name] = s
		required = append(required, name)
	}
	slices.Sort(required)
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: fields, Required: required}}}}
}
