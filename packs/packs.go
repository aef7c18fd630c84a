// Package packs carries the programme packs that ship with the product, and
// the JSON Schema of their format. A pack is declarative and holds no personal
// data; package programme reads and checks it.
package packs

import "embed"

// FS holds one CODE.yaml for each of Codes, and schema.json.
//
//go:embed *.yaml schema.json
var FS embed.FS

// Codes lists the programmes that ship with the product, in the order in which
// they are shown.
var Codes = []string{"reboot", "intarsi", "becomer", "labimpact", "fasi", "weita"}
