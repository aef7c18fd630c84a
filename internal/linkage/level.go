package linkage

// Field is something that two records are compared by.
type Field uint8

// The fields of a comparison. Order says whether given name and family name
// stand the same way round in both.
const (
	GivenName Field = iota
	FamilyName
	NameOrder
	BirthDate
	Sex
	Citizenship
	Phone
	Identification
	Comune
	Address
	fields
)

// Level is how a field agrees, from 1, the best, to the last of the field, which
// is disagreement; 0 when one of the two does not know.
type Level uint8

// Levels of names.
const (
	NameSame   Level = 1 + iota // the same words
	NameSounds                  // the same words, spelt by other hands
	NamePart                    // all words of the shorter name are in the longer
	NameClose                   // a letter or two differ
	NameFaint                   // something is alike
	NameDiffers
)

// Levels of the order of names.
const (
	OrderSame Level = 1 + iota
	OrderSwapped
)

// Levels of dates of birth.
const (
	BirthSame       Level = 1 + iota
	BirthSwapped          // day and month the other way round
	BirthDigit            // one digit differs
	BirthAttributed       // the same year, and one of the two says no more
	BirthYear             // the same year
	BirthNear             // at most two years apart
	BirthDiffers
)

// Levels of every other field. Sex, citizenship have no near level.
const (
	ValueSame Level = 1 + iota
	ValueNear       // a letter or a digit differs
	ValueDiffers
)

// levelsOf says how many levels each field has.
var levelsOf = [fields]Level{NameDiffers, NameDiffers, OrderSwapped, BirthDiffers, ValueDiffers, ValueDiffers, ValueDiffers, ValueDiffers, ValueDiffers, ValueDiffers}

// bitsOf is the room of a level in a pattern.
const bitsOf = 3

// pattern holds the levels of all fields in one number: pairs are counted by it.
type pattern uint32

func (p pattern) level(f Field) Level { return Level(p >> (f * bitsOf) & (1<<bitsOf - 1)) }

func (p *pattern) set(f Field, l Level) { *p |= pattern(l) << (f * bitsOf) }

// comparer compares the records of a set. It remembers how names compared last:
// records that stand in one block mostly have the same few. One is not used by
// two goroutines.
type comparer struct {
	*Set
	known [1 << 14]struct {
		names uint64 // the numbers of both
		level Level
	}
}

// compare holds two records against each other.
func (s *comparer) compare(i, j uint32) (p pattern) {
	a, b := &s.rows[i], &s.rows[j]
	given, family, order := s.compareNames(a, b)
	p.set(GivenName, given)
	p.set(FamilyName, family)
	p.set(NameOrder, order)
	p.set(BirthDate, compareBirth(a.birth, b.birth))
	p.set(Sex, compareCode(uint32(a.sex), uint32(b.sex)))
	p.set(Citizenship, compareCode(uint32(a.citizenship), uint32(b.citizenship)))
	p.set(Phone, s.compareText(a.phone, b.phone))
	p.set(Comune, s.compareText(a.comune, b.comune))
	p.set(Address, s.compareText(a.address, b.address))
	p.set(Identification, s.compareIdentifiers(a.identifiers, b.identifiers))
	return p
}

// compareNames chooses the way round in which more agrees. Where nothing agrees
// the order says nothing.
func (s *comparer) compareNames(a, b *entry) (given, family, order Level) {
	given, family = s.compareName(a.given, b.given), s.compareName(a.family, b.family)
	if agreeing(given) && agreeing(family) {
		return given, family, OrderSame
	}
	crossGiven, crossFamily := s.compareName(a.given, b.family), s.compareName(a.family, b.given)
	if worth(crossGiven)+worth(crossFamily) > worth(given)+worth(family) {
		return crossGiven, crossFamily, OrderSwapped
	}
	if agreeing(given) || agreeing(family) {
		return given, family, OrderSame
	}
	return given, family, 0
}

func agreeing(l Level) bool { return l >= NameSame && l <= NameClose }

