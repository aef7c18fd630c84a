package app

import (
	"context"
	"errors"
	"fmt"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/migrations"
)

// Open opens keystore, database and files, brings both schemas up to date and builds
// the program. Keystore and master key are made only beside a database without
// networks: beside any other they are lost, and new ones would open nothing.
func Open(ctx context.Context, s config.Store, demo bool) (*App, error) {
	if err := s.MakeFolder(); err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w", err)
	}
	keys, err := openKeys(ctx, s)
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
	if len(fresh) > 0 {
		err = d.Write(ctx, func(tx *db.Tx) error { return a.catchUp(ctx, tx) })
	}
	if err == nil {
		err = a.finishErasures(ctx) // a keystore of an earlier day may hold their keys
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// catchUp makes, in what an older program wrote, what this one would have made.
func (a *App) catchUp(ctx context.Context, tx *db.Tx) error {
	all, err := network.Networks(ctx, tx)
	if err != nil {
		return err
	}
	for _, n := range all {
		if err := a.People.CatchUp(ctx, tx, n.ID); err != nil {
			return err
		}
		setup := policy.With(ctx, policy.Actor{AccountID: "setup", Network: n.ID})
		if err := a.Governance.AdoptAll(setup, tx, n.ID); err != nil {
			return err
		}
	}
	return nil
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
	if err := keystoreReady(ctx, s); err != nil {
		return nil, err
	}
	return Open(ctx, s, false)
}

// openKeys opens the keystore of a database, with a key for each of its networks.
func openKeys(ctx context.Context, s config.Store) (*crypto.Keystore, error) {
	held, err := networksAt(ctx, s.DatabaseURL())
	if err == nil && len(held) > 0 {
		err = keystoreReady(ctx, s)
	}
	if err != nil {
		return nil, err
	}
	keys, err := crypto.OpenKeystoreWith(ctx, s.KeystoreURL(), s.KeyFile(), len(held) == 0)
	if err != nil {
		return nil, err
	}
	for _, n := range held {
		holds, err := keys.Holds(ctx, n.ID)
		if err == nil && !holds {
			err = fmt.Errorf("this keystore has no key of the network %s: restore the right one with tessuto keys restore", n.Code)
		}
		if err != nil {
			return nil, errors.Join(err, keys.Close())
		}
	}
	return keys, nil
}

// keystoreReady fails when there is no keystore; an older one is brought up to
// date when it is opened.
func keystoreReady(ctx context.Context, s config.Store) error {
	switch err := crypto.Ready(ctx, s.KeystoreURL()); {
	case errors.Is(err, db.ErrAbsent):
		return errors.New("there is no keystore: name it with --keystore, or restore it with tessuto keys restore")
	case err != nil && !errors.Is(err, db.ErrOlder):
		return fmt.Errorf("keystore: %w", err)
	}
	return nil
}

// networksAt lists the networks of a database, whatever program made it; none
// when there is no database. It makes and changes nothing.
func networksAt(ctx context.Context, url string) (all []network.Network, err error) {
	switch err := db.Ready(ctx, url, migrations.FS); {
	case errors.Is(err, db.ErrAbsent):
		return nil, nil
	case err != nil && !errors.Is(err, db.ErrOlder):
		return nil, err
	}
	d, err := db.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	err = d.Read(ctx, func(tx *db.Tx) error {
		all, err = network.Networks(ctx, tx)
		return err
	})
	return all, err
}

// Close closes database and keystore.
func (a *App) Close() error {
	if err := a.Keys.Close(); err != nil {
		return err
	}
	return a.DB.Close()
}
