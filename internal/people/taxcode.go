package people

import (
	"fmt"
	"strings"
	"time"
)

// TaxCode is what a codice fiscale says (DM 23 December 1976): who has one and
// what it tells of them is for the Agenzia delle Entrate alone, so that all a
// reader may do with it is to warn.
type TaxCode struct {
	Code     string // as it is written, without spaces
	Plain    string // without the letters that tell two people of one code apart (omocodia)
	Surname  string
	Name     string
	Year     int // the last two digits
	Month    int
	Day      int
	Sex      string // M or F
	Place    string // Belfiore code of a comune, or Z and three digits of a foreign state
	official bool   // 16 characters; a provisional one has 11 digits and says nothing
}

// Provisional tells whether it is one of the numbers that are given with a first
// request for protection, until the definitive one comes.
func (t TaxCode) Provisional() bool { return !t.official }

const (
	monthLetters = "ABCDEHLMPRST"
	homocodes    = "LMNPQRSTUV" // stand for 0 to 9 where two people would have one code
	kindOfPlace  = "AAAAAADDADDADDDA"
)

// oddWeights are what a digit, or its letter from A to J, and the letters from K
// on, count in the 1st, 3rd … place; in the others they count their own number.
var oddWeights = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// ordinal is the number of a digit, and of a letter counted from A.
func ordinal(c byte) int {
	if c >= '0' && c <= '9' {
		return int(c - '0')
	}
	return int(c - 'A')
}

// checkLetter is the last letter of a code of sixteen, from the first fifteen.
func checkLetter(code string) byte {
	sum := 0
	for i := range 15 {
		if n := ordinal(code[i]); i%2 == 0 {
			sum += oddWeights[n]
		} else {
			sum += n
		}
	}
	return byte('A' + sum%26)
}

// checkDigit is the last digit of a code of eleven, from the first ten.
func checkDigit(code string) byte {
	sum := 0
	for i := range 10 {
		n := ordinal(code[i]) * (1 + i%2)
		sum += n/10 + n%10
	}
	return byte('0' + (10-sum%10)%10)
}

// ParseTaxCode reads a codice fiscale of either kind. It fails for what is none:
// a wrong length, a letter where a digit stands, a check that does not come out.
func ParseTaxCode(text string) (TaxCode, error) {
	code := foldCode(text)
	switch {
	case len(code) == 11 && shapeOf(code) == strings.Repeat("D", 11) && checkDigit(code) == code[10]:
		return TaxCode{Code: code, Plain: code}, nil
	case len(code) == 16 && spelled(code) && checkLetter(code) == code[15]:
		return readTaxCode(code)
	}
	return TaxCode{}, fmt.Errorf("not a codice fiscale: %q", text)
}

// shapeOf says of each character whether it is a digit or a letter.
func shapeOf(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return 'D'
		}
		return 'A'
	}, code)
}

// spelled tells whether each character is one that can stand in its place.
func spelled(code string) bool {
	for i := range 16 {
		digit := code[i] >= '0' && code[i] <= '9'
		switch {
		case kindOfPlace[i] == 'A' && digit:
			return false
		case kindOfPlace[i] == 'D' && !digit && strings.IndexByte(homocodes, code[i]) < 0:
			return false
		}
	}
	return strings.IndexByte(monthLetters, code[8]) >= 0
}

