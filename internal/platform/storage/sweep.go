package storage

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// orphaned is how old content without a row is before it goes: its use case has
// ended by then.
const orphaned = 24 * time.Hour

// Missing returns the ids of documents of a network whose content is not where
// it should be, and how many there are in all.
func (s *Store) Missing(ctx context.Context, network string) (missing []string, all int, err error) {
	var rows []string
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err = livingFiles(ctx, tx, network)
		return err
	})
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	there := map[string]bool{}
	err = s.box.list(ctx, network, func(id string, _ time.Time) error {
		there[id] = true
		return nil
	})
	for _, id := range rows {
		if !there[id] {
			missing = append(missing, id)
		}
	}
	return missing, len(rows), err
}

// Sweep ends what has expired, and deletes content that belongs to no document
// any more: what was removed, and what is older than a day and never belonged to
// one. Keys of their own are destroyed first. It returns how many went, and is
// to be called once a day for each network.
func (s *Store) Sweep(ctx context.Context, network string) (n int, err error) {
	var removed map[string]bool // of every document
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := markExpired(ctx, tx, network); err != nil {
			return err
		}
		removed, err = allFiles(ctx, tx, network)
		return err
	})
	if err != nil {
		return 0, err
	}
	var going []string
	err = s.box.list(ctx, network, func(id string, at time.Time) error {
		gone, known := removed[id]
		if gone || !known && s.db.Now().Sub(at) > orphaned {
			going = append(going, id)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range going {
		if err := s.keys.Destroy(ctx, network, ownKey(id)); err != nil && errs.CodeOf(err) != errs.NotFound {
			return n, err
		}
		if err := s.box.remove(ctx, blob(network, id)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
