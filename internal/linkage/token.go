package linkage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Tokens are what somebody is found by, sorted, each once. The caller puts a keyed
// digest of each into its index. The kinds were chosen by what a search misses
// without them (docs/adr/0024):
//
//	ks  the sound of a word
//	kp  the first three letters of a word, and kq four of them
//	kx  the last three letters of a word: a typo spoils what begins or what ends it
//	nn  all words as they are written, in any order: of many who sound alike, those
//	bd  the day of birth, but for 1 January, which stands for days that are not known
//	by  the year of birth
//	ph  a phone
//
// What is 0 in a date is not known.
func (id *Identity) Tokens() []string {
	out := id.Birth.tokens()
	for _, words := range [][]Word{slices.Concat(id.Given, id.Family), id.Original} {
		for _, w := range telling(words) {
			for _, k := range w.usual() {
				out = append(out, "ks:"+k)
			}
			out = append(out, w.ends()...)
		}
		out = append(out, together(words)...)
	}
	for _, phone := range id.Phones {
		out = append(out, "ph:"+phone)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (b Birth) tokens() (out []string) {
	if b.Year != 0 {
		out = append(out, "by:"+strconv.Itoa(b.Year))
	}
	return append(out, b.day()...)
}

func (b Birth) day() []string {
	if b.Year == 0 || b.Day == 0 || b.Month == 1 && b.Day == 1 {
		return nil
	}
	return []string{fmt.Sprintf("bd:%04d%02d%02d", b.Year, b.Month, b.Day)}
}

// likely are the tokens of a date as it was typed, and as it may have been meant:
// day and month the other way round, the year before or after, ten years more or
// fewer.
func (b Birth) likely() []string {
	out := b.tokens()
	if len(b.day()) == 0 {
		return out
	}
	if b.Day <= 12 {
		out = append(out, Birth{b.Year, b.Day, b.Month}.day()...)
	}
	for _, years := range []int{-10, -1, 1, 10} {
		out = append(out, Birth{b.Year + years, b.Month, b.Day}.day()...)
	}
	return out
}

// together is the token of a name of more than one word.
func together(words []Word) []string {
	words = telling(words)
	if len(words) < 2 {
		return nil
	}
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w.Text
	}
	slices.Sort(all)
	out := "nn:" + all[0]
	for _, text := range all[1:] {
		out += "+" + text
	}
	return []string{out}
}

// telling are the words that tell persons apart, or all when none does.
func telling(words []Word) []Word {
	out := slices.DeleteFunc(slices.Clone(words), func(w Word) bool { return w.Particle })
	if len(out) == 0 {
		return words
	}
	return out
}

// usual are the keys of a word that an index holds: of each family the usual
// reading, and what is left without an article. A ch is read as sh and as k
// equally often: then the index holds all readings.
func (w Word) usual() (out []string) {
	seen, ambiguous := map[byte]bool{generalKey: true}, strings.Contains(w.Text, "ch")
	for _, k := range w.Keys {
		if !seen[k[0]] || ambiguous && k[0] != generalKey {
			out = append(out, k)
		}
		seen[k[0]] = true
	}
	return append(out, w.stems...)
}

// readings are the keys of a word under every reading of it. Double Metaphone is
// left to ranking: it finds few whom the others do not.
func (w Word) readings() []string {
	return slices.DeleteFunc(append(slices.Clone(w.Keys), w.stems...), func(k string) bool { return k[0] == generalKey })
}

// ends are the tokens of how a word begins and ends.
func (w Word) ends() []string {
	out := []string{"kp:" + w.prefix(3), "kx:" + w.Text[max(0, len(w.Text)-3):]}
	if len(w.Text) > 3 {
		out = append(out, "kq:"+w.prefix(4))
	}
	return out
}
