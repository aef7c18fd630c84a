// Package task is tasks and reminders (Compiti), for every area. A task is for
// a record or for none; who sees it is who it is for, who wrote it, and whoever
// sees the record in that section. The words are sealed; a reminder has a
// message of the catalogue instead.
//
// Tasks stay inside Tessuto and never count what anybody has done (safeguards,
// 13): there is no list by worker but one's own.
//
// An area embeds the tasks of a record in two lines: Of in its use case, and
// Panel with what it returns on its page.
package task

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Module is the kit: its methods are what one can do with tasks.
type Module struct {
	db    *db.DB
	keys  *crypto.Keystore
	audit *audit.Log
	auth  *auth.Auth

	// Locate says where the page of a record is and whose key seals what is
	// written about it; NotFound for a kind that takes no tasks. App fills it:
	// the platform knows no area.
	Locate Locate

	// Name names records that are open to the actor, as far as they may know,
	// and says what was read for that. App fills it.
	Name func(ctx context.Context, tx *db.Tx, kind policy.Kind, ids []string) (map[string]string, []audit.Entry, error)
}

// Locate is where a record is: the path of its page, and the owner of its key.
type Locate func(ctx context.Context, tx *db.Tx, kind policy.Kind, id string) (path, keyOwner string, err error)

// New returns the kit on a database.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, a *auth.Auth) *Module {
	return &Module{db: d, keys: keys, audit: log, auth: a}
}
