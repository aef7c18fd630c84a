package network

import (
	"cmp"
	"context"
	"strings"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// create writes something new of the network, once for each sending, and the act
// on it: on what it is about, or on itself when on is empty. It returns the id,
// that of the first when the same was sent before.
func (m *Module) create(ctx context.Context, p policy.Permission, act, on string, sent crypto.Sending, do func(tx *db.Tx, network, id string) error) (id string, err error) {
	actor, err := policy.Check(ctx, p)
	if err != nil {
		return "", err
	}
	kind, _, _ := strings.Cut(act, ".")
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || id != fresh {
			return err
		}
		if err := do(tx, actor.Network, id); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.Kind(kind), ID: cmp.Or(on, id)})
	})
	return id, err
}
