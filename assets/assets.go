// Package assets carries in the program what browsers fetch: style sheets, the
// script, icons and fonts, as `make assets` built them from /web.
//
// A program built without them starts all the same, and Ready says what to do.
package assets

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// prefix is where the handler must be mounted.
const prefix = "/assets/"

// file is one answer, ready to be sent in two ways.
type file struct {
	kind   string
	plain  []byte
	zipped []byte // nil where compressing gains nothing
}

// set is a folder of built files and the plain names they answer to.
type set struct {
	names map[string]string
	files map[string]file
	err   error
}

// built is filled on first use, so that commands which serve nothing do not
// compress anything.
var built = sync.OnceValue(func() *set { return open(dist) })

// Path returns the address of a file by its plain name: "app.css" gives
// "/assets/app.50bcfbd826.css". A name that was not built keeps itself.
func Path(name string) string { return built().path(name) }

// Whole returns a style sheet by its plain name with the fonts it names inside it,
// for a page that can ask for nothing more. It is empty when it was not built.
func Whole(name string) string { return built().whole(name) }

// Handler serves everything below /assets/. Names carry a hash of the content,
// so browsers may keep an answer for ever.
func Handler() http.Handler { return built() }

// Ready returns an error that says what to do when the program was built
// without its assets.
func Ready() error { return built().err }

// types are written down here because the table of the operating system, which
// package mime reads, differs from machine to machine.
var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",
}

func open(fsys fs.FS) *set {
	s := &set{names: map[string]string{}, files: map[string]file{}}
	b, err := fs.ReadFile(fsys, "dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		s.err = errors.New("assets: this program was built without style sheets and scripts: run `make assets`, then build again")
		return s
	}
	if err == nil {
		err = json.Unmarshal(b, &s.names)
	}
	if err != nil {
		s.err = fmt.Errorf("assets: manifest: %w", err)
		return s
	}
	for _, hashed := range s.names {
		f, err := load(fsys, hashed)
		if err != nil {
			s.err = fmt.Errorf("assets: %w: run `make assets`, then build again", err)
			return s
		}
		s.files[hashed] = f
	}
	return s
}

func load(fsys fs.FS, name string) (file, error) {
	b, err := fs.ReadFile(fsys, path.Join("dist", name))
	if err != nil {
		return file{}, err
	}
	f := file{kind: types[path.Ext(name)], plain: b}
	if f.kind == "" {
		return file{}, fmt.Errorf("%s: unknown type", name)
	}
	if path.Ext(name) == ".woff2" { // compressed by itself
		return f, nil
	}
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return file{}, err
	}
	if _, err := w.Write(b); err != nil {
		return file{}, err
	}
	if err := w.Close(); err != nil {
		return file{}, err
	}
	if buf.Len() < len(b) {
		f.zipped = buf.Bytes()
	}
	return f, nil
}

func (s *set) path(name string) string {
	if hashed := s.names[name]; hashed != "" {
		name = hashed
	}
	return prefix + name
}

var reference = regexp.MustCompile(`url\(([^)"':]+)\)`)

func (s *set) whole(name string) string {
	return reference.ReplaceAllStringFunc(string(s.files[s.names[name]].plain), func(url string) string {
		f, ok := s.files[reference.FindStringSubmatch(url)[1]]
		if !ok {
			return url
		}
		return "url(data:" + f.kind + ";base64," + base64.StdEncoding.EncodeToString(f.plain) + ")"
	})
}

// ServeHTTP implements http.Handler.
func (s *set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	f, ok := s.files[strings.TrimPrefix(r.URL.Path, prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	body := f.plain
	if f.zipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body = f.zipped
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a reader who went away is no error of ours
	}
}

// takesGzip reads an Accept-Encoding header; "gzip;q=0" is a refusal.
func takesGzip(accept string) bool {
	return slices.ContainsFunc(strings.Split(accept, ","), func(part string) bool {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) != "gzip" {
			return false
		}
		q = strings.TrimPrefix(strings.ReplaceAll(q, " ", ""), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return q == "" || err != nil || weight > 0
	})
}
