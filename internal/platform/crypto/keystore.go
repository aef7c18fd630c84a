package crypto

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"

	"tessuto/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Region stands for no network in the keystore: its key makes what persons are
// compared by across networks. It is made at random like that of each network, so
// that none gives another.
const Region = "region"

// Keystore keeps wrapped keys in a database of its own.
type Keystore struct {
	db     *db.DB
	master *Master

	opened atomic.Int64 // see Opened

	mu    sync.Mutex
	rings map[string]*ring  // by network
	macs  map[string][]byte // by network and purpose
}

// OpenKeystore opens the keystore that url names and brings its schema up to
// date. It fails with ErrWrongKey when master does not belong to it.
func OpenKeystore(ctx context.Context, url string, master *Master) (*Keystore, error) {
	return openKeystore(ctx, url, func(bool) (*Master, error) { return master, nil })
}

// OpenKeystoreWith opens a keystore with the master key in a file. Only an empty
// keystore gets a new one, and only if it is fresh, which is that no data need
// it: another key would open nothing of what is there, and would stand where the
// right one is looked for.
func OpenKeystoreWith(ctx context.Context, url, keyFile string, fresh bool) (*Keystore, error) {
	return openKeystore(ctx, url, func(empty bool) (*Master, error) {
		master, err := LoadMaster(keyFile, empty && fresh)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("the master key %s is missing; this keystore needs it", keyFile)
		}
		return master, err
	})
}

func openKeystore(ctx context.Context, url string, master func(empty bool) (*Master, error)) (*Keystore, error) {
	d, err := db.Open(ctx, wiping(url))
	if err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	k := &Keystore{db: d, rings: map[string]*ring{}, macs: map[string][]byte{}}
	if err := k.prepare(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("keystore: %w", err)
	}
	var kept int
	err = d.Read(ctx, func(tx *db.Tx) (err error) {
		kept, err = countKeys(ctx, tx)
		return err
	})
	if err == nil {
		k.master, err = master(kept == 0)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	if err := k.checkMaster(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("keystore: %w", err)
	}
	return k, nil
}

// wiping lets an embedded keystore write noughts over what is deleted or replaced:
// a key that was destroyed must not wait in the free space of its file.
func wiping(url string) string {
	if !strings.HasPrefix(url, "file:") {
		return url
	}
	sep := "?"
	if strings.Contains(url, "?") {
		sep = "&"
	}
	return url + sep + "_pragma=secure_delete(1)"
}

func (k *Keystore) prepare(ctx context.Context) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return k.db.Migrate(ctx, sub)
}

// Ready is db.Ready of the keystore that url names: it makes none.
func Ready(ctx context.Context, url string) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Ready(ctx, url, sub)
}

// Hasten is db.Hasten of the keystore.
func (k *Keystore) Hasten(ctx context.Context) error { return k.db.Hasten(ctx) }

// Opened returns how many keys of owners were read since the keystore was opened.
func (k *Keystore) Opened() int64 { return k.opened.Load() }

// Close closes the keystore.
func (k *Keystore) Close() error { return k.db.Close() }

// Holds tells whether the keystore has a key of a network; it makes none.
func (k *Keystore) Holds(ctx context.Context, network string) (held bool, err error) {
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := networkKeys(ctx, tx, network)
		held = len(rows) > 0
		return err
	})
	return held, err
}

// checkMaster opens one network key, if there is any.
func (k *Keystore) checkMaster(ctx context.Context) error {
	return k.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := allNetworkKeys(ctx, tx)
		for _, r := range rows {
			if _, err := k.unwrapNetworkKey(r); err != nil {
				return err
			}
		}
		return err
	})
}

func (k *Keystore) unwrapNetworkKey(r networkKeyRow) (*Key, error) {
	raw, err := k.master.key.Open(r.wrapped, "network/"+r.network)
	if err != nil {
		return nil, ErrWrongKey
	}
	return newKey(raw)
}

// ring is the keys of a network that the keystore still wraps with, by version.
// There is one, and two while a rotation is under way.
type ring struct {
	latest int
	keys   map[int]*Key
}

// network returns the ring of a network, and makes its first key.
func (k *Keystore) network(ctx context.Context, network string) (*ring, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r := k.rings[network]; r != nil {
		return r, nil
	}
	return k.loadRing(ctx, network)
}

// refresh reads the ring again: another process may have turned it.
func (k *Keystore) refresh(ctx context.Context, network string) (*ring, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.loadRing(ctx, network)
}

func (k *Keystore) loadRing(ctx context.Context, network string) (*ring, error) {
	var rows []networkKeyRow
	err := k.db.Read(ctx, func(tx *db.Tx) (err error) { // who reads waits for nobody
		rows, err = networkKeys(ctx, tx, network)
		return err
	})
	if err == nil && len(rows) == 0 {
		err = k.db.Write(ctx, func(tx *db.Tx) (err error) {
			if rows, err = networkKeys(ctx, tx, network); err != nil || len(rows) > 0 {
				return err
			}
			rows = []networkKeyRow{k.freshNetworkKey(network, 1)}
			return insertNetworkKey(ctx, tx, rows[0])
		})
	}
	if err != nil {
		return nil, err
	}
	r := &ring{keys: map[int]*Key{}}
	for _, row := range rows {
		if r.keys[row.version], err = k.unwrapNetworkKey(row); err != nil {
			return nil, err
		}
		r.latest = max(r.latest, row.version)
	}
	k.rings[network] = r
	return r, nil
}

