package ledger

import (
	"context"
	"fmt"
	"slices"

	"tessuto/internal/platform/db"
)

// Meeting is how many things were met in exactly these programmes and in no
// other of those that were asked about.
type Meeting struct {
	Programmes []string // in the order of their codes
	Count      int64
}

// Overlap is how far several programmes met the same. Each thing is in one
// Meeting, so their counts add up to how many there are in all.
type Overlap []Meeting

// Total is how many there are, each counted once.
func (o Overlap) Total() int64 { return o.where(func([]string) bool { return true }) }

// In is how many were met in a programme, wherever else.
func (o Overlap) In(programme string) int64 {
	return o.where(func(p []string) bool { return slices.Contains(p, programme) })
}

// Both is how many were met in both of two programmes, wherever else.
func (o Overlap) Both(a, b string) int64 {
	return o.where(func(p []string) bool { return slices.Contains(p, a) && slices.Contains(p, b) })
}

// More is how many were met in more than one.
func (o Overlap) More() int64 { return o.where(func(p []string) bool { return len(p) > 1 }) }

// All is how many were met in every one of so many.
func (o Overlap) All(programmes int) int64 {
	return o.where(func(p []string) bool { return len(p) == programmes })
}

// Twice is by how much the programmes, added up, exceed the total: who would be
// counted more than once.
func (o Overlap) Twice() (n int64) {
	for _, m := range o {
		n += int64(len(m.Programmes)-1) * m.Count
	}
	return n
}

func (o Overlap) where(is func(programmes []string) bool) (n int64) {
	for _, m := range o {
		if is(m.Programmes) {
			n += m.Count
		}
	}
	return n
}

// Shared is something met in more than one programme.
type Shared struct {
	Key        string
	Programmes []string
	First      db.Date
	Facts      int64
}

// Overlap answers how far the programmes of a question met the same.
func (l *Ledger) Overlap(ctx context.Context, tx *db.Tx, q Question) (Overlap, error) {
	p, err := l.several(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	return p.overlap(ctx, tx)
}

// Shared answers with what was met in more than one of the programmes of a
// question, as many as More says, in pages: after is the key of the last one seen.
func (l *Ledger) Shared(ctx context.Context, tx *db.Tx, q Question, after string, limit int) ([]Shared, error) {
	p, err := l.several(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	return p.shared(ctx, tx, after, limit)
}

// several refuses what no two programmes can share: minutes, and work that no
// programme pays.
func (l *Ledger) several(ctx context.Context, tx *db.Tx, q Question) (plan, error) {
	p, err := l.ready(ctx, tx, q)
	if err == nil && (q.Unit == Minutes || slices.Contains(p.Programmes, "")) {
		err = fmt.Errorf("%s of %q are not shared by programmes", q.Unit, p.Programmes)
	}
	return p, err
}
