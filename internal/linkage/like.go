package linkage

import "strings"

// agreement is how two words agree.
type agreement uint8

const (
	apart agreement = iota
	written
	sounded
	letter
	alike
	begins
	faint // something is alike, too little to tell anybody
)

var told = [...]Reason{sounded: SameSound, letter: OneLetter, alike: AlmostAlike, begins: SameBeginning}

// How like two words are that agree in some way, and how alike letters must be
// to say anything. Chosen on the development part of the name lists.
const (
	likeSound    = 0.92 // at least, and more when the letters agree too
	likeLetter   = 0.90
	likeBegun    = 0.90
	likeParticle = 0.90 // two particles, whichever: al and el
	closeLetters = 0.88 // Jaro-Winkler from which words are alike
	faintLetters = 0.78
	someLetters  = 0.70 // below it they have nothing in common
	longEnough   = 4    // letters of a word in which one may be wrong
)

// like compares two words, from 0 to 1, and says how they agree.
func (w *Word) like(o *Word) (float64, agreement) {
	if w.Text == o.Text {
		return 1, written
	}
	if w.Particle && o.Particle && !w.Sounds(o) {
		return likeParticle, apart
	}
	if w.unlike(o) && !w.Sounds(o) {
		return 0, apart
	}
	jw := jaroWinkler(w.Text, o.Text)
	switch {
	case w.Sounds(o):
		return likeSound + (1-likeSound)*jw*jw, sounded
	case min(len(w.Text), len(o.Text)) >= longEnough && near(w.Text, o.Text):
		return likeLetter, letter
	case begun(w.Text, o.Text):
		return likeBegun, begins
	case jw >= closeLetters:
		return jw, alike
	case jw >= faintLetters:
		return jw * jw, faint
	case jw >= someLetters:
		return jw * jw, apart
	}
	return 0, apart
}

// begun tells whether the first word is the beginning of the second: what is
// typed grows letter by letter.
func begun(typed, whole string) bool { return len(typed) > 1 && strings.HasPrefix(whole, typed) }

// Alike tells whether two words count as spellings of one: the same sound, one
// letter apart, or much alike.
func (w *Word) Alike(o *Word) bool {
	_, how := w.like(o)
	return how == written || how == sounded || how == letter || how == alike
}
