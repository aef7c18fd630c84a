package audit

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"tessuto/internal/platform/db"
)

// line is where those stand who wait for their rows to be written. Whoever finds
// it free leads: it commits its own rows at once. Those who come meanwhile wait
// together; the first of them leads next, with all of them in one transaction.
// So a page alone waits for nobody, many pages share commits, and nothing runs
// beside the requests.
type line struct {
	mu      sync.Mutex
	led     bool // somebody leads
	waiting []*waiter
}

type waiter struct {
	rows []row
	turn chan bool // true: lead now; false: err says how it went
	err  error
}

// commitTime bounds a commit that many wait for: nobody's leaving stops it.
const commitTime = 10 * time.Second

// Append adds entries by the actor of ctx in a transaction of the log, shared
// with whoever appends at the same time: an error reaches everybody in it. Who
// leaves before the answer may still find the entries written.
func (l *Log) Append(ctx context.Context, entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	w := &waiter{turn: make(chan bool, 1)}
	for _, e := range entries {
		w.rows = append(w.rows, rowOf(ctx, e))
	}
	if !l.line.join(w) {
		select {
		case lead := <-w.turn:
			if !lead {
				return w.err
			}
		case <-ctx.Done():
			l.line.leave(w)
			return ctx.Err()
		}
	}
	return l.lead(ctx, w)
}

var errInterrupted = errors.New("audit: the commit was interrupted")

// lead commits for everybody who waits, tells them, and hands the lead on;
// whatever happens, nobody is left waiting.
func (l *Log) lead(ctx context.Context, w *waiter) error {
	batch, err := l.line.take(w), errInterrupted
	defer func() {
		for _, other := range batch[1:] {
			other.err = err
			other.turn <- false
		}
		l.line.pass()
	}()
	err = l.commit(ctx, batch)
	return err
}

// commit writes the rows of a batch, also when who leads it has left.
func (l *Log) commit(ctx context.Context, batch []*waiter) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
	defer cancel()
	var rows []row
	for _, w := range batch {
		rows = append(rows, w.rows...)
	}
	if l.OnGroup != nil {
		l.OnGroup(len(batch))
	}
	return l.db.Queue(ctx, func(tx *db.Tx) error { return l.write(ctx, tx, rows) }) // it decides nothing
}

// join takes a place, and tells whether it is the lead.
func (n *line) join(w *waiter) (lead bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.led {
		n.led = true
		return true
	}
	n.waiting = append(n.waiting, w)
	return false
}

// take returns who is committed now: the leader, then everybody who waits.
func (n *line) take(leader *waiter) []*waiter {
	n.mu.Lock()
	defer n.mu.Unlock()
	batch := append([]*waiter{leader}, n.waiting...)
	n.waiting = nil
	return batch
}

// pass gives the lead to the first who waits, or to nobody.
func (n *line) pass() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.waiting) == 0 {
		n.led = false
		return
	}
	next := n.waiting[0]
	n.waiting = n.waiting[1:]
	next.turn <- true
}

// leave gives up a place. Who was given the lead just before hands it on; who is
// in a batch already is committed with it.
func (n *line) leave(w *waiter) {
	n.mu.Lock()
	i := slices.Index(n.waiting, w)
	if i >= 0 {
		n.waiting = slices.Delete(n.waiting, i, i+1)
	}
	n.mu.Unlock()
	if i >= 0 {
		return
	}
	select {
	case lead := <-w.turn:
		if lead {
			n.pass()
		}
	default:
	}
}