func readTaxCode(code string) (TaxCode, error) {
	plain := []byte(code)
	for i, c := range plain {
		if n := strings.IndexByte(homocodes, c); kindOfPlace[i] == 'D' && n >= 0 {
			plain[i] = byte('0' + n)
		}
	}
	plain[15] = checkLetter(string(plain))
	number := func(from int) int { return ordinal(plain[from])*10 + ordinal(plain[from+1]) }
	t := TaxCode{Code: code, Plain: string(plain), Surname: code[:3], Name: code[3:6], Year: number(6), Day: number(9), Sex: "M",
		Month: strings.IndexByte(monthLetters, code[8]) + 1, Place: string(plain[11:15]), official: true}
	if t.Day > 40 {
		t.Day, t.Sex = t.Day-40, "F"
	}
	if t.Day < 1 || t.Day > time.Date(2000, time.Month(t.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return TaxCode{}, fmt.Errorf("no such day in a codice fiscale: %q", code)
	}
	return t, nil
}

// lookalikes are the letters and the digits that are taken for each other.
var lookalikes = map[byte]string{'0': "OQD", '1': "IL", '2': "Z", '5': "S", '6': "G", '8': "B", '4': "A", '7': "T",
	'O': "0", 'Q': "0", 'D': "0", 'I': "1", 'L': "1", 'Z': "2", 'S': "5", 'G': "6", 'B': "8", 'A': "4", 'T': "7"}

// RepairTaxCode returns the one code that somebody may have meant who took a
// letter for a digit, or a digit for a letter; empty when there is none, or more
// than one.
func RepairTaxCode(text string) string {
	code := foldCode(text)
	if len(code) != 16 && len(code) != 11 {
		return ""
	}
	if _, err := ParseTaxCode(code); err == nil {
		return ""
	}
	want := kindOfPlace
	if len(code) == 11 {
		want = strings.Repeat("D", 11)
	}
	found := map[string]bool{}
	repair([]byte(code), want, 0, found)
	if len(found) != 1 {
		return ""
	}
	for one := range found {
		return one
	}
	return ""
}

// repair tries, from a place on, what each character may have been: it must be
// changed where its kind cannot stand, and a letter that stands for a digit may
// have been meant as another.
func repair(code []byte, want string, from int, found map[string]bool) {
	if from == len(code) {
		if t, err := ParseTaxCode(string(code)); err == nil {
			found[t.Code] = true
		}
		return
	}
	was := code[from]
	fits := want[from] == shapeOf(string(was))[0]
	if fits || want[from] == 'D' && len(code) == 16 && strings.IndexByte(homocodes, was) >= 0 {
		repair(code, want, from+1, found)
	}
	if !fits {
		for _, other := range []byte(lookalikes[was]) {
			if shapeOf(string(other))[0] == want[from] {
				code[from] = other
				repair(code, want, from+1, found)
			}
		}
	}
	code[from] = was
}

// foldCode leaves of a code its letters and digits, in capitals.
func foldCode(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, text)
}

// nameCode is what a surname or a given name becomes: its consonants and then
// its vowels; of a given name with four consonants the second is left out.
func nameCode(name string, given bool) string {
	var consonants, vowels string
	for _, r := range letters(name) {
		if strings.ContainsRune("AEIOU", r) {
			vowels += string(r)
		} else {
			consonants += string(r)
		}
	}
	if given && len(consonants) > 3 {
		consonants = consonants[:1] + consonants[2:]
	}
	return (consonants + vowels + strings.Repeat("X", 3))[:3] // a short name is filled up with X
}

// What a codice fiscale and a person can differ in, as message keys. None is an
// error: names change, offices err, and people know better.
const (
	differsName  = "taxcode.differs.name"
	differsBirth = "taxcode.differs.birth"
	differsSex   = "taxcode.differs.sex"
	differsPlace = "taxcode.differs.place"
)

// Differs lists what the code says otherwise than is written of a person. What
// is not known of the person differs from nothing.
func (t TaxCode) Differs(p *Person) (out []string) {
	if t.Provisional() {
		return nil
	}
	add := func(differs bool, key string) {
		if differs {
			out = append(out, key)
		}
	}
	coded := func(name, want string, given bool) bool {
		return letters(name) != "" && nameCode(name, given) != want
	}
	add(coded(p.FamilyName, t.Surname, false) || coded(p.GivenName, t.Name, true), differsName)
	add(t.bornApart(p), differsBirth)
	add((p.Sex == "M" || p.Sex == "F") && p.Sex != t.Sex, differsSex)
	add(t.placeApart(p), differsPlace)
	return out
}

func (t TaxCode) bornApart(p *Person) bool {
	day := 0
	if p.Birth.Precision == ByDay {
		day = int(dayOf(p.BirthDate))
	}
	return p.Birth.Year > 0 && p.Birth.Year%100 != t.Year || p.Birth.Month > 0 && p.Birth.Month != t.Month || day > 0 && day != t.Day
}

// dayOf is the day of the month of a date in the ISO form, or 0.
func dayOf(iso string) int {
	if len(iso) != len("2006-01-02") {
		return 0
	}
	return ordinal(iso[8])*10 + ordinal(iso[9])
}

func (t TaxCode) placeApart(p *Person) bool {
	abroad := t.Place[0] == 'Z'
	switch {
	case p.BirthComune != "":
		return p.BirthComune != t.Place
	case p.BirthCountry == "":
		return false
	case p.BirthCountry == "ITA":
		return abroad
	}
	code := places().state[p.BirthCountry]
	if !abroad || code == "" {
		return !abroad
	}
	return code != t.Place && !ceased[t.Place]
}

// ceased are states that are no more: who was born there was born in one of
// several of today's.
var ceased = map[string]bool{"Z105": true, "Z111": true, "Z118": true, "Z135": true, "Z157": true}
