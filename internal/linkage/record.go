package linkage

import (
	"slices"
	"strings"
)

// Record is what is known of one entry of a register, as it was written down.
// What is empty is not known. Texts other than names are compared as they are:
// the caller has brought them to one form.
type Record struct {
	ID            string
	Given, Family string
	Birth         Birth // 1 January is often attributed, and says only the year
	Sex           string
	Citizenship   string
	Phone         string
	Comune        string
	Address       string
	Identifiers   []Identifier
}

// Identifier is a number on a paper: what kind of paper, and the number.
type Identifier struct{ Scheme, Value string }

// Set is a population made ready to be compared: every name folded once, every
// value kept once.
type Set struct {
	rows        []entry
	ids         []string
	names       []name
	given       tally // of names, by where they stand
	family      tally
	comune      tally
	texts       []string // phones, comuni, addresses, identifiers: index 0 is empty
	schemes     []uint16 // of texts that are identifiers
	textOf      map[string]uint32
	nameOf      map[string]uint32 // by the name as written
	foldedOf    map[string]uint32 // by its folded words
	wordOf      map[string][]Word
	schemeOf    map[string]uint16
	citizenship map[string]uint16
	citizens    map[uint16]float64 // how many records of each citizenship
	digest      uint64
}

// entry is a record with its values as numbers; 0 is not known.
type entry struct {
	given, family          uint32
	phone, comune, address uint32
	identifiers            []uint32
	birth                  birthday
	citizenship            uint16
	sex                    byte
}

// birthday is a date of birth in few bytes: year, month and day in one number,
// 0 for what is not known.
type birthday uint32

func (b Birth) packed() birthday { return birthday(b.Year*10000 + b.Month*100 + b.Day) }

func (b birthday) year() int  { return int(b / 10000) }
func (b birthday) month() int { return int(b / 100 % 100) }
func (b birthday) day() int   { return int(b % 100) }

// attributed tells whether only the year says something.
func (b birthday) attributed() bool { return b.day() == 0 || b.month() == 1 && b.day() == 1 }

// name is a name made of words that tell persons apart, and how often it and
// its sounds are met.
type name struct {
	words         []Word
	sound, slavic []uint32 // the usual key of each word, in two families
}

// NewSet makes an empty population.
func NewSet() *Set {
	return &Set{given: newTally(), family: newTally(), comune: newTally(), names: make([]name, 1), texts: make([]string, 1), schemes: make([]uint16, 1),
		textOf: map[string]uint32{"": 0}, nameOf: map[string]uint32{"": 0}, foldedOf: map[string]uint32{"": 0}, wordOf: map[string][]Word{},
		schemeOf: map[string]uint16{}, citizens: map[uint16]float64{}, citizenship: map[string]uint16{"": 0}}
}

// Add puts a record into the population. Its number is that of the calls before.
func (s *Set) Add(r *Record) {
	e := entry{given: s.name(r.Given), family: s.name(r.Family), phone: s.text(r.Phone), comune: s.text(r.Comune), address: s.text(r.Address),
		birth: r.Birth.packed(), citizenship: number(s.citizenship, r.Citizenship)}
	if r.Sex != "" {
		e.sex = r.Sex[0]
	}
	for _, id := range r.Identifiers {
		t := s.text(id.Scheme + "\x00" + id.Value)
		s.schemes[t] = number(s.schemeOf, id.Scheme)
		e.identifiers = append(e.identifiers, t)
	}
	s.given.count(e.given, e.citizenship)
	s.family.count(e.family, e.citizenship)
	s.comune.count(e.comune, 0)
	s.citizens[e.citizenship]++
	s.rows, s.ids = append(s.rows, e), append(s.ids, r.ID)
	s.digest = r.digest(s.digest)
}

// digest goes on from the digest of the records before.
func (r *Record) digest(h uint64) uint64 {
	add := func(text string) {
		for i := range len(text) {
			h = (h ^ uint64(text[i])) * 1099511628211
		}
		h = (h ^ 0x100) * 1099511628211 // the end of a text
	}
	for _, text := range [...]string{r.ID, r.Given, r.Family, r.Sex, r.Citizenship, r.Phone, r.Comune, r.Address} {
		add(text)
	}
	for _, id := range r.Identifiers {
		add(id.Scheme)
		add(id.Value)
	}
	return (h ^ uint64(r.Birth.packed())) * 1099511628211
}

// Digest is the same for the same records added in the same order: a job that
// goes on after a pause compares it before it trusts the blocks it had counted.
func (s *Set) Digest() uint64 { return s.digest }

// Len is how many records the population has.
func (s *Set) Len() int { return len(s.rows) }

// ID returns the id of the record with a number.
func (s *Set) ID(i int) string { return s.ids[i] }

func number(of map[string]uint16, text string) uint16 {
	n, ok := of[text]
	if !ok {
		n = uint16(len(of) + 1)
		of[text] = n
	}
	return n
}

func (s *Set) text(text string) uint32 {
	n, ok := s.textOf[text]
	if !ok {
		n = uint32(len(s.texts))
		s.textOf[text] = n
		s.texts, s.schemes = append(s.texts, text), append(s.schemes, 0)
	}
	return n
}

// name returns the number of a name: two that fold to the same words have one.
func (s *Set) name(written string) uint32 {
	n, ok := s.nameOf[written]
	if ok {
		return n
	}
	words := s.words(written)
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.Text + " ")
	}
	text := strings.TrimSuffix(b.String(), " ")
	if n, ok = s.foldedOf[text]; !ok {
		n = uint32(len(s.names))
		s.names, s.foldedOf[text] = append(s.names, newName(words)), n
	}
	s.nameOf[written] = n
	return n
}

// words folds a name, each of its words once for the whole population.
func (s *Set) words(written string) (out []Word) {
	for _, part := range strings.FieldsFunc(written, between) {
		words, ok := s.wordOf[part]
		if !ok {
			words = Words(part)
			s.wordOf[part] = words
		}
		out = append(out, words...)
	}
	join(out)
	return slices.Clip(telling(out))
}

func newName(words []Word) name {
	n := name{words: words}
	for _, w := range words {
		n.sound = append(n.sound, hash(w.Keys[0]))
		if i := slices.IndexFunc(w.Keys, func(k string) bool { return k[0] == slavicKey }); i >= 0 {
			n.slavic = append(n.slavic, hash(w.Keys[i]))
		}
	}
	return n
}
