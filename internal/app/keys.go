package app

import (
	"context"

	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
)

// RewrapKeys gives every network, the sign-in and the region a new key and wraps all keys
// with it; data are not touched (design, decision 1). Step is told how far each
// is.
func (a *App) RewrapKeys(ctx context.Context, step func(network string, done, total int)) error {
	var all []network.Network
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = network.Networks(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, n := range append(all, network.Network{ID: nowhere, Name: "sign-in"}, network.Network{ID: crypto.Region, Name: "region"}) {
		err := a.Keys.Rewrap(ctx, n.ID, func(done, total int) { step(n.Name, done, total) })
		if err != nil {
			return err
		}
	}
	return nil
}