func (k *Keystore) freshNetworkKey(network string, version int) networkKeyRow {
	raw := make([]byte, keySize)
	rand.Read(raw)
	return networkKeyRow{network, version, k.master.key.Seal(raw, "network/"+network)}
}

// errTurned says that a version was retired meanwhile: the one to wrap with, or the
// one that a key was wrapped with when it was read.
var errTurned = errors.New("the network's key was turned")

// Create makes the key of an owner. It is called before the transaction that
// writes the owner's row: a key without a row harms nobody, a row without a key
// could not be read.
func (k *Keystore) Create(ctx context.Context, network string, owners ...string) (map[string]*Key, error) {
	r, err := k.network(ctx, network)
	if err != nil {
		return nil, err
	}
	keys, err := k.create(ctx, r, network, owners)
	if errors.Is(err, errTurned) {
		if r, err = k.refresh(ctx, network); err == nil {
			keys, err = k.create(ctx, r, network, owners)
		}
	}
	return keys, err
}

func (k *Keystore) create(ctx context.Context, r *ring, network string, owners []string) (map[string]*Key, error) {
	keys := make(map[string]*Key, len(owners))
	err := k.db.Write(ctx, func(tx *db.Tx) error {
		for _, owner := range owners {
			raw := make([]byte, keySize)
			rand.Read(raw)
			if err := k.insert(ctx, tx, r, network, owner, raw); err != nil {
				return err
			}
			var err error
			if keys[owner], err = newKey(raw); err != nil {
				return err
			}
		}
		return nil
	})
	return keys, err
}

func (k *Keystore) insert(ctx context.Context, tx *db.Tx, r *ring, network, owner string, raw []byte) error {
	wrapped := r.keys[r.latest].Seal(raw, network+"/"+owner)
	n, err := insertKey(ctx, tx, network, owner, r.latest, wrapped)
	if err == nil && n == 0 {
		return errTurned
	}
	return err
}

// CreateOne makes the key of one owner.
func (k *Keystore) CreateOne(ctx context.Context, network, owner string) (*Key, error) {
	keys, err := k.Create(ctx, network, owner)
	return keys[owner], err
}

// Get returns the keys of the owners. An owner whose key was destroyed, or who
// never had one, is not in the result: the nil Key opens nothing.
func (k *Keystore) Get(ctx context.Context, network string, owners ...string) (map[string]*Key, error) {
	if len(owners) == 0 {
		return map[string]*Key{}, nil
	}
	keys, err := k.get(ctx, network, owners)
	if errors.Is(err, errTurned) {
		keys, err = k.get(ctx, network, owners)
	}
	return keys, err
}

func (k *Keystore) get(ctx context.Context, network string, owners []string) (map[string]*Key, error) {
	keys := make(map[string]*Key, len(owners))
	var rows []keyRow
	err := k.db.ReadOnce(ctx, func(tx *db.Tx) (err error) {
		rows, err = keysOf(ctx, tx, network, owners)
		return err
	})
	k.opened.Add(int64(len(rows)))
	for _, row := range rows {
		raw, err := k.unwrap(ctx, network, row)
		if err != nil {
			return nil, err
		}
		if keys[row.owner], err = newKey(raw); err != nil {
			return nil, err
		}
	}
	return keys, err
}

// unwrap opens a wrapped key with the version of the network's key that it was
// wrapped with.
func (k *Keystore) unwrap(ctx context.Context, network string, row keyRow) ([]byte, error) {
	r, err := k.network(ctx, network)
	if err == nil && r.keys[row.version] == nil {
		r, err = k.refresh(ctx, network)
	}
	if err != nil {
		return nil, err
	}
	if r.keys[row.version] == nil {
		return nil, fmt.Errorf("no version %d of the key of the network: %w", row.version, errTurned)
	}
	return r.keys[row.version].Open(row.wrapped, network+"/"+row.owner)
}

// GetOne returns the key of one owner, or ErrDestroyed.
func (k *Keystore) GetOne(ctx context.Context, network, owner string) (*Key, error) {
	keys, err := k.Get(ctx, network, owner)
	if err == nil && keys[owner] == nil {
		err = ErrDestroyed
	}
	return keys[owner], err
}

// Destroy forgets the key of an owner for good: what it sealed cannot be read
// again, in any copy of the data.
func (k *Keystore) Destroy(ctx context.Context, network, owner string) error {
	return k.db.Write(ctx, func(tx *db.Tx) error { return destroyKey(ctx, tx, network, owner) })
}

// DestroyAll forgets the keys of owners for good; who has none is passed over.
func (k *Keystore) DestroyAll(ctx context.Context, network string, owners []string) error {
	return k.db.Write(ctx, func(tx *db.Tx) error { return destroyKeys(ctx, tx, network, owners) })
}
