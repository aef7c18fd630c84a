package linkage

import "slices"

// Lead is a token that a search follows.
type Lead struct {
	Token string
	Of    int     // leads of one word, or of the date, tell the same of somebody: the rarest counts
	Worth float64 // share of what its rarity tells
}

const (
	// asWritten is the worth of the whole name as it is written, beside its words.
	asWritten = 0.3
	// edited is the worth of a sound that differs from what was typed.
	edited = 0.6
	// manyWords is of how many words a name is no longer looked for with letters wrong.
	manyWords = 6
)

// Leads are what somebody is looked for by: the tokens of what was typed under every
// reading of it; and each sound that is one consonant away from that of a word of which
// mistyped says, of the token of its sound, that it may be.
func (id *Identity) Leads(mistyped func(token string) bool) []Lead {
	var l leads
	for _, words := range [][]Word{slices.Concat(id.Given, id.Family), id.Original} {
		words = telling(words)
		for _, w := range words {
			l.next()
			for _, k := range w.readings() {
				l.add("ks:"+k, 1)
			}
			for _, t := range w.ends() {
				l.add(t, 1)
			}
			if len(words) < manyWords && mistyped("ks:"+w.Keys[0]) {
				w.astray(func(k string) { l.add("ks:"+k, edited) })
			}
		}
		l.next()
		for _, t := range together(words) {
			l.add(t, asWritten)
		}
	}
	l.next()
	for _, t := range id.Birth.likely() {
		l.add(t, 1)
	}
	l.next()
	for _, phone := range id.Phones {
		l.add("ph:"+phone, 1)
	}
	return l.list
}

type leads struct {
	list []Lead
	of   int
	seen map[string]bool // of the same word
}

func (l *leads) next() { l.of, l.seen = l.of+1, map[string]bool{} }

func (l *leads) add(token string, worth float64) {
	if !l.seen[token] {
		l.seen[token] = true
		l.list = append(l.list, Lead{token, l.of, worth})
	}
}

// oneSound is what a key may have at the place of a typo: the sounds of the Arabic
// family, whose keys come first.
const oneSound = "bdfghjklmnrstwyz"

// astray tells of every key that differs from the usual one of a word by one sound:
// too many, too few, another, or two the other way round.
func (w Word) astray(tell func(key string)) {
	family, k := w.Keys[0][:1], w.Keys[0][1:]
	for i := range len(k) + 1 {
		for _, c := range oneSound {
			tell(family + k[:i] + string(c) + k[i:])
			if i < len(k) {
				tell(family + k[:i] + string(c) + k[i+1:])
			}
		}
		if i < len(k) && len(k) > 2 {
			tell(family + k[:i] + k[i+1:])
		}
		if i+1 < len(k) {
			tell(family + k[:i] + k[i+1:i+2] + k[i:i+1] + k[i+2:])
		}
	}
}
