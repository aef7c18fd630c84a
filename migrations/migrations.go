// Package migrations carries the schema, one file for each change, never edited
// once released.
package migrations

import "embed"

// FS holds the files, in PostgreSQL's words; package db speaks them to SQLite.
//
//go:embed *.sql
var FS embed.FS
