package table

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

func written(t interface{ Fatal(...any) }, f Format, s Sheet, rows ...[]any) []byte {
	var out bytes.Buffer
	w, err := NewWriter(&out, f, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var every = Sheet{Name: "Ore: [2026]", About: "Informazioni", Lines: []Line{{"Scopo", "=1+1"}},
	Columns: []Column{{"Nome", Text}, {"Quanti", Number}, {"Giorno", Date}, {"Durata", Minutes}, {"Quando", Moment}}}

var rome = time.Date(2026, 7, 1, 7, 5, 0, 0, time.UTC)

// What is written comes back, in every format, as the same text.
func TestWriteAndRead(t *testing.T) {
	t.Parallel()
	for _, f := range Formats {
		content := written(t, f, every,
			[]any{"Amina  Diallo", 12, db.Date("2026-03-05"), 90, rome},
			[]any{"", nil, db.Date(""), nil, time.Time{}},
			[]any{"=1+1", 0.5, nil, 30*60 + 5, nil})
		got, err := Read(f.Ending(), content)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		half := "0.5"
		if f == Semicolon {
			half = "0,5"
		}
		long := "30:05"
		want := "Nome|Quanti|Giorno|Durata|Quando/2 Amina  Diallo|12|2026-03-05|1:30|2026-07-01 09:05/4 =1+1|" + half + "||" + long
		lines := []string{strings.Join(got.Titles, "|")}
		for _, r := range got.Rows {
			lines = append(lines, string(rune('0'+r.Number))+" "+strings.Join(r.Cells, "|"))
		}
		if is := strings.Join(lines, "/"); is != want {
			t.Errorf("%s:\n%s\n%s", f, is, want)
		}
	}
}

// tricks are texts that somebody could take for a formula.
var tricks = []string{"=1+1", "+39 059 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "\u202e=1", "\u200b=1", "\u00a0=1", "'=1", "''=1",
	"＝1+1", "－1", "|calc", "%0A=1", "=HYPERLINK(\"http://x\")", "\x00=1"}

// Nothing that was written as text is a formula, for any program that reads it.
func TestNoFormulas(t *testing.T) {
	t.Parallel()
	for _, trick := range tricks {
		s := Sheet{Name: trick, About: "I", Lines: []Line{{trick, trick}}, Columns: []Column{{trick, Text}, {"n", Number}}}
		for _, f := range []Format{Semicolon, Comma} {
			r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(written(t, f, s, []any{trick, -7}), []byte(mark))))
			r.Comma = map[Format]rune{Semicolon: ';', Comma: ','}[f]
			all, err := r.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, cell := range []string{all[0][0], all[1][0]} {
				if cell[0] != '\'' {
					t.Errorf("%q: %s holds %q", trick, f, cell)
				}
			}
			if all[1][1] != "-7" {
				t.Errorf("a number is no number any more: %q", all[1][1])
			}
		}
		x, err := excelize.OpenReader(bytes.NewReader(written(t, XLSX, s, []any{trick, -7})))
		if err != nil {
			t.Fatal(err)
		}
		for _, sheet := range x.GetSheetList() {
			for _, at := range []string{"A1", "A2", "B1"} {
				formula, err := x.GetCellFormula(sheet, at)
				kind, err2 := x.GetCellType(sheet, at)
				if err != nil || err2 != nil || formula != "" || kind == excelize.CellTypeFormula {
					t.Errorf("%q: %s!%s is the formula %q: %v %v", trick, sheet, at, formula, err, err2)
				}
			}
		}
		if kind, err := x.GetCellType(x.GetSheetName(0), "B2"); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
			t.Errorf("a number is no number any more: %v %v", kind, err)
		}
		if ods := content(t, written(t, ODS, s, []any{trick, -7})); strings.Contains(ods, "table:formula") || !strings.Contains(ods, `office:value="-7"`) {
			t.Errorf("%q: a formula, or no number: %s", trick, ods)
		}
	}
}

func content(t *testing.T, ods []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(ods), int64(len(ods)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	f, err := z.Open("content.xml")
	if err == nil {
		_, err = out.ReadFrom(f)
	}
	if err != nil {
		t.Fatal(err)
	}
	if z.File[0].Name != "mimetype" || z.File[0].Method != zip.Store {
		t.Error("the media type does not come first and in clear")
	}
	return out.String()
}

// Any text comes back, but for what no format can hold and the blanks round it.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, f := range Formats {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				trick := rapid.SampledFrom(append([]string{""}, tricks...))
				a, b := trick.Draw(t, "trick")+rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
				n := rapid.Float64Range(-1e12, 1e12).Draw(t, "n")
				s := Sheet{Name: "t", Columns: []Column{{"a", Text}, {"b", Text}, {"n", Number}}}
				got, err := Read(f.Ending(), written(t, f, s, []any{a, b, n}))
				if err != nil {
					t.Fatal(err)
				}
				for i, want := range []string{a, b} {
					if want = strings.TrimSpace(clean(want)); got.Rows[0].Cells[i] != want {
						t.Fatalf("%q came back as %q", want, got.Rows[0].Cells[i])
					}
				}
			})
		})
	}
}

