package linkage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Tokens are what the words of a name are found by, sorted, each once. The
// caller puts a keyed digest of each into its index. The kinds were chosen by
// what a search misses without them (docs/adr/0024):
//
//	kk  the sounds of two words, in any order
//	pp  the first three letters of two words
//	ee  the first letter and the last consonant of two words: typos between do no harm
//	ks  the sound of a word, and ky with the year of birth
//	kp  the first three letters of a word, and py two of them with the year
//	nn  all words as they are written, in any order: of many who sound alike, those
//	bd  the day of birth, but for 1 January, which stands for days that are not known
//
// What is 0 in a date is not known.
func Tokens(words []Word, born Birth) []string {
	out := append(tokens(words, born.Year, Word.usual), born.tokens()...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Sought are the tokens a search looks for: those of Tokens, under every reading
// of what was typed.
func Sought(words []Word, born Birth) []string {
	out := append(tokens(words, born.Year, Word.readings), born.likely()...)
	slices.Sort(out)
	return slices.Compact(out)
}

func (b Birth) tokens() []string {
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
	if len(out) == 0 {
		return nil
	}
	if b.Day <= 12 {
		out = append(out, Birth{b.Year, b.Day, b.Month}.tokens()...)
	}
	for _, years := range []int{-10, -1, 1, 10} {
		out = append(out, Birth{b.Year + years, b.Month, b.Day}.tokens()...)
	}
	return out
}

// Wide are the tokens of a second search, when the first found nobody who is
// close: as if the first letter or the last consonant of one word were another
// one, or a consonant too many had been typed.
func Wide(words []Word) []string {
	words = telling(words)
	var out []string
	for i := range words {
		for j := range words {
			if i == j {
				continue
			}
			w, o := &words[i], &words[j]
			first, last := w.ends()
			of, ol := o.ends()
			for _, c := range "bcdfghjklmnpqrstvwxz" {
				out = append(out, pair("ee", first+string(c), of+ol))
			}
			for _, c := range "abcdefghijklmnopqrstuvwxyz" {
				out = append(out, pair("ee", string(c)+last, of+ol))
			}
			key, other := w.Keys[0], o.Keys[0]
			for at := 1; at < len(key) && len(key) > 2; at++ {
				out = append(out, pair("kk"+key[:1], key[1:at]+key[at+1:], other[1:]))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func tokens(words []Word, year int, keysOf func(Word) []string) []string {
	words = telling(words)
	out := together(words)
	for i, w := range words {
		out = append(out, alone(w, year, keysOf(w))...)
		for _, o := range words[i+1:] {
			for _, k := range keysOf(w) {
				for _, second := range keysOf(o) {
					if k[0] == second[0] {
						out = append(out, pair("kk"+k[:1], k[1:], second[1:]))
					}
				}
			}
			first, last := w.ends()
			of, ol := o.ends()
			out = append(out, pair("pp", w.prefix(3), o.prefix(3)), pair("ee", first+last, of+ol))
		}
	}
	return out
}

// together is the token of a name of more than one word.
func together(words []Word) []string {
	if len(words) < 2 {
		return nil
	}
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w.Text
	}
	slices.Sort(all)
	return []string{"nn:" + strings.Join(all, "+")}
}

// alone are the tokens of one word.
func alone(w Word, year int, keys []string) []string {
	out := []string{"kp:" + w.prefix(3)}
	if year != 0 {
		out = append(out, "py:"+w.prefix(2)+":"+strconv.Itoa(year))
	}
	for _, k := range keys {
		out = append(out, "ks:"+k)
		if year != 0 && k[0] == arabicKey { // one family is enough with a year: each token makes the index larger
			out = append(out, "ky:"+k+":"+strconv.Itoa(year))
		}
	}
	return out
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
	if strings.Contains(w.Text, "ch") {
		return w.readings()
	}
	seen := map[byte]bool{generalKey: true}
	for _, k := range w.Keys {
		if !seen[k[0]] {
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

// ends are the first letter of a word and the last consonant of its sound.
func (w Word) ends() (first, last string) {
	key := w.Keys[0]
	return w.Text[:1], key[len(key)-1:]
}

func (w Word) prefix(n int) string { return w.Text[:min(len(w.Text), n)] }

// pair joins two parts whichever way round.
func pair(kind, a, b string) string {
	if a > b {
		a, b = b, a
	}
	return kind + ":" + a + "+" + b
}
