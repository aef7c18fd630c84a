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
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := &rotation{T: t, url: dbtest.Empty(t, engine)}
			var err error
			if r.master, err = LoadMaster(filepath.Join(t.TempDir(), "master.key"), true); err != nil {
				t.Fatal(err)
			}
			k := r.open()
			r.seal(k)
			mac, err := k.MAC(t.Context(), "n", "search", "amina")
			if err != nil {
				t.Fatal(err)
			}
			stop := r.workMeanwhile()
			cuts := 0
			for ; r.cutAt(cuts + 1); cuts++ {
				r.opens(k, r.open())
				if err := r.open().Rewrap(t.Context(), "n", func(int, int) {}); err != nil {
					t.Fatalf("after a cut at transaction %d: %v", cuts+1, err)
				}
				r.left(k)
				r.opens(k, r.open())
			}
			stop()
			r.opens(k, r.open())
			r.left(k)
			if cuts < 7 { // the ring, turn, the ring, two batches or more, the end, the ring
				t.Errorf("cut off at %d transactions, want 7", cuts)
			}
			for _, ks := range []*Keystore{k, r.open()} {
				if again, err := ks.MAC(t.Context(), "n", "search", "amina"); err != nil || string(again) != string(mac) {
					t.Errorf("the tokens changed: %v", err)
				}
			}
			if _, err := k.CreateOne(t.Context(), "n", "late"); err != nil {
				t.Errorf("a process that remembers a retired version: %v", err)
			}
		})
	}
}

// rotation is a keystore whose keys are turned, and what was sealed with them.
type rotation struct {
	*testing.T
	url    string
	master *Master

	mu     sync.Mutex
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
	owners := make([]string, rewrapBatch+50)
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

// cutAt begins a rotation in a process that ends with its nth transaction, and tells
// whether that was before the rotation ended.
func (r *rotation) cutAt(nth int) bool {
	r.Helper()
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
	err := k.Rewrap(ctx, "n", func(int, int) {})
	if err != nil && !errors.Is(err, context.Canceled) {
		r.Fatalf("cut off at transaction %d: %v", nth, err)
	}
	return err != nil
}

// workMeanwhile lets another process make keys, and open them and older ones, until
// it is stopped.
func (r *rotation) workMeanwhile() (stop func()) {
	other, ended, done := r.open(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-ended:
				return
			default:
			}
			owner, old := fmt.Sprintf("new%05d", i/20), fmt.Sprintf("p%04d", i%rewrapBatch)
			if i%20 == 0 {
				key, err := other.CreateOne(r.Context(), "n", owner)
				if err != nil {
					r.worked("made", err)
					return
				}
				r.mu.Lock()
				r.sealed[owner] = key.Seal([]byte(owner), "place")
				r.mu.Unlock()
			}
			if keys, err := other.Get(r.Context(), "n", owner, old); err != nil || len(keys) != 2 {
				r.worked(fmt.Sprint("read: ", len(keys)), err)
				return
			}
		}
	}()
	stop = sync.OnceFunc(func() { close(ended); <-done })
	r.Cleanup(stop)
	return stop
}

func (r *rotation) worked(what string, err error) {
	if r.Context().Err() == nil { // when the test has failed, the rest is stopped
		r.Errorf("keys %s during the rotation: %v", what, err)
	}
}

// opens asserts that everything sealed opens, whoever asks.
func (r *rotation) opens(stores ...*Keystore) {
	r.Helper()
	r.mu.Lock()
	sealed := maps.Clone(r.sealed)
	r.mu.Unlock()
	for _, k := range stores {
		keys, err := k.Get(r.Context(), "n", slices.Collect(maps.Keys(sealed))...)
		if err != nil {
			r.Fatal(err)
		}
		for owner, blob := range sealed {
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
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := &rotation{T: t, url: dbtest.Empty(t, engine)}
			var err error
			if r.master, err = LoadMaster(filepath.Join(t.TempDir(), "master.key"), true); err != nil {
				t.Fatal(err)
			}
			k, late := r.open(), r.open()
			if _, err := k.CreateOne(t.Context(), "n", "p"); err != nil {
				t.Fatal(err)
			}
			late.mu.Lock() // the versions cannot be looked at yet
			read := make(chan error)
			go func() {
				_, err := late.GetOne(t.Context(), "n", "p")
				read <- err
			}()
			for end := k.db.Now().Add(10 * time.Second); late.Opened() == 0; runtime.Gosched() {
				if k.db.Now().After(end) {
					t.Fatal("nothing was read")
				}
			}
			err = k.Rewrap(t.Context(), "n", func(int, int) {})
			late.mu.Unlock()
			if again := <-read; err != nil || again != nil || late.Opened() != 2 {
				t.Errorf("read %d times: %v, %v", late.Opened(), err, again)
			}
		})
	}
}
