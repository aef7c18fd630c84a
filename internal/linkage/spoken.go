package linkage

import (
	"slices"
	"strings"
)

// Spoken is how a whole name sounds, whatever the order of its words: the usual
// sound of each that tells persons apart, by the Arabic and by the Slavic sounds. It
// is for those who may only ask whether two are the same, and not how like they are;
// so a name of one word says nothing, and a word of hardly any sound stands as it is
// written.
func Spoken(words []Word) (arabic, slavic string) {
	if words = telling(words); len(words) < 2 {
		return "", ""
	}
	return spoken(words, arabicKey), spoken(words, slavicKey)
}

func spoken(words []Word, family byte) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.Text
		if at := slices.IndexFunc(w.Keys, func(k string) bool { return k[0] == family }); consonants(w.Keys[at]) > 1 {
			out[i] = w.Keys[at]
		}
	}
	slices.Sort(out)
	return strings.Join(out, "+")
}
