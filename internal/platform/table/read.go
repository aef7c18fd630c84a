package table

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"tessuto/internal/platform/errs"
)

// What a table may hold; more is refused, so that none fills the memory.
const (
	MaxRows      = 10_000    // beneath the titles, of a table that is looked at at once
	MostRows     = 200_000   // of one that is read row by row
	maxColumns   = 200       //
	maxWide      = 100       // cells of a row, all in all
	maxCell      = 32_767    // characters, as in Excel
	maxUnzipped  = 100 << 20 // bytes of all parts of a package together
	mostUnzipped = 400 << 20 // of one that is read row by row
)

// Rows is a table that was read: the titles, and the rows beneath them that hold
// anything.
type Rows struct {
	Titles []string
	Rows   []Row
}

// Row is a row of text, with its number as the reader's program shows it.
type Row struct {
	Number int
	Cells  []string
}

var (
	errLarge  = errs.New(errs.Invalid, "table.too_large")
	errBroken = errs.New(errs.Invalid, "table.unreadable")
)

// Read reads the first sheet of a table whose name ends so. The first row that
// holds anything holds the titles. What cannot be read, and what is too large, is
// Invalid.
func Read(ending string, content []byte) (*Rows, error) {
	out := &Rows{}
	titles, err := (&gatherer{most: MaxRows, unzipped: maxUnzipped, each: func(_ []string, r Row) error {
		out.Rows = append(out.Rows, r)
		return nil
	}}).read(ending, content)
	out.Titles = titles
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Each reads a table of up to MostRows rows like Read, and hands over one row after
// the other with the titles. What each returns ends it, and comes back as it is.
func Each(ending string, content []byte, each func(titles []string, r Row) error) error {
	_, err := (&gatherer{most: MostRows, unzipped: mostUnzipped, each: each}).read(ending, content)
	return err
}

// gatherer hands rows over as they are read, within the limits.
type gatherer struct {
	most     int // rows
	unzipped uint64
	each     func(titles []string, r Row) error

	titles      []string
	rows, cells int
	stopped     error // what each returned
}

func (g *gatherer) read(ending string, content []byte) (titles []string, err error) {
	switch strings.ToLower(ending) {
	case ".csv", ".txt":
		err = g.csv(content)
	case ".xlsx":
		err = g.xlsx(content)
	case ".ods":
		err = g.ods(content)
	default:
		return nil, errs.New(errs.Invalid, "table.kind")
	}
	var ours *errs.Error
	switch {
	case g.stopped != nil:
		return nil, g.stopped
	case errors.As(err, &ours):
		return nil, ours
	case err != nil:
		return nil, errBroken
	case g.rows == 0:
		return nil, errs.New(errs.Invalid, "table.empty")
	}
	return g.titles, nil
}

func (g *gatherer) add(number int, cells []string) error {
	last := -1
	for i, c := range cells {
		if cells[i] = strings.TrimSpace(c); cells[i] != "" {
			last = i
		}
	}
	if last < 0 {
		return nil
	}
	cells = cells[:last+1]
	g.cells += len(cells)
	for _, c := range cells {
		if len(c) > 4*maxCell {
			return errLarge
		}
	}
	if g.rows >= g.most || g.cells > maxWide*g.most || len(cells) > maxColumns {
		return errLarge
	}
	if g.titles == nil {
		g.titles = cells
		return nil
	}
	g.rows++
	g.stopped = g.each(g.titles, Row{number, cells})
	return g.stopped
}

func (g *gatherer) csv(content []byte) error {
	text := string(bytes.TrimPrefix(content, []byte(mark)))
	if !utf8.ValidString(text) { // what Excel writes in Italy
		var err error
		if text, err = charmap.Windows1252.NewDecoder().String(text); err != nil {
			return err
		}
	}
	if strings.ContainsRune(text, 0) {
		return errBroken
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range cells {
			cells[i] = unguard(cells[i])
		}
		line, _ := r.FieldPos(0)
		if err := g.add(line, cells); err != nil {
			return err
		}
	}
}

// separator is the sign that parts the first line in most pieces.
func separator(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	best, most := ';', 0
	for _, sign := range ";,\t|" {
		if n := strings.Count(line, string(sign)); n > most {
			best, most = sign, n
		}
	}
	return best
}

// unpack opens a package whose parts are not too large together.
func (g *gatherer) unpack(content []byte) (*zip.Reader, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	var all uint64
	for _, f := range z.File {
		if all += f.UncompressedSize64; f.UncompressedSize64 > g.unzipped || all > g.unzipped {
			return nil, errLarge
		}
	}
	return z, nil
}

func (g *gatherer) xlsx(content []byte) (err error) {
	defer func() {
		if recover() != nil { // a file made to break what reads it
			err = errBroken
		}
	}()
	if _, err := g.unpack(content); err != nil {
		return err
	}
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{TmpDir: nowhere, UnzipSizeLimit: int64(g.unzipped),
		UnzipXMLSizeLimit: int64(g.unzipped), ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		return err
	}
	defer rows.Close()
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return err
		}
		if err := g.add(number, cells); err != nil {
			return err
		}
	}
	return rows.Error()
}

