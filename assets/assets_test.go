package assets

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func sample() *set {
	return open(fstest.MapFS{
		"dist/manifest.json": {Data: []byte(`{"app.css":"app.12.css","a.woff2":"a.34.woff2"}`)},
		"dist/app.12.css":    {Data: []byte(strings.Repeat("a{color:red}", 100))},
		"dist/a.34.woff2":    {Data: []byte("font")},
	})
}

func get(t *testing.T, s *set, method, url, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func TestEmptyDistSaysWhatToRun(t *testing.T) {
	t.Parallel()
	s := open(fstest.MapFS{"dist/.keep": {}})
	if s.err == nil || !strings.Contains(s.err.Error(), "make assets") {
		t.Fatalf("err = %v", s.err)
	}
	if got := s.path("app.css"); got != "/assets/app.css" {
		t.Errorf("path = %q", got)
	}
	if c := get(t, s, "GET", "/assets/app.css", "").StatusCode; c != http.StatusNotFound {
		t.Errorf("status = %d", c)
	}
}

func TestMissingFileIsNoticedAtStart(t *testing.T) {
	t.Parallel()
	s := open(fstest.MapFS{"dist/manifest.json": {Data: []byte(`{"app.css":"app.12.css"}`)}})
	if s.err == nil {
		t.Fatal("a manifest that names a missing file passed")
	}
}

func TestServesForEverAndZipped(t *testing.T) {
	t.Parallel()
	s := sample()
	if s.err != nil {
		t.Fatal(s.err)
	}
	if got := s.path("app.css"); got != "/assets/app.12.css" {
		t.Fatalf("path = %q", got)
	}
	res := get(t, s, "GET", "/assets/app.12.css", "br, gzip;q=0.8")
	want := map[string]string{
		"Content-Type":           "text/css; charset=utf-8",
		"Content-Encoding":       "gzip",
		"Cache-Control":          "public, max-age=31536000, immutable",
		"X-Content-Type-Options": "nosniff",
		"Vary":                   "Accept-Encoding",
	}
	for k, v := range want {
		if got := res.Header.Get(k); got != v {
			t.Errorf("%s = %q, want %q", k, got, v)
		}
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || len(b) != 1200 {
		t.Errorf("body: %d bytes, %v", len(b), err)
	}
}

func TestPlainAnswers(t *testing.T) {
	t.Parallel()
	s := sample()
	for _, accept := range []string{"", "br", "gzip;q=0", "gzip; q=0.0"} {
		res := get(t, s, "GET", "/assets/app.12.css", accept)
		if e := res.Header.Get("Content-Encoding"); e != "" || res.ContentLength != 1200 {
			t.Errorf("%q: encoding %q, %d bytes", accept, e, res.ContentLength)
		}
	}
	if e := get(t, s, "GET", "/assets/a.34.woff2", "gzip").Header.Get("Content-Encoding"); e != "" {
		t.Errorf("a font was compressed again: %q", e)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, url string
		status      int
	}{
		{"HEAD", "/assets/app.12.css", 200},
		{"POST", "/assets/app.12.css", 405},
		{"GET", "/assets/app.css", 404},
		{"GET", "/assets/manifest.json", 404},
		{"GET", "/assets/../assets.go", 404},
		{"GET", "/assets/", 404},
	} {
		if got := get(t, sample(), c.method, c.url, "").StatusCode; got != c.status {
			t.Errorf("%s %s = %d, want %d", c.method, c.url, got, c.status)
		}
	}
}

// The program's own dist may be empty here; where it is not, all of it must be
// in order.
func TestBuiltDist(t *testing.T) {
	t.Parallel()
	if err := Ready(); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{"app.css", "app.rtl.css", "app.js", "sprite.svg", "logo.svg"} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest("GET", Path(name), nil))
		if w.Code != 200 || w.Body.Len() == 0 {
			t.Errorf("%s: %d, %d bytes", name, w.Code, w.Body.Len())
		}
	}
}

// A sheet that is handed over whole names no other file.
func TestWholeSheet(t *testing.T) {
	t.Parallel()
	s := open(fstest.MapFS{
		"dist/manifest.json": {Data: []byte(`{"app.css":"app.12.css","a.woff2":"a.34.woff2"}`)},
		"dist/app.12.css":    {Data: []byte(`@font-face{src:url(a.34.woff2)}b{background:url("data:image/svg+xml,x")}`)},
		"dist/a.34.woff2":    {Data: []byte("font")},
	})
	const want = `@font-face{src:url(data:font/woff2;base64,Zm9udA==)}b{background:url("data:image/svg+xml,x")}`
	if got := s.whole("app.css"); got != want {
		t.Errorf("got %s", got)
	}
}
