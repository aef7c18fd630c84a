package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tessuto/internal/platform/pdf"
)

func printer(t *testing.T) *pdf.Printer {
	p := pdf.New("")
	if !p.Available() && os.Getenv("CI") != "" {
		t.Fatal("no Chromium, and CI is set: install it (make deps)")
	}
	if !p.Available() {
		t.Skip("no Chromium: install it to run this test (make deps)")
	}
	return p
}

// A page becomes a tagged PDF; it reaches nobody, runs nothing, and leaves nothing
// behind.
func TestPrint(t *testing.T) {
	p := printer(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.URL.Path) }))
	defer server.Close()
	secret := filepath.Join(t.TempDir(), "secret.svg")
	if err := os.WriteFile(secret, []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := p.Print(t.Context(), []byte(`<!doctype html><html lang="ar" dir="rtl"><head><title>Copia</title>
		<link rel="stylesheet" href="`+server.URL+`/style.css"><script>fetch("`+server.URL+`/script")</script></head>
		<body><h1>Copia</h1><img src="`+server.URL+`/image.png" alt=""><img src="file://`+secret+`" alt=""><iframe src="`+server.URL+`/frame"></iframe>
		<script>document.title = "changed"</script></body></html>`))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"%PDF-", "/StructTreeRoot", "/MarkInfo", "/Lang (ar", "/Title (Copia)"} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("the PDF has no %s", want)
		}
	}
	if len(asked) > 0 {
		t.Errorf("the page asked for %v", asked)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Where there is no Chromium, or it does not start, or nobody waits any more, it
// says so and leaves nothing behind.
func TestNotPrinted(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	none := pdf.New(filepath.Join(temporary, "chromium"))
	if _, err := none.Print(t.Context(), nil); none.Available() || !errors.Is(err, pdf.ErrMissing) {
		t.Errorf("%v, %v", none.Available(), err)
	}
	if _, err := pdf.New("/bin/false").Print(t.Context(), []byte("<p>")); err == nil || !strings.HasPrefix(err.Error(), "pdf: ") {
		t.Errorf("a Chromium that does not start: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pdf.New("/bin/true").Print(gone, []byte("<p>")); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
