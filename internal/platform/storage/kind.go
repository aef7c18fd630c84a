package storage

import (
	"bufio"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/gabriel-vasile/mimetype"

	"tessuto/internal/platform/errs"
)

// form is a kind of document that is taken.
type form struct {
	mediaType string
	looksLike []string // what its content may be recognised as
	image     bool     // is written anew
}

const (
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	odt  = "application/vnd.oasis.opendocument.text"
	ods  = "application/vnd.oasis.opendocument.spreadsheet"
)

// plain is what text without markup is recognised as.
var plain = []string{"text/plain", "text/csv", "text/tab-separated-values"}

// forms are the kinds that are taken, by the ending of the name; none of them
// runs anything when it is opened.
var forms = map[string]form{
	".pdf":  {"application/pdf", []string{"application/pdf"}, false},
	".jpg":  {"image/jpeg", []string{"image/jpeg"}, true},
	".jpeg": {"image/jpeg", []string{"image/jpeg"}, true},
	".png":  {"image/png", []string{"image/png", "image/vnd.mozilla.apng"}, true},
	".docx": {docx, []string{docx}, false},
	".xlsx": {xlsx, []string{xlsx}, false},
	".odt":  {odt, []string{odt}, false},
	".ods":  {ods, []string{ods}, false},
	".csv":  {"text/csv", plain, false},
	".txt":  {"text/plain", plain, false},
}

// Accept lists the endings that are taken, as a file field of a form wants them.
func Accept() string {
	var all []string
	for ending := range forms {
		all = append(all, ending)
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

// sniffed is how much of a document is looked at to recognise it, in bytes.
const sniffed = 32 << 10

// recognise reads the start of content, and returns the kind on which name and
// content agree, with the content from its start. What was read does not decide
// alone, and neither does the name.
func recognise(name string, content io.Reader) (form, io.Reader, error) {
	f, known := forms[strings.ToLower(path.Ext(name))]
	if !known {
		return f, nil, errs.New(errs.Invalid, "file.kind.unknown")
	}
	r := bufio.NewReaderSize(content, sniffed)
	head, err := r.Peek(sniffed)
	switch {
	case err != nil && err != io.EOF:
		return f, nil, err
	case len(head) == 0:
		return f, nil, errs.New(errs.Invalid, "file.empty")
	}
	found := mimetype.Detect(head)
	if !slices.ContainsFunc(f.looksLike, found.Is) {
		return f, nil, errs.New(errs.Invalid, "file.kind.other")
	}
	return f, r, nil
}

// maxName is the length of a name, in characters.
const maxName = 150

// tidy returns the last part of a path, without what could make a name look like
// another: control characters and those that turn the direction of writing.
func tidy(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}
		return r
	}, name)
	ending := path.Ext(name)
	stem := []rune(strings.TrimSpace(strings.TrimSuffix(name, ending)))
	return string(stem[:min(len(stem), max(0, maxName-len(ending)))]) + ending
}
