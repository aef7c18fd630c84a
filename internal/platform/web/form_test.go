package web_test

import (
	"net/url"
	"testing"

	"tessuto/internal/platform/web"
)

// What a form sends is kept as it is read: what nobody sees, and what makes a
// text read in another order, is not kept. What names are written with is.
func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sent, want string }{
		{"  Amina \t", "Amina"},
		{"Amina\x00\x07\x1b[31m\x7f", "Amina[31m"},
		{"A\u0085mi\u009bna", "Amina"},
		{"first\r\nsecond\tthird", "first\r\nsecond\tthird"},
		{"evil\u202egnp.exe", "evilgnp.exe"},
		{"\u202aa\u202bb\u202cc\u202dd\u202ee", "abcde"},
		{"\u2066a\u2067b\u2068c\u2069d", "abcd"},
		{"\u202e \u2069", ""},
		{"نرگس\u200cالسادات", "نرگس\u200cالسادات"},
		{"ش\u200dر", "ش\u200dر"},
		{"Rossi\u200f\u200e!", "Rossi\u200f\u200e!"},
		{"Đặng Thị Ngọc", "Đặng Thị Ngọc"},
	} {
		f := &web.Form{Values: url.Values{"name": {c.sent}}}
		if got := f.Text("name"); got != c.want {
			t.Errorf("%q is %q, want %q", c.sent, got, c.want)
		}
		all := f.All("name")
		if c.want == "" && len(all) > 0 || c.want != "" && (len(all) != 1 || all[0] != c.want) {
			t.Errorf("all of %q are %q", c.sent, all)
		}
	}
}
