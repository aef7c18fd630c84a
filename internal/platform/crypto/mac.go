package crypto

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"tessuto/internal/platform/db"
)

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
	owner := "!" + purpose
	k.mu.Lock()
	raw := k.macs[network+owner]
	k.mu.Unlock()
	if raw != nil {
		return raw, nil
	}
	raw, err := k.rawKey(ctx, network, owner)
	if err != nil {
		return nil, errors.Join(errors.New("key for "+purpose), err)
	}
	k.mu.Lock()
	k.macs[network+owner] = raw
	k.mu.Unlock()
	return raw, nil
}

// rawKey returns the bytes of an owner's key, and makes them the first time.
func (k *Keystore) rawKey(ctx context.Context, network, owner string) ([]byte, error) {
	raw, err := k.findRaw(ctx, network, owner)
	if errors.Is(err, errTurned) {
		if _, err = k.refresh(ctx, network); err == nil {
			raw, err = k.findRaw(ctx, network, owner)
		}
	}
	return raw, err
}

func (k *Keystore) findRaw(ctx context.Context, network, owner string) ([]byte, error) {
	r, err := k.network(ctx, network)
	if err != nil {
		return nil, err
	}
	fresh := make([]byte, keySize)
	rand.Read(fresh)
	var row *keyRow
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := keysOf(ctx, tx, network, []string{owner})
		if err != nil {
			return err
		}
		if row = nil; len(rows) == 1 {
			row = &rows[0]
			return nil
		}
		return k.insert(ctx, tx, r, network, owner, fresh)
	})
	if err != nil {
		return nil, err
	}
	if row != nil {
		return k.unwrap(ctx, network, *row)
	}
	return fresh, nil
}