func (g *gatherer) ods(content []byte) error {
	z, err := g.unpack(content)
	if err != nil {
		return err
	}
	part, err := z.Open("content.xml")
	if err != nil {
		return err
	}
	defer part.Close()
	o := &odsReader{gatherer: g, d: xml.NewDecoder(io.LimitReader(part, int64(g.unzipped)+1))}
	return o.read()
}

// odsReader follows the first table of a content.xml.
type odsReader struct {
	*gatherer
	d                *xml.Decoder
	row              []string
	number           int // of the row
	rowTimes, repeat int
	text             strings.Builder
	paragraphs       int
	depth            int // inside a note or another thing that is not the cell's text
}

func (o *odsReader) read() error {
	for {
		token, err := o.d.Token()
		if err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			o.begin(t)
		case xml.CharData:
			if o.paragraphs > 0 && o.depth == 0 {
				o.text.Write(t)
			}
		case xml.EndElement:
			done, err := o.end(t.Name.Local)
			if err != nil || done {
				return err
			}
		}
		if o.text.Len() > 4*maxCell {
			return errLarge
		}
	}
}

func (o *odsReader) begin(t xml.StartElement) {
	switch t.Name.Local {
	case "annotation":
		o.depth++
	case "table-row":
		o.row, o.rowTimes = nil, repeated(t, "number-rows-repeated")
	case "table-cell", "covered-table-cell":
		o.repeat, o.paragraphs = repeated(t, "number-columns-repeated"), 0
		o.text.Reset()
	case "p":
		if o.depth == 0 {
			if o.paragraphs++; o.paragraphs > 1 {
				o.text.WriteByte('\n')
			}
		}
	case "s":
		o.text.WriteString(strings.Repeat(" ", min(repeated(t, "c"), maxCell)))
	case "tab":
		o.text.WriteByte('\t')
	case "line-break":
		o.text.WriteByte('\n')
	}
}

// end takes what has ended; true after the first table.
func (o *odsReader) end(name string) (bool, error) {
	switch name {
	case "annotation":
		o.depth--
	case "table-cell", "covered-table-cell":
		text := o.text.String()
		if o.paragraphs = 0; strings.TrimSpace(text) == "" && o.repeat > maxColumns {
			o.repeat = 1 // the empty rest of the row
		}
		if len(o.row)+o.repeat > 2*maxColumns {
			return false, errLarge
		}
		for range o.repeat {
			o.row = append(o.row, text)
		}
	case "table-row":
		for i := range o.rowTimes {
			if i > 0 && strings.TrimSpace(strings.Join(o.row, "")) == "" {
				break
			}
			if err := o.add(o.number+i+1, append([]string(nil), o.row...)); err != nil {
				return false, err
			}
		}
		o.number += o.rowTimes
	case "table":
		return true, nil
	}
	return false, nil
}

func repeated(t xml.StartElement, name string) int {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			if n, err := strconv.Atoi(a.Value); err == nil && n > 0 {
				return n
			}
		}
	}
	return 1
}
