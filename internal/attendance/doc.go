// Package attendance is who was there (Registro presenze): sessions, the sheet
// of each, and what was corrected afterwards. It knows no area. An area that
// brings people together (a meeting, later a lesson or a workshop) opens a
// session for its record, shows and saves the sheet, and says when it counts;
// from then on a correction needs a reason, and the ledger gets the reversal of
// what stood and the new fact, so that a figure as of yesterday stays as it was.
//
// Every function runs in the transaction of the use case that calls it, which
// has asked for the right and writes the audit.
package attendance

import "tessuto/internal/ledger"

// Module keeps the sheets.
type Module struct{ ledger *ledger.Ledger }

// New returns the sheets of a ledger.
func New(l *ledger.Ledger) *Module { return &Module{l} }
