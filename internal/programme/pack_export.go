package programme

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// YAML writes a pack as a file that ParsePack reads as the same pack: in the order
// of the format, without what it leaves empty.
func (p *Pack) YAML() ([]byte, error) {
	body, err := yaml.MarshalWithOptions(plainValue(reflect.ValueOf(*p)), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write pack %s: %w", p.Code, err)
	}
	return append([]byte("# "+p.Title.It+", as exported from Tessuto.\n"), body...), nil
}

// plainValue turns a value into what YAML writes, in the order of its fields; nil
// is nothing.
func plainValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plainValue(v.Elem())
	case reflect.Slice:
		var out []any
		for i := range v.Len() {
			out = append(out, plainValue(v.Index(i)))
		}
		if out == nil {
			return nil
		}
		return out
	case reflect.Struct:
		var out yaml.MapSlice
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if value := plainValue(v.Field(i)); value != nil {
				out = append(out, yaml.MapItem{Key: name, Value: value})
			}
		}
		return out
	}
	if v.IsZero() {
		return nil
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	return v.Interface()
}

// ExportPack returns the pack of a programme of the actor's network as a file. It
// holds no personal data: whoever reads the programme may take it elsewhere.
func (m *Module) ExportPack(ctx context.Context, code string) (src []byte, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		src, err = m.PackFile(ctx, tx, actor.Network, code)
		return err
	})
	return src, err
}

// PackFile is the pack of a programme of a network, for the terminal.
func (m *Module) PackFile(ctx context.Context, tx *db.Tx, network, code string) ([]byte, error) {
	p, err := programmeByCode(ctx, tx, network, code)
	if err != nil {
		return nil, err
	}
	return p.YAML()
}
