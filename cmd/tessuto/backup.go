package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"tessuto/internal/app"
	"tessuto/internal/platform/backup"
	"tessuto/internal/platform/config"
)

type backupCmd struct {
	config.Store
	To string `help:"File to write, ending with .tessuto-data.gz: it is not there yet, its folder is." required:"" type:"path" placeholder:"FILE"`
}

// Run writes the data into a file, while others work.
func (c *backupCmd) Run(ctx context.Context) error {
	a, err := app.OpenExisting(ctx, c.Store)
	if err != nil {
		return err
	}
	defer a.Close()
	step, end := progress()
	err = a.Backup(ctx, c.To, step)
	end()
	if err != nil {
		return err
	}
	fmt.Printf("%s holds the data. Now back up the keys elsewhere (tessuto keys backup), and the documents (%s).\n", c.To, c.FilesURL())
	return nil
}

type restoreCmd struct {
	config.Store
	From string `help:"Backup of the data." required:"" type:"existingfile" placeholder:"FILE"`
}

// Run writes a backup into an empty database; the keystore is there already.
func (c *restoreCmd) Run(ctx context.Context) error {
	if err := c.MakeFolder(); err != nil {
		return fmt.Errorf("the data folder cannot be written: %w", err)
	}
	step, end := progress()
	closed, err := app.Restore(ctx, c.Store, c.From, step)
	end()
	if err != nil {
		return because(c.From, err)
	}
	if closed > 0 {
		fmt.Printf("%d people have no key: theirs was destroyed, or the keys that were restored are older than the data.\n", closed)
	}
	fmt.Println("Restored. Everybody signs in again; tokens of the API are made anew. Now run: tessuto verify")
	return nil
}

type keysBackupCmd struct {
	config.Store
	To string `help:"Folder for backups of the keys alone; those older than 30 days are removed from it." required:"" type:"existingdir" placeholder:"FOLDER"`
}

// Run writes the wrapped keys into a folder.
func (c *keysBackupCmd) Run(ctx context.Context) error {
	a, err := app.OpenExisting(ctx, c.Store)
	if err != nil {
		return err
	}
	defer a.Close()
	step, end := progress()
	path, removed, err := a.BackupKeys(ctx, c.To, step)
	end()
	if err != nil {
		return err
	}
	fmt.Printf("%s holds the wrapped keys, without the master key; %d older than 30 days were removed.\n", path, removed)
	return nil
}

type keysRestoreCmd struct {
	config.Store
	From string `help:"Backup of the keys." required:"" type:"existingfile" placeholder:"FILE"`
}

// Run writes a backup of the keys into an empty keystore.
func (c *keysRestoreCmd) Run(ctx context.Context) error {
	step, end := progress()
	err := app.RestoreKeys(ctx, c.Store, c.From, step)
	end()
	if err != nil {
		return because(c.From, err)
	}
	fmt.Println("The keys are restored. Keys that were destroyed since that backup was made are back: destroy them again.")
	return nil
}

// because names the file that is damaged.
func because(file string, err error) error {
	if errors.Is(err, backup.ErrDamaged) {
		return fmt.Errorf("%s: %w; nothing was written", file, err)
	}
	return err
}

// progress prints a line for each table, and on it how many rows; what is done
// is said on standard output. End ends the last line, if there is one.
func progress() (step backup.Step, end func()) {
	last := ""
	end = func() {
		if last != "" {
			fmt.Fprintln(os.Stderr)
		}
	}
	return func(table string, rows int) {
		if table != last {
			end()
		}
		last = table
		fmt.Fprintf(os.Stderr, "\r  %-20s %d", table, rows)
	}, end
}
