package dbtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Kept is where a benchmark's data are, and whether they were filled before: in KEEP, a
// folder, where postgres.txt names two databases, of data and of keys, of a server of
// one's own. Without KEEP they are made, and go with the run. Empty addresses are files
// in the folder.
func Kept(b testing.TB, engine string) (dir, data, keys string, filled bool) {
	b.Helper()
	keep := os.Getenv("KEEP")
	if keep == "" {
		return b.TempDir(), Empty(b, engine), Empty(b, engine), false
	}
	dir = filepath.Join(keep, engine)
	_, err := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	if engine == "postgres" {
		text, err := os.ReadFile(filepath.Join(keep, "postgres.txt"))
		urls := strings.Fields(string(text))
		if err != nil || len(urls) != 2 {
			b.Fatalf("%s/postgres.txt: %v: want two addresses", keep, err)
		}
		data, keys = urls[0], urls[1]
	}
	return dir, data, keys, err == nil
}
