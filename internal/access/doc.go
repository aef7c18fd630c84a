// Package access is where people arrive: the desk that listens, answers and
// keeps what was asked; and the appointment, with a mediator when a language
// is needed.
//
// A contact may have no name. The desk never asks for a permit (safeguards, 6).
// A mediator sees the appointment and never the file.
package access

import (
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/programme"
)

// Module is the area: its methods are what one can do at the desk.
type Module struct {
	db         *db.DB
	keys       *crypto.Keystore
	audit      *audit.Log
	ledger     *ledger.Ledger
	network    *network.Module
	people     *people.Module
	programmes *programme.Module
}

// New returns the area on a database.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, l *ledger.Ledger,
	n *network.Module, p *people.Module, pr *programme.Module) *Module {
	return &Module{d, keys, log, l, n, p, pr}
}

// Measures are the facts that the area posts.
var Measures = ledger.Catalogue{
	{Code: "access.contact", Subject: ledger.Person},
	{Code: "access.contact_minutes", Subject: ledger.Person, Minutes: true},
	{Code: "access.mediation", Subject: ledger.Person},
	{Code: "access.mediation_minutes", Subject: ledger.Person, Minutes: true},
}
