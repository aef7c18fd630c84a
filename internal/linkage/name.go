// Package linkage tells whether names, and records of persons, that were written
// down by many hands are of one person: pure functions, without data and without
// keys of encryption. What a name is found by is made in token.go, why somebody
// was found in rank.go; what was chosen and measured is in docs/adr/0024.
package linkage

import (
	"slices"
	"strings"
	"unicode"
)

// Word is one word of a name, folded once and compared many times.
type Word struct {
	Text     string   // small Latin letters without marks, at least two
	Keys     []string // its sounds: two words that share one sound the same
	stems    []string // the sounds of what is left without an article or an ending
	Particle bool     // al, ben, de: hardly tells persons apart
	Foreign  bool     // was written in another script
	marks    marks
}

// Words folds a name into its words, in the order they were written, the first
// ten or so. Whatever has no letters, and single letters, are left out.
func Words(name string) (words []Word) {
	for raw := range strings.FieldsFuncSeq(name, between) {
		if len(words) >= mostWords {
			break // no name has more; a long text does not make the search slow
		}
		foreign := strings.IndexFunc(raw, otherScript) >= 0
		for part := range strings.FieldsSeq(latin(splitHan(raw))) {
			for _, w := range split(part[:min(len(part), longest)]) {
				w.Foreign = foreign
				words = append(words, w)
			}
		}
	}
	join(words)
	return words
}

// Parts are the words of a name as text.
func Parts(name string) []string {
	words := Words(name)
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.Text
	}
	return out
}

func between(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Mc, r) && !strings.ContainsRune("'’‘`ʿʾ", r)
}

func otherScript(r rune) bool {
	return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) && r > unicode.MaxASCII
}

// splitHan puts a space behind the first sign of a Chinese name, which is the
// family name, unless it stands alone.
func splitHan(raw string) string {
	signs := []rune(raw)
	if len(signs) < 2 || len(signs) > 4 || slices.ContainsFunc(signs, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		return raw
	}
	return string(signs[:1]) + " " + string(signs[1:])
}

// split makes a word, or two of one: the servants of God (Abdelkader) are two
// words in other papers (Abd el Kader, Abdul Qadir).
func split(text string) []Word {
	if len(text) < 2 {
		return nil
	}
	if core := servant(text); core != "" {
		return []Word{word("abd"), word(core)}
	}
	return []Word{word(text)}
}

func word(text string) Word {
	w := Word{Text: text, Particle: particles[text]}
	if full := shortened[text]; full != "" {
		text = full
	}
	w.Keys = keys(text)
	if e := equivalent[text]; e != "" {
		w.Keys = append(w.Keys, "e"+e)
	}
	for _, stem := range stems(text) {
		w.stems = append(w.stems, arabicSounds.keys(arabicKey, undouble(stem), 2)...)
	}
	w.marks = mark(w.Text, w.Keys, w.stems)
	return w
}

// join mends Abd Allah, two words of one name that Abdullah writes as one.
func join(words []Word) {
	for i := 1; i < len(words); i++ {
		if words[i-1].Text == "abd" && (strings.HasSuffix(words[i].Text, "llah") && len(words[i].Text) < 6) {
			foreign := words[i].Foreign
			words[i] = word("abdullah")
			words[i].Foreign = foreign
		}
	}
}

// servant returns what follows abd and its article in one written word:
// kader of Abdelkader, rahman of Abderrahman. Empty for Abdullah, whose second
// half is never used alone, and for every other word.
func servant(text string) string {
	rest, ok := strings.CutPrefix(text, "abd")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, "aeiou")
	if len(rest) > 1 && (rest[0] == 'l' || rest[0] == rest[1]) {
		rest = rest[1:]
	}
	if len(rest) < 4 || strings.HasPrefix(rest, "lah") {
		return ""
	}
	return rest
}

// stems are what is left of a word without an article or a word of kinship
// before it (Benali, Elkhatib, Essaid) or a usual ending behind it (Saifullah).
func stems(text string) (out []string) {
	for _, p := range [...]string{"abou", "abu", "ould", "ben", "bin", "bel", "bou", "bu", "al", "el", "ul"} {
		if rest, ok := strings.CutPrefix(text, p); ok && len(rest) > 2 {
			out = append(out, rest)
			break
		}
	}
	if len(text) > 4 && text[0] == 'l' && (isVowel(text[1]) || text[1] == 'h') { // the Maghreb writes Larbi for al-Arabi
		out = append(out, text[1:])
	}
	if len(text) > 5 && isVowel(text[0]) && text[1] == text[2] {
		out = append(out, text[2:])
	}
	for _, end := range [...]string{"oullah", "ullah", "ollah", "allah", "ouddin", "uddin", "eddine", "eddin", "addin", "aldin"} {
		if rest, ok := strings.CutSuffix(text, end); ok && len(rest) > 2 {
			out = append(out, rest)
			break
		}
	}
	return out
}

// Sounds tells whether two words have a sound in common. One consonant alone
// says little: then the words also begin alike.
func (w *Word) Sounds(o *Word) bool {
	a, b := &w.marks, &o.marks
	return meet(a.keys, b.keys) || w.Text[0] == o.Text[0] && meet(a.short, b.short) || meet(a.stems, b.keys) || meet(a.keys, b.stems) ||
		meet(a.stems, b.short) || meet(a.short, b.stems)
}
