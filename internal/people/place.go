package people

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

var (
	//go:embed places/comuni.tsv
	comuniTable string
	//go:embed places/states.tsv
	statesTable string
)

// Comune is an Italian municipality, as it was on 1 January 2020 (places/README.md).
type Comune struct {
	Belfiore string // cadastral code, as in the tax code
	Istat    string // six digits
	Name     string
	Province string // two letters
}

// Label names a comune so that two of one name are told apart.
func (c Comune) Label() string { return c.Name + " (" + c.Province + ")" }

// gazetteer is every comune, by code and by name, and the foreign states by the
// code that tax codes give them.
type gazetteer struct {
	byCode map[string]Comune
	byName map[string][]Comune
	state  map[string]string // Belfiore code by ISO 3166-1 alpha-3
}

var places = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{byCode: map[string]Comune{}, byName: map[string][]Comune{}, state: map[string]string{}}
	for line := range strings.Lines(comuniTable) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		c := Comune{f[0], f[1], f[2], f[3]}
		g.byCode[c.Belfiore] = c
		g.byName[letters(c.Name)] = append(g.byName[letters(c.Name)], c)
	}
	for line := range strings.Lines(statesTable) {
		f := strings.Fields(line)
		g.state[f[0]] = f[1]
	}
	return g
})

// ComuneOf returns the comune of a Belfiore code.
func ComuneOf(belfiore string) (Comune, bool) {
	c, ok := places().byCode[belfiore]
	return c, ok
}

// FindComune reads a comune as it is typed, by its name, with the province in
// brackets where two are called alike. It finds none rather than the wrong one.
func FindComune(text string) (Comune, bool) {
	name, province, _ := strings.Cut(text, "(")
	province = letters(province)
	var found []Comune
	for _, c := range places().byName[letters(name)] {
		if province == "" || province == c.Province {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		return Comune{}, false
	}
	return found[0], true
}

// latin are the letters that have no plain letter under an accent.
var latin = strings.NewReplacer("Ä", "AE", "Ö", "OE", "Ü", "UE", "ß", "SS", "ẞ", "SS", "Æ", "AE", "Œ", "OE", "Ø", "O", "Ł", "L", "Đ", "D", "Ð", "D", "Þ", "TH", "İ", "I")

// letters leaves of a text its Latin letters, in capitals and without accents:
// what the tax code is made from.
func letters(text string) string {
	var out strings.Builder
	for _, r := range norm.NFD.String(latin.Replace(strings.ToUpper(norm.NFC.String(text)))) {
		if r >= 'A' && r <= 'Z' {
			out.WriteRune(r)
		}
	}
	return out.String()
}
