package cases

import (
	"regexp"
	"strconv"
)

// Number is how a case is named aloud: the year in which it was opened, and the how
// manyth it was then of the body that leads it. It says nothing of anybody.
type Number struct{ Year, Serial int }

// String writes a number as it is read aloud, year first.
func (n Number) String() string { return itoa(n.Year) + "/" + itoa(n.Serial) }

var numberForm = regexp.MustCompile(`^\s*([0-9]{1,9})\s*[/-]\s*([0-9]{1,9})\s*$`)

// ParseNumber reads a number with the year first or last, as people write it; false for
// what is none.
func ParseNumber(text string) (n Number, ok bool) {
	parts := numberForm.FindStringSubmatch(text)
	if parts == nil {
		return n, false
	}
	first, _ := strconv.Atoi(parts[1])
	second, _ := strconv.Atoi(parts[2])
	isYear := func(y int) bool { return y >= 2000 && y < 2100 }
	switch {
	case isYear(first):
		n = Number{first, second}
	case isYear(second):
		n = Number{second, first}
	}
	return n, n.Serial > 0
}
