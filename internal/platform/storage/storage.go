// Package storage keeps documents. They are sealed before they are stored, in a
// folder or in an S3 bucket: what the store holds is random ids and noise. Who
// may open a document is who may read the record that it belongs to.
package storage

import (
	"context"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Store keeps the documents of all networks.
type Store struct {
	db   *db.DB
	keys *crypto.Keystore
	log  *audit.Log
	box  box
	most int64 // bytes of one document
	open map[policy.Kind]policy.Permission
}

// Open opens the place that the configuration names, and makes sure that it
// answers.
func Open(ctx context.Context, c config.Store, d *db.DB, keys *crypto.Keystore, log *audit.Log) (*Store, error) {
	b, err := openBox(ctx, c.FilesURL())
	if err != nil {
		return nil, err
	}
	return &Store{db: d, keys: keys, log: log, box: b, most: c.MostFile(), open: map[policy.Kind]policy.Permission{}}, nil
}

// OpenTo makes the documents of a kind of record readable to whoever holds a
// permission in the network: for records that belong to all of it and that no
// grant opens. It is called while the program is built.
func (s *Store) OpenTo(p policy.Permission, kind policy.Kind) { s.open[kind] = p }

// Most is how large a document may be, in bytes.
func (s *Store) Most() int64 { return s.most }

// Parent is the record that a document belongs to: who reads that section of it
// opens the document.
type Parent struct {
	Kind    policy.Kind
	ID      string
	Section policy.Section
}

// Mine is the parent of what concerns one account alone and passes soon: a table
// to import, the result of an export. No grant opens it.
const Mine policy.Kind = "account"

// File is a document as its readers know it.
type File struct {
	ID        string
	Name      string
	MediaType string
	Size      int64 // bytes
	Parent
	By      string // account
	At      time.Time
	Expires *time.Time // nil: it stays

	owner  string
	held   bool
	sealed []byte // the name
}

// ownKey is the owner of the key of a document that belongs to no person and no
// case.
func ownKey(id string) string { return "file/" + id }

// place is what content and name are sealed for: a blob moved to where another
// was does not open there.
func place(network, id, what string) string { return "file/" + network + "/" + id + "/" + what }
