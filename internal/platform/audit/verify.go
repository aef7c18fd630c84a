package audit

import (
	"bytes"
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"tessuto/internal/platform/db"
)

// Damage is something in the log that is not as it was written. Row is empty
// where it concerns the tree and not one row.
type Damage struct{ Row, What string }

// What is said of a damaged row, or of the tree.
const (
	Changed  = "is not as it was written"
	Missing  = "was sealed and is not there"
	Moved    = "is not what was sealed in its place"
	BadHead  = "the head of the audit tree is not as it was written"
	BadCount = "the audit tree is not as long as its head says"
	BadTree  = "the audit tree is not what its head says"
	NoHead   = "the audit tree has no head"
)

// readAtOnce is how many rows are read in one transaction.
const readAtOnce = 1000

// Verified is what Verify found.
type Verified struct {
	Rows     int // that are there
	Unsealed int // of them
	Head     Head
	Damage   []Damage
}

// Verify reads every row of a network and holds it against its MAC, then
// recomputes the tree from the rows in the order of their sealing and holds it
// against the head.
func (l *Log) Verify(ctx context.Context, network string) (v Verified, err error) {
	if err = l.verifyTree(ctx, network, &v); err != nil {
		return v, err
	}
	named := map[string]bool{}
	for _, d := range v.Damage {
		named[d.Row] = true
	}
	after := ""
	for {
		var page []row
		err = l.db.Read(ctx, func(tx *db.Tx) error {
			page, err = rowsAfter(ctx, tx, network, after, readAtOnce)
			if err == nil && len(page) == 0 {
				v.Unsealed, err = countUnsealed(ctx, tx, network, "")
			}
			return err
		})
		if err != nil || len(page) == 0 {
			return v, err
		}
		for i := range page {
			want, err := l.mac(ctx, &page[i])
			if err != nil {
				return v, err
			}
			if !bytes.Equal(want, page[i].mac) && !named[page[i].id] {
				v.Damage = append(v.Damage, Damage{page[i].id, Changed})
			}
		}
		v.Rows, after = v.Rows+len(page), page[len(page)-1].id
	}
}

// verifyTree checks the head, how long the tree is, and each row in its place.
// What is sealed while it reads is left for the next time.
func (l *Log) verifyTree(ctx context.Context, network string, v *Verified) error {
	var count, last int64
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Head, err = headOf(ctx, tx, network); err != nil {
			return err
		}
		count, last, err = sealCount(ctx, tx, network)
		return err
	})
	if err != nil {
		return err
	}
	err = l.checkHead(ctx, network, v.Head)
	switch {
	case v.Head.mac == nil && count > 0:
		v.Damage = append(v.Damage, Damage{What: NoHead})
	case err == ErrHead:
		v.Damage = append(v.Damage, Damage{What: BadHead})
	case err != nil:
		return err
	}
	if v.Head.mac != nil && (count != v.Head.Size || last != count-1) {
		v.Damage = append(v.Damage, Damage{What: BadCount})
	}
	var t tree
	if err := l.readSealed(ctx, network, last, &t, v); err != nil {
		return err
	}
	if root := t.root(); len(v.Damage) == 0 && count > 0 && !bytes.Equal(root[:], v.Head.Root) {
		v.Damage = append(v.Damage, Damage{What: BadTree})
	}
	return nil
}

// readSealed puts each sealed row into t and names those that are not what was
// sealed, as their stored hashes tell.
func (l *Log) readSealed(ctx context.Context, network string, last int64, t *tree, v *Verified) error {
	for from := int64(0); from <= last; {
		var page []place
		var rows map[string]*row
		var stored map[int64]tlog.Hash
		err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
			if page, err = placesFrom(ctx, tx, network, from, readAtOnce); err != nil {
				return err
			}
			positions := make([]int64, len(page))
			for i := range page {
				positions[i] = tlog.StoredHashIndex(0, page[i].seq)
			}
			if stored, err = hashesAt(ctx, tx, network, positions); err != nil {
				return err
			}
			rows, err = rowsAt(ctx, tx, network, page)
			return err
		})
		if err != nil {
			return err
		}
		for _, p := range page {
			if from = p.seq + 1; p.seq > last {
				break
			}
			r := rows[p.rowID]
			if r == nil {
				v.Damage = append(v.Damage, Damage{p.rowID, Missing})
				continue
			}
			hash := r.hash()
			if t.add(hash); stored[tlog.StoredHashIndex(0, p.seq)] != hash {
				v.Damage = append(v.Damage, Damage{p.rowID, Moved})
			}
		}
		if len(page) == 0 {
			return nil
		}
	}
	return nil
}

// tree computes the root of the rows put into it and keeps only the roots of
// its whole parts, the largest first.
type tree struct{ parts []part }

type part struct {
	level int
	hash  tlog.Hash
}

func (t *tree) add(h tlog.Hash) {
	p := part{hash: h}
	for n := len(t.parts); n > 0 && t.parts[n-1].level == p.level; n-- {
		p = part{p.level + 1, tlog.NodeHash(t.parts[n-1].hash, p.hash)}
		t.parts = t.parts[:n-1]
	}
	t.parts = append(t.parts, p)
}

func (t *tree) root() (h tlog.Hash) {
	for i := len(t.parts) - 1; i >= 0; i-- {
		if i == len(t.parts)-1 {
			h = t.parts[i].hash
		} else {
			h = tlog.NodeHash(t.parts[i].hash, h)
		}
	}
	return h
}
