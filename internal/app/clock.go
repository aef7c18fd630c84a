package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tessuto/internal/network"
	"tessuto/internal/platform/config"
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

// OnlyDemo fails unless the networks of the demo are there, and no other.
func (a *App) OnlyDemo(ctx context.Context) error {
	var all []network.Network
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = network.Networks(ctx, tx)
		return err
	})
	if err == nil && len(all) == 0 {
		err = errors.New("there is none")
	}
	return errors.Join(err, inEarnest(all))
}

// NoRealWork fails when the database that s names holds any network but the
// demo's. It makes and changes nothing: data in earnest are not even brought up
// to date by who takes them for a demo.
func NoRealWork(ctx context.Context, s config.Store) error {
	all, err := networksAt(ctx, s.DatabaseURL())
	if err != nil {
		return err
	}
	return inEarnest(all)
}

func inEarnest(all []network.Network) error {
	for _, n := range all {
		if n.Code != demoNetwork && n.Code != demoNeighbour {
			return errors.New("the network " + n.Code + " is in earnest")
		}
	}
	return nil
}
