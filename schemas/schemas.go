// Package schemas carries the JSON Schemas of the formats in which data leave the
// product. A version that was published never changes: a format that says more is a new
// one.
package schemas

import "embed"

// FS holds a NAME-VERSION.json for each format.
//
//go:embed *.json
var FS embed.FS
