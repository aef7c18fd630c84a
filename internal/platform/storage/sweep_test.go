package storage

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// A program that is killed between content and row leaves an orphan, which goes
// after a day and not before; what was removed or has expired goes at once; what
// is in use stays.
func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		stays := s.keep(t, Incoming{Name: "a.pdf", Content: bytes.NewReader(pdf()), Owner: "case1"}, diary)
		removed := s.keep(t, Incoming{Name: "b.pdf", Content: bytes.NewReader(pdf())}, diary)
		expires := s.keep(t, Incoming{Name: "c.pdf", Content: bytes.NewReader(pdf()), Lasts: time.Hour}, Parent{Kind: Mine, ID: "maria"})
		orphan, err := s.Put(s.worker, Incoming{Name: "d.pdf", Content: bytes.NewReader(pdf())})
		if err != nil {
			t.Fatal(err)
		}
		s.write(t, func(ctx context.Context, tx *db.Tx) error { return s.Remove(ctx, tx, removed.ID) })
		if w := s.get(s.worker, removed.ID); w.Code != 404 {
			t.Errorf("removed: %d", w.Code)
		}
		if w := s.get(s.other, expires.ID); w.Code != 404 {
			t.Errorf("what is somebody's own opens to another: %d", w.Code)
		}
		s.sweep(t, 1, stays.ID, expires.ID, orphan.ID)
		clock := s.d.Now
		s.d.Now = func() time.Time { return clock().Add(23 * time.Hour) }
		if w := s.get(s.worker, expires.ID); w.Code != 404 {
			t.Errorf("expired: %d", w.Code)
		}
		s.sweep(t, 1, stays.ID, orphan.ID)
		s.d.Now = func() time.Time { return clock().Add(25 * time.Hour) }
		s.sweep(t, 1, stays.ID)
		if w := s.get(s.worker, stays.ID); w.Code != 200 {
			t.Errorf("what is in use: %d", w.Code)
		}
		keys, err := s.keys.Get(t.Context(), "n", ownKey(removed.ID), ownKey(expires.ID), ownKey(orphan.ID))
		if len(keys) != 0 || err != nil {
			t.Errorf("%d keys of what is gone: %v", len(keys), err)
		}
	})
}

func (s shelf) sweep(t *testing.T, went int, left ...string) {
	t.Helper()
	n, err := s.Sweep(t.Context(), "n")
	if err != nil || n != went {
		t.Errorf("%d went, want %d: %v", n, went, err)
	}
	held := s.raw(t)
	if len(held) != len(left) {
		t.Errorf("%d are left, want %d", len(held), len(left))
	}
	for _, id := range left {
		if held[id] == nil {
			t.Errorf("%s is gone", id)
		}
	}
}

// A document half-written when the program was killed is not there, and its part
// goes as an orphan.
func TestHalfWritten(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	b, err := openFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	const id = "0190-ab"
	if err := b.put(t.Context(), blob("n", id), io.MultiReader(strings.NewReader("begun"), &counter{err: errs.Missing()})); err == nil {
		t.Error("a part was stored")
	}
	if err := os.WriteFile(filepath.Join(root, "n", "ab", ".part-1-ab"), []byte("begun"), 0o600); err != nil {
		t.Fatal(err)
	}
	var found []string
	list := func() {
		found = nil
		err := b.list(t.Context(), "n", func(id string, _ time.Time) error { found = append(found, id); return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if list(); len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	if err := b.remove(t.Context(), blob("n", found[0])); err != nil {
		t.Fatal(err)
	}
	if list(); len(found) != 0 {
		t.Errorf("the part stays: %v", found)
	}
}
