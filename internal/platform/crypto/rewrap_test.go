package crypto

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// A rotation is cut off at each of its transactions in turn, while another process
// makes keys and reads them. Whatever was sealed opens at each moment; the next call
// goes on with it, and leaves nothing that the old version wraps, nor that version.
func TestRewrap(t *testing.T) {
	eachRotation(t, func(r *rotation) {
		k := r.open()
		r.seal(k)
		mac, err := k.MAC(r.Context(), "n", "search", "amina")
		if err != nil {
			r.Fatal(err)
		}
		other, cuts := r.open(), 0
		for err := context.Canceled; ; cuts++ {
			r.whileOthersWork(other, func() { err = r.cutAt(cuts + 1) })
			r.opens(k, other, r.open())
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				r.Fatalf("cut off at transaction %d: %v", cuts+1, err)
			}
			again := r.open()
			r.whileOthersWork(other, func() { err = again.Rewrap(r.Context(), "n", func(int, int) {}) })
			if err != nil {
				r.Fatalf("after a cut at transaction %d: %v", cuts+1, err)
			}
			r.left(k)
			r.opens(k, other, r.open())
		}
		r.left(k)
		if cuts < 7 { // the ring, turn, the ring, two batches or more, the end, the ring
			r.Errorf("cut off at %d transactions, want 7", cuts)
		}
		for _, ks := range []*Keystore{k, r.open()} {
			if again, err := ks.MAC(r.Context(), "n", "search", "amina"); err != nil || string(again) != string(mac) {
				r.Errorf("the tokens changed: %v", err)
			}
		}
		if _, err := k.CreateOne(r.Context(), "n", "late"); err != nil {
			r.Errorf("a process that remembers a retired version: %v", err)
		}
	})
}

// eachRotation runs fn with an empty keystore of each engine.
func eachRotation(t *testing.T, fn func(r *rotation)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := &rotation{T: t, url: dbtest.Empty(t, engine)}
			var err error
			if r.master, err = LoadMaster(filepath.Join(t.TempDir(), "master.key"), true); err != nil {
				t.Fatal(err)
			}
			fn(r)
		})
	}
}

// rotation is a keystore whose keys are turned, and what was sealed with them.
type rotation struct {
	*testing.T
	url    string
	master *Master
	sealed map[string][]byte // by owner
}

// open is the keystore as a process of its own has it.
func (r *rotation) open() *Keystore {
	r.Helper()
	k, err := OpenKeystore(r.Context(), r.url, r.master)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { k.Close() })
	return k
}

// seal makes keys for one whole batch and a part of the next.
func (r *rotation) seal(k *Keystore) {
	r.Helper()
	owners := make([]string, rewrapBatch+2*lastFew)
	for i := range owners {
		owners[i] = fmt.Sprintf("p%04d", i)
	}
	keys, err := k.Create(r.Context(), "n", owners...)
	if err != nil {
		r.Fatal(err)
	}
	r.sealed = map[string][]byte{}
	for owner, key := range keys {
		r.sealed[owner] = key.Seal([]byte(owner), "place")
	}
}

// cutAt begins a rotation in a process that ends with its nth transaction; nil when
// the rotation ended before.
func (r *rotation) cutAt(nth int) error {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	k, n := r.open(), 0
	clock := k.db.Now
	k.db.Now = func() time.Time { // asked when a transaction begins
		if n++; n == nth {
			cancel()
		}
		return clock()
	}
	return k.Rewrap(ctx, "n", func(int, int) {})
}

// whileOthersWork lets another process make keys, and open them and older ones, while
// do is under way.
func (r *rotation) whileOthersWork(other *Keystore, do func()) {
	r.Helper()
	var all sync.WaitGroup
	made := map[string][]byte{}
	all.Go(func() {
		for i := range 5 {
			owner, old := fmt.Sprintf("new%d-%d", len(r.sealed), i), fmt.Sprintf("p%04d", i)
			key, err := other.CreateOne(r.Context(), "n", owner)
			if err != nil {
				r.Errorf("a key during the rotation: %v", err)
				return
			}
			made[owner] = key.Seal([]byte(owner), "place")
			for range 10 {
				if keys, err := other.Get(r.Context(), "n", owner, old); err != nil || len(keys) != 2 {
					r.Errorf("keys read during the rotation: %d, %v", len(keys), err)
				}
			}
		}
	})
	do()
	all.Wait()
	maps.Copy(r.sealed, made)
}

// opens asserts that everything sealed opens, whoever asks.
func (r *rotation) opens(stores ...*Keystore) {
	r.Helper()
	for _, k := range stores {
		keys, err := k.Get(r.Context(), "n", slices.Collect(maps.Keys(r.sealed))...)
		if err != nil {
			r.Fatal(err)
		}
		for owner, blob := range r.sealed {
			if plain, err := keys[owner].Open(blob, "place"); err != nil || string(plain) != owner {
				r.Fatalf("%s opens to %q: %v", owner, plain, err)
			}
		}
	}
}

// left asserts that only the newest version is kept, and that it wraps everything.
func (r *rotation) left(k *Keystore) {
	r.Helper()
	err := k.db.Read(r.Context(), func(tx *db.Tx) error {
		rows, err := networkKeys(r.Context(), tx, "n")
		if err != nil || len(rows) != 1 {
			r.Fatalf("%d versions are kept, want 1: %v", len(rows), err)
		}
		n, err := countOlder(r.Context(), tx, "n", rows[0].version)
		if n != 0 {
			r.Errorf("%d keys are wrapped with an older version", n)
		}
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
}

// Who read a key before a rotation ended, and the versions after it, reads again.
func TestAKeyReadBeforeItsVersionRetired(t *testing.T) {
	eachRotation(t, func(r *rotation) {
		k, late := r.open(), r.open()
		if _, err := k.CreateOne(r.Context(), "n", "p"); err != nil {
			r.Fatal(err)
		}
		late.mu.Lock() // the versions cannot be looked at yet
		read := make(chan error)
		go func() {
			_, err := late.GetOne(r.Context(), "n", "p")
			read <- err
		}()
		for end := k.db.Now().Add(10 * time.Second); late.Opened() == 0; runtime.Gosched() {
			if k.db.Now().After(end) {
				r.Fatal("nothing was read")
			}
		}
		err := k.Rewrap(r.Context(), "n", func(int, int) {})
		late.mu.Unlock()
		if again := <-read; err != nil || again != nil || late.Opened() != 2 {
			r.Errorf("read %d times: %v, %v", late.Opened(), err, again)
		}
	})
}
