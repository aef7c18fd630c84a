package comment_test

import (
	"slices"
	"strings"
	"testing"

	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/policy"
)

var crowd = []policy.Actor{{AccountID: "paolo", Name: "Paolo Greco"}, {AccountID: "p", Name: "Paolo"}, {AccountID: "silvia", Name: "Silvia Neri"},
	{AccountID: "n1", Name: "Nico Vanni"}, {AccountID: "n2", Name: "Nico Vanni"}, {AccountID: "amal", Name: "أمل حداد"}, {AccountID: "none", Name: " "}}

func TestMentions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"": nil, "@": nil, "Paolo Greco": nil, "@ Paolo": nil,
		"@Paolo Greco, puoi?":          {"paolo"},
		"chiedi a @paolo greco":        {"paolo"},
		"@Paolo e @Silvia Neri":        {"p", "silvia"},
		"@Paolo Grecoso":               {"p"},
		"scrivi a info@Paolo":          nil,
		"@@Paolo":                      nil,
		"@Paolo@Silvia Neri":           {"p"},
		"@Nico Vanni":                  nil, // two of one name
		"(@Silvia Neri)\n@SILVIA NERI": {"silvia"},
		"سلام @أمل حداد، هل":           {"amal"},
		"@Silvia":                      nil, "@Neri Silvia": nil,
		"\xff@Paolo": {"p"}, "@Paolo\xff": {"p"},
	} {
		if got := comment.Mentions(text, crowd); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// Whatever is written, the parts are the text, and only those who can be named
// are named.
func FuzzMentions(f *testing.F) {
	for _, s := range []string{"@Paolo Greco", "a @silvia neri b@Paolo", "@أمل حداد", "@@", "\xff@\xffPaolo", "@Nico Vanni@Paolo"} {
		f.Add(s, "Paolo Greco")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		people := append([]policy.Actor{{AccountID: "fuzz", Name: name}}, crowd...)
		var b strings.Builder
		for _, p := range comment.Parts(text, people) {
			b.WriteString(p.Text)
			known := slices.ContainsFunc(people, func(a policy.Actor) bool { return a.AccountID == p.AccountID })
			if p.Text == "" || p.AccountID != "" && (!known || p.Text[0] != '@') {
				t.Fatalf("part %+v", p)
			}
		}
		if b.String() != text {
			t.Fatalf("%q became %q", text, b.String())
		}
	})
}
