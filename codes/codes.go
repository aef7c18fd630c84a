// Package codes carries the code lists that ship with the product, and the JSON
// Schema of their format. A list is declarative; package codelist reads and
// checks it. A code that was shipped once stays: it is ended, never taken out.
package codes

import "embed"

// FS holds one KEY.yaml for each list, and schema.json.
//
//go:embed *.yaml schema.json
var FS embed.FS
