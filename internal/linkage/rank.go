package linkage

import "math/bits"

// Reason says why somebody was found, as a stable code: the caller has the words
// for it.
type Reason string

// The reasons, in the order they are told.
const (
	SameIdentifier Reason = "identifier"      // a number on a paper agrees
	SamePhone      Reason = "phone"           // a phone number agrees
	SameName       Reason = "same_name"       // every word is written alike
	SameSound      Reason = "same_sound"      // some word is another spelling of one sound
	OneLetter      Reason = "one_letter"      // some word differs in a letter
	AlmostAlike    Reason = "alike"           // some word is much alike
	SameBeginning  Reason = "beginning"       // some word begins as what was typed
	PartOfName     Reason = "part"            // one has words that the other has not
	SwappedNames   Reason = "swapped"         // given name and family name the other way round
	OtherScript    Reason = "other_script"    // agrees across two scripts
	SameBirthDate  Reason = "birth_date"      // born on the same day
	SwappedDate    Reason = "birth_swapped"   // day and month of birth the other way round
	SameBirthYear  Reason = "birth_year"      // born in the same year
	NearBirthYear  Reason = "birth_year_near" // born at most two years apart
)

// Identity is what is compared of a person, folded once: of who is sought, and
// of each who may be them. Phones and identifiers are compared as they are: the
// caller has brought them to one form.
type Identity struct {
	Given, Family []Word
	Original      []Word // the whole name in its own script
	Birth         Birth
	Sex           string
	Citizenships  []string
	Phones        []string
	Identifiers   []string
}

// Birth is a date of birth as far as it is known: 0 stands for what is not.
type Birth struct{ Year, Month, Day int }

// Match is how like two identities are, from 0 to 1, and why.
type Match struct {
	Score   float64
	Reasons []Reason
}

// Named folds the names of an identity. Who types one text has no family name
// apart, and gives it all as given.
func Named(given, family, original string) Identity {
	return Identity{Given: Words(given), Family: Words(family), Original: Words(original)}
}

// Match compares who is sought with who may be them.
func (sought *Identity) Match(found *Identity) Match {
	names := sought.names().align(found.names())
	if own := sought.names().align(row{words: found.Original}); own.better(names, sought.Given) {
		names = own
	}
	if own := (row{words: sought.Original}).align(found.names()); own.better(names, found.Given) {
		names = own
	}
	if own := (row{words: sought.Original}).align(row{words: found.Original}); own.better(names, sought.Original) {
		names = own
	}
	m := Match{Score: names.score, Reasons: names.reasons()}
	m.born(sought.Birth, found.Birth)
	m.state(sought, found)
	var first []Reason
	if share(sought.Identifiers, found.Identifiers) {
		first = append(first, SameIdentifier)
		m.Score = 1
	}
	if share(sought.Phones, found.Phones) {
		first = append(first, SamePhone)
		m.Score = max(m.Score, phoneAlone)
	}
	m.Reasons = append(first, m.Reasons...)
	return m
}

// better tells whether the name in its own script agrees better than the one in
// Latin letters: clearly, unless what it is held against is of that script too.
func (al alignment) better(latin alignment, against []Word) bool {
	if len(against) > 0 && against[0].Foreign {
		return al.score > 0 && al.score >= latin.score
	}
	return al.score > latin.score+clearly
}

// What agreement on other things than the name is worth.
const (
	phoneAlone   = 0.97 // the same phone, whatever the name: families share one
	clearly      = 0.02 // how much better the name in its own script must agree to be the one told of
	closerByDate = 0.85 // how much of what is missing to 1 the same date of birth gives
	closerByYear = 0.2  // and the same year
	noDay        = 0.03 // what it takes away that a day was typed and none is known
	otherDay     = 0.05 // and another day of the same year
	otherYear    = 0.06 // and another day of a near year
	fartherAway  = 0.12 // and years that are far apart
	otherSex     = 0.02 // and another sex: forms are filled in wrongly
	otherCountry = 0.03 // and no citizenship in common
	nearYears    = 2
)

func (m *Match) add(r Reason) { m.Reasons = append(m.Reasons, r) }

// state compares what an office writes down of somebody. Alone it brings nobody nearer:
// half of all are of one sex.
func (m *Match) state(a, b *Identity) {
	if a.Sex != "" && b.Sex != "" && a.Sex != b.Sex {
		m.Score = max(0, m.Score-otherSex)
	}
	if len(a.Citizenships) > 0 && len(b.Citizenships) > 0 && !share(a.Citizenships, b.Citizenships) {
		m.Score = max(0, m.Score-otherCountry)
	}
}

