package crypto

import (
	"context"

	"tessuto/internal/platform/db"
)

// rewrapBatch is how many keys are wrapped again in one transaction: others
// read and write between two.
const rewrapBatch = 500

// lastFew is how many keys are few enough to be wrapped again in the transaction that
// ends a rotation. Who works meanwhile makes some under the version that they
// remember: if it waited until there are none, they could keep it from ending. It is
// short, so that it and they seldom collide.
const lastFew = 50

// Rewrap gives a network a new key and wraps every key of its owners with it;
// data are not touched. Others work meanwhile. When it is interrupted, the next
// call goes on where it stopped. Step is told how many of how many are done.
func (k *Keystore) Rewrap(ctx context.Context, network string, step func(done, total int)) error {
	if _, err := k.network(ctx, network); err != nil {
		return err
	}
	target, total, err := k.turn(ctx, network)
	if err != nil {
		return err
	}
	if _, err := k.refresh(ctx, network); err != nil {
		return err
	}
	for done, over := 0, false; !over; {
		n, err := k.rewrapSome(ctx, network, target)
		if err != nil {
			return err
		}
		if over = n < lastFew; n > 0 {
			done += n
			step(done, max(total, done))
		}
	}
	_, err = k.refresh(ctx, network)
	return err
}

// turn makes the next version of a network's key, unless a rotation that was
// interrupted has one already, and counts what is to be wrapped again.
func (k *Keystore) turn(ctx context.Context, network string) (target, total int, err error) {
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := networkKeys(ctx, tx, network)
		if err != nil {
			return err
		}
		target = rows[len(rows)-1].version
		if len(rows) == 1 {
			target++
			if err := insertNetworkKey(ctx, tx, k.freshNetworkKey(network, target)); err != nil {
				return err
			}
		}
		total, err = countOlder(ctx, tx, network, target)
		return err
	})
	return target, total, err
}

// rewrapSome wraps some keys with the target and returns how many. When they are the
// last few it retires the versions before it in the same transaction: another process,
// which wraps with the version that it remembers, cannot come between.
func (k *Keystore) rewrapSome(ctx context.Context, network string, target int) (n int, err error) {
	r, err := k.network(ctx, network)
	if err != nil {
		return 0, err
	}
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := olderKeys(ctx, tx, network, target, rewrapBatch)
		if err != nil {
			return err
		}
		n = len(rows)
		for _, row := range rows {
			raw, err := r.keys[row.version].Open(row.wrapped, network+"/"+row.owner)
			if err != nil {
				return err
			}
			if err := rewrapKey(ctx, tx, network, row, target, r.keys[target].Seal(raw, network+"/"+row.owner)); err != nil {
				return err
			}
		}
		if n < lastFew {
			return retireKeys(ctx, tx, network, target)
		}
		return nil
	})
	return n, err
}
