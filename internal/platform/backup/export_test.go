package backup

import (
	"io"

	"tessuto/internal/platform/db"
)

// Read reads a backup and counts its rows.
func Read(r io.Reader) (Head, int, error) {
	n := 0
	h, err := read(r, func(_ string, _ []db.Field, rows [][]any) error { n += len(rows); return nil })
	return h, n, err
}
