// Package linkage compares names that were written down by many hands: pure
// functions, without data and without keys.
package linkage

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/antzucaro/matchr"
	"github.com/mozillazg/go-unidecode"
)

// Parts folds a name into its words: Latin letters, lower case, without marks,
// in the order they were written. Arabic and other scripts are transliterated.
func Parts(name string) []string {
	var words []string
	for _, w := range strings.FieldsFunc(unidecode.Unidecode(name), notLetter) {
		if w = strings.ToLower(strings.ReplaceAll(w, "'", "")); len(w) > 1 {
			words = append(words, w)
		}
	}
	return words
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }

// sounds brings spellings of one sound together before the vowels go.
var sounds = strings.NewReplacer("ph", "f", "ck", "k", "kh", "k", "ch", "k", "sch", "s", "sh", "s", "gh", "g", "dj", "j",
	"ou", "u", "oo", "u", "w", "u", "y", "i", "q", "k", "z", "s", "dh", "d", "th", "t")

// Skeletons returns the keys of a word, one for each way of reading it: French
// writes with ch the sound of Aisha, Italian that of Zakaria, so that Aicha and
// Zacharia have a key for each.
func Skeletons(word string) []string {
	hard := Skeleton(word)
	if soft := Skeleton(softCh.Replace(word)); soft != hard {
		return []string{hard, soft}
	}
	return []string{hard}
}

// softCh reads the ch that stands alone as sh; sch is soft already.
var softCh = strings.NewReplacer("sch", "sch", "ch", "sh")

// Skeleton reduces a word to its consonants, reading ch as k: Mohamed, Muhammad
// and Mohammed are mmd.
func Skeleton(word string) string {
	var b strings.Builder
	for _, r := range sounds.Replace(word) {
		if !strings.ContainsRune("aeiouh", r) {
			b.WriteRune(r)
		}
	}
	s := b.String()
	if s == "mmmd" || s == "mmd" { // a doubled m before d is one sound
		return "mmd"
	}
	if s = string(slices.Compact([]rune(s))); s == "" {
		return word
	}
	return s
}

// Tokens returns what a name is found by: pairs of skeletons in any order,
// skeletons alone, prefixes in pairs, and skeletons with the year of birth when
// it is known (0 when not).
func Tokens(name string, year string) []string {
	words := Parts(name)
	set := map[string]bool{}
	for i, w := range words {
		for _, key := range Skeletons(w) {
			set["ks:"+key] = true
			if year != "" {
				set["ky:"+key+":"+year] = true
			}
			for _, other := range words[i+1:] {
				for _, second := range Skeletons(other) {
					set["kk:"+ordered(key, second)] = true
				}
			}
		}
		for _, other := range words[i+1:] {
			set["pp:"+ordered(prefix(w), prefix(other))] = true
		}
		set["kp:"+prefix(w)] = true
	}
	out := make([]string, 0, len(set))
	for t := range set {
		out = append(out, t)
	}
	sort.Strings(out)
	return out
}

func ordered(a, b string) string {
	if a > b {
		a, b = b, a
	}
	return a + "+" + b
}

func prefix(w string) string { return w[:min(len(w), 3)] }

// Similarity compares two names from 0 to 1, whatever the order of their words:
// each word of the shorter is held against the best of the longer.
func Similarity(a, b string) float64 {
	short, long := Parts(a), Parts(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) == 0 {
		return 0
	}
	var sum float64
	for _, w := range short {
		best := 0.0
		for _, o := range long {
			best = max(best, wordSimilarity(w, o))
		}
		sum += best
	}
	return sum / float64(len(short))
}

func wordSimilarity(a, b string) float64 {
	if sameSound(a, b) {
		return max(0.95, matchr.JaroWinkler(a, b, false))
	}
	return matchr.JaroWinkler(a, b, false)
}

// sameSound tells whether two words have a reading in common. One consonant
// alone says little: then the words also begin alike.
func sameSound(a, b string) bool {
	other := Skeletons(b)
	return slices.ContainsFunc(Skeletons(a), func(key string) bool {
		return slices.Contains(other, key) && (len(key) > 1 || a[0] == b[0])
	})
}
