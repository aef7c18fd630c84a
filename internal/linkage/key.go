package linkage

import (
	"slices"
	"strings"

	"github.com/antzucaro/matchr"
)

// A key is what is left of a word when spellings of one sound are brought
// together. There is one family of keys for each way of writing down foreign
// names, told apart by its first letter, because a rule that helps one culture
// hurts the other: in Arabic names w comes and goes (Daud, Dawood), in Slavic
// ones it is v (Iwanow, Ivanov).
const (
	arabicKey  = 'a' // Arabic, Persian, Turkish, South Asian: see arabicSounds
	slavicKey  = 's' // see slavicSounds
	generalKey = 'm' // Double Metaphone
)

// sound is how some letters are read: the first reading is the usual one, the
// others are what another hand may mean by them.
type sound struct {
	letters  string
	where    byte   // '^' at the beginning only, '$' at the end only, 0 anywhere
	before   string // when set, the next letter is one of these
	readings []string
}

// sounds are the sounds of a family by their first letter, longest first. What
// is not listed is read as it is written; vowels are not read.
type sounds map[byte][]sound

// say begins the list of a family: letters, then their readings. Letters may
// carry ^ before, $ behind, and a choice of next letters behind a /.
func say(rules ...[]string) sounds {
	out := sounds{}
	for _, rule := range rules {
		s := sound{letters: rule[0], readings: rule[1:]}
		s.letters, s.before, _ = strings.Cut(s.letters, "/")
		if l, ok := strings.CutPrefix(s.letters, "^"); ok {
			s.letters, s.where = l, '^'
		}
		if l, ok := strings.CutSuffix(s.letters, "$"); ok {
			s.letters, s.where = l, '$'
		}
		out[s.letters[0]] = append(out[s.letters[0]], s)
	}
	return out
}

func (s sound) at(word string, i int) bool {
	if !strings.HasPrefix(word[i:], s.letters) || s.where == '^' && i > 0 {
		return false
	}
	next := i + len(s.letters)
	if s.where == '$' && next < len(word) {
		return false
	}
	return s.before == "" || next < len(word) && strings.IndexByte(s.before, word[next]) >= 0
}

// read returns the readings of each sound of a word, one after another. A vowel
// is not read, but at the beginning it leaves an empty reading.
func (all sounds) read(word string) (out [][]string) {
	for i := 0; i < len(word); {
		step := 1
		readings := plain[word[i]]
		for _, s := range all[word[i]] {
			if s.at(word, i) {
				step, readings = len(s.letters), s.readings
				break
			}
		}
		if readings == nil && i == 0 {
			readings = silent
		}
		if readings != nil {
			out = append(out, readings)
		}
		i += step
	}
	return out
}

var silent = []string{""}

// plain are letters read as they are written.
var plain = func() (out [256][]string) {
	for c := byte('a'); c <= 'z'; c++ {
		if !isVowel(c) && c != 'y' {
			out[c] = []string{string(c)}
		}
	}
	return out
}()

// keys returns up to most keys of a word: its usual reading first, then those
// with one sound read otherwise.
func (all sounds) keys(family byte, word string, most int) (out []string) {
	heard := all.read(word)
	usual := make([]string, len(heard))
	for i, readings := range heard {
		usual[i] = readings[0]
	}
	out = append(out, key(family, word, usual))
	for n := 1; n < mostReadings; n++ { // the likelier readings of every sound before the rarer of the first
		for i, readings := range heard {
			if n >= len(readings) || len(out) >= most {
				continue
			}
			usual[i] = readings[n]
			if k := key(family, word, usual); !slices.Contains(out, k) {
				out = append(out, k)
			}
			usual[i] = readings[0]
		}
	}
	return out
}

// key writes one reading. Few consonants say little: then it also counts
// whether the word begins with a vowel, and a word of vowels is its own key.
func key(family byte, word string, heard []string) string {
	consonants := strings.Join(heard, "")
	switch {
	case consonants == "":
		return string(family) + "_" + word
	case len(consonants) <= fewConsonants && heard[0] == "":
		return string(family) + "_" + consonants
	}
	return string(family) + consonants
}

const (
	fewConsonants = 2
	mostReadings  = 4 // of one sound
	arabicKeys    = 4 // of a word: its usual reading, and others
	slavicKeys    = 3
)

// keys are the keys of a word in every family, without repeats.
func keys(word string) (out []string) {
	single := undouble(word)
	out = append(arabicSounds.keys(arabicKey, single, arabicKeys), slavicSounds.keys(slavicKey, single, slavicKeys)...)
	first, second := matchr.DoubleMetaphone(word)
	for _, code := range []string{first, second} {
		if k := string(generalKey) + code; code != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// undouble writes doubled letters once.
func undouble(word string) string {
	out := make([]byte, 0, len(word))
	for i := range len(word) {
		if i == 0 || word[i] != word[i-1] {
			out = append(out, word[i])
		}
	}
	return string(out)
}
