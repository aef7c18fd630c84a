package table

import (
	"io"
	"time"

	"github.com/xuri/excelize/v2"
)

// nowhere is a folder that cannot be: excelize writes what grows large to the
// disk in clear, and keeps it in memory when it cannot.
const nowhere = "/dev/null/nowhere"

type xlsxWriter struct {
	out     io.Writer
	file    *excelize.File
	rows    *excelize.StreamWriter
	sheet   Sheet
	style   map[Kind]int
	heading int
	row     int
}

func newXLSX(w io.Writer, s Sheet) (_ Writer, err error) {
	f := excelize.NewFile(excelize.Options{TmpDir: nowhere})
	x := &xlsxWriter{out: w, file: f, sheet: s, style: map[Kind]int{}, row: 1}
	for kind, format := range map[Kind]string{Date: "yyyy-mm-dd", Minutes: "[h]:mm", Moment: "yyyy-mm-dd hh:mm"} {
		if x.style[kind], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return nil, err
		}
	}
	if x.heading, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, err
	}
	name := sheetName(s.Name)
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	if x.rows, err = f.NewStreamWriter(name); err != nil {
		return nil, err
	}
	return x, x.begin()
}

// begin writes the titles, which stay in sight.
func (x *xlsxWriter) begin() error {
	if err := x.rows.SetColWidth(1, max(1, len(x.sheet.Columns)), 22); err != nil {
		return err
	}
	if err := x.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	titles := make([]any, len(x.sheet.Columns))
	for i, c := range x.sheet.Columns {
		titles[i] = excelize.Cell{StyleID: x.heading, Value: clean(c.Title)}
	}
	return x.rows.SetRow("A1", titles)
}

func (x *xlsxWriter) Row(cells ...any) error {
	x.row++
	out := make([]any, len(x.sheet.Columns))
	for i, c := range x.sheet.Columns {
		if i < len(cells) {
			out[i] = x.cell(c.Kind, cells[i])
		}
	}
	at, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return err
	}
	return x.rows.SetRow(at, out)
}

func (x *xlsxWriter) cell(k Kind, cell any) any {
	switch k {
	case Number:
		if v, ok := number(cell); ok {
			return v
		}
	case Minutes:
		if v, ok := number(cell); ok {
			return excelize.Cell{StyleID: x.style[k], Value: v / (24 * 60)}
		}
	case Date:
		if d, ok := day(cell); ok {
			return excelize.Cell{StyleID: x.style[k], Value: d.Time()}
		}
	case Moment:
		if t, ok := moment(cell); ok { // a sheet knows no zones
			return excelize.Cell{StyleID: x.style[k], Value: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)}
		}
	default:
		if s := words(cell); s != "" {
			return s
		}
	}
	return nil
}

// Close adds the sheet about the table, and writes everything.
func (x *xlsxWriter) Close() error {
	defer x.file.Close()
	if err := x.rows.Flush(); err != nil {
		return err
	}
	if len(x.sheet.Lines) > 0 {
		name := sheetName(x.sheet.About)
		if _, err := x.file.NewSheet(name); err != nil {
			return err
		}
		about, err := x.file.NewStreamWriter(name)
		if err != nil {
			return err
		}
		if err := about.SetColWidth(1, 2, 40); err != nil {
			return err
		}
		for i, l := range x.sheet.Lines {
			at, err := excelize.CoordinatesToCellName(1, i+1)
			if err == nil {
				err = about.SetRow(at, []any{excelize.Cell{StyleID: x.heading, Value: clean(l.Label)}, clean(l.Value)})
			}
			if err != nil {
				return err
			}
		}
		if err := about.Flush(); err != nil {
			return err
		}
	}
	_, err := x.file.WriteTo(x.out)
	return err
}
