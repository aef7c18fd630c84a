package programme

import (
	"encoding/json"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is a JSON Schema, compiled when it is first needed.
type Schema func() (*jsonschema.Schema, error)

// File is a declarative file that was read, with what is wrong in it: a pack, or
// what another area declares in the same way.
type File struct{ packReport }

// ReadFile reads YAML by a schema into a value that its JSON tags describe. With
// problems the value must not be used; what a schema cannot say the caller adds
// with Wrong.
func ReadFile(src []byte, schema Schema, into any) *File {
	f := &File{packReport{values: map[string]packPoint{}, keys: map[string]packPoint{}}}
	tree := f.readTree(src)
	if len(f.problems) == 0 {
		f.checkShape(tree, schema)
	}
	if len(f.problems) > 0 {
		return f
	}
	plain, err := json.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(plain, into)
	}
	if err != nil {
		f.add("", "pack.invalid", map[string]any{"detail": err.Error()})
	}
	return f
}

// Wrong reports a problem with the value at a JSON pointer of the file.
func (f *File) Wrong(pointer, key string, args map[string]any) { f.add(pointer, key, args) }

// Problems are what is wrong, in the order of the file; none when it can be used.
func (f *File) Problems() []PackProblem { return f.sorted() }
