// Package programme carries what a network has promised: the logframe, the
// activities and the indicators of each programme, as its pack declares them.
//
// Nobody types a figure here. An indicator is a question to the ledger, and the
// same question gives the number and the records behind it.
package programme

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
)

// Module is the area: its methods are what one can do with programmes.
type Module struct {
	db      *db.DB
	keys    *crypto.Keystore
	audit   *audit.Log
	ledger  *ledger.Ledger
	network *network.Module

	// Sources is filled by app: where the records behind facts are, for who may
	// open them; the others are left out.
	Sources func(ctx context.Context, tx *db.Tx, list []ledger.Source) (map[ledger.Source]Link, error)

	// HeldMeetings is filled by app: how many meetings of a body of a programme were
	// held, by its code.
	HeldMeetings func(ctx context.Context, tx *db.Tx, network, programme, body string) (int, error)

	// OnLoad is told of every pack that a network loads, in the same transaction:
	// areas above make of it what is theirs.
	OnLoad []func(ctx context.Context, tx *db.Tx, network string, p *Pack) error
}

// Link leads to a record. Title names it where it names nobody, such as a meeting;
// of people it is empty.
type Link struct{ Href, Title string }

// New returns the area on a database.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, l *ledger.Ledger, n *network.Module) *Module {
	none := func(context.Context, *db.Tx, []ledger.Source) (map[ledger.Source]Link, error) { return nil, nil }
	return &Module{db: d, keys: keys, audit: log, ledger: l, network: n, Sources: none}
}
