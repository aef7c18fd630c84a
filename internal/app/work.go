package app

import (
	"context"
	"log/slog"

	"tessuto/internal/network"
	"tessuto/internal/platform/db"
)

// workers is how many jobs one process works at a time.
const workers = 4

// Work does what runs beside the requests until ctx ends: jobs, and each second
// the seal of the audit. The seal ends last, when jobs have ended and answered
// is closed, so that what was done in the end is sealed too.
func (a *App) Work(ctx context.Context, answered <-chan struct{}) {
	sealing, stop := context.WithCancel(context.WithoutCancel(ctx))
	sealed := make(chan struct{})
	go func() { defer close(sealed); a.Audit.KeepSealed(sealing, a.networks) }()
	a.Jobs.Work(ctx, workers)
	<-answered
	stop()
	<-sealed
}

// sweepFiles ends what has expired and deletes content without a document.
func (a *App) sweepFiles(ctx context.Context) error {
	ids, err := a.networks(ctx)
	for _, id := range ids {
		n, err := a.Files.Sweep(ctx, id)
		if err != nil {
			return err
		}
		slog.InfoContext(ctx, "files swept", "network", id, "files", n)
	}
	return err
}

// networkName is how a network is called in its letters; the installation
// itself has no name.
func (a *App) networkName(ctx context.Context, id string) (name string, err error) {
	var all []network.Network
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = network.Networks(ctx, tx)
		return err
	})
	for _, n := range all {
		if n.ID == id {
			name = n.Name
		}
	}
	return name, err
}
