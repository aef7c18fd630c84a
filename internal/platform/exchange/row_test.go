package exchange

import (
	"net/url"
	"testing"

	"tessuto/internal/platform/table"
	"tessuto/internal/platform/web"
)

// A cell says what the field of a form would: nothing that nobody sees, nothing
// that turns the order of the letters around it.
func TestRowIsCleanAsAForm(t *testing.T) {
	t.Parallel()
	fields := []Field{{Name: "name", Required: true}}
	for text, want := range map[string]string{" Amara ": "Amara", "Ama\u202era": "Amara", "A\u2066mara\u2069": "Amara", "Ama\x00ra\x1b": "Amara",
		"می\u200cروم": "می\u200cروم", "\u202e\u0007": ""} {
		r := mapping{"name": 0}.row(fields, table.Row{Cells: []string{text}})
		form := web.Form{Values: url.Values{"name": {text}}}
		if got := r.Text("name"); got != want || got != form.Text("name") {
			t.Errorf("%q is %q in a table and %q in a form, want %q", text, got, form.Text("name"), want)
		}
		if (want == "") != (r.Problem["name"] == "error.field_required") {
			t.Errorf("%q: %v", text, r.Problem)
		}
	}
}
