package table

import (
	"encoding/csv"
	"io"
	"strings"
)

// mark is the byte order mark by which Excel knows UTF-8.
const mark = "\ufeff"

type csvWriter struct {
	out     *csv.Writer
	columns []Column
	comma   bool // parts decimals
}

func newCSV(w io.Writer, separator rune, s Sheet) (Writer, error) {
	if _, err := io.WriteString(w, mark); err != nil {
		return nil, err
	}
	c := &csvWriter{out: csv.NewWriter(w), columns: s.Columns, comma: separator == ';'}
	c.out.Comma, c.out.UseCRLF = separator, true
	titles := make([]string, len(s.Columns))
	for i, col := range s.Columns {
		titles[i] = guard(clean(col.Title))
	}
	return c, c.out.Write(titles)
}

func (c *csvWriter) Row(cells ...any) error {
	out := make([]string, len(c.columns))
	for i, col := range c.columns {
		if i < len(cells) {
			out[i] = c.cell(col.Kind, cells[i])
		}
	}
	return c.out.Write(out)
}

func (c *csvWriter) cell(k Kind, cell any) string {
	switch k {
	case Number:
		if v, ok := number(cell); ok {
			if c.comma {
				return strings.Replace(plain(v), ".", ",", 1)
			}
			return plain(v)
		}
	case Minutes:
		if v, ok := number(cell); ok {
			return duration(v)
		}
	case Date:
		if d, ok := day(cell); ok {
			return string(d)
		}
	case Moment:
		if t, ok := moment(cell); ok {
			return t.Format("2006-01-02 15:04")
		}
	default:
		return guard(words(cell))
	}
	return ""
}

func (c *csvWriter) Close() error {
	c.out.Flush()
	return c.out.Error()
}
