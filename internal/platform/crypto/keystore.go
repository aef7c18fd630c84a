package crypto

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Keystore keeps wrapped keys in a database of its own.
type Keystore struct {
	db     *db.DB
	master *Master

	mu   sync.Mutex
	kek  map[string]*networkKey // by network
	macs map[string][]byte      // by network and purpose
}

type networkKey struct {
	version int
	key     *Key
}

// OpenKeystore opens the keystore that url names and brings its schema up to
// date. It fails with ErrWrongKey when master does not belong to it.
func OpenKeystore(ctx context.Context, url string, master *Master) (*Keystore, error) {
	return openKeystore(ctx, url, func(bool) (*Master, error) { return master, nil })
}

// OpenKeystoreWith opens a keystore with the master key in a file. Only an empty
// keystore gets a new one: another key would open nothing of what is there, and
// would stand where the right one is looked for.
func OpenKeystoreWith(ctx context.Context, url, keyFile string) (*Keystore, error) {
	return openKeystore(ctx, url, func(empty bool) (*Master, error) {
		master, err := LoadMaster(keyFile, empty)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("the master key %s is missing; this keystore needs it", keyFile)
		}
		return master, err
	})
}

func openKeystore(ctx context.Context, url string, master func(empty bool) (*Master, error)) (*Keystore, error) {
	d, err := db.Open(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	k := &Keystore{db: d, kek: map[string]*networkKey{}, macs: map[string][]byte{}}
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

func (k *Keystore) prepare(ctx context.Context) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return k.db.Migrate(ctx, sub)
}

// Close closes the keystore.
func (k *Keystore) Close() error { return k.db.Close() }

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

// network returns the newest key of a network, and makes the first one.
func (k *Keystore) network(ctx context.Context, network string) (*networkKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if nk := k.kek[network]; nk != nil {
		return nk, nil
	}
	var row networkKeyRow
	err := k.db.Write(ctx, func(tx *db.Tx) (err error) {
		row, err = latestNetworkKey(ctx, tx, network)
		if errs.CodeOf(err) != errs.NotFound {
			return err
		}
		raw := make([]byte, keySize)
		rand.Read(raw)
		row = networkKeyRow{network, 1, k.master.key.Seal(raw, "network/"+network)}
		return insertNetworkKey(ctx, tx, row)
	})
	if err != nil {
		return nil, err
	}
	key, err := k.unwrapNetworkKey(row)
	if err != nil {
		return nil, err
	}
	k.kek[network] = &networkKey{row.version, key}
	return k.kek[network], nil
}

// Create makes the key of an owner. It is called before the transaction that
// writes the owner's row: a key without a row harms nobody, a row without a key
// could not be read.
func (k *Keystore) Create(ctx context.Context, network string, owners ...string) (map[string]*Key, error) {
	nk, err := k.network(ctx, network)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]*Key, len(owners))
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		for _, owner := range owners {
			raw := make([]byte, keySize)
			rand.Read(raw)
			if err := insertKey(ctx, tx, network, owner, nk.version, nk.key.Seal(raw, network+"/"+owner)); err != nil {
				return err
			}
			if keys[owner], err = newKey(raw); err != nil {
				return err
			}
		}
		return nil
	})
	return keys, err
}

// CreateOne makes the key of one owner.
func (k *Keystore) CreateOne(ctx context.Context, network, owner string) (*Key, error) {
	keys, err := k.Create(ctx, network, owner)
	return keys[owner], err
}

// Get returns the keys of the owners. An owner whose key was destroyed, or who
// never had one, is not in the result: the nil Key opens nothing.
func (k *Keystore) Get(ctx context.Context, network string, owners ...string) (map[string]*Key, error) {
	keys := make(map[string]*Key, len(owners))
	if len(owners) == 0 {
		return keys, nil
	}
	nk, err := k.network(ctx, network)
	if err != nil {
		return nil, err
	}
	var rows []keyRow
	err = k.db.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = keysOf(ctx, tx, network, owners)
		return err
	})
	for _, r := range rows {
		if keys[r.owner], err = unwrap(nk, network, r); err != nil {
			return nil, err
		}
	}
	return keys, err
}

func unwrap(nk *networkKey, network string, r keyRow) (*Key, error) {
	raw, err := nk.key.Open(r.wrapped, network+"/"+r.owner)
	if err != nil {
		return nil, err
	}
	return newKey(raw)
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

// MAC returns an HMAC-SHA-256 of parts under the network's key for a purpose:
// search tokens, uniqueness of sealed values, audit rows. Each part is led by
// its length, so that parts cannot run into each other.
func (k *Keystore) MAC(ctx context.Context, network, purpose string, parts ...string) ([]byte, error) {
	raw, err := k.macKey(ctx, network, purpose)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, raw)
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil), nil
}

func (k *Keystore) macKey(ctx context.Context, network, purpose string) ([]byte, error) {
	nk, err := k.network(ctx, network)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	owner := "!" + purpose
	if raw := k.macs[network+owner]; raw != nil {
		return raw, nil
	}
	raw := make([]byte, keySize)
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := keysOf(ctx, tx, network, []string{owner})
		if err != nil {
			return err
		}
		if len(rows) == 1 {
			raw, err = nk.key.Open(rows[0].wrapped, network+"/"+owner)
			return err
		}
		rand.Read(raw)
		return insertKey(ctx, tx, network, owner, nk.version, nk.key.Seal(raw, network+"/"+owner))
	})
	if err != nil {
		return nil, errors.Join(errors.New("key for "+purpose), err)
	}
	k.macs[network+owner] = raw
	return raw, nil
}
