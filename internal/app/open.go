package app

import (
	"context"
	"fmt"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/storage"
	"tessuto/migrations"
)

// Open opens keystore, database and files, brings both schemas up to date and builds
// the program. A new master key is made only for an empty keystore.
func Open(ctx context.Context, s config.Store, demo bool) (*App, error) {
	if err := s.MakeFolder(); err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w", err)
	}
	keys, err := crypto.OpenKeystoreWith(ctx, s.KeystoreURL(), s.KeyFile())
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, s.DatabaseURL())
	if err != nil {
		keys.Close()
		return nil, err
	}
	log := audit.New(d, keys)
	var files *storage.Store
	if err = d.Migrate(ctx, migrations.FS); err == nil {
		files, err = storage.Open(ctx, s, d, keys, log)
	}
	if err != nil {
		keys.Close()
		d.Close()
		return nil, err
	}
	return New(d, keys, log, files, demo), nil
}

// Close closes database and keystore.
func (a *App) Close() error {
	if err := a.Keys.Close(); err != nil {
		return err
	}
	return a.DB.Close()
}
