package crypto_test

import (
	"bytes"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
)

// each runs fn with the address of an empty keystore of each engine. On
// PostgreSQL the keystore is a schema of its own, beside nobody's tables.
func each(t *testing.T, fn func(t *testing.T, url string, m *crypto.Master)) {
	t.Helper()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			fn(t, empty(t, engine), master(t, "master.key"))
		})
	}
}

func empty(t *testing.T, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return "file:" + filepath.Join(t.TempDir(), "keystore.db")
	}
	address := dbtest.URL(t, engine)
	d := dbtest.Open(t, address)
	err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `create schema keystore`) })
	u, err2 := url.Parse(address)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	q := u.Query()
	q.Set("search_path", "keystore")
	u.RawQuery = q.Encode()
	return u.String()
}

func master(t *testing.T, name string) *crypto.Master {
	t.Helper()
	m, err := crypto.LoadMaster(filepath.Join(t.TempDir(), name), true)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func open(t *testing.T, url string, m *crypto.Master) *crypto.Keystore {
	t.Helper()
	k, err := crypto.OpenKeystore(t.Context(), url, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func key(t *testing.T, k *crypto.Keystore, network, owner string) *crypto.Key {
	t.Helper()
	key, err := k.CreateOne(t.Context(), network, owner)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	k := open(t, empty(t, "sqlite"), master(t, "master.key"))
	mine, other := key(t, k, "n", "person-1"), key(t, k, "n", "person-2")
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "plain")
		place := rapid.String().Draw(t, "place")
		sealed := mine.Seal(plain, place)
		if got, err := mine.Open(sealed, place); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("opens to %x, %v", got, err)
		}
		if len(plain) > 3 && bytes.Contains(sealed, plain) {
			t.Fatal("the text stands in what was sealed")
		}
		if bytes.Equal(sealed, mine.Seal(plain, place)) {
			t.Fatal("the same text is sealed twice alike: equal names could be told")
		}
		if got, err := mine.Open(sealed, place+"x"); err == nil {
			t.Fatalf("opened at another place: %x", got)
		}
		if got, err := other.Open(sealed, place); err == nil {
			t.Fatalf("opened with another's key: %x", got)
		}
		flipped := bytes.Clone(sealed)
		flipped[rapid.IntRange(0, len(sealed)-1).Draw(t, "byte")] ^= byte(1 << rapid.IntRange(0, 7).Draw(t, "bit"))
		if got, err := mine.Open(flipped, place); err == nil {
			t.Fatalf("opened with a flipped bit: %x", got)
		}
		cut := rapid.IntRange(1, len(sealed)-1).Draw(t, "cut")
		if got, err := mine.Open(sealed[:cut], place); err == nil {
			t.Fatalf("opened when cut: %x", got)
		}
	})
}

func TestNothingOpensToNothing(t *testing.T) {
	t.Parallel()
	var none *crypto.Key
	for _, k := range []*crypto.Key{none, {}, key(t, open(t, empty(t, "sqlite"), master(t, "m")), "n", "p")} {
		if got, err := k.Open(nil, "place"); len(got) != 0 || err != nil {
			t.Errorf("nothing opens to %x, %v", got, err)
		}
	}
	for _, k := range []*crypto.Key{none, {}} {
		if _, err := k.Open([]byte("sealed"), "place"); !errors.Is(err, crypto.ErrDestroyed) {
			t.Errorf("no key: %v", err)
		}
	}
}

func TestDestroy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, url string, m *crypto.Master) {
		ctx, k := t.Context(), open(t, url, m)
		sealed := key(t, k, "n", "gone").Seal([]byte("Amina"), "person/gone")
		key(t, k, "n", "stays")
		if err := k.Destroy(ctx, "n", "gone"); err != nil {
			t.Fatal(err)
		}
		for _, k := range []*crypto.Keystore{k, open(t, url, m)} {
			if _, err := k.GetOne(ctx, "n", "gone"); !errors.Is(err, crypto.ErrDestroyed) {
				t.Errorf("a destroyed key: %v", err)
			}
			keys, err := k.Get(ctx, "n", "gone", "stays", "never")
			if err != nil || len(keys) != 1 || keys["stays"] == nil {
				t.Errorf("keys %v, %v: want only the one that stays", keys, err)
			}
			if _, err := keys["gone"].Open(sealed, "person/gone"); !errors.Is(err, crypto.ErrDestroyed) {
				t.Errorf("what it sealed: %v", err)
			}
			if _, err := k.CreateOne(ctx, "n", "gone"); errs.CodeOf(err) != errs.Conflict {
				t.Errorf("a new key for who was erased: %v", err)
			}
		}
		if err := k.Destroy(ctx, "n", "gone"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("destroyed twice: %v", err)
		}
	})
}

