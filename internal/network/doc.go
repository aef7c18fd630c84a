// Package network knows the welfare network itself: its territories, the
// organisations that work in it, and the people who work in them.
package network

import (
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
)

// Module is the area: its methods are what one can do with the network.
type Module struct {
	db    *db.DB
	auth  *auth.Auth
	audit *audit.Log
}

// New returns the area on a database.
func New(d *db.DB, a *auth.Auth, log *audit.Log) *Module { return &Module{d, a, log} }
