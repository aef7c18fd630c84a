package main

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"tessuto/internal/linkage"
)

// register is a population with the index a network keeps of it, in memory:
// digests of tokens, and who has them. It searches as internal/people does.
type register struct {
	records []linkage.Record
	tokens  []uint64 // sorted, with the holder of each beside it
	holders []uint32
	seed    maphash.Seed
}

// As in internal/people/search_store.go.
const (
	tooCommon   = 150
	firstOpened = 48
	mostOpened  = 64
)

func (p *population) register(n int) *register {
	reg := &register{seed: maphash.MakeSeed()}
	type held struct {
		token  uint64
		holder uint32
	}
	var all []held
	p.each(n, func(_ int, r *linkage.Record) {
		for _, t := range linkage.Tokens(linkage.Words(r.Given+" "+r.Family), r.Birth) {
			all = append(all, held{maphash.String(reg.seed, t), uint32(len(reg.records))})
		}
		reg.records = append(reg.records, *r)
	})
	slices.SortFunc(all, func(a, b held) int { return cmp.Or(cmp.Compare(a.token, b.token), cmp.Compare(a.holder, b.holder)) })
	for _, h := range all {
		reg.tokens, reg.holders = append(reg.tokens, h.token), append(reg.holders, h.holder)
	}
	return reg
}

func (reg *register) having(token string) []uint32 {
	h := maphash.String(reg.seed, token)
	from, _ := slices.BinarySearch(reg.tokens, h)
	to := from
	for to < len(reg.tokens) && reg.tokens[to] == h {
		to++
	}
	return reg.holders[from:to]
}

// find returns the ten most alike, and how many were opened.
func (reg *register) find(text string, born linkage.Birth) (hits []uint32, opened int) {
	sought := linkage.Named(text, "", "")
	sought.Birth = born
	tokens := linkage.Sought(sought.Given, born)
	ids, common := reg.candidates(pairsOnly(tokens), tooCommon, firstOpened)
	hits, best := reg.ranked(&sought, ids)
	if best < 0.97 {
		words, more := reg.candidates(tokens, tooCommon, mostOpened)
		common, ids = common || more, append(ids, words...)
		if len(sought.Given) < 4 {
			wide, _ := reg.candidates(linkage.Wide(sought.Given), tooCommon, mostOpened)
			ids = append(ids, wide...)
		}
		hits, best = reg.ranked(&sought, ids)
	}
	if best < 0.93 && common {
		all, _ := reg.candidates(pairsOnly(tokens), math.MaxInt, mostOpened)
		ids = append(ids, all...)
		hits, _ = reg.ranked(&sought, ids)
	}
	return hits, len(ids)
}

func pairsOnly(tokens []string) []string {
	pairs := slices.DeleteFunc(slices.Clone(tokens), func(t string) bool { return strings.Contains("ks kp py ky", t[:2]) })
	if len(pairs) == 0 {
		return tokens
	}
	return pairs
}

func (reg *register) candidates(tokens []string, common, most int) (ids []uint32, more bool) {
	weight := map[uint32]float64{}
	for _, t := range tokens {
		who := reg.having(t)
		if len(who) > common {
			more = true
			continue
		}
		for _, id := range who {
			weight[id] += max(0.1, math.Log2(2*tooCommon/float64(len(who))))
		}
	}
	for id := range weight {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uint32) int { return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(a, b)) })
	return ids[:min(len(ids), most)], more || len(ids) > most
}

func (reg *register) ranked(sought *linkage.Identity, ids []uint32) (out []uint32, best float64) {
	score := map[uint32]float64{}
	for _, id := range ids {
		r := &reg.records[id]
		kept := linkage.Named(r.Given, r.Family, "")
		kept.Birth = r.Birth
		score[id] = sought.Match(&kept).Score
		best = max(best, score[id])
	}
	for id := range score {
		out = append(out, id)
	}
	slices.SortFunc(out, func(a, b uint32) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b)) })
	return out[:min(len(out), 10)], best
}

func (reg *register) score(text string, born linkage.Birth, id uint32) float64 {
	sought := linkage.Named(text, "", "")
	sought.Birth = born
	_, score := reg.ranked(&sought, []uint32{id})
	return score
}

