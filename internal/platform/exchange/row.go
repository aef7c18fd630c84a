package exchange

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/mozillazg/go-unidecode"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/table"
	"tessuto/internal/platform/web"
)

// Row is a row of a table, by field. Reading a malformed value notes a problem.
type Row struct {
	Number  int // in the table
	Problem errs.Check
	cells   map[string]string
}

// NewRow is a row that says what cells say, by field.
func NewRow(number int, cells map[string]string) *Row {
	return &Row{Number: number, Problem: errs.Check{}, cells: cells}
}

// Text returns what the row says of a field, as web.Form.Text would.
func (r *Row) Text(name string) string { return r.cells[name] }

// days are the ways in which people write a day.
var days = []string{"2006-01-02", "2/1/2006", "2.1.2006", "2-1-2006"}

// Date reads a day, as 2026-03-05 or as 5/3/2026; empty is no day.
func (r *Row) Date(name string) db.Date {
	text, _, _ := strings.Cut(r.cells[name], " ") // a spreadsheet may add the hour
	if text == "" {
		return ""
	}
	for _, form := range days {
		if t, err := time.Parse(form, text); err == nil {
			return db.Date(t.Format("2006-01-02"))
		}
	}
	r.Problem.That(false, name, "error.field_date")
	return ""
}

// Int reads a whole number; empty is 0.
func (r *Row) Int(name string) int {
	if r.cells[name] == "" {
		return 0
	}
	n, err := strconv.Atoi(r.cells[name])
	r.Problem.That(err == nil, name, "error.field_number")
	return n
}

// Code reads one of several codes: as the code, or as the word that stands for
// it in any language of the staff, whose key is prefix and the code. Empty is no
// code.
func Code[T ~string](r *Row, name, prefix string, codes []T) T {
	asked := folded(r.cells[name])
	if asked == "" {
		return ""
	}
	for _, lang := range i18n.Staff {
		ctx := i18n.With(context.Background(), lang)
		for _, c := range codes {
			if asked == folded(string(c)) || asked == folded(i18n.T(ctx, prefix+string(c))) {
				return c
			}
		}
	}
	r.Problem.That(false, name, "error.field_choice")
	return ""
}

// folded keeps letters and digits, without accents and in lower case.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToLower(unidecode.Unidecode(text)))
}

// mapping says which column of a table holds which field.
type mapping map[string]int

// guess finds for each field the column that is called like it.
func guess(fields []Field, titles []string) mapping {
	out := mapping{}
	for _, f := range fields {
		names := []string{folded(f.Name)}
		for _, lang := range i18n.Staff {
			names = append(names, folded(i18n.T(i18n.With(context.Background(), lang), f.Key)))
		}
		for _, s := range f.Synonyms {
			names = append(names, folded(s))
		}
		for i, title := range titles {
			if t := folded(title); t != "" && slices.Contains(names, t) && !out.uses(i) {
				out[f.Name] = i
				break
			}
		}
	}
	return out
}

func (p mapping) uses(column int) bool {
	for _, c := range p {
		if c == column {
			return true
		}
	}
	return false
}

// String writes a mapping as it is kept.
func (p mapping) String() string {
	var out []string
	for field, column := range p {
		out = append(out, field+"="+strconv.Itoa(column))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func parseMapping(text string) mapping {
	out := mapping{}
	for _, pair := range strings.Fields(text) {
		field, column, _ := strings.Cut(pair, "=")
		if n, err := strconv.Atoi(column); err == nil && n >= 0 {
			out[field] = n
		}
	}
	return out
}

// row reads a row of a table; a field that must be there and is not is a problem
// already.
func (p mapping) row(fields []Field, from table.Row) *Row {
	r := NewRow(from.Number, map[string]string{})
	for _, f := range fields {
		if i, ok := p[f.Name]; ok && i < len(from.Cells) {
			r.cells[f.Name] = web.Clean(from.Cells[i])
		}
		r.Problem.That(!f.Required || r.cells[f.Name] != "", f.Name, "error.field_required")
	}
	return r
}
