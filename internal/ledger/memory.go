package ledger

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"tessuto/internal/platform/db"
)

// memory keeps answers of this process, each with what it was worked out from.
// Facts and merges are only ever added: as many of them, with the same last one,
// are the same ones, and then the answer still holds. It is asked in the
// transaction that reads, so that a figure agrees with everything beside it.
type memory struct {
	sync.Mutex
	asking  singleflight.Group
	answers map[string]remembered
	after   string // facts with smaller ids are of old: all of them are there
}

type remembered struct {
	from  basis
	cells []Cell
}

// basis is what an answer was worked out from: how many facts and merges were
// known, and the last of each. Facts of old are left out.
type basis struct {
	after                 string
	facts, aliases        int64
	lastFact, lastAliases string
}

// At most so many answers are kept, of at most so many cells: then all are
// forgotten, which costs one slow answer each.
const (
	maxAnswers = 4_000
	maxCells   = 2_000
)

// remember returns the answer kept under a name, if it still holds, and else
// asks for it.
func (l *Ledger) remember(ctx context.Context, tx *db.Tx, p plan, by []Dimension, ask func() ([]Cell, error)) ([]Cell, error) {
	from, err := p.basis(ctx, tx, l.memory.old())
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%q %q %q", by, p.Programmes, []any{p.Question, p.measures})
	if cells, ok := l.memory.recall(name, from); ok {
		return cells, nil
	}
	cells, err := l.memory.together(ctx, fmt.Sprintf("%s %+v", name, from), ask)
	if err == nil && len(cells) <= maxCells {
		l.memory.keep(name, remembered{from, cells})
	}
	return slices.Clone(cells), err
}

// together asks once for all who ask the same of the same facts at the same time:
// after a write, everybody's first look does. Whoever asked for all may give up;
// then each of the others asks.
func (m *memory) together(ctx context.Context, name string, ask func() ([]Cell, error)) ([]Cell, error) {
	found, err, _ := m.asking.Do(name, func() (any, error) { return ask() })
	if err != nil && ctx.Err() == nil {
		return ask()
	}
	cells, _ := found.([]Cell)
	return cells, err
}

// Ids are made in the order of time. A transaction ends within seconds, and clocks
// of machines differ by less than these minutes: what has an older id is there, or
// never will be. Now and then the line is drawn anew, so that little is after it.
const (
	settled = 5 * time.Minute
	redrawn = time.Hour
)

// old returns the id before which all facts are there.
func (m *memory) old() string {
	m.Lock()
	defer m.Unlock()
	now := madeAt(db.NewID())
	if m.after == "" || now.Sub(madeAt(m.after)) > redrawn {
		m.after, m.answers = idOf(now.Add(-settled)), nil
	}
	return m.after
}

// madeAt reads from an id, a UUIDv7, when it was made.
func madeAt(id string) time.Time {
	ms, err := strconv.ParseInt(strings.ReplaceAll(id[:13], "-", ""), 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// idOf is the smallest id that can be made at an instant.
func idOf(at time.Time) string {
	hex := fmt.Sprintf("%012x", at.UnixMilli())
	return hex[:8] + "-" + hex[8:] + "-7000-8000-000000000000"
}

func (m *memory) recall(name string, from basis) ([]Cell, bool) {
	m.Lock()
	defer m.Unlock()
	r, ok := m.answers[name]
	return slices.Clone(r.cells), ok && r.from == from
}

func (m *memory) keep(name string, r remembered) {
	m.Lock()
	defer m.Unlock()
	if m.answers == nil || len(m.answers) >= maxAnswers {
		m.answers = map[string]remembered{}
	}
	m.answers[name] = r
}
