package app

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/backup"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/migrations"
)

// leftOut are the tables that are in no backup, and why.
var leftOut = map[string]string{
	"session":            "whoever is signed in signs in again",
	"api_token":          "who holds a copy of the data must not act with it; tokens are made anew",
	"sign_in_try":        "it is of the moment",
	"sign_in_link":       "a link opens an account; who was invited is invited again",
	"own_access":         "a sheet opens a person's page; who had one is given another",
	"own_session":        "whoever reads their own page enters again",
	"referral_link":      "a link opens what was shared; who was given one is given another",
	"document_link":      "a link opens a document; who was given one is given another",
	"case_transfer_link": "a link hands a case over; who was given one is given another",
	"search_entry":       "it is made anew from the register, for those whose key still stands",
	"search_posting":     "it is made anew with it",
	"search_block":       "it is made anew with it",
	"region_digest":      "it is made anew with it",
}

// dataSuffix is how the name of a backup of the data ends.
const dataSuffix = ".tessuto-data.gz"

// Backup writes the data into a file while others work: one state of them,
// without what leftOut names. Keys are never in it.
func (a *App) Backup(ctx context.Context, to string, step backup.Step) error {
	if _, err := os.Stat(filepath.Dir(to)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the folder %s does not exist: make it first", filepath.Dir(to))
	}
	if !strings.HasSuffix(to, dataSuffix) {
		return errors.New("name a file: the name of a backup of the data ends with " + dataSuffix)
	}
	if err := apart(filepath.Dir(to), func(name string) bool { _, ok := crypto.BackupMade(name); return ok }); err != nil {
		return err
	}
	h := backup.Head{Kind: backup.Data, Made: a.DB.Now().UTC(), Program: Version, Without: slices.Sorted(maps.Keys(leftOut)),
		Proof: map[string][]byte{}}
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := network.Networks(ctx, tx)
		if err != nil {
			return err
		}
		for _, n := range all {
			if h.Proof[n.ID], err = proof(ctx, a.Keys, n.ID, h.Made); err != nil {
				return err
			}
		}
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		h.Without = slices.DeleteFunc(h.Without, func(t string) bool { return !slices.Contains(tables, t) })
		return backup.Write(ctx, tx, to, h, step)
	})
	if err != nil {
		return err
	}
	return a.record(ctx, audit.Entry{Act: "data.backup", Reason: filepath.Base(to)})
}

// BackupKeys writes the wrapped keys into a folder of their own and removes the
// backups there that have run out.
func (a *App) BackupKeys(ctx context.Context, dir string, step backup.Step) (path string, removed int, err error) {
	if err := apart(dir, func(name string) bool { return strings.HasSuffix(name, dataSuffix) }); err != nil {
		return "", 0, err
	}
	if path, removed, err = a.Keys.Backup(ctx, dir, Version, a.DB.Now(), step); err != nil {
		return "", 0, err
	}
	return path, removed, a.record(ctx, audit.Entry{Act: "keys.backup", Reason: filepath.Base(path)})
}

// apart refuses a folder that holds backups of the other kind: who takes the
// folder would take both.
func apart(dir string, other func(name string) bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if other(e.Name()) {
			return fmt.Errorf("%s holds %s: backups of the data and of the keys are kept apart", dir, e.Name())
		}
	}
	return nil
}

// proof is what only the keystore of a network can make.
func proof(ctx context.Context, keys *crypto.Keystore, network string, made time.Time) ([]byte, error) {
	return keys.MAC(ctx, network, "audit", "backup", network, made.Format(time.RFC3339Nano))
}

// record writes into the audit of every network what was done from the terminal.
func (a *App) record(ctx context.Context, e audit.Entry) error {
	return a.DB.Write(ctx, func(tx *db.Tx) error { return a.recordAll(ctx, tx, e) })
}

func (a *App) recordAll(ctx context.Context, tx *db.Tx, e audit.Entry) error {
	all, err := network.Networks(ctx, tx)
	for _, n := range all {
		e.Kind, e.ID = "network", n.ID
		ctx := policy.With(ctx, policy.Actor{AccountID: "terminal", Network: n.ID})
		if err := a.Audit.Record(ctx, tx, e); err != nil {
			return err
		}
	}
	return err
}

