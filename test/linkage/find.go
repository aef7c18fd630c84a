package main

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"tessuto/internal/linkage"
)

// register is a population with the index a network keeps of it, in memory: who has
// each token. It searches as internal/people does.
type register struct {
	records  []linkage.Record
	persons  []int // who is behind each record
	postings map[uint64][]linkage.Posting
	tokens   int
	seed     maphash.Seed
}

// As in internal/people/looking.go.
const (
	firstOpened, moreOpened, mistypedOpened = 24, 12, 24
	noDoubt, veryClose                      = 0.97, 0.93
	standingOut, usual                      = 0.6, 2000
)

func (p *population) register(n int) *register {
	reg := &register{seed: maphash.MakeSeed(), postings: map[uint64][]linkage.Posting{}}
	p.each(n, func(who int, r *linkage.Record) {
		id, at := identity(r), len(reg.records)
		for _, t := range id.Tokens() {
			reg.put(maphash.String(reg.seed, t), at)
		}
		reg.records, reg.persons = append(reg.records, *r), append(reg.persons, who)
	})
	return reg
}

func (reg *register) put(token uint64, at int) {
	list, block := reg.postings[token], int64(at/linkage.Block)
	if n := len(list); n == 0 || list[n-1].Block != block {
		list = append(list, linkage.Posting{Block: block})
	}
	last := &list[len(list)-1]
	last.Holders = append(last.Holders, uint16(at%linkage.Block))
	reg.postings[token] = list
	reg.tokens++
}

func identity(r *linkage.Record) linkage.Identity {
	id := beside{r.Birth, r.Phone, r.Sex, r.Citizenship}.with("")
	id.Given, id.Family = linkage.Words(r.Given), linkage.Words(r.Family)
	return id
}

func asTyped(string) bool { return false }

// find returns the ten most alike, and how many were opened.
func (reg *register) find(sought *linkage.Identity) (hits []uint32, opened int) {
	list := reg.follow(sought, asTyped, firstOpened+moreOpened)
	n := 0
	for n < min(firstOpened, len(list)) && list[n].Score >= standingOut*list[0].Score {
		n++
	}
	ids := idsOf(list[:n])
	hits, best := reg.ranked(sought, ids)
	if best < noDoubt {
		ids = idsOf(list)
		hits, best = reg.ranked(sought, ids)
	}
	if best < veryClose {
		for _, id := range idsOf(reg.follow(sought, reg.unusual, len(ids)+mistypedOpened)) {
			if len(ids) < len(list)+mistypedOpened && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		hits, _ = reg.ranked(sought, ids)
	}
	return hits, len(ids)
}

func idsOf(list []linkage.Ranked) (ids []uint32) {
	for _, at := range list {
		ids = append(ids, uint32(at.Entry))
	}
	return ids
}

// unusual tells whether few have a token.
func (reg *register) unusual(token string) bool {
	n := 0
	for _, p := range reg.postings[maphash.String(reg.seed, token)] {
		n += len(p.Holders)
	}
	return n < usual
}

func (reg *register) follow(sought *linkage.Identity, mistyped func(string) bool, most int) []linkage.Ranked {
	leads := sought.Leads(mistyped)
	var all []linkage.Posting
	for i, lead := range leads {
		for _, p := range reg.postings[maphash.String(reg.seed, lead.Token)] {
			p.Lead = i
			all = append(all, p)
		}
	}
	return linkage.Rank(leads, all, int64(len(reg.records)), most)
}

func (reg *register) ranked(sought *linkage.Identity, ids []uint32) (out []uint32, best float64) {
	score := map[uint32]float64{}
	for _, id := range ids {
		r := &reg.records[id]
		kept := identity(r)
		score[id] = sought.Match(&kept).Score
		best = max(best, score[id])
	}
	for id := range score {
		out = append(out, id)
	}
	slices.SortFunc(out, func(a, b uint32) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b)) })
	return out[:min(len(out), 10)], best
}

func (reg *register) score(sought *linkage.Identity, id uint32) float64 {
	_, score := reg.ranked(sought, []uint32{id})
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

// besides are what is typed beside the name.
var besides = []struct {
	name string
	of   func(*linkage.Record) beside
}{
	{"as a form asks", func(r *linkage.Record) beside { return beside{r.Birth, r.Phone, r.Sex, r.Citizenship} }},
	{"date", func(r *linkage.Record) beside { return beside{born: r.Birth} }},
	{"year", func(r *linkage.Record) beside { return beside{born: linkage.Birth{Year: r.Birth.Year}} }},
	{"nothing", func(*linkage.Record) beside { return beside{} }},
}

// beside is what is typed beside a name, as far as it is known.
type beside struct {
	born                    linkage.Birth
	phone, sex, citizenship string
}

// with is a name and what is typed beside it, as it is compared.
func (b beside) with(text string) linkage.Identity {
	id := linkage.Named(text, "", "")
	id.Birth, id.Sex = b.born, b.sex
	if b.citizenship != "" {
		id.Citizenships = []string{b.citizenship}
	}
	if b.phone != "" {
		id.Phones = []string{b.phone}
	}
	return id
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
	fmt.Printf("search: %d records, %.1f tokens each\n", n, float64(reg.tokens)/float64(n))
	for _, typed := range besides {
		for _, noise := range noises {
			p.random = rand.New(rand.NewPCG(9, 9))
			var took []time.Duration
			var count [3]int // found, ten others more alike, missed
			opened := 0
			for range asked {
				i := p.random.IntN(n)
				r := &reg.records[i]
				sought, begun := typed.of(r).with(noise.of(p, r)), time.Now()
				hits, o := reg.find(&sought)
				took, opened = append(took, time.Since(begun)), opened+o
				count[reg.verdict(&sought, uint32(i), hits)]++
			}
			slices.Sort(took)
			share := func(n int) float64 { return float64(n) / float64(asked) }
			worst[noise.name] = max(worst[noise.name], share(count[missed]))
			fmt.Printf("  %-14s typed, %-18s hit@10 %.3f, ten others at least as alike %.3f, missed %.3f; %3d opened, p50 %v p95 %v\n", typed.name, noise.name,
				share(count[hit]), share(count[crowded]), share(count[missed]), opened/asked,
				took[asked/2].Round(10*time.Microsecond), took[asked*95/100].Round(10*time.Microsecond))
		}
	}
	return worst
}

// What became of one search.
const (
	hit     = iota // who was meant, under any entry, is among the first ten
	crowded        // ten others are at least as like what was typed
	missed         // nobody looked at who was meant
)

func (reg *register) verdict(sought *linkage.Identity, meant uint32, hits []uint32) int {
	switch {
	case slices.ContainsFunc(hits, func(id uint32) bool {
		return reg.persons[id] == reg.persons[meant] || alike(&reg.records[id], &reg.records[meant], sought.Birth.Year)
	}):
		return hit
	case len(hits) == 10 && reg.score(sought, meant) <= reg.score(sought, hits[9]):
		return crowded
	}
	return missed
}

// alike tells whether an entry is as good an answer as the one meant: it is
// written the same, in this respect.
func alike(a, b *linkage.Record, year int) bool {
	return a.Given == b.Given && a.Family == b.Family && (year == 0 || a.Birth.Year == year)
}
