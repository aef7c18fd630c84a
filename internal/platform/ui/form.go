package ui

import (
	"cmp"
	"context"
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
	Wide bool
	// Prefix sets the ids of its fields apart, in a page in which another form has
	// fields of the same names.
	Prefix string
	Attrs  templ.Attributes // for htmx
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
func (f Field) ID(ctx context.Context) string { return fieldID(ctx, f.Name) }

type prefixKey struct{}

// inForm returns the context of what stands in a form.
func inForm(ctx context.Context, p FormProps) context.Context {
	if p.Prefix == "" {
		return ctx
	}
	return context.WithValue(ctx, prefixKey{}, p.Prefix+"-")
}

// fieldID returns the id of the field of that name, in the form of ctx.
func fieldID(ctx context.Context, name string) string {
	prefix, _ := ctx.Value(prefixKey{}).(string)
	return "f-" + prefix + name
}

// describedBy lists the ids of the hint and the error, where they are.
func (f Field) describedBy(ctx context.Context) string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID(ctx)+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID(ctx)+"-error")
	}
	return strings.Join(ids, " ")
}

// common are the attributes that every kind of field carries.
func (f Field) common(ctx context.Context) templ.Attributes {
	a := templ.Attributes{}
	set := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	set("aria-describedby", f.describedBy(ctx))
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
func (f Field) group(ctx context.Context) templ.Attributes {
	a := templ.Attributes{}
	if d := f.describedBy(ctx); d != "" {
		a["aria-describedby"] = d
	}
	return a
}

// radioGroup adds what only a group of radio buttons may say.
func (f Field) radioGroup(ctx context.Context) templ.Attributes {
	a := f.group(ctx)
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
func (f Field) optionID(ctx context.Context, i int) string {
	if i == 0 {
		return f.ID(ctx)
	}
	return f.ID(ctx) + "-" + itoa(i)
}

// optionHint returns the id of the hint of the i-th choice.
func (f Field) optionHint(ctx context.Context, i int) string { return f.ID(ctx) + "-hint-" + itoa(i) }

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
