package crypto

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// What was sealed before a rotation opens during it and after it; a process
// that does not know of it goes on; one that was killed half-way is resumed.
func TestRewrap(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			ctx, url := t.Context(), dbtest.Empty(t, engine)
			master, err := LoadMaster(filepath.Join(t.TempDir(), "master.key"), true)
			if err != nil {
				t.Fatal(err)
			}
			open := func() *Keystore {
				k, err := OpenKeystore(ctx, url, master)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { k.Close() })
				return k
			}
			k, other := open(), open()
			sealed := map[string][]byte{}
			for i := range 3 * rewrapBatch {
				owner := fmt.Sprintf("p%04d", i)
				key, err := k.CreateOne(ctx, "n", owner)
				if err != nil {
					t.Fatal(err)
				}
				sealed[owner] = key.Seal([]byte(owner), "place")
			}
			mac, err := k.MAC(ctx, "n", "search", "amina")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := other.GetOne(ctx, "n", "p0000"); err != nil {
				t.Fatal(err)
			}
			killed := killAfterFirstBatch(t, k)
			if !errors.Is(killed, context.Canceled) {
				t.Fatalf("the rotation was not interrupted: %v", killed)
			}
			opensAll(t, other, sealed)
			rotateWhileOthersWork(t, k, other, sealed)
			for _, ks := range []*Keystore{k, other, open()} {
				opensAll(t, ks, sealed)
				again, err := ks.MAC(ctx, "n", "search", "amina")
				if err != nil || string(again) != string(mac) {
					t.Errorf("the tokens changed: %v", err)
				}
			}
			left(t, k)
		})
	}
}

func killAfterFirstBatch(t *testing.T, k *Keystore) error {
	ctx, cancel := context.WithCancel(t.Context())
	return k.Rewrap(ctx, "n", func(int, int) { cancel() })
}

// rotateWhileOthersWork lets another process make keys while the rotation goes
// on, and after it, with what it remembers of the old version.
func rotateWhileOthersWork(t *testing.T, k, other *Keystore, sealed map[string][]byte) {
	t.Helper()
	var wg sync.WaitGroup
	made := make(chan string, 40)
	wg.Go(func() {
		for i := range 20 {
			owner := fmt.Sprintf("new%d", i)
			if _, err := other.CreateOne(t.Context(), "n", owner); err != nil {
				t.Errorf("a key during the rotation: %v", err)
			}
			made <- owner
		}
	})
	if err := k.Rewrap(t.Context(), "n", func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	close(made)
	for owner := range made {
		key, err := other.GetOne(t.Context(), "n", owner)
		if err != nil {
			t.Fatal(err)
		}
		sealed[owner] = key.Seal([]byte(owner), "place")
	}
	if err := k.Rewrap(t.Context(), "n", func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := other.CreateOne(t.Context(), "n", "late"); err != nil {
		t.Errorf("a process that remembers a retired version: %v", err)
	}
}

func opensAll(t *testing.T, k *Keystore, sealed map[string][]byte) {
	t.Helper()
	for owner, blob := range sealed {
		key, err := k.GetOne(t.Context(), "n", owner)
		if err != nil {
			t.Fatalf("%s: %v", owner, err)
		}
		if plain, err := key.Open(blob, "place"); err != nil || string(plain) != owner {
			t.Fatalf("%s opens to %q: %v", owner, plain, err)
		}
	}
}

// left asserts that only the newest version is kept, and that everything is
// wrapped with it or a later one.
func left(t *testing.T, k *Keystore) {
	t.Helper()
	err := k.db.Read(t.Context(), func(tx *db.Tx) error {
		rows, err := networkKeys(t.Context(), tx, "n")
		if err != nil || len(rows) != 1 {
			t.Errorf("%d versions are kept, want 1: %v", len(rows), err)
		}
		n, err := countOlder(t.Context(), tx, "n", rows[len(rows)-1].version)
		if n != 0 {
			t.Errorf("%d keys are wrapped with an older version", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
