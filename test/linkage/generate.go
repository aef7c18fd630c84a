package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"tessuto/internal/linkage"
)

// culture is a way of naming people, with the share of the population, how often
// papers swap given and family name, and from where its people come.
type culture struct {
	share, swapped float64
	given, family  pool
	citizenships   []string
}

// pool draws names: each a group of spellings, some names far more often than
// others.
type pool struct {
	groups [][]string
	upTo   []float64 // sums of weights
}

func (p *pool) add(weight float64, spellings ...string) {
	last := 0.0
	if n := len(p.upTo); n > 0 {
		last = p.upTo[n-1]
	}
	p.groups, p.upTo = append(p.groups, spellings), append(p.upTo, last+weight)
}

func (p *pool) draw(r *rand.Rand) []string {
	at, lo, hi := r.Float64()*p.upTo[len(p.upTo)-1], 0, len(p.upTo)-1
	for lo < hi {
		if mid := (lo + hi) / 2; p.upTo[mid] <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return p.groups[lo]
}

// lines makes a pool of a text with one name on each line: the n-th is met as
// often as 1/(n+3) says.
func lines(text string) (p pool) {
	for i, line := range strings.Split(text, "\n") {
		p.add(1/float64(i+3), strings.Fields(line)...)
	}
	return p
}

func slavicPools() (given, family pool) {
	for i, w := range strings.Fields(slavicGivenWords) {
		given.add(1/float64(i+5), romanised(w)...)
	}
	n := 0
	for _, end := range strings.Fields(slavicEnds) {
		for _, root := range strings.Fields(slavicRoots) {
			n++
			family.add(1/float64(n+40), romanised(root+end)...)
		}
	}
	return given, family
}

func romanised(word string) (out []string) {
	for _, table := range romanise {
		var b strings.Builder
		for _, r := range strings.ToLower(word) {
			b.WriteString(table[r])
		}
		out = append(out, b.String())
	}
	return out
}

func chineseGiven() (p pool) {
	syllables := strings.Fields(chineseSyllables)
	for i, a := range syllables {
		p.add(2/float64(i+5), a)
		for j, b := range syllables {
			p.add(3/float64(i+j+20), a+b, a+" "+b)
		}
	}
	return p
}

// population draws persons and what papers say of them, the same for the same
// seed: the shape is that of shared/linkage.md 4.6.
type population struct {
	random   *rand.Rand
	cultures []culture
	comuni   pool
	groups   map[string][]string // the other spellings of a word
}

// newPopulation needs the list of Arabic names, which is outside the project.
func newPopulation(seed uint64) (*population, error) {
	arabic, err := arabicPool()
	if err != nil {
		return nil, err
	}
	p := &population{random: rand.New(rand.NewPCG(seed, 1))}
	slavicGiven, slavicFamily := slavicPools()
	p.cultures = []culture{
		{0.42, 0.08, arabic, arabic, []string{"MAR", "MAR", "EGY", "EGY", "TUN", "DZA", "SYR", "IRQ", "PSE", "SDN"}},
		{0.26, 0.15, lines(southAsianGiven), lines(southAsianFamily), []string{"BGD", "BGD", "BGD", "PAK", "PAK", "IND", "LKA", "NPL"}},
		{0.24, 0.04, slavicGiven, slavicFamily, []string{"UKR", "UKR", "UKR", "MDA", "RUS", "BLR"}},
		{0.08, 0.20, chineseGiven(), lines(chineseFamily), []string{"CHN"}},
	}
	p.groups = map[string][]string{}
	for _, c := range p.cultures {
		for _, group := range append(slices.Clone(c.given.groups), c.family.groups...) {
			for _, w := range group {
				p.groups[w] = group
			}
		}
	}
	for i := range 250 {
		p.comuni.add(1/float64(i+2), fmt.Sprintf("%06d", 1000+i*7))
	}
	return p, nil
}

// arabicPool are the Arabic names of the list with all their spellings, each as
// often as the list has it.
func arabicPool() (p pool, err error) {
	for _, heldOut := range []bool{false, true} {
		names, err := arabicNames.names(heldOut)
		if err != nil {
			return p, err
		}
		for _, native := range sortedKeys(names) {
			if !strings.ContainsAny(native, "عحصضظذطق") {
				continue // the other letters let in transliterated European names
			}
			weight, spellings := 0.0, []string(nil)
			for _, s := range names[native] {
				weight += float64(s.count)
				spellings = append(spellings, s.word)
			}
			p.add(weight, spellings...)
		}
	}
	return p, nil
}

// person is who stands behind records.
type person struct {
	culture            *culture
	given, family      [][]string // groups of spellings, one for each word
	spelt              []int      // the usual spelling of each
	birth              linkage.Birth
	citizenship, sex   string
	phone, code, early string // the early code is the provisional one
	comune, address    string
}

func (p *population) person(n int) *person {
	r := p.random
	who := &person{culture: &p.cultures[0]}
	at := r.Float64()
	for i := range p.cultures {
		if who.culture = &p.cultures[i]; at < p.cultures[i].share {
			break
		}
		at -= p.cultures[i].share
	}
	c := who.culture
	who.given, who.family = [][]string{c.given.draw(r)}, [][]string{c.family.draw(r)}
	if r.Float64() < 0.15 && c.share > 0.2 {
		who.given = append(who.given, c.given.draw(r))
	}
	for _, group := range append(who.given[:len(who.given):len(who.given)], who.family...) {
		who.spelt = append(who.spelt, r.IntN(len(group)))
	}
	who.birth = linkage.Birth{Year: 2018 - int(75*r.Float64()*r.Float64()) - r.IntN(8), Month: 1 + r.IntN(12), Day: 1 + r.IntN(28)}
	if r.Float64() < 0.10 {
		who.birth.Month, who.birth.Day = 1, 1
	}
	who.citizenship, who.sex = c.citizenships[r.IntN(len(c.citizenships))], [2]string{"F", "M"}[r.IntN(2)]
	who.phone = fmt.Sprintf("3%09d", r.IntN(1_000_000_000))
	who.code, who.early = fmt.Sprintf("C%07dX%07d", n, r.IntN(10_000_000)), fmt.Sprintf("9%010d", n)
	who.comune = p.comuni.draw(r)[0]
	who.address = fmt.Sprintf("via %d %d", r.IntN(400), 1+r.IntN(80))
	return who
}
