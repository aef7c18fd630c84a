package people

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// How many are looked at in the steps of a search: opened in each of the first three,
// asked in the last one whether they are open to the actor, and opened of these.
const (
	firstOpened, moreOpened, mistypedOpened = 24, 24, 48
	lastAsked, lastOpened                   = 512, 64
)

// looking is a search under way.
type looking struct {
	*Module
	sought
	tx     *db.Tx
	coded  []string        // have a number that was typed
	asked  map[int64]bool  // entries of the index that were looked at
	rest   []int64         // those that were not, the likeliest first
	met    []string        // persons at these entries, whoever they are open to
	seen   map[string]bool // persons who were opened, or are not open to the actor
	opened int
	hits   []Hit
}

func (l *looking) asTyped(ctx context.Context) ([]string, error) {
	if err := l.follow(ctx, false, firstOpened+moreOpened); err != nil {
		return nil, err
	}
	return l.next(ctx, firstOpened)
}

func (l *looking) more(ctx context.Context) ([]string, error) { return l.next(ctx, moreOpened) }

func (l *looking) mistyped(ctx context.Context) ([]string, error) {
	if err := l.follow(ctx, true, mistypedOpened+lastAsked); err != nil {
		return nil, err
	}
	return l.next(ctx, mistypedOpened)
}

// follow finds the entries to which the tokens lead, at most so many that were not
// looked at before. It asks the database as often
// when they lead to nobody, and so do all steps.
func (l *looking) follow(ctx context.Context, wide bool, most int) error {
	entries, err := l.ranked(ctx, l.Leads(wide), len(l.asked)+most)
	l.rest = slices.DeleteFunc(entries, func(no int64) bool { return l.asked[no] })
	return err
}

// next returns the persons at the likeliest entries, so many.
func (l *looking) next(ctx context.Context, most int) ([]string, error) {
	now := l.rest[:min(most, len(l.rest))]
	l.rest = l.rest[len(now):]
	if l.asked == nil {
		l.asked = map[int64]bool{}
	}
	for _, no := range now {
		l.asked[no] = true
	}
	ids, err := numbered(ctx, l.tx, policy.From(ctx).Network, now)
	l.met = append(l.met, ids...)
	return ids, err
}

func (l *looking) ranked(ctx context.Context, leads []linkage.Lead, most int) ([]int64, error) {
	words, follows := make([]string, len(leads)), map[int64][]int{}
	for i, lead := range leads {
		words[i] = lead.Token
	}
	tokens, err := l.macs(ctx, policy.From(ctx).Network, words)
	if err != nil {
		return nil, err
	}
	for i, t := range tokens {
		follows[t] = append(follows[t], i)
	}
	list, err := postingsOf(ctx, l.tx, slices.Sorted(maps.Keys(follows)))
	if err != nil {
		return nil, err
	}
	var all []linkage.Posting
	for _, p := range list {
		holders := holdersIn(p.packed)
		for _, i := range follows[p.token] {
			all = append(all, linkage.Posting{Lead: i, Block: p.block, Holders: holders})
		}
	}
	among, err := lastEntry(ctx, l.tx)
	return linkage.Rank(leads, all, among, most), err
}

// inScope asks, when most whom the tokens lead to are not open to the actor, who of
// the others is.
func (l *looking) inScope(ctx context.Context) ([]string, error) {
	if len(l.rest) == 0 || 2*l.opened > len(l.met) {
		return nil, nil
	}
	ids, err := numberedInScope(ctx, l.tx, policy.From(ctx), l.rest)
	return ids[:min(len(ids), lastOpened)], err
}

// open opens those who are open to the actor and were not opened before, and puts
// the most alike first.
func (l *looking) open(ctx context.Context, ids []string) error {
	if l.seen == nil {
		l.seen, ids = map[string]bool{}, append(ids, l.coded...)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		before := l.seen[id]
		l.seen[id] = true
		return before
	})
	cards, err := l.Cards(ctx, l.tx, ids)
	l.opened += len(cards)
	for _, id := range slices.Sorted(maps.Keys(cards)) {
		p := cards[id]
		match := l.against(&p)
		if slices.Contains(l.coded, id) {
			match = linkage.Match{Score: 1, Reasons: append([]linkage.Reason{linkage.SameIdentifier}, match.Reasons...)}
		}
		if match.Score >= closeEnough && !slices.ContainsFunc(l.hits, func(h Hit) bool { return h.ID == p.ID }) {
			l.hits = append(l.hits, Hit{Person: p, Score: match.Score, Reasons: match.Reasons})
		}
	}
	slices.SortStableFunc(l.hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return err
}
