// Package locales carries every sentence the program says, one file for each
// area and language: cases.it.json, cases.en.json.
package locales

import "embed"

// FS holds the message files.
//
//go:embed *.json
var FS embed.FS
