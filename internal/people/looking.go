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
	firstOpened, mistypedOpened = 36, 24
	lastAsked, lastOpened       = 512, 64
)

// standingOut is the share of what leads to the likeliest that must lead to whoever
// is opened with them in the first step: if one of these is the person beyond doubt,
// the others would only distract.
const standingOut = 0.6

// usual is how many persons have a sound that is no mistake: a typo seldom makes a
// name that many have.
const usual = 2000

// looking is a search under way.
type looking struct {
	*Module
	sought
	tx      *db.Tx
	coded   []string            // have a number that was typed
	entries int64               // in the index, about
	blocks  blocks              // of the index, as they are now
	lists   map[int64][]posting // who has a token, of those that were followed
	holders map[string]int      // of each token that was followed, how many
	asked   map[int64]bool      // entries of the index that were looked at
	rest    []linkage.Ranked    // those that were not, the likeliest first
	met     []string            // persons at these entries, whoever they are open to
	seen    map[string]bool     // whether persons who were looked at were open to the actor
	opened  int
	hits    []Hit
}

func (l *looking) asTyped(ctx context.Context) ([]string, error) {
	if err := l.follow(ctx, asTyped, firstOpened); err != nil {
		return nil, err
	}
	n := 0
	for n < min(firstOpened, len(l.rest)) && l.rest[n].Score >= standingOut*l.rest[0].Score {
		n++
	}
	return l.next(ctx, n)
}

func asTyped(string) bool { return false }

// unusual tells whether few have a token, of those that were read.
func (l *looking) unusual(token string) bool {
	return l.holders[token] < usual
}

func (l *looking) more(ctx context.Context) ([]string, error) { return l.next(ctx, len(l.rest)) }

func (l *looking) mistyped(ctx context.Context) ([]string, error) {
	if err := l.follow(ctx, l.unusual, mistypedOpened+lastAsked); err != nil {
		return nil, err
	}
	return l.next(ctx, mistypedOpened)
}

// begin asks how the index stands.
func (l *looking) begin(ctx context.Context) (err error) {
	l.lists, l.holders, l.asked = map[int64][]posting{}, map[string]int{}, map[int64]bool{}
	l.entries, l.blocks, err = indexNow(ctx, l.tx)
	return err
}

// follow finds the entries to which the tokens lead, at most so many that were not
// looked at before. It asks the database as often
// when they lead to nobody, and so do all steps.
func (l *looking) follow(ctx context.Context, mistyped func(token string) bool, most int) error {
	if l.lists == nil {
		if err := l.begin(ctx); err != nil {
			return err
		}
	}
	entries, err := l.ranked(ctx, l.Leads(mistyped), len(l.asked)+most)
	l.rest = slices.DeleteFunc(entries, func(r linkage.Ranked) bool { return l.asked[r.Entry] })
	return err
}

// next returns the persons at the likeliest entries, so many.
func (l *looking) next(ctx context.Context, most int) ([]string, error) {
	now := numbersOf(l.rest[:min(most, len(l.rest))])
	l.rest = l.rest[len(now):]
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
		l.holders[words[i]] = holdersOfAll(l.lists[t])
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
	now, err := holdersNow(ctx, l.tx, others, common, changed)
	if err != nil {
		return err
	}
	for _, t := range common {
		l.lists[t] = kept[t].renewed(changed, now[t])
		l.common.keep(t, l.lists[t], l.blocks)
	}
	for _, t := range others {
		l.lists[t] = now[t]
		l.common.keep(t, l.lists[t], l.blocks)
	}
	return nil
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
