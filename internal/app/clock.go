package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tessuto/internal/network"
	"tessuto/internal/platform/db"
)

// demoNetwork is the code of the network that the demo fills.
const demoNetwork = "demo"

// SetClock makes the program believe that it is another time, from which the
// clock goes on: so one sees what expires. It refuses where there is any
// network but the demo's: dates of real work are never made up.
func (a *App) SetClock(ctx context.Context, at time.Time) error {
	if err := a.OnlyDemo(ctx); err != nil {
		return fmt.Errorf("the clock is set only for demo data: %w", err)
	}
	real := a.DB.Now
	shift := at.Sub(real())
	a.DB.Now = func() time.Time { return real().Add(shift) }
	return nil
}

// OnlyDemo fails unless the network of the demo is there, and no other.
func (a *App) OnlyDemo(ctx context.Context) error {
	var all []network.Network
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = a.Network.Networks(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, n := range all {
		if n.Code != demoNetwork {
			return errors.New("the network " + n.Code + " is in earnest")
		}
	}
	if len(all) == 0 {
		return errors.New("there is none")
	}
	return nil
}
