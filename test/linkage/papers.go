package main

import (
	"fmt"
	"slices"
	"strings"

	"tessuto/internal/linkage"
)

// How often papers say something else than the truth, or nothing.
const (
	spelledAnew    = 0.35 // a name by another hand
	typo           = 0.06 // a letter wrong in a name
	givenDropped   = 0.15 // of two given names one
	birthMissing   = 0.07
	birthGuessed   = 0.12 // 1 January of the year, for want of a date
	birthMistyped  = 0.03
	birthTurned    = 0.02 // day and month exchanged
	yearOff        = 0.02
	sexMissing     = 0.03
	citizenMissing = 0.03
	phoneKnown     = 0.50
	phoneChanged   = 0.30
	codeKnown      = 0.435
	earlyKnown     = 0.065
	codeMistyped   = 0.01
	comuneMissing  = 0.05
	comuneMoved    = 0.20
	addressKnown   = 0.45
)

// recordsOf draws how many records a person has: one, mostly.
func (p *population) recordsOf() int {
	switch at := p.random.Float64(); {
	case at < 0.805:
		return 1
	case at < 0.945:
		return 2
	case at < 0.986:
		return 3
	}
	return 4
}

// each makes n records, telling of which person each is.
func (p *population) each(n int, put func(who int, r *linkage.Record)) {
	for made, id := 0, 0; made < n; id++ {
		who := p.person(id)
		for range p.recordsOf() {
			if made == n {
				return
			}
			r := p.record(who)
			r.ID = fmt.Sprint(made)
			put(id, r)
			made++
		}
	}
}

func (p *population) record(who *person) *linkage.Record {
	rec, often := &linkage.Record{Sex: who.sex, Citizenship: who.citizenship}, func(share float64) bool { return p.random.Float64() < share }
	given, family := p.written(who.given, who.spelt), p.written(who.family, who.spelt[len(who.given):])
	if len(given) > 1 && often(givenDropped) {
		given = given[:1]
	}
	rec.Given, rec.Family = strings.Join(given, " "), strings.Join(family, " ")
	if often(who.culture.swapped) {
		rec.Given, rec.Family = rec.Family, rec.Given
	}
	rec.Birth = p.birth(who.birth)
	if often(sexMissing) {
		rec.Sex = ""
	}
	if often(citizenMissing) {
		rec.Citizenship = ""
	}
	if often(phoneChanged) {
		who.phone = fmt.Sprintf("3%09d", p.random.IntN(1_000_000_000))
	}
	if often(phoneKnown) {
		rec.Phone = who.phone
	}
	if often(codeKnown) {
		code := who.code
		if often(codeMistyped) {
			code = p.mistype(code, "0123456789")
		}
		rec.Identifiers = append(rec.Identifiers, linkage.Identifier{Scheme: "cf", Value: code})
	} else if often(earlyKnown / (1 - codeKnown)) {
		rec.Identifiers = append(rec.Identifiers, linkage.Identifier{Scheme: "cf-provisional", Value: who.early})
	}
	if often(comuneMoved) {
		who.comune = p.comuni.draw(p.random)[0]
		who.address = fmt.Sprintf("via %d %d", p.random.IntN(400), 1+p.random.IntN(80))
	}
	if !often(comuneMissing) {
		rec.Comune = who.comune
	}
	if often(addressKnown) {
		rec.Address = who.address
	}
	return rec
}

// written spells the words of a name as one paper does.
func (p *population) written(groups [][]string, usual []int) (out []string) {
	for i, group := range groups {
		word := group[usual[i]]
		if p.random.Float64() < spelledAnew {
			word = group[p.random.IntN(len(group))]
		}
		if p.random.Float64() < typo {
			word = p.mistype(word, "abcdefghijklmnopqrstuvwxyz")
		}
		out = append(out, word)
	}
	return out
}

func (p *population) birth(b linkage.Birth) linkage.Birth {
	r := p.random
	switch at := r.Float64(); {
	case at < birthMissing:
		return linkage.Birth{}
	case at < birthMissing+birthGuessed:
		return linkage.Birth{Year: b.Year, Month: 1, Day: 1}
	case at < birthMissing+birthGuessed+birthMistyped:
		b.Day = 1 + (b.Day+r.IntN(9))%28
	case at < birthMissing+birthGuessed+birthMistyped+birthTurned && b.Day <= 12:
		b.Day, b.Month = b.Month, b.Day
	case at > 1-yearOff:
		b.Year += 1 - 2*r.IntN(2)
	}
	return b
}

// mistype leaves out, doubles, exchanges or replaces one letter.
func (p *population) mistype(word, letters string) string {
	w := []rune(word)
	if len(w) < 3 {
		return word
	}
	switch i := 1 + p.random.IntN(len(w)-2); p.random.IntN(4) {
	case 0:
		w = slices.Delete(w, i, i+1)
	case 1:
		w = slices.Insert(w, i, w[i])
	case 2:
		w[i], w[i+1] = w[i+1], w[i]
	default:
		w[i] = rune(letters[p.random.IntN(len(letters))])
	}
	return string(w)
}
