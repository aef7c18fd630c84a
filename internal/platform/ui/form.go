package ui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// FormProps describe a form. Once is the token by which the server knows a form
// sent twice; Version the version of the record that the form was filled from.
type FormProps struct {
	Action, Method string
	Once           string
	Version        int
	// Files lets the form carry files.
	Files bool
	// Wide gives the form the whole width.
	Wide  bool
	Attrs templ.Attributes // for htmx
}

// method is "post" unless the form only asks.
func (p FormProps) method() string { return strings.ToLower(cmp.Or(p.Method, "post")) }

// guard tells whether leaving the form changed and unsent is worth a warning.
func (p FormProps) guard() bool { return p.method() == "post" }

// Field is a question of a form. Error is translated already. Lang and Dir are
// for a value in another language than the page.
type Field struct {
	Name, Label, Value, Hint, Error, Type, Autocomplete string
	Required                                            bool
	Values                                              []string // for Checks
	Rows, Max                                           int
	Lang, Dir                                           string
	// Short narrows the field to what a date or a number needs.
	Short bool
	// Inline sets short choices in a row.
	Inline bool
	Attrs  templ.Attributes
}

// ID returns the id of the field's element, which error summaries link to.
func (f Field) ID() string { return FieldID(f.Name) }

// FieldID returns the id of the field of that name.
func FieldID(name string) string { return "f-" + name }

// describedBy lists the ids of the hint and the error, where they are.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	return strings.Join(ids, " ")
}

// common are the attributes that every kind of field carries.
func (f Field) common() templ.Attributes {
	a := templ.Attributes{}
	set := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	set("aria-describedby", f.describedBy())
	set("autocomplete", f.Autocomplete)
	set("lang", f.Lang)
	set("dir", f.Dir)
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	// Said to assistive technology, not enforced by the browser: its bubbles
	// speak the browser's language and vanish, ours stay.
	if f.Required {
		a["aria-required"] = "true"
	}
	if f.Max > 0 {
		a["maxlength"] = itoa(f.Max)
	}
	return a
}

// group are the attributes of a fieldset of choices.
func (f Field) group() templ.Attributes {
	a := templ.Attributes{}
	if d := f.describedBy(); d != "" {
		a["aria-describedby"] = d
	}
	return a
}

// radioGroup adds what only a group of radio buttons may say.
func (f Field) radioGroup() templ.Attributes {
	a := f.group()
	a["role"] = "radiogroup"
	if f.Required {
		a["aria-required"] = "true"
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	return a
}

func (f Field) rows() string { return itoa(cmp.Or(f.Rows, 4)) }

func (f Field) has(value string) bool { return slices.Contains(f.Values, value) }

// Option is an answer that a field offers.
type Option struct {
	Value, Label, Hint string
}

// optionID returns the id of the i-th choice; the first bears the id of the
// field, where error summaries link to.
func (f Field) optionID(i int) string {
	if i == 0 {
		return f.ID()
	}
	return f.ID() + "-" + itoa(i)
}

// optionHint returns the id of the hint of the i-th choice.
func (f Field) optionHint(i int) string { return f.ID() + "-hint-" + itoa(i) }

// choices returns the class of a list of choices: many read better in columns.
func (f Field) choices(options []Option) string {
	switch {
	case f.Inline:
		return "choices-row"
	case len(options) > 8:
		return "choices-many"
	}
	return ""
}

// MaxSought is how much a search takes, in characters.
const MaxSought = 100

// SearchProps describe a search that filters a list in place. Without a script
// it is a form that asks for the page again.
type SearchProps struct {
	Name, Label, Value, Hint string
	Action                   string // also what htmx asks
	Target                   string // CSS selector of what the answer replaces
}

func inputType(t string) string { return cmp.Or(t, "text") }

func asDate(f Field) Field {
	f.Type, f.Short = "date", true
	return f
}

// buttonClass returns the class of a kind of button.
func buttonClass(kind string) string {
	switch kind {
	case "secondary":
		return "btn-outline-primary"
	case "danger":
		return "btn-outline-danger"
	case "link":
		return "btn-link"
	default:
		return "btn-primary"
	}
}