// Destroying leaves nothing of the wrapped key in the keystore's table.
func TestDestroyedKeyIsEmpty(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, url string, m *crypto.Master) {
		k := open(t, url, m)
		key(t, k, "n", "gone")
		if err := k.Destroy(t.Context(), "n", "gone"); err != nil {
			t.Fatal(err)
		}
		if wrapped := wrappedKeys(t, url); len(wrapped) != 1 || len(wrapped[0]) != 0 {
			t.Errorf("%x is left", wrapped)
		}
	})
}

func wrappedKeys(t *testing.T, url string) (out [][]byte) {
	t.Helper()
	d := dbtest.Open(t, url)
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Column[[]byte](t.Context(), tx, `select wrapped from wrapped_key order by network_id, owner`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestKeystoreReopened(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, url string, m *crypto.Master) {
		ctx, k := t.Context(), open(t, url, m)
		sealed := key(t, k, "n", "p").Seal([]byte("Amina"), "person/p")
		mac := sum(t, k, "n", "search", "amina")
		k.Close()
		again := open(t, url, m)
		mine, err := again.GetOne(ctx, "n", "p")
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := mine.Open(sealed, "person/p"); err != nil || string(plain) != "Amina" {
			t.Errorf("%q, %v", plain, err)
		}
		if !bytes.Equal(mac, sum(t, again, "n", "search", "amina")) {
			t.Error("the MAC changed: nobody would be found again")
		}
		if _, err := again.GetOne(ctx, "other", "p"); !errors.Is(err, crypto.ErrDestroyed) {
			t.Errorf("a key of another network: %v", err)
		}
	})
}

// A wrong key is refused before anything is written with it.
func TestWrongMaster(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, url string, m *crypto.Master) {
		k := open(t, url, m)
		key(t, k, "n", "p")
		k.Close()
		file, isFile := strings.CutPrefix(url, "file:")
		before, wrapped := content(t, file, isFile), wrappedKeys(t, url)
		if _, err := crypto.OpenKeystore(t.Context(), url, master(t, "other.key")); !errors.Is(err, crypto.ErrWrongKey) {
			t.Errorf("a wrong master key: %v", err)
		}
		if !bytes.Equal(before, content(t, file, isFile)) || !bytes.Equal(wrapped[0], wrappedKeys(t, url)[0]) {
			t.Error("the keystore was changed")
		}
		k = open(t, url, m)
		if _, err := k.GetOne(t.Context(), "n", "p"); err != nil {
			t.Errorf("the right key afterwards: %v", err)
		}
	})
}

func content(t *testing.T, file string, isFile bool) []byte {
	t.Helper()
	if !isFile {
		return nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Two programs start on one keystore at once: both have the same keys.
func TestFirstUseAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, url string, m *crypto.Master) {
		ctx := t.Context()
		stores := []*crypto.Keystore{open(t, url, m), open(t, url, m)}
		for _, network := range []string{"a", "b", "c", "d", "e"} {
			macs := make([][]byte, 8)
			var all sync.WaitGroup
			for i := range macs {
				all.Go(func() {
					var err error
					if macs[i], err = stores[i%2].MAC(ctx, network, "search", "amina"); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			for _, mac := range macs {
				if !bytes.Equal(mac, macs[0]) {
					t.Fatalf("network %s: two keys for one purpose", network)
				}
			}
			sealed := key(t, stores[0], network, "p").Seal([]byte("x"), "p")
			theirs, err := stores[1].GetOne(ctx, network, "p")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := theirs.Open(sealed, "p"); err != nil {
				t.Error(err)
			}
		}
	})
}
