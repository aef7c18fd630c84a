package cases

import (
	"strings"
	"testing"
	"unicode"
)

// Whatever somebody writes down of what they were told, what is looked for is one word
// that leads nowhere else; and of a good address it is the case.
func FuzzCaseIn(f *testing.F) {
	const id = "018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"
	for _, told := range []string{"", id, " " + id + " \n", "https://tessuto.example/cases/" + id, "/cases/" + id + "/plan?version=2#work", "vedi https://x/cases/" + id + " grazie", "/cases//cases/", "\xff/cases/\xff", "a b"} {
		f.Add(told)
	}
	f.Fuzz(func(t *testing.T, told string) {
		got := caseIn(told)
		if strings.ContainsAny(got, "/?#") || strings.IndexFunc(got, unicode.IsSpace) >= 0 || !strings.Contains(told, got) || caseIn(got) != got {
			t.Errorf("%q: %q", told, got)
		}
		for _, sep := range []string{"/", "?", "#", " "} {
			if got := caseIn("https://tessuto.example/cases/" + id + sep + told); got != id {
				t.Errorf("a good address, and then %q: %q", sep+told, got)
			}
		}
	})
}
