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
	firstOpened, moreOpened, mistypedOpened = 24, 12, 24
	lastAsked, lastOpened                   = 512, 64
)

// standingOut is the share of what leads to the likeliest that must lead to whoever
// is opened with them in the first step: if one of these is the person beyond doubt,
// the others would only distract.
const standingOut = 0.6

// looking is a search under way.
type looking struct {
	*Module
	sought
	tx      *db.Tx
	coded   []string            // have a number that was typed
	entries int64               // in the index, about
	blocks  blocks              // of the index, as they are now
	lists   map[int64][]posting // who has a token, of those that were followed
	asked   map[int64]bool      // entries of the index that were looked at
	rest    []linkage.Ranked    // those that were not, the likeliest first
	met     []string            // persons at these entries, whoever they are open to
	seen    map[string]bool     // whether persons who were looked at were open to the actor
	opened  int
	hits    []Hit
}

func (l *looking) asTyped(ctx context.Context) ([]string, error) {
	var err error
	l.lists = map[int64][]posting{}
	if l.entries, l.blocks, err = indexNow(ctx, l.tx); err != nil {
		return nil, err
	}
	if err = l.follow(ctx, false, firstOpened+moreOpened); err != nil {
		return nil, err
	}
	n := 0
	for n < min(firstOpened, len(l.rest)) && l.rest[n].Score >= standingOut*l.rest[0].Score {
		n++
	}
	return l.next(ctx, n)
}

func (l *looking) more(ctx context.Context) ([]string, error) { return l.next(ctx, len(l.rest)) }

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
	l.rest = slices.DeleteFunc(entries, func(r linkage.Ranked) bool { return l.asked[r.Entry] })
	return err
}

// next returns the persons at the likeliest entries, so many.
func (l *looking) next(ctx context.Context, most int) ([]string, error) {
	now := numbersOf(l.rest[:min(most, len(l.rest))])
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

func numbersOf(list []linkage.Ranked) []int64 {
	out := make([]int64, len(list))
	for i, r := range list {
		out[i] = r.Entry
	}
	return out
}

// strangers are those of the persons looked at who were not open to the actor.
func (l *looking) strangers() []string {
	return slices.DeleteFunc(slices.Clone(l.met), func(id string) bool { return l.seen[id] })
}

func (l *looking) ranked(ctx context.Context, leads []linkage.Lead, most int) ([]linkage.Ranked, error) {
	words := make([]string, len(leads))
	for i, lead := range leads {
		words[i] = lead.Token
	}
	tokens, err := l.macs(ctx, policy.From(ctx).Network, words)
	if err != nil {
		return nil, err
	}
	if err := l.read(ctx, tokens); err != nil {
		return nil, err
	}
	var all []linkage.Posting
	for i, t := range tokens {
		for _, p := range l.lists[t] {
			all = append(all, linkage.Posting{Lead: i, Block: p.block, Holders: p.holders})
		}
	}
	return linkage.Rank(leads, all, l.entries, most), nil
}

// read reads who has each of the tokens, of those that were not read in a step before.
// Of common tokens it asks what changed since they were last read, and asks if none is
// common.
func (l *looking) read(ctx context.Context, tokens []int64) error {
	tokens = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(tokens))), func(t int64) bool { _, ok := l.lists[t]; return ok })
	kept, others := l.common.take(tokens)
	var common, changed []int64
	for t, c := range kept {
		if blocks := c.changed(l.blocks); len(blocks) > 0 {
			common, changed = append(common, t), append(changed, blocks...)
		}
		l.lists[t] = c.list
	}
	changed = slices.Compact(slices.Sorted(slices.Values(changed)))
	again, err := postingsIn(ctx, l.tx, common, changed)
	if err != nil {
		return err
	}
	for _, t := range common {
		l.lists[t] = kept[t].renewed(changed, again[t])
		l.common.keep(t, l.lists[t], l.blocks)
	}
	fresh, err := postingsOf(ctx, l.tx, others)
	for _, t := range others {
		l.lists[t] = fresh[t]
		l.common.keep(t, l.lists[t], l.blocks)
	}
	return err
}

// inScope asks, when most whom the tokens lead to are not open to the actor, who of
// the others is.
func (l *looking) inScope(ctx context.Context) ([]string, error) {
	if len(l.rest) == 0 || 2*l.opened > len(l.met) {
		return nil, nil
	}
	ids, err := numberedInScope(ctx, l.tx, policy.From(ctx), numbersOf(l.rest))
	return ids[:min(len(ids), lastOpened)], err
}

// open opens those who are open to the actor and were not opened before, and puts
// the most alike first.
func (l *looking) open(ctx context.Context, ids []string) error {
	if l.seen == nil {
		l.seen, ids = map[string]bool{}, append(ids, l.coded...)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		_, before := l.seen[id]
		l.seen[id] = false
		return before
	})
	cards, err := l.Cards(ctx, l.tx, ids)
	l.opened += len(cards)
	for _, id := range slices.Sorted(maps.Keys(cards)) {
		p := cards[id]
		l.seen[id] = true
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
