// Package packs carries the programme packs that ship with the product, and
// the JSON Schema of their format, and beside them the instruments of assessment. A pack is
// declarative and holds no personal data; package programme reads and checks it.
package packs

import "embed"

// FS holds one CODE.yaml for each of Codes, and schema.json.
//
//go:embed *.yaml schema.json
var FS embed.FS

// Instruments holds one CODE.yaml for each of InstrumentCodes, and schema.json:
// what assesses a family. Package cases reads and checks them.
//
//go:embed instruments
var Instruments embed.FS

// InstrumentCodes lists the instruments that ship with the product, in the order in
// which they are offered.
var InstrumentCodes = []string{"six_areas", "autonomy"}

// Codes lists the programmes that ship with the product, in the order in which
// they are shown.
var Codes = []string{"reboot", "intarsi", "becomer", "labimpact", "fasi", "weita"}
