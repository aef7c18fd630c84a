package storage

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
)

// zipped returns an archive of files with these names, as office programs make
// them.
func zipped(t *testing.T, method uint16, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range names {
		name, content, _ := strings.Cut(name, "=")
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
		method = zip.Deflate
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Name and content must agree on a kind that is taken; what does not is refused
// in words.
func TestKinds(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.URL(t, "sqlite"))
	s := open(t, "folder", d)
	exe := append([]byte("MZ\x90\x00"), make([]byte, 2000)...)
	copy(exe[60:], []byte{128, 0, 0, 0})
	copy(exe[128:], "PE\x00\x00")
	odtBytes := zipped(t, zip.Store, "mimetype="+odt, "content.xml=<x/>")
	docxBytes := zipped(t, zip.Deflate, "[Content_Types].xml=<x/>", "_rels/.rels=<x/>", "word/document.xml=<x/>")
	for name, c := range map[string]struct {
		content []byte
		refused string
	}{
		"a.pdf":         {pdf(), ""},
		"A.PDF":         {pdf(), ""},
		"a.docx":        {docxBytes, ""},
		"a.odt":         {odtBytes, ""},
		"a.csv":         {[]byte("nome;cognome\nAmina;Diallo\n"), ""},
		"windows.csv":   {[]byte("nome;citt\xe0\nAmina;Forl\xec\n"), ""},
		"a.txt":         {[]byte("Una nota."), ""},
		"exe.pdf":       {exe, "file.kind.other"},
		"exe.txt":       {exe, "file.kind.other"},
		"page.txt":      {[]byte("<!DOCTYPE html><html><script>alert(1)</script>"), "file.kind.other"},
		"zip.docx":      {zipped(t, zip.Deflate, "a.exe=MZ"), "file.kind.other"},
		"odt.docx":      {odtBytes, "file.kind.other"},
		"a.exe":         {exe, "file.kind.unknown"},
		"a.pdf.exe":     {pdf(), "file.kind.unknown"},
		"a":             {pdf(), "file.kind.unknown"},
		"svg.svg":       {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "file.kind.unknown"},
		"empty.pdf":     {nil, "file.empty"},
		"large.txt":     {bytes.Repeat([]byte("a"), 1<<20+1), "file.too_large"},
		"full.txt":      {bytes.Repeat([]byte("a"), 1<<20), ""},
		"broken.png":    {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDRxxxxxxxxx"), "file.image.broken"},
		"bomb.png":      {bomb(t), "file.image.large"},
		"\u202efdp.exe": {pdf(), "file.kind.unknown"},
	} {
		k, err := s.Put(s.worker, Incoming{Name: name, Content: bytes.NewReader(c.content), Owner: "case1"})
		switch {
		case c.refused == "" && err != nil:
			t.Errorf("%q: %v", name, err)
		case c.refused == "" && k.Size != int64(len(c.content)):
			t.Errorf("%q: %d bytes of %d", name, k.Size, len(c.content))
		case c.refused != "" && (errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.refused)):
			t.Errorf("%q: %v, want %s", name, err, c.refused)
		}
	}
	if n := len(s.raw(t)); n != 8 {
		t.Errorf("%d blobs: what was refused was stored, or the other way round", n)
	}
}

// bomb claims to be larger than any photograph.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	raw := out.Bytes()
	binary.BigEndian.PutUint32(raw[16:], 30_000)
	binary.BigEndian.PutUint32(raw[20:], 30_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

func TestNames(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`C:\a\b.pdf`:                    "b.pdf",
		"../../etc/passwd.txt":          "passwd.txt",
		"a\r\nX: b.pdf":                 "aX: b.pdf",
		"invoice\u202efdp.exe":          "invoicefdp.exe",
		strings.Repeat("è", 400) + ".a": strings.Repeat("è", maxName-2) + ".a",
		"بطاقة.pdf":                     "بطاقة.pdf",
	} {
		if got := tidy(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// exif is the part of a JPEG that says where it was taken, and how it was held.
func exif(held uint16) []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x02\x00")
	tiff = append(tiff, 0x0e, 0x01, 2, 0, 9, 0, 0, 0, 38, 0, 0, 0) // ImageDescription
	tiff = append(tiff, 0x12, 0x01, 3, 0, 1, 0, 0, 0, byte(held), 0, 0, 0)
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(tiff, "Vurgalip\x00"...)
	part := append([]byte("Exif\x00\x00"), tiff...)
	return append([]byte{0xff, 0xe1, 0, byte(len(part) + 2)}, part...)
}

// A photograph loses what stands beside its pixels, and stands upright.
func TestPhotograph(t *testing.T) {
	t.Parallel()
	img := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range 16 { // the upper left corner is black
		for x := range 16 {
			img.Set(x, y, color.Black)
		}
	}
	var jpg bytes.Buffer
	if err := jpeg.Encode(&jpg, img, nil); err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t, dbtest.URL(t, "sqlite"))
	s := open(t, "folder", d)
	corner := map[int]image.Point{1: {4, 4}, 2: {59, 4}, 3: {59, 27}, 4: {4, 27}, 5: {4, 4}, 6: {27, 4}, 7: {27, 59}, 8: {4, 59}}
	for held, at := range corner {
		raw := append(append(bytes.Clone(jpg.Bytes()[:2]), exif(uint16(held))...), jpg.Bytes()[2:]...)
		if !bytes.Contains(raw, []byte("Vurgalip")) {
			t.Fatal("the photograph has nothing to lose")
		}
		k, err := s.Put(s.worker, Incoming{Name: "foto.JPG", Content: bytes.NewReader(raw), Owner: "case1"})
		if err != nil {
			t.Fatal(err)
		}
		s.write(t, func(ctx context.Context, tx *db.Tx) error { return s.Attach(ctx, tx, k, diary) })
		got := s.get(s.worker, k.ID).Body.Bytes()
		if bytes.Contains(got, []byte("Vurgalip")) || bytes.Contains(got, []byte("Exif")) {
			t.Errorf("held %d: the photograph says where it was taken", held)
		}
		seen, err := jpeg.Decode(bytes.NewReader(got))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, _, _ := seen.At(at.X, at.Y).RGBA(); r > 0x4000 {
			t.Errorf("held %d: it does not stand upright", held)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(append([]byte{0xff, 0xd8}, exif(6)...))
	f.Fuzz(func(t *testing.T, jpg []byte) {
		if held := orientation(jpg); held < 1 || held > 8 {
			t.Errorf("held %d", held)
		}
	})
}

func FuzzTidy(f *testing.F) {
	f.Add(`C:\a\b.pdf`)
	f.Fuzz(func(t *testing.T, name string) {
		if got := tidy(name); strings.ContainsAny(got, "\\\x00\r\n") || strings.Contains(got, "/") && got != "/" || len([]rune(got)) > maxName+len(name) {
			t.Errorf("%q becomes %q", name, got)
		}
	})
}
