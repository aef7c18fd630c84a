package app

import (
	"context"
	"errors"
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
	fresh, err := d.Pending(ctx, migrations.FS)
	if err == nil {
		err = d.Migrate(ctx, migrations.FS)
	}
	if err == nil {
		files, err = storage.Open(ctx, s, d, keys, log)
	}
	if err != nil {
		keys.Close()
		d.Close()
		return nil, err
	}
	a := New(d, keys, log, files, demo)
	a.Migrated = fresh
	return a, nil
}

// OpenExisting is Open for what only works on an installation that is there: it
// makes neither database nor keystore nor master key, and changes no schema.
func OpenExisting(ctx context.Context, s config.Store) (*App, error) {
	switch err := db.Ready(ctx, s.DatabaseURL(), migrations.FS); {
	case errors.Is(err, db.ErrAbsent) && s.DB == "":
		return nil, fmt.Errorf("there is no database in the folder %s: name the right one with --data or --db, or make one with tessuto migrate", s.Data)
	case errors.Is(err, db.ErrAbsent):
		return nil, errors.New("there is no database where --db says: name the right one, or make one with tessuto migrate")
	case err != nil:
		return nil, err
	}
	switch err := crypto.Ready(ctx, s.KeystoreURL()); {
	case errors.Is(err, db.ErrAbsent):
		return nil, errors.New("there is no keystore: name it with --keystore, or restore it with tessuto keys restore")
	case err != nil:
		return nil, fmt.Errorf("keystore: %w", err)
	}
	return Open(ctx, s, false)
}

// Close closes database and keystore.
func (a *App) Close() error {
	if err := a.Keys.Close(); err != nil {
		return err
	}
	return a.DB.Close()
}
