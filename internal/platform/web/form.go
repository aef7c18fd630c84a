package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// MaxForm is how much a form may send, in bytes.
const MaxForm = 1 << 20

// Form is what a page sent. Reading a malformed value notes a field problem;
// Err gives them together.
type Form struct {
	Values  url.Values
	Problem errs.Check
	path    string // where it was sent
}

// ParseForm reads the form of a request.
func ParseForm(w http.ResponseWriter, r *http.Request) (*Form, error) {
	return ParseFormOf(w, r, MaxForm)
}

// ParseFormOf reads a form of at most so many bytes.
func ParseFormOf(w http.ResponseWriter, r *http.Request, most int64) (*Form, error) {
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if err := r.ParseForm(); err != nil {
		return nil, errs.New(errs.Invalid, "error.form_unreadable")
	}
	return &Form{Values: r.PostForm, Problem: errs.Check{}, path: r.URL.Path}, nil
}

// Text returns a value without the space around it and without what nobody
// sees: control characters, save the ends of lines and tabs; and the marks that
// turn the order of the text around them, with which a name can pose as another.
func (f *Form) Text(name string) string { return Clean(f.Values.Get(name)) }

// Clean is the one way in which text that somebody sends is made clean: what Text
// takes from a form, and a table from its cells.
func Clean(text string) string { return strings.TrimSpace(strings.Map(seen, text)) }

// seen keeps a character, or drops it as strings.Map does. The joiners stay:
// Persian and Urdu names are written with them; so do the marks of direction
// that turn nothing but themselves.
func seen(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return r
	case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return -1
	}
	return r
}

// All returns every value of a name.
func (f *Form) All(name string) []string {
	var out []string
	for _, v := range f.Values[name] {
		if v = Clean(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// Bool tells whether a box was ticked.
func (f *Form) Bool(name string) bool { return f.Text(name) != "" }

// Date reads a day as date fields send it.
func (f *Form) Date(name string) db.Date {
	d, err := db.ParseDate(f.Text(name))
	f.Problem.That(err == nil, name, "error.field_date")
	return d
}

// Int reads a whole number; an empty field is 0.
func (f *Form) Int(name string) int {
	if f.Text(name) == "" {
		return 0
	}
	n, err := strconv.Atoi(f.Text(name))
	f.Problem.That(err == nil, name, "error.field_number")
	return n
}

// Version is the version of the record the form was filled from.
func (f *Form) Version() int { return f.Int("_version") }

// Once is the hidden key that makes a create happen once.
func (f *Form) Once() string { return f.Text("_once") }

// Sent is the form as one sending: the hidden key; and as content where it was
// sent and what, without the hidden fields.
func (f *Form) Sent() crypto.Sending { return crypto.Sending{Key: f.Once(), Content: f.content()} }

func (f *Form) content() string {
	v := url.Values{}
	for name, all := range f.Values {
		if !strings.HasPrefix(name, "_") {
			v[name] = all
		}
	}
	return f.path + "?" + v.Encode()
}