// born compares dates of birth: a is what is sought, and what it leaves open says
// nothing.
func (m *Match) born(a, b Birth) {
	if m.Score == 0 {
		return
	}
	known := a.Day != 0 && b.Day != 0
	if a.Day != 0 && b.Day == 0 {
		m.Score = max(0, m.Score-noDay)
	}
	if a.Year == 0 || b.Year == 0 {
		return
	}
	apart := max(a.Year-b.Year, b.Year-a.Year)
	switch {
	case known && a == b:
		m.add(SameBirthDate)
		m.Score += (1 - m.Score) * closerByDate
	case known && apart == 0 && a.Day == b.Month && a.Month == b.Day:
		m.add(SwappedDate)
		m.Score += (1 - m.Score) * closerByDate
	case apart == 0 && known:
		m.add(SameBirthYear)
		m.Score = max(0, m.Score-otherDay)
	case apart == 0:
		m.add(SameBirthYear)
		m.Score += (1 - m.Score) * closerByYear
	case apart <= nearYears:
		m.add(NearBirthYear)
		if known {
			m.Score = max(0, m.Score-otherYear)
		}
	default:
		m.Score = max(0, m.Score-fartherAway)
	}
}

func share(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y && x != "" {
				return true
			}
		}
	}
	return false
}

// row is a name as a row of words, and how many of them are given names.
type row struct {
	words []Word
	given int
}

func (id *Identity) names() row {
	all := make([]Word, 0, len(id.Given)+len(id.Family))
	return row{words: append(append(all, id.Given...), id.Family...), given: len(id.Given)}
}

// mostWords is about how many words of a name are looked at.
const mostWords = 10

// alignment is how the words of two names were held against each other.
type alignment struct {
	score                float64
	kinds                uint16 // a bit for each way in which words agree
	pairs                int
	crossed              int // pairs of a given name with a family name
	unmatched            bool
	otherScript, ordered bool
}

// align holds each word of a name against the one of the other that is most
// like it, each used once.
func (a row) align(b row) (out alignment) {
	a.words, b.words = a.words[:min(len(a.words), mostWords)], b.words[:min(len(b.words), mostWords)]
	if len(a.words) == 0 || len(b.words) == 0 {
		return out
	}
	var alike [mostWords][mostWords]float64
	var how [mostWords][mostWords]agreement
	for i := range a.words {
		for j := range b.words {
			alike[i][j], how[i][j] = a.words[i].like(&b.words[j])
		}
	}
	var usedA, usedB uint16
	var sum float64
	for range min(len(a.words), len(b.words)) {
		i, j := best(&alike, len(a.words), len(b.words), usedA, usedB)
		usedA, usedB = usedA|1<<i, usedB|1<<j
		sum += alike[i][j] * min(a.words[i].weight(), b.words[j].weight())
		if how[i][j] == apart || how[i][j] == faint {
			continue
		}
		out.kinds |= 1 << how[i][j]
		out.pairs++
		out.otherScript = out.otherScript || a.words[i].Foreign != b.words[j].Foreign
		if (i < a.given) != (j < b.given) {
			out.crossed++
		}
	}
	whole, missing := weigh(a.words, b.words)
	out.ordered = a.given < len(a.words) && b.given < len(b.words) && a.given > 0 && b.given > 0
	out.unmatched = missing >= 1
	out.score = max(0, min(1, sum/whole)-min(missing, 3)*partOnly)
	return out
}

// partOnly is what each word takes away that one name has and the other has not.
const partOnly = 0.03

// weigh returns the weight of the name with fewer words, and what the other has
// more.
func weigh(a, b []Word) (whole, missing float64) {
	var x, y float64
	for i := range a {
		x += a[i].weight()
	}
	for i := range b {
		y += b[i].weight()
	}
	return min(x, y), max(x, y) - min(x, y)
}

func (w *Word) weight() float64 {
	if w.Particle {
		return 0.15
	}
	return 1
}

// best finds the most alike pair of words not used yet.
func best(alike *[mostWords][mostWords]float64, n, m int, usedA, usedB uint16) (x, y int) {
	top := -1.0
	for i := range n {
		for j := range m {
			if usedA>>i&1 == 0 && usedB>>j&1 == 0 && alike[i][j] > top {
				top, x, y = alike[i][j], i, j
			}
		}
	}
	return x, y
}

func (al alignment) reasons() (out []Reason) {
	if al.kinds == 1<<written {
		out = append(out, SameName)
	}
	for k := al.kinds &^ (1 << written); k != 0; k &= k - 1 {
		out = append(out, told[bits.TrailingZeros16(k)])
	}
	if al.pairs > 0 && al.unmatched {
		out = append(out, PartOfName)
	}
	if al.ordered && al.crossed > 1 && al.crossed == al.pairs {
		out = append(out, SwappedNames)
	}
	if al.otherScript {
		out = append(out, OtherScript)
	}
	return out
}
