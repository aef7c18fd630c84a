package programme

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"tessuto/packs"
)

// packSchema is the published schema, compiled once.
var packSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return CompileSchema(packs.FS, "schema.json", "urn:tessuto:schema:pack:1")
})

// CompileSchema reads the JSON Schema of a declarative file under the name that it
// gives itself.
func CompileSchema(files fs.FS, path, name string) (*jsonschema.Schema, error) {
	src, err := fs.ReadFile(files, path)
	if err != nil {
		return nil, fmt.Errorf("read the schema of a pack: %w", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		return nil, fmt.Errorf("read the schema of a pack: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat() // a date is checked, not only announced
	if err := c.AddResource(name, doc); err != nil {
		return nil, fmt.Errorf("compile the schema of a pack: %w", err)
	}
	return c.Compile(name)
}

// checkShape reports where a tree departs from the published schema.
func (r *packReport) checkShape(tree any, compiled Schema) {
	schema, err := compiled()
	if err != nil {
		r.add("", "pack.invalid", map[string]any{"detail": err.Error()})
		return
	}
	var wrong *jsonschema.ValidationError
	if err := schema.Validate(tree); errors.As(err, &wrong) {
		r.addShape(wrong)
	} else if err != nil {
		r.add("", "pack.invalid", map[string]any{"detail": err.Error()})
	}
}

// addShape reports the innermost causes of a schema error.
func (r *packReport) addShape(e *jsonschema.ValidationError) {
	if _, choice := e.ErrorKind.(*kind.OneOf); !choice && len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			r.addShape(cause)
		}
		return
	}
	pointer := ""
	for _, step := range e.InstanceLocation {
		pointer += pointerStep(step)
	}
	if r.addFields(e, pointer) {
		return
	}
	key, args := shapeProblem(e.ErrorKind)
	r.add(pointer, key, args)
}

// addFields reports problems about which fields an object has, and tells
// whether e was one.
func (r *packReport) addFields(e *jsonschema.ValidationError, pointer string) bool {
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, field := range k.Properties {
			r.addKey(pointer+pointerStep(field), "pack.field.unknown", map[string]any{"field": field})
		}
	case *kind.Required:
		for _, field := range k.Missing {
			if strings.HasSuffix(e.SchemaURL, "/$defs/text") {
				r.add(pointer, "pack.language.missing", map[string]any{"lang": field})
				continue
			}
			r.add(pointer, "pack.field.missing", map[string]any{"field": field})
		}
	case *kind.DependentRequired:
		for _, field := range k.Missing {
			r.addKey(pointer+pointerStep(k.Prop), "pack.field.with", map[string]any{"field": k.Prop, "with": field})
		}
	default:
		return false
	}
	return true
}

// shapeProblem says what is wrong with a value by itself.
func shapeProblem(k jsonschema.ErrorKind) (key string, args map[string]any) {
	switch k := k.(type) {
	case *kind.Type:
		if k.Got == "number" && slices.Equal(k.Want, []string{"string"}) {
			return "pack.type.quotes", nil
		}
		return "pack.type", map[string]any{"got": k.Got, "want": strings.Join(k.Want, ", ")}
	case *kind.Enum:
		var want []string
		for _, v := range k.Want {
			want = append(want, fmt.Sprint(v))
		}
		return "pack.value.unknown", map[string]any{"got": short(fmt.Sprint(k.Got)), "want": strings.Join(want, ", ")}
	case *kind.Const:
		return "pack.version", nil
	case *kind.Pattern:
		return "pack.value.form", map[string]any{"got": short(k.Got), "want": k.Want}
	case *kind.Format:
		return "pack.value.date", map[string]any{"got": short(fmt.Sprint(k.Got))}
	case *kind.MinLength:
		return "pack.value.empty", nil
	case *kind.MaxLength:
		return "pack.value.long", map[string]any{"limit": k.Want}
	case *kind.Minimum, *kind.Maximum:
		return "pack.value.range", map[string]any{"limit": maxPackNumber}
	case *kind.MinItems:
		return "pack.list.empty", nil
	case *kind.UniqueItems:
		return "pack.list.repeated", nil
	case *kind.OneOf:
		return "pack.indicator.source", nil
	}
	return "pack.invalid", map[string]any{"detail": k.LocalizedString(message.NewPrinter(language.English))}
}

// maxPackNumber is the largest number of recipients or target, as in the schema.
const maxPackNumber = 1_000_000_000

// short cuts a value from the file so that a message stays a line.
func short(s string) string {
	const limit = 100
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "..."
	}
	return s
}
