package main

import (
	"context"
	"fmt"

	"tessuto/internal/app"
	"tessuto/internal/platform/config"
)

type keysCmd struct {
	Rewrap  rewrapCmd      `cmd:"" help:"Give each network a new key and wrap all keys again; others work meanwhile."`
	Backup  keysBackupCmd  `cmd:"" help:"Write the wrapped keys into a folder of their own."`
	Restore keysRestoreCmd `cmd:"" help:"Write a backup of the keys into an empty keystore."`
}

type rewrapCmd struct{ config.Store }

// Run rotates the keys of every network. Interrupted, it goes on the next time
// from where it stopped.
func (c *rewrapCmd) Run(ctx context.Context) error {
	a, err := app.OpenExisting(ctx, c.Store)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.RewrapKeys(ctx, func(network string, done, total int) {
		fmt.Printf("\r  %-20s %d of %d", network, done, total)
		if done == total {
			fmt.Println()
		}
	})
}
