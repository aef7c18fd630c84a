package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"tessuto/internal/platform/db"
)

// Head is what the tree of a network was when it was last sealed.
type Head struct {
	Size int64
	Root []byte
	At   time.Time
	mac  []byte
}

const (
	sealBatch = 5000
	// sealEvery is how long a row waits to be sealed.
	sealEvery = time.Second
)

// lookBack tells where the sealer looks the nth time: a moment back, for those
// who write at once; now and then minutes back, for transactions that took
// longer; rarely at all rows.
func lookBack(n int) func(last string) string {
	switch {
	case n%600 == 0:
		return func(string) string { return "" }
	case n%30 == 0:
		return before(2 * time.Minute)
	}
	return before(3 * time.Second)
}

// Seal appends to the tree of a network the rows that are not in it yet, and
// returns how many. Where two seal at once, one does nothing.
func (l *Log) Seal(ctx context.Context, network string) (int, error) {
	return l.seal(ctx, network, func(string) string { return "" })
}

// seal appends batches until nothing is left. Where tells after which id to
// look, given the last that is sealed.
func (l *Log) seal(ctx context.Context, network string, where func(last string) string) (total int, err error) {
	for {
		n, err := l.sealSome(ctx, network, where)
		total += n
		if err != nil || n < sealBatch {
			return total, err
		}
	}
}

// sealSome reads what is to be sealed in a reading transaction and writes only
// tables that no use case touches: so it stands in nobody's way.
func (l *Log) sealSome(ctx context.Context, network string, where func(string) string) (n int, err error) {
	var rows []row
	var head Head
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		last, err := lastSealed(ctx, tx, network)
		if err == nil {
			head, err = headOf(ctx, tx, network)
		}
		if err == nil {
			rows, err = unsealedAfter(ctx, tx, network, where(last), sealBatch)
		}
		return err
	})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	if err := l.checkHead(ctx, network, head); err != nil {
		return 0, err // what is broken already is not sealed over
	}
	err = l.db.Write(ctx, func(tx *db.Tx) error {
		n = 0
		now, err := headOf(ctx, tx, network)
		if err != nil || now.Size != head.Size {
			return err // another sealer was first
		}
		n = len(rows)
		return l.extend(ctx, tx, network, now.Size, rows)
	})
	return n, err
}

// extend appends rows to the tree and writes its new head.
func (l *Log) extend(ctx context.Context, tx *db.Tx, network string, size int64, rows []row) error {
	reader := &hashReader{known: map[int64]tlog.Hash{}, more: func(p []int64) (map[int64]tlog.Hash, error) {
		return hashesAt(ctx, tx, network, p)
	}}
	first := tlog.StoredHashCount(size)
	var fresh []tlog.Hash
	for i := range rows {
		hashes, err := tlog.StoredHashesForRecordHash(size+int64(i), rows[i].hash(), reader)
		if err != nil {
			return err
		}
		for _, h := range hashes {
			reader.known[first+int64(len(fresh))] = h
			fresh = append(fresh, h)
		}
	}
	next := Head{Size: size + int64(len(rows)), At: tx.Now}
	root, err := tlog.TreeHash(next.Size, reader)
	if err != nil {
		return err
	}
	next.Root = root[:]
	if next.mac, err = l.headMAC(ctx, network, next); err != nil {
		return err
	}
	if err := insertSeals(ctx, tx, network, size, rows); err != nil {
		return err
	}
	if err := insertHashes(ctx, tx, network, first, fresh); err != nil {
		return err
	}
	return putHead(ctx, tx, network, next)
}

// hashReader gives tlog the hashes it asks for: those just made, then those kept.
type hashReader struct {
	known map[int64]tlog.Hash
	more  func([]int64) (map[int64]tlog.Hash, error)
}

var errNoHash = errors.New("audit: a hash of the tree is missing")

// ReadHashes returns the hashes at those positions.
func (r *hashReader) ReadHashes(positions []int64) ([]tlog.Hash, error) {
	var lacking []int64
	for _, p := range positions {
		if _, ok := r.known[p]; !ok {
			lacking = append(lacking, p)
		}
	}
	if len(lacking) > 0 {
		found, err := r.more(lacking)
		if err != nil {
			return nil, err
		}
		for p, h := range found {
			r.known[p] = h
		}
	}
	out := make([]tlog.Hash, len(positions))
	for i, p := range positions {
		h, ok := r.known[p]
		if !ok {
			return nil, errNoHash
		}
		out[i] = h
	}
	return out, nil
}

// hash is that of the row as it is stored, MAC included.
func (r *row) hash() tlog.Hash {
	var b strings.Builder
	for _, part := range append(r.parts(), r.network, string(r.mac)) {
		fmt.Fprintf(&b, "%d:%s", len(part), part)
	}
	return tlog.RecordHash([]byte(b.String()))
}

func (l *Log) headMAC(ctx context.Context, network string, h Head) ([]byte, error) {
	return l.keys.MAC(ctx, network, "audit head", fmt.Sprint(h.Size), string(h.Root), fmt.Sprint(h.At.UnixMicro()))
}

// ErrHead is a head that the key did not make.
var ErrHead = errors.New("audit: the head of the tree is not as it was written")

func (l *Log) checkHead(ctx context.Context, network string, h Head) error {
	if h.Size == 0 && h.mac == nil {
		return nil
	}
	want, err := l.headMAC(ctx, network, h)
	if err == nil && string(want) != string(h.mac) {
		err = ErrHead
	}
	return err
}

// KeepSealed seals every second what was written in the networks, until ctx
// ends; then once more, so that what was written last is sealed too.
func (l *Log) KeepSealed(ctx context.Context, networks func(context.Context) ([]string, error)) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	for n := 0; ; n++ {
		l.sealAll(ctx, networks, lookBack(n))
		select {
		case <-tick.C:
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
			defer cancel()
			l.sealAll(last, networks, before(2*time.Minute))
			return
		}
	}
}

// sealAll seals each network; what fails is said, and tried again later.
func (l *Log) sealAll(ctx context.Context, networks func(context.Context) ([]string, error), where func(string) string) {
	ids, err := networks(ctx)
	for _, id := range ids {
		if _, e := l.seal(ctx, id, where); e != nil {
			err = errors.Join(err, fmt.Errorf("network %s: %w", id, e))
		}
	}
	if err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "audit: not sealed", "err", err)
	}
}

// before returns the id of that long before the one that is sealed last: ids
// begin with their time in milliseconds. Of another id it knows nothing.
func before(d time.Duration) func(last string) string {
	return func(last string) string {
		digits := strings.ReplaceAll(last, "-", "")
		ms, err := strconv.ParseInt(digits[:min(12, len(digits))], 16, 64)
		if err != nil || len(digits) != 32 {
			return ""
		}
		id := fmt.Sprintf("%012x", max(0, ms-d.Milliseconds()))
		return id[:8] + "-" + id[8:]
	}
}
