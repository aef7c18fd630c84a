// Package network knows the welfare network itself: its territories, the
// organisations that work in it, the people who work in them, in which programmes
// they are partners, and on which agreements they share what they know.
package network

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

// Module is the area: its methods are what one can do with the network.
type Module struct {
	db    *db.DB
	keys  *crypto.Keystore
	auth  *auth.Auth
	audit *audit.Log
	mail  *mail.Mail
	files *storage.Store

	// Titles lists the programmes of the actor's network: the area of programmes
	// stands above this one, and app fills it.
	Titles func(ctx context.Context, tx *db.Tx) ([]Title, error)
}

// New returns the area on a database. Whoever reads the agreements of a network
// reads their documents.
func New(d *db.DB, keys *crypto.Keystore, a *auth.Auth, log *audit.Log, post *mail.Mail, files *storage.Store) *Module {
	if files != nil {
		files.OpenTo(policy.AgreementRead, agreementKind)
	}
	return &Module{db: d, keys: keys, auth: a, audit: log, mail: post, files: files}
}
