// Package comment is what colleagues write to each other beside a record (Note
// di lavoro): sealed under the key of the record, read by whoever sees its
// section, edited and taken away by who wrote it. Whoever is named with @ finds
// it among their tasks; only who can read a comment can be named in it.
//
// An area embeds the comments of a record in two lines: Of in its use case, and
// Panel with what it returns on its page.
package comment

import (
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/task"
)

// Module is the kit: its methods are what one can do with comments.
type Module struct {
	db    *db.DB
	keys  *crypto.Keystore
	audit *audit.Log
	auth  *auth.Auth
	tasks *task.Module

	// Locate says where the page of a record is and whose key seals what is
	// written beside it. App fills it.
	Locate task.Locate
}

// New returns the kit on a database.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, a *auth.Auth, t *task.Module) *Module {
	return &Module{db: d, keys: keys, audit: log, auth: a, tasks: t}
}
