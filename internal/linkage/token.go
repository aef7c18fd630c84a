package linkage

import (
	"slices"
	"strconv"
)

// Tokens are what the words of a name are found by, sorted, each once: pairs of
// keys in any order (kk), keys with the year of birth when it is known, 0 when
// not (ky), keys alone (ks), first letters (kp) and pairs of them (pp). The
// caller puts a keyed digest of each into its index.
func Tokens(words []Word, year int) []string {
	return tokens(words, year, Word.indexed)
}

// Sought are the tokens a search looks for: those of Tokens, under every reading
// of what was typed.
func Sought(words []Word, year int) []string {
	return tokens(words, year, Word.read)
}

func tokens(words []Word, year int, keysOf func(Word) []string) []string {
	words = telling(words)
	var out []string
	for i, w := range words {
		for _, k := range keysOf(w) {
			out = append(out, "ks:"+k)
			if year != 0 {
				out = append(out, "ky:"+k+":"+strconv.Itoa(year))
			}
			for _, o := range words[i+1:] {
				for _, second := range keysOf(o) {
					if k[0] == second[0] {
						out = append(out, "kk:"+k[:1]+ordered(k[1:], second[1:]))
					}
				}
			}
		}
		for _, o := range words[i+1:] {
			out = append(out, "pp:"+ordered(prefix(w.Text), prefix(o.Text)))
		}
		out = append(out, "kp:"+prefix(w.Text))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// telling are the words that tell persons apart, or all when none does.
func telling(words []Word) []Word {
	out := slices.DeleteFunc(slices.Clone(words), func(w Word) bool { return w.Particle })
	if len(out) == 0 {
		return words
	}
	return out
}

// indexed are the keys of a word that an index holds.
func (w Word) indexed() []string { return w.read() }

// read are the keys of a word under every reading of it. Double Metaphone is
// left to ranking: it finds few whom the others do not.
func (w Word) read() []string {
	return slices.DeleteFunc(append(slices.Clone(w.Keys), w.stems...), func(k string) bool { return k[0] == generalKey })
}

func ordered(a, b string) string {
	if a > b {
		a, b = b, a
	}
	return a + "+" + b
}

func prefix(w string) string { return w[:min(len(w), 3)] }
