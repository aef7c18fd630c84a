// Package codelist is the lists of codes that forms offer and rules check:
// dated, with their source, edited by each network without a release
// (domain.md: what is marked [K] is data to be verified).
//
// The lists that ship are files of package codes. A network's own edits lie over
// them, one row each, and are never overwritten: a new release changes only what
// nobody has edited. A code is ended from a day on and never deleted, so what
// was recorded keeps its word.
//
// The lists of the reader's network travel in the context: areas ask Options,
// Valid and Word, and no query runs for it.
package codelist

import (
	"context"
	"sync"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
)

// Module is the kit: its methods are what one can do with the lists.
type Module struct {
	db    *db.DB
	keys  *crypto.Keystore
	audit *audit.Log
	auth  *auth.Auth

	mu    sync.Mutex
	known map[string]known // by network
}

// known is what a process remembers of a network's lists.
type known struct {
	set   *Set
	edits int       // how many rows it was made from
	at    time.Time // when that was last asked
}

// New returns the kit on a database.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, a *auth.Auth) *Module {
	return &Module{db: d, keys: keys, audit: log, auth: a, known: map[string]known{}}
}

// fresh is how old what a process remembers may grow before it asks whether
// another process has edited.
const fresh = 2 * time.Second

// Of returns the lists of a network: from memory when they are fresh, or when
// nothing was edited since.
func (m *Module) Of(ctx context.Context, network string) (*Set, error) {
	m.mu.Lock()
	k, ok := m.known[network]
	m.mu.Unlock()
	age := m.db.Now().Sub(k.at)
	if network == "" || ok && age >= 0 && age < fresh {
		if ok {
			return k.set, nil
		}
		return Shipped(), nil
	}
	err := m.db.Read(ctx, func(tx *db.Tx) error {
		n, err := countEdits(ctx, tx, network)
		if err != nil || ok && n == k.edits {
			return err
		}
		rows, err := editsOf(ctx, tx, network, "")
		k.set, k.edits = Shipped().over(rows), len(rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	k.at = m.db.Now()
	m.mu.Lock()
	m.known[network] = k
	m.mu.Unlock()
	return k.set, nil
}

// forget makes the next question ask the database: something was edited here.
func (m *Module) forget(network string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, network)
}
