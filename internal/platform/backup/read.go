package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"slices"

	"tessuto/internal/platform/db"
)

// ErrDamaged is a file that is not as it was written.
var ErrDamaged = errors.New("the backup is damaged, or is none")

// rowsAtOnce is how many rows are read before they are handed on.
const rowsAtOnce = 500

// visitor takes rows as they are read.
type visitor func(table string, cols []db.Field, rows [][]any) error

// Check reads a whole file and returns its head, or ErrDamaged. What it has
// checked can be restored.
func Check(path string) (Head, error) {
	f, err := os.Open(path)
	if err != nil {
		return Head{}, err
	}
	defer f.Close()
	return read(f, func(string, []db.Field, [][]any) error { return nil })
}

// Restore writes a file that was checked into a database without tables: first
// the tables, as fsys made them where the backup was taken, then their rows.
func Restore(ctx context.Context, tx *db.Tx, path string, h Head, fsys fs.FS, step Step) error {
	there, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return fmt.Errorf("the database is not empty: it holds the table %s, and a backup replaces nothing", there[0])
	}
	if err := tx.MigrateTo(ctx, fsys, h.Migrations); err != nil {
		return err
	}
	if there, err = tx.Tables(ctx); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	done := map[string]int{}
	_, err = read(f, func(table string, cols []db.Field, rows [][]any) error {
		if !slices.Contains(there, table) {
			return fmt.Errorf("the backup holds a table %s, which is not known", table)
		}
		own, err := tx.Columns(ctx, table)
		if err != nil {
			return err
		}
		for _, c := range cols {
			if !slices.Contains(own, c) {
				return fmt.Errorf("the backup holds a column %s.%s, which is not known", table, c.Name)
			}
		}
		done[table] += len(rows)
		step(table, done[table])
		return tx.InsertRows(ctx, table, cols, rows)
	})
	return err
}

// read goes through a backup. It hands rows on before it has come to the hash
// at the end, so what it is told is believed only after a Check.
func read(r io.Reader, visit visitor) (h Head, err error) {
	packed, err := gzip.NewReader(r)
	if err != nil {
		return h, ErrDamaged
	}
	f := &file{in: bufio.NewReaderSize(packed, 1<<20), sum: sha256.New()}
	if err := f.next(&h); err != nil || h.Form == 0 {
		return h, ErrDamaged
	}
	if h.Form != 1 {
		return h, fmt.Errorf("a newer program made this backup (form %d): use that program", h.Form)
	}
	for {
		sum := hex.EncodeToString(f.sum.Sum(nil))
		var line struct {
			table
			closing
		}
		if err := f.next(&line); err != nil {
			return h, ErrDamaged
		}
		if line.SHA256 != "" {
			if _, err := f.in.ReadByte(); line.SHA256 != sum || err != io.EOF {
				return h, ErrDamaged
			}
			return h, nil
		}
		if line.Table == "" || len(line.Columns) == 0 {
			return h, ErrDamaged
		}
		if err := f.rows(line.table, visit); err != nil {
			return h, err
		}
	}
}

// file is a backup that is being read.
type file struct {
	in  *bufio.Reader
	sum hash.Hash
}

func (f *file) next(v any) error {
	line, err := f.in.ReadBytes('\n')
	if err != nil {
		return err
	}
	_, _ = f.sum.Write(line) // a hash never fails
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	return dec.Decode(v)
}

// rows reads the rows of a table up to the line that counts them.
func (f *file) rows(t table, visit visitor) error {
	var rows [][]any
	for n := 0; ; n++ {
		var line json.RawMessage
		if err := f.next(&line); err != nil {
			return ErrDamaged
		}
		if line[0] == '[' {
			var row []any
			dec := json.NewDecoder(bytes.NewReader(line))
			dec.UseNumber()
			if err := dec.Decode(&row); err != nil || len(row) != len(t.Columns) {
				return ErrDamaged
			}
			if rows = append(rows, row); len(rows) < rowsAtOnce {
				continue
			}
		} else {
			var e struct{ Rows *int }
			if err := json.Unmarshal(line, &e); err != nil || e.Rows == nil || *e.Rows != n {
				return ErrDamaged
			}
		}
		if len(rows) > 0 {
			if err := visit(t.Table, t.Columns, rows); err != nil {
				return err
			}
			rows = nil
		}
		if line[0] != '[' {
			return nil
		}
	}
}