// noises are how what is typed differs from what was registered.
var noises = []struct {
	name string
	of   func(p *population, r *linkage.Record) string
}{
	{"as registered", func(_ *population, r *linkage.Record) string { return r.Given + " " + r.Family }},
	{"swapped", func(_ *population, r *linkage.Record) string { return r.Family + " " + r.Given }},
	{"by another hand", func(p *population, r *linkage.Record) string { return p.another(r.Given) + " " + p.another(r.Family) }},
	{"a typo in each", func(p *population, r *linkage.Record) string { return p.wrong(r.Given) + " " + p.wrong(r.Family) }},
	{"two typos in one", func(p *population, r *linkage.Record) string { return p.wrong(p.wrong(r.Given)) + " " + r.Family }},
	{"first four letters", func(_ *population, r *linkage.Record) string { return begin(r.Given) + " " + begin(r.Family) }},
}

// births are what is typed of the date of birth beside the name.
var births = []struct {
	name string
	of   func(linkage.Birth) linkage.Birth
}{
	{"date", func(b linkage.Birth) linkage.Birth { return b }},
	{"year", func(b linkage.Birth) linkage.Birth { return linkage.Birth{Year: b.Year} }},
	{"no date", func(linkage.Birth) linkage.Birth { return linkage.Birth{} }},
}

func (p *population) wrong(name string) string { return p.mistype(name, "abcdefghijklmnopqrstuvwxyz") }

func begin(name string) string { return string([]rune(name)[:min(4, len([]rune(name)))]) }

// another spells each word as another hand does.
func (p *population) another(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		if group := p.groups[w]; len(group) > 0 {
			words[i] = group[p.random.IntN(len(group))]
		}
	}
	return strings.Join(words, " ")
}

// searches prints how often a search finds the entry that was meant, and
// returns how often it misses it, by how it was typed, at the worst.
func (p *population) searches(n, asked int) map[string]float64 {
	reg, worst := p.register(n), map[string]float64{}
	fmt.Printf("search: %d records, %.1f tokens each\n", n, float64(len(reg.tokens))/float64(n))
	for _, typed := range births {
		for _, noise := range noises {
			p.random = rand.New(rand.NewPCG(9, 9))
			var took []time.Duration
			var count [3]int // found, ten others more alike, missed
			opened := 0
			for range asked {
				i := p.random.IntN(n)
				r := &reg.records[i]
				born, text, begun := typed.of(r.Birth), noise.of(p, r), time.Now()
				hits, o := reg.find(text, born)
				took, opened = append(took, time.Since(begun)), opened+o
				count[reg.verdict(text, born, uint32(i), hits)]++
			}
			slices.Sort(took)
			share := func(n int) float64 { return float64(n) / float64(asked) }
			worst[noise.name] = max(worst[noise.name], share(count[missed]))
			fmt.Printf("  %-8s typed, %-18s hit@10 %.3f, ten others at least as alike %.3f, missed %.3f; %3d opened, p50 %v p95 %v\n", typed.name, noise.name,
				share(count[hit]), share(count[crowded]), share(count[missed]), opened/asked,
				took[asked/2].Round(10*time.Microsecond), took[asked*95/100].Round(10*time.Microsecond))
		}
	}
	return worst
}

// What became of one search.
const (
	hit     = iota // who was meant is among the first ten
	crowded        // ten others are at least as like what was typed
	missed         // nobody looked at who was meant
)

func (reg *register) verdict(text string, born linkage.Birth, meant uint32, hits []uint32) int {
	switch {
	case slices.ContainsFunc(hits, func(id uint32) bool { return alike(&reg.records[id], &reg.records[meant], born.Year) }):
		return hit
	case len(hits) == 10 && reg.score(text, born, meant) <= reg.score(text, born, hits[9]):
		return crowded
	}
	return missed
}

// alike tells whether an entry is as good an answer as the one meant: it is
// written the same, in this respect.
func alike(a, b *linkage.Record, year int) bool {
	return a.Given == b.Given && a.Family == b.Family && (year == 0 || a.Birth.Year == year)
}
