package cases

import (
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tessuto/internal/programme"
	"tessuto/packs"
)

// instrumentSchema is the published schema, compiled once.
var instrumentSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return programme.CompileSchema(packs.Instruments, "instruments/schema.json", "urn:tessuto:schema:instrument:1")
})

// ParseInstrument reads an instrument from its file, as a pack is read. It is nil
// when there are problems, which come in the order of the file.
func ParseInstrument(src []byte) (*Instrument, []programme.PackProblem) {
	in := &Instrument{}
	file := programme.ReadFile(src, instrumentSchema, in)
	if problems := file.Problems(); len(problems) > 0 {
		return nil, problems
	}
	in.check(file)
	if problems := file.Problems(); len(problems) > 0 {
		return nil, problems
	}
	return in, nil
}

// check reports what a schema cannot say.
func (in *Instrument) check(file *programme.File) {
	for i, l := range in.Levels {
		at := fmt.Sprintf("/levels/%d/value", i)
		switch {
		case i > 0 && l.Value <= in.Levels[i-1].Value:
			file.Wrong(at, "instrument.level_order", nil)
		case in.NotApplicable && l.Value == 0:
			file.Wrong(at, "instrument.level_zero", nil)
		}
	}
	known := func(level int, at string) {
		if !in.Counts(level) {
			file.Wrong(at, "instrument.level_unknown", map[string]any{"level": level})
		}
	}
	for i, level := range in.Evidence.Levels {
		known(level, fmt.Sprintf("/evidence/levels/%d", i))
	}
	seen := map[string]bool{}
	for i, d := range in.Domains {
		if seen[d.Code] {
			file.Wrong(fmt.Sprintf("/domains/%d/code", i), "instrument.domain_twice", map[string]any{"code": d.Code})
		}
		seen[d.Code] = true
		for j, l := range d.Levels {
			known(l.Value, fmt.Sprintf("/domains/%d/levels/%d/value", i, j))
		}
	}
	if in.Least > len(in.Domains) {
		file.Wrong("/least", "instrument.least", map[string]any{"domains": len(in.Domains)})
	}
}

// shipped are the instruments that come with the product, in the order in which they
// are offered. A damaged one is found by the tests.
var shipped = sync.OnceValue(func() (out []*Instrument) {
	for _, code := range packs.InstrumentCodes {
		src, err := packs.Instruments.ReadFile("instruments/" + code + ".yaml")
		if err != nil {
			panic(err)
		}
		in, problems := ParseInstrument(src)
		if len(problems) > 0 {
			panic(fmt.Sprintf("%s: %v", code, problems))
		}
		out = append(out, in)
	}
	return out
})

// shippedInstrument is one of them, or nil.
func shippedInstrument(code string) *Instrument {
	for _, in := range shipped() {
		if in.Code == code {
			return in
		}
	}
	return nil
}
