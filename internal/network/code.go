package network

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ipaCode is the form of a code of the index of public bodies, such as c_a944
// for a municipality or asp_bo: letters, digits, underscores.
var ipaCode = regexp.MustCompile(`^[A-Za-z0-9_-]{2,16}$`)

// ValidTaxCode tells whether a text can be the tax code of a body: eleven
// digits, the last of which is a check digit (Luhn's, as in the partita IVA: DM
// 23 December 1976). That somebody has it is not known from the code.
func ValidTaxCode(text string) bool {
	if len(text) != 11 || strings.Trim(text, "0") == "" {
		return false
	}
	sum := 0
	for i, r := range text {
		if r < '0' || r > '9' {
			return false
		}
		d := int(r - '0')
		if i%2 == 1 { // the second, the fourth...: counted double
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// slug makes a code of a name: lower-case ASCII letters, digits, underscores.
func slug(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			b.WriteByte('_')
		}
	}
	words := strings.FieldsFunc(b.String(), func(r rune) bool { return r == '_' })
	code := strings.Join(words, "_")
	return code[:min(len(code), 60)]
}

// freeCode makes a code of a name that is not among those taken.
func freeCode(name string, taken []string) string {
	code := slug(name)
	if code == "" {
		code = "x"
	}
	for n := 2; ; n++ {
		if !slices.Contains(taken, code) {
			return code
		}
		code = strings.TrimRight(slug(name), "_") + "_" + strconv.Itoa(n)
	}
}