// A table is read as people send it: Windows, commas, semicolons, tabs, a mark
// before it; empty rows and those before the titles do not count.
func TestReadCSV(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"semicolon":     "Nome;Città\r\nAmina;Forlì\r\n",
		"comma":         "Nome,Città\nAmina,Forlì\n",
		"tab":           "Nome\tCittà\nAmina\tForlì\n",
		"mark":          mark + "Nome;Città\n\n;;\nAmina;Forlì;;;\n",
		"windows":       "Nome;Citt\xe0\r\nAmina;Forl\xec\r\n",
		"quotes":        "\"Nome\";\"Città\"\n\"Amina\";\" Forlì \"\n",
		"before titles": "\n\nNome;Città\nAmina;Forlì",
	} {
		got, err := Read(".CSV", []byte(text))
		if err != nil || strings.Join(got.Titles, "|") != "Nome|Città" || len(got.Rows) != 1 || strings.Join(got.Rows[0].Cells, "|") != "Amina|Forlì" {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}

// What is too large, or made to break what reads it, is refused in words.
func TestLimits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a;b\n", MaxRows+2)
	bomb := new(bytes.Buffer)
	z := zip.NewWriter(bomb)
	for _, name := range []string{"mimetype", "content.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			if _, err := w.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	repeatedRows := strings.Replace(content(t, written(t, ODS, every, []any{"a"})), "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>a",
		"<table:table-row table:number-rows-repeated=\"999999999\"><table:table-cell office:value-type=\"string\"><text:p>a", 1)
	for name, c := range map[string]struct {
		ending  string
		content []byte
		refused string
	}{
		"rows":     {".csv", []byte(long), "table.too_large"},
		"columns":  {".csv", []byte("a\n" + strings.Repeat("x;", maxColumns+1)), "table.too_large"},
		"cell":     {".csv", []byte("a\n" + strings.Repeat("x", 4*maxCell+1)), "table.too_large"},
		"bomb":     {".ods", bomb.Bytes(), "table.too_large"},
		"xlsx":     {".xlsx", bomb.Bytes(), "table.too_large"},
		"no zip":   {".xlsx", []byte("a;b"), "table.unreadable"},
		"nothing":  {".csv", []byte("a;b\n;;\n"), "table.empty"},
		"empty":    {".csv", nil, "table.empty"},
		"binary":   {".csv", []byte("a;\x00b\n"), "table.unreadable"},
		"pdf":      {".pdf", []byte("%PDF"), "table.kind"},
		"repeated": {".ods", odsOf(t, repeatedRows), "table.too_large"},
	} {
		if _, err := Read(c.ending, c.content); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%s: %v, want %s", name, err, c.refused)
		}
	}
}

func odsOf(t interface{ Fatal(...any) }, content string) []byte {
	out := new(bytes.Buffer)
	z := zip.NewWriter(out)
	w, err := z.Create("content.xml")
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Cells that were told to repeat, notes and blanks are read as LibreOffice means
// them.
func TestReadODS(t *testing.T) {
	t.Parallel()
	got, err := Read(".ods", odsOf(t, odsBegin+`<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>`+
		`<table:table-cell table:number-columns-repeated="2"><office:annotation><text:p>a note</text:p></office:annotation><text:p>x<text:s text:c="2"/><text:span>y</text:span></text:p></table:table-cell>`+
		`<table:table-cell table:number-columns-repeated="16381"/></table:table-row>`+
		`<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`+
		`<table:table-row><table:table-cell/><table:table-cell><text:p>1</text:p><text:p>2</text:p></table:table-cell></table:table-row>`+
		`<table:table-row table:number-rows-repeated="1048571"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>`+odsEnd))
	if err != nil || strings.Join(got.Titles, "|") != "a|x  y|x  y" || len(got.Rows) != 1 || got.Rows[0].Number != 5 || got.Rows[0].Cells[1] != "1\n2" {
		t.Errorf("%v %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	for i, ending := range []string{".csv", ".xlsx", ".ods"} {
		f.Add(ending, written(f, []Format{Semicolon, XLSX, ODS}[i], every, []any{"a", 1, db.Date("2026-03-05"), 5, rome}))
	}
	f.Add(".content", []byte(odsBegin+`<table:table><table:table-row table:number-rows-repeated="9"><table:table-cell/></table:table-row></table:table>`))
	f.Fuzz(func(t *testing.T, ending string, content []byte) {
		if ending == ".content" {
			ending, content = ".ods", odsOf(t, string(content))
		}
		got, err := Read(ending, content)
		if err != nil && errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%v", err)
		}
		if err == nil && (len(got.Titles) == 0 || len(got.Rows) > MaxRows) {
			t.Errorf("%d titles, %d rows", len(got.Titles), len(got.Rows))
		}
	})
}
