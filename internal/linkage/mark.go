package linkage

import (
	"math/bits"
	"strings"
)

// marks are a word in numbers, so that comparing two costs no look at their
// texts: a search compares hundreds, a search for duplicates millions.
type marks struct {
	keys, short, stems []uint32 // keys of two consonants and more, of fewer, of stems
	letters            uint32   // a bit for each letter
	repeats            int      // letters beyond the first of each kind
}

func mark(text string, keys, stems []string) (m marks) {
	for _, k := range keys {
		if consonants(k) > 1 {
			m.keys = append(m.keys, hash(k))
		} else {
			m.short = append(m.short, hash(k))
		}
	}
	for _, k := range stems {
		m.stems = append(m.stems, hash(k))
	}
	for i := range len(text) {
		m.letters |= 1 << (text[i] - 'a')
	}
	m.repeats = len(text) - bits.OnesCount32(m.letters)
	return m
}

// consonants counts what a key says, without its family and the sign for a
// vowel in front.
func consonants(key string) int { return len(strings.TrimPrefix(key[1:], "_")) }

// hash is FNV-1a.
func hash(text string) uint32 {
	h := uint32(2166136261)
	for i := range len(text) {
		h = (h ^ uint32(text[i])) * 16777619
	}
	return h
}

func meet(a, b []uint32) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// unlike tells, without comparing letter by letter, that two words have too few
// letters in common for jaroWinkler to reach someLetters.
func (w *Word) unlike(o *Word) bool {
	common := float64(bits.OnesCount32(w.marks.letters&o.marks.letters) + min(w.marks.repeats, o.marks.repeats))
	jaro := (common/float64(len(w.Text)) + common/float64(len(o.Text)) + 1) / 3
	if w.Text[0] == o.Text[0] { // a common beginning counts more: with four letters, four tenths of the rest
		jaro += 0.4 * (1 - jaro)
	}
	return jaro < someLetters
}
