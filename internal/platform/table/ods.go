package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
)

const odsType = "application/vnd.oasis.opendocument.spreadsheet"

// The parts of an OpenDocument 1.3 package beside its content.
const (
	odsManifest = `<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
		`<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="` + odsType + `"/>` +
		`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`
	odsBegin = `<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.3" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"` +
		` xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"` +
		` xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"` +
		` xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"><office:automatic-styles>` +
		`<number:date-style style:name="day"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>` +
		`<number:text>-</number:text><number:day number:style="long"/></number:date-style>` +
		`<number:date-style style:name="instant"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>` +
		`<number:text>-</number:text><number:day number:style="long"/><number:text> </number:text><number:hours number:style="long"/>` +
		`<number:text>:</number:text><number:minutes number:style="long"/></number:date-style>` +
		`<number:time-style style:name="span" number:truncate-on-overflow="false"><number:hours/><number:text>:</number:text>` +
		`<number:minutes number:style="long"/></number:time-style>` +
		`<style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="4.5cm"/></style:style>` +
		`<style:style style:name="bold" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>` +
		`<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/>` +
		`<style:style style:name="moment" style:family="table-cell" style:data-style-name="instant"/>` +
		`<style:style style:name="minutes" style:family="table-cell" style:data-style-name="span"/>` +
		`</office:automatic-styles><office:body><office:spreadsheet>`
	odsEnd = `</office:spreadsheet></office:body></office:document-content>`
)

// odsWriter writes the content as it comes: nothing of it is held.
type odsWriter struct {
	zip   *zip.Writer
	out   io.Writer
	sheet Sheet
	line  bytes.Buffer
}

func newODS(w io.Writer, s Sheet) (Writer, error) {
	o := &odsWriter{zip: zip.NewWriter(w), sheet: s}
	// The media type comes first and as it is, so that programs recognise it.
	kind, err := o.zip.CreateHeader(&zip.FileHeader{Name: "mimetype", Method: zip.Store})
	if err == nil {
		_, err = io.WriteString(kind, odsType)
	}
	if err != nil {
		return nil, err
	}
	manifest, err := o.zip.Create("META-INF/manifest.xml")
	if err == nil {
		_, err = io.WriteString(manifest, odsManifest)
	}
	if err != nil {
		return nil, err
	}
	if o.out, err = o.zip.Create("content.xml"); err != nil {
		return nil, err
	}
	o.line.WriteString(odsBegin)
	o.table(s.Name, len(s.Columns))
	titles := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		titles[i] = c.Title
	}
	o.line.WriteString("<table:table-header-rows>")
	o.texts("bold", titles...)
	o.line.WriteString("</table:table-header-rows>")
	return o, o.flush()
}

func (o *odsWriter) table(name string, columns int) {
	o.line.WriteString(`<table:table table:name="`)
	o.escape(sheetName(name))
	fmt.Fprintf(&o.line, `"><table:table-column table:style-name="wide" table:number-columns-repeated="%d"/>`, max(1, columns))
}

// texts writes a row of texts, the first of them in a style.
func (o *odsWriter) texts(style string, all ...string) {
	o.line.WriteString("<table:table-row>")
	for _, text := range all {
		o.text(style, clean(text))
	}
	o.line.WriteString("</table:table-row>")
}

func (o *odsWriter) text(style, text string) {
	o.line.WriteString("<table:table-cell")
	if style != "" {
		o.line.WriteString(` table:style-name="` + style + `"`)
	}
	o.line.WriteString(` office:value-type="string">`)
	for p := range strings.SplitSeq(text, "\n") {
		o.line.WriteString("<text:p>")
		o.spaced(p)
		o.line.WriteString("</text:p>")
	}
	o.line.WriteString("</table:table-cell>")
}

// spaced writes text so that its blanks stay: OpenDocument folds those that
// follow each other.
func (o *odsWriter) spaced(text string) {
	for text != "" {
		n := strings.IndexAny(text, " \t")
		if n < 0 {
			n = len(text)
		}
		o.escape(text[:n])
		if text = text[n:]; text == "" {
			return
		}
		if text[0] == '\t' {
			o.line.WriteString("<text:tab/>")
		} else {
			o.line.WriteString("<text:s/>")
		}
		text = text[1:]
	}
}

func (o *odsWriter) escape(text string) { _ = xml.EscapeText(&o.line, []byte(text)) } // a Buffer does not fail

func (o *odsWriter) flush() error {
	_, err := o.line.WriteTo(o.out)
	return err
}

func (o *odsWriter) Row(cells ...any) error {
	o.line.WriteString("<table:table-row>")
	for i, c := range o.sheet.Columns {
		var cell any
		if i < len(cells) {
			cell = cells[i]
		}
		o.cell(c.Kind, cell)
	}
	o.line.WriteString("</table:table-row>")
	return o.flush()
}

func (o *odsWriter) cell(k Kind, cell any) {
	value, shown, attribute := "", "", ""
	switch k {
	case Number:
		if v, ok := number(cell); ok {
			value, attribute, shown = "float", `office:value="`+plain(v)+`"`, plain(v)
		}
	case Minutes:
		if v, ok := number(cell); ok {
			whole := int64(math.Round(v))
			value, attribute, shown = "time", `office:time-value="`+isoDuration(whole)+`" table:style-name="minutes"`, duration(v)
		}
	case Date:
		if d, ok := day(cell); ok {
			value, attribute, shown = "date", `office:date-value="`+string(d)+`" table:style-name="date"`, string(d)
		}
	case Moment:
		if t, ok := moment(cell); ok {
			value, attribute = "date", `office:date-value="`+t.Format("2006-01-02T15:04:00")+`" table:style-name="moment"`
			shown = t.Format("2006-01-02 15:04")
		}
	default:
		if s := words(cell); s != "" {
			o.text("", s)
			return
		}
	}
	if value == "" {
		o.line.WriteString("<table:table-cell/>")
		return
	}
	fmt.Fprintf(&o.line, `<table:table-cell office:value-type="%s" %s><text:p>%s</text:p></table:table-cell>`, value, attribute, shown)
}

func isoDuration(minutes int64) string {
	if minutes < 0 {
		return "-" + isoDuration(-minutes)
	}
	return fmt.Sprintf("PT%dH%dM0S", minutes/60, minutes%60)
}

// Close adds the sheet about the table, and completes the package.
func (o *odsWriter) Close() error {
	o.line.WriteString("</table:table>")
	if len(o.sheet.Lines) > 0 {
		o.table(o.sheet.About, 2)
		for _, l := range o.sheet.Lines {
			o.texts("", l.Label, l.Value)
		}
		o.line.WriteString("</table:table>")
	}
	o.line.WriteString(odsEnd)
	if err := o.flush(); err != nil {
		return err
	}
	return o.zip.Close()
}

// sheetName returns a name that Excel and LibreOffice take for a sheet.
func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, clean(name))
	runes := []rune(strings.TrimSpace(name))
	if len(runes) == 0 {
		return "Tabella"
	}
	return strings.TrimSpace(string(runes[:min(len(runes), 31)]))
}
