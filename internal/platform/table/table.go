// Package table writes and reads tables as people keep them: CSV, Excel,
// OpenDocument. What is written cannot become a formula, and what is read is
// rows of text within limits.
package table

import (
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
)

// Format is how a table is written.
type Format string

// The formats. Semicolon is the CSV that Excel opens where the comma parts
// decimals, as in Italy; Comma is everybody else's.
const (
	XLSX      Format = "xlsx"
	ODS       Format = "ods"
	Semicolon Format = "csv"
	Comma     Format = "csv-comma"
)

// Formats lists every format, the usual ones first.
var Formats = []Format{XLSX, ODS, Semicolon, Comma}

// Ending is how the name of a file in this format ends, with the dot.
func (f Format) Ending() string {
	if f == Comma {
		return ".csv"
	}
	return "." + string(f)
}

// MediaType is what a file in this format is.
func (f Format) MediaType() string {
	switch f {
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ODS:
		return odsType
	}
	return "text/csv; charset=utf-8"
}

// Kind is what stands in a column.
type Kind string

// The kinds. A cell of each is a string; a whole or broken number; a db.Date;
// minutes as an int, shown as hours and minutes; a time.Time, shown in Rome. Nil
// and what is empty make an empty cell.
const (
	Text    Kind = "text"
	Number  Kind = "number"
	Date    Kind = "date"
	Minutes Kind = "minutes"
	Moment  Kind = "moment"
)

// Column is a column: its title in the reader's language, and its kind.
type Column struct {
	Title string
	Kind  Kind
}

// Line is what the sheet about the table says: when it was made, by whom, why.
type Line struct{ Label, Value string }

// Sheet is a table about to be written. CSV has no place for About.
type Sheet struct {
	Name    string
	Columns []Column
	About   string // name of the sheet that holds the lines
	Lines   []Line
}

// Writer takes a table row by row. Close completes it.
type Writer interface {
	Row(cells ...any) error
	Close() error
}

// NewWriter begins a table on w.
func NewWriter(w io.Writer, f Format, s Sheet) (Writer, error) {
	switch f {
	case XLSX:
		return newXLSX(w, s)
	case ODS:
		return newODS(w, s)
	case Semicolon:
		return newCSV(w, ';', s)
	case Comma:
		return newCSV(w, ',', s)
	}
	return nil, errs.New(errs.Invalid, "error.field_choice")
}

// risky tells whether a program that reads text as it pleases could take it for
// a formula: what begins like one, behind marks that cannot be seen, and behind
// the apostrophe that guard writes.
func risky(text string) bool {
	text = strings.TrimLeft(text, "'")
	if text != "" && strings.ContainsRune("\t\r\n", rune(text[0])) {
		return true
	}
	text = strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Cc, unicode.Mn, unicode.Me)
	})
	return text != "" && strings.ContainsRune("=+-@|%＝＋－＠−", []rune(text)[0])
}

// guard puts an apostrophe before a text that is risky in CSV, where nothing
// tells text from formula; unguard takes it away again.
func guard(text string) string {
	if risky(text) {
		return "'" + text
	}
	return text
}

func unguard(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && risky(rest) {
		return rest
	}
	return text
}

// clean returns text that every format can hold: one sign for the end of a line,
// no others that control, and nothing that is no character.
func clean(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text, "\ufffd"))
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0x7f || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxCell {
		text = string(runes[:maxCell])
	}
	return text
}

// number returns the number that a cell holds; false for an empty cell.
func number(cell any) (float64, bool) {
	switch v := cell.(type) {
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return 0, false
}

// plain writes a number without an exponent.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// duration writes minutes as hours and minutes.
func duration(minutes float64) string {
	sign, whole := "", int64(math.Round(minutes))
	if whole < 0 {
		sign, whole = "-", -whole
	}
	return sign + strconv.FormatInt(whole/60, 10) + ":" + strconv.FormatInt(whole%60+100, 10)[1:]
}

// day returns the date that a cell holds, or false.
func day(cell any) (db.Date, bool) {
	d, ok := cell.(db.Date)
	return d, ok && d != ""
}

// moment returns the instant that a cell holds, as the clock on the wall of
// Rome, or false.
func moment(cell any) (time.Time, bool) {
	t, ok := cell.(time.Time)
	return t.In(i18n.Rome), ok && !t.IsZero()
}

// words returns the text that a cell holds.
func words(cell any) string {
	s, _ := cell.(string)
	return clean(s)
}