// Restore writes a backup of the data into an empty database, brings it up to
// date, and makes anew what people are found by: all of it, or nothing. The
// keystore must be there, with the keys that were there when it was made. It
// returns how many people have no key: theirs was destroyed, or the keystore is
// older than the data.
func Restore(ctx context.Context, s config.Store, from string, step backup.Step) (closed int, err error) {
	h, err := backup.Check(from)
	if err != nil {
		return 0, err
	}
	if h.Kind != backup.Data {
		return 0, fmt.Errorf("%s is a backup of %s, not of data", from, h.Kind)
	}
	if _, err := os.Stat(s.KeyFile()); err != nil {
		return 0, fmt.Errorf("the master key is missing: put it there and restore the keystore first: %w", err)
	}
	if tables, err := tablesAt(ctx, s.KeystoreURL()); err != nil || len(tables) == 0 {
		return 0, errors.Join(errors.New("the keystore is empty: restore it first (tessuto keys restore)"), err)
	}
	keys, err := crypto.OpenKeystoreWith(ctx, s.KeystoreURL(), s.KeyFile(), false)
	if err != nil {
		return 0, err
	}
	defer keys.Close()
	if err := belongs(ctx, keys, h); err != nil {
		return 0, err
	}
	d, err := db.Open(ctx, s.DatabaseURL())
	if err != nil {
		return 0, err
	}
	defer d.Close()
	a := New(d, keys, audit.New(d, keys), nil, false)
	err = d.Write(ctx, func(tx *db.Tx) (err error) {
		closed, err = a.restore(ctx, tx, from, h, step)
		return err
	})
	return closed, err
}

// tablesAt lists the tables of a database.
func tablesAt(ctx context.Context, url string) ([]string, error) {
	d, err := db.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	tables, err := d.Tables(ctx)
	return tables, errors.Join(err, d.Close())
}

// belongs refuses a keystore that could open nothing of a backup.
func belongs(ctx context.Context, keys *crypto.Keystore, h backup.Head) error {
	for id, want := range h.Proof {
		held, err := keys.Holds(ctx, id)
		if err != nil {
			return err
		}
		var got []byte
		if held {
			got, err = proof(ctx, keys, id, h.Made)
		}
		if err != nil {
			return err
		}
		if !hmac.Equal(got, want) {
			return errors.New("this keystore does not belong to the backup, which would not open: restore its keys first (tessuto keys restore)")
		}
	}
	return nil
}

func (a *App) restore(ctx context.Context, tx *db.Tx, from string, h backup.Head, step backup.Step) (closed int, err error) {
	if err := backup.Restore(ctx, tx, from, h, migrations.FS, step); err != nil {
		return 0, err
	}
	if err := tx.Migrate(ctx, migrations.FS); err != nil {
		return 0, err
	}
	var all []network.Network
	if all, err = network.Networks(ctx, tx); err != nil {
		return 0, err
	}
	for _, n := range all {
		lost, err := a.People.Index(ctx, tx, n.ID, func(done int) { step("search_entry", done) })
		if err != nil {
			return 0, err
		}
		closed += lost
	}
	if err := a.catchUp(ctx, tx); err != nil {
		return 0, err
	}
	return closed, a.recordAll(ctx, tx, audit.Entry{Act: "data.restore", Reason: filepath.Base(from)})
}

// RestoreKeys writes a backup of keys into an empty keystore, and says so in the
// audit when the data are there already; otherwise restoring them says it.
func RestoreKeys(ctx context.Context, s config.Store, from string, step backup.Step) error {
	if err := s.MakeFolder(); err != nil {
		return fmt.Errorf("the data folder cannot be written: %w", err)
	}
	if err := crypto.RestoreKeystore(ctx, s.KeystoreURL(), s.KeyFile(), from, step); err != nil {
		return err
	}
	if tables, err := tablesAt(ctx, s.DatabaseURL()); err != nil || len(tables) == 0 {
		return err
	}
	a, err := Open(ctx, s, false)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.record(ctx, audit.Entry{Act: "keys.restore", Reason: filepath.Base(from)})
}
