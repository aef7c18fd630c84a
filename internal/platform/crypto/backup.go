package crypto

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tessuto/internal/platform/backup"
	"tessuto/internal/platform/db"
)

// Backups of the keystore are told from those of the data by their names, and
// are kept for so long: once they have run out, a destroyed key is gone
// everywhere (design, decision 1).
const (
	backupPrefix = "tessuto-keys-"
	backupSuffix = ".gz"
	backupForm   = "20060102T150405Z"
	BackupKept   = 30 * 24 * time.Hour
)

// Backup writes the wrapped keys into a folder, at the instant now, and removes
// its own backups that are older than BackupKept. It returns the new file and
// how many were removed. The master key is not in it, and must be kept elsewhere.
func (k *Keystore) Backup(ctx context.Context, dir, program string, now time.Time, step backup.Step) (path string, removed int, err error) {
	now = now.UTC()
	path = filepath.Join(dir, backupPrefix+now.Format(backupForm)+backupSuffix)
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		return backup.Write(ctx, tx, path, backup.Head{Kind: backup.Keys, Made: now, Program: program}, step)
	})
	if err != nil {
		return "", 0, err
	}
	removed, err = prune(dir, now.Add(-BackupKept))
	return path, removed, err
}

// prune removes backups of keys that were made before an instant, as their names
// say: a file that was copied has a new date.
func prune(dir string, before time.Time) (removed int, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if made, ok := BackupMade(e.Name()); ok && made.Before(before) {
			removed++
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return removed, err
}

// BackupMade tells when a backup of keys was made, from the name of its file.
func BackupMade(name string) (time.Time, bool) {
	text, ours := strings.CutPrefix(strings.TrimSuffix(name, backupSuffix), backupPrefix)
	made, err := time.Parse(backupForm, text)
	return made, ours && err == nil && strings.HasSuffix(name, backupSuffix)
}

// RestoreKeystore writes a backup of keys into the empty keystore that url
// names, if the master key in keyFile opens them. It makes no master key: a new
// one would open none of them.
func RestoreKeystore(ctx context.Context, url, keyFile, from string, step backup.Step) error {
	h, err := backup.Check(from)
	if err != nil {
		return err
	}
	if h.Kind != backup.Keys {
		return fmt.Errorf("%s is a backup of %s, not of keys", from, h.Kind)
	}
	master, err := LoadMaster(keyFile, false)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the master key %s is missing: put it there first, it is in no backup", keyFile)
	}
	if err != nil {
		return err
	}
	own, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, url)
	if err != nil {
		return fmt.Errorf("keystore: %w", err)
	}
	defer d.Close()
	k := &Keystore{db: d, master: master}
	return d.Write(ctx, func(tx *db.Tx) error {
		if err := backup.Restore(ctx, tx, from, h, own, step); err != nil {
			return fmt.Errorf("keystore: %w", err)
		}
		rows, err := allNetworkKeys(ctx, tx)
		for _, r := range rows {
			if _, err := k.unwrapNetworkKey(r); err != nil {
				return fmt.Errorf("nothing was restored: %w", err)
			}
		}
		return err
	})
}
