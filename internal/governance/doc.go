// Package governance is who governs a programme and what they decide: bodies
// (cabina di regia, tables, focus groups) with members by organisation and seat,
// their meetings with presence and minutes, and decisions that become tasks.
//
// A meeting is convened, then held or cancelled. It counts only when it took
// place: see Meeting.confirmable, where the rule stands. What it says is read by
// who sits in the body and by who coordinates the programme; the other
// organisations of the programme read which bodies there are and when they meet.
//
// Nobody in care is a record here: who writes minutes is asked to name no family.
// Authorities (questura, prefettura, courts) sit as guests, by name: an account
// of theirs opens nothing (safeguards, 7).
package governance

import (
	"context"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
	"tessuto/internal/programme"
)

// Module is the area: its methods are what one can do with bodies and meetings.
type Module struct {
	db         *db.DB
	keys       *crypto.Keystore
	audit      *audit.Log
	ledger     *ledger.Ledger
	attendance *attendance.Module
	network    *network.Module
	programmes *programme.Module
	tasks      *task.Module
}

// New returns the area on a database.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, l *ledger.Ledger, at *attendance.Module,
	n *network.Module, p *programme.Module, t *task.Module) *Module {
	return &Module{d, keys, log, l, at, n, p, t}
}

// Measures are the facts that the area posts.
var Measures = ledger.Catalogue{
	{Code: "governance.meeting_held", Subject: ledger.Event},
	{Code: "governance.presence", Subject: ledger.Operator},
	{Code: "governance.presence_minutes", Subject: ledger.Operator, Minutes: true},
}

// sealing returns the key of a body, under which all it says is sealed, and makes
// the first one: a pack is loaded in a transaction, where no key is made. A key
// that was destroyed stays so: the body is NotFound.
func (m *Module) sealing(ctx context.Context, bodyID string) (*crypto.Key, error) {
	net := policy.From(ctx).Network
	if key, err := m.keys.GetOne(ctx, net, bodyID); err == nil {
		return key, nil
	}
	if key, err := m.keys.CreateOne(ctx, net, bodyID); err == nil {
		return key, nil
	}
	key, err := m.keys.GetOne(ctx, net, bodyID)
	if err == crypto.ErrDestroyed {
		err = errs.Missing()
	}
	return key, err
}

// reading returns the keys of bodies, those that are there.
func (m *Module) reading(ctx context.Context, bodies ...string) (map[string]*crypto.Key, error) {
	return m.keys.Get(ctx, policy.From(ctx).Network, bodies...)
}

func (m *Module) record(ctx context.Context, tx *db.Tx, act string, kind policy.Kind, id string) error {
	return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: kind, ID: id})
}
