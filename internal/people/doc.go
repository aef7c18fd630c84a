// Package people is the sealed register (Anagrafica) of those whom the network
// takes care of: persons, and the households they live in.
//
// What identifies a person is sealed under a key of their own. A person is
// found by keyed tokens of the name, and read only by whom a grant lets: the
// organisation that registered them, and the teams that work with them.
//
// The desk never asks for a permit to stay (safeguards, 6).
package people

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// Module is the area: its methods are what one can do with the register.
type Module struct {
	db      *db.DB
	keys    *crypto.Keystore
	audit   *audit.Log
	ledger  *ledger.Ledger
	jobs    *jobs.Jobs
	tasks   *task.Module
	network *network.Module
	pace    pace
	common  commonLists

	// OnJoin is told of each person who joins a household, in the transaction
	// that registers them. The areas above fill it while the program is put
	// together.
	OnJoin []func(ctx context.Context, tx *db.Tx, householdID, personID string) error

	// Keeps says what each area above keeps of a person, for who decides on an
	// erasure and for the person.
	Keeps []func(ctx context.Context, tx *db.Tx, network, personID string) ([]Kept, error)

	// Files lists the records of the areas above that speak of a person: who read
	// them, read of the person.
	Files []func(ctx context.Context, tx *db.Tx, network, personID string) ([]policy.Record, error)

	// OnProtect is told of each person who is open from now on to some accounts
	// alone: what the areas above keep of them must follow.
	OnProtect []func(ctx context.Context, tx *db.Tx, personID string, accounts []string) error

	// OpenCase answers the open case of the actor's body on a household, empty when
	// there is none that the actor may read.
	OpenCase func(ctx context.Context, tx *db.Tx, householdID string) (id string, err error)

	// OnUse is asked whether anybody has worked with whom an import brought in, before
	// they are taken out again. The areas above fill it too.
	OnUse []Uses
}

// pace is after how much the jobs write down how far they have come; tests stop
// them more often.
type pace struct{ blocks, digests int }

// New returns the area on a database.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, l *ledger.Ledger, j *jobs.Jobs, t *task.Module, n *network.Module) *Module {
	m := &Module{db: d, keys: keys, audit: log, ledger: l, jobs: j, tasks: t, network: n, pace: pace{blocks: 5000, digests: 200}}
	jobs.Register(j, m.scan)
	jobs.Register(j, m.link)
	j.Every("people.link", jobs.Daily(2), m.nightly)
	return m
}