// worth orders the two ways round: what is alike a little does not decide.
func worth(l Level) int {
	if !agreeing(l) {
		return 0
	}
	return int(NameFaint - l)
}

func (s *comparer) compareName(x, y uint32) Level {
	if x == 0 || y == 0 {
		return 0
	}
	if x == y {
		return NameSame
	}
	names := uint64(min(x, y))<<32 | uint64(max(x, y))
	kept := &s.known[mix(x+y, x^y)%uint32(len(s.known))]
	if kept.names != names {
		kept.names, kept.level = names, s.otherName(x, y)
	}
	return kept.level
}

// otherName compares two names that differ as words, each word of the shorter
// with the best of the longer.
func (s *Set) otherName(x, y uint32) Level {
	short, long := s.names[x].words, s.names[y].words
	if len(short) > len(long) {
		short, long = long, short
	}
	worst, alikeAtAll := written, false
	for i := range short {
		top := closest(&short[i], long)
		alikeAtAll = alikeAtAll || top != apart
		if worst != apart && (top == apart || rankOf[top] > rankOf[worst]) {
			worst = top
		}
	}
	switch {
	case worst == apart && alikeAtAll && len(short) > 1, worst == faint:
		return NameFaint
	case worst == apart:
		return NameDiffers
	case rankOf[worst] > rankOf[sounded]:
		return NameClose
	case len(short) < len(long):
		return NamePart
	}
	return NameSounds
}

// rankOf orders agreements from the best.
var rankOf = [...]int{apart: 9, written: 0, sounded: 1, letter: 2, alike: 3, begins: 4, faint: 5}

// closest is the best agreement of a word with one of several.
func closest(w *Word, others []Word) (top agreement) {
	for i := range others {
		_, how := w.like(&others[i])
		if how != apart && (top == apart || rankOf[how] < rankOf[top]) {
			top = how
		}
	}
	return top
}

func compareBirth(a, b birthday) Level {
	apart := max(a.year()-b.year(), b.year()-a.year())
	switch {
	case a == 0 || b == 0:
		return 0
	case apart == 0 && (a.attributed() || b.attributed()):
		return BirthAttributed
	case a == b:
		return BirthSame
	case apart == 0 && a.day() == b.month() && a.month() == b.day():
		return BirthSwapped
	case oneDigit(a, b) && !a.attributed() && !b.attributed():
		return BirthDigit
	case apart == 0:
		return BirthYear
	case apart <= nearYears:
		return BirthNear
	}
	return BirthDiffers
}

// oneDigit tells whether two dates differ in one digit, or in two neighbours
// exchanged.
func oneDigit(a, b birthday) bool {
	var first, second, at [2]birthday
	differing := 0
	for i := birthday(0); i < 8; i++ {
		if x, y := a%10, b%10; x != y {
			if differing == 2 {
				return false
			}
			first[differing], second[differing], at[differing] = x, y, i
			differing++
		}
		a, b = a/10, b/10
	}
	return differing == 1 || at[1] == at[0]+1 && first[0] == second[1] && first[1] == second[0]
}

func compareCode(a, b uint32) Level {
	switch {
	case a == 0 || b == 0:
		return 0
	case a == b:
		return ValueSame
	}
	return ValueDiffers
}

func (s *Set) compareText(a, b uint32) Level {
	if l := compareCode(a, b); l != ValueDiffers || !near(s.texts[a], s.texts[b]) || len(s.texts[a]) < longEnough {
		return l
	}
	return ValueNear
}

// compareIdentifiers finds the best agreement among numbers of one kind: that
// the one has a passport and the other a tax code says nothing.
func (s *Set) compareIdentifiers(a, b []uint32) (top Level) {
	for _, x := range a {
		for _, y := range b {
			if s.schemes[x] != s.schemes[y] {
				continue
			}
			if l := s.compareText(x, y); top == 0 || l < top {
				top = l
			}
		}
	}
	return top
}
