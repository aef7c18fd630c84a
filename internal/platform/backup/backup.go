// Package backup writes the tables of a database into one file that either
// engine can read, and reads it back. The file is text, a line of JSON for each
// row, packed by gzip: `zcat file | head` shows what it holds. What is sealed in
// the database is sealed in the file.
package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tessuto/internal/platform/db"
)

// The kinds of backups: they are never made together (design, decision 1).
const (
	Data = "data"
	Keys = "keys"
)

// Head is the first line of a backup.
type Head struct {
	Form       int               `json:"tessuto_backup"` // 1
	Kind       string            `json:"kind"`
	Made       time.Time         `json:"made"`
	Program    string            `json:"program"`         // the version that made it
	Migrations []string          `json:"migrations"`      // of the database, without the mark of its engine
	Without    []string          `json:"without"`         // tables that were left out
	Proof      map[string][]byte `json:"proof,omitempty"` // by network: a MAC that only its keystore can make
}

// Step is told which table is written or read, and how many of its rows.
type Step func(table string, rows int)

// table is the line before the rows of one, end the line after them, and
// closing the last line: a hash of all lines before it.
type (
	table struct {
		Table   string     `json:"table"`
		Columns []db.Field `json:"columns"`
	}
	end struct {
		Rows int `json:"rows"`
	}
	closing struct {
		SHA256 string `json:"sha256"`
	}
)

// Write copies every table but those left out, as tx sees them, into a file that
// appears when it is whole. It refuses a file that is there already.
func Write(ctx context.Context, tx *db.Tx, to string, h Head, step Step) (err error) {
	h.Form = 1
	if h.Migrations, err = tx.Applied(ctx); err != nil {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s is there already: a backup replaces nothing", to)
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".tessuto-backup-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := write(ctx, tx, f, h, step); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), to); err != nil { // unlike a rename, it replaces nothing
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// syncFolder makes a new name in a folder outlive a power cut.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// lines writes JSON, one value a line, and hashes what it writes.
type lines struct {
	out io.Writer
	sum hash.Hash
}

func (l lines) add(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	l.sum.Write(text)
	_, err = l.out.Write(text)
	return err
}

func write(ctx context.Context, tx *db.Tx, w io.Writer, h Head, step Step) error {
	buffered := bufio.NewWriterSize(w, 1<<20)
	packed, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return err
	}
	l := lines{packed, sha256.New()}
	if err := l.add(h); err != nil {
		return err
	}
	tables, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	for _, name := range tables {
		if name == "migration" || slices.Contains(h.Without, name) {
			continue
		}
		if err := writeTable(ctx, tx, l, name, step); err != nil {
			return err
		}
	}
	if err := l.add(closing{hex.EncodeToString(l.sum.Sum(nil))}); err != nil {
		return err
	}
	return errors.Join(packed.Close(), buffered.Flush())
}

func writeTable(ctx context.Context, tx *db.Tx, l lines, name string, step Step) error {
	cols, err := tx.Columns(ctx, name)
	if err != nil {
		return err
	}
	if err := l.add(table{name, cols}); err != nil {
		return err
	}
	n := 0
	err = tx.EachRow(ctx, name, cols, func(row []any) error {
		if n++; n%1000 == 0 {
			step(name, n)
		}
		return l.add(row)
	})
	if err != nil {
		return err
	}
	step(name, n)
	return l.add(end{n})
}
