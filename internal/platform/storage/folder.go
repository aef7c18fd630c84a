package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// folder keeps each blob in a file, under a folder of its network and of the
// last two characters of its id.
type folder struct{ root string }

func openFolder(root string) (box, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	return folder{root}, nil
}

func (f folder) path(name string) string {
	network, id := filepath.Split(name)
	return filepath.Join(f.root, network, id[max(0, len(id)-2):], id)
}

// put writes beside and renames, so that a blob is never there in part; both the
// content and its name are on the disk when it returns.
func (f folder) put(_ context.Context, name string, content io.Reader) (err error) {
	path := f.path(name)
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(dir, ".part-*-"+filepath.Base(dir)) // path finds it again
	if err != nil {
		return err
	}
	defer os.Remove(part.Name()) // nothing, once renamed
	_, err = io.Copy(part, content)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), path); err != nil {
		return err
	}
	return syncFolders(dir, filepath.Dir(dir), f.root)
}

func syncFolders(paths ...string) error {
	for _, path := range paths {
		d, err := os.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (f folder) open(_ context.Context, name string) (io.ReadCloser, error) {
	return os.Open(f.path(name))
}

func (f folder) remove(_ context.Context, name string) error {
	if err := os.Remove(f.path(name)); !gone(err) {
		return err
	}
	return nil
}

// list names what a killed program left half-written too: it belongs to no row,
// and goes as an orphan.
func (f folder) list(_ context.Context, network string, fn func(string, time.Time) error) error {
	err := filepath.WalkDir(filepath.Join(f.root, network), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if gone(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(d.Name(), info.ModTime())
	})
	if gone(err) {
		return nil
	}
	return err
}
