package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/web"
)

// upload is a form with a file in the middle.
func upload(t *testing.T, content string) (string, *bytes.Buffer) {
	t.Helper()
	body := new(bytes.Buffer)
	m := multipart.NewWriter(body)
	file := func() error {
		w, err := m.CreateFormFile("document", "a.txt")
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		return err
	}
	for _, err := range []error{m.WriteField("kind", "a "), file(), m.WriteField("_once", "k"), m.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return m.FormDataContentType(), body
}

func parse(t *testing.T, content string, most int64, take func(web.Upload) error) (*web.Form, error) {
	t.Helper()
	kind, body := upload(t, content)
	r := httptest.NewRequest("POST", "/documents", body)
	r.Header.Set("Content-Type", kind)
	return web.ParseUpload(httptest.NewRecorder(), r, most, take)
}

func all(u web.Upload) error { _, err := io.Copy(io.Discard, u.Content); return err }

func TestParseUpload(t *testing.T) {
	t.Parallel()
	var got, name string
	f, err := parse(t, "a document", 100, func(u web.Upload) error {
		text, err := io.ReadAll(u.Content)
		got, name = string(text), u.Name
		return err
	})
	if err != nil || got != "a document" || name != "a.txt" || f.Text("kind") != "a" || f.Once() != "k" || f.Problem.Err() != nil {
		t.Fatalf("%q %q %v %v", got, name, f, err)
	}
	other, err := parse(t, "another", 100, all)
	if err != nil || other.Sent().Content == f.Sent().Content || other.Sent().Key != f.Sent().Key {
		t.Errorf("two documents are one sending: %v %v", other.Sent(), err)
	}
	f, err = parse(t, "a document", 100, func(web.Upload) error { return errs.New(errs.Invalid, "file.kind.other") })
	if err != nil || f.Problem["document"] != "file.kind.other" || f.Once() != "k" {
		t.Errorf("what is wrong with a file: %v, %v", f, err)
	}
	if _, err = parse(t, "a document", 100, func(web.Upload) error { return errs.Missing() }); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("what is not the sender's to mend: %v", err)
	}
	if f, err = parse(t, strings.Repeat("a", 2<<20), 100, all); err == nil || errs.CodeOf(err) != errs.Invalid {
		t.Errorf("too large: %v, %v", f, err)
	}
	r := httptest.NewRequest("POST", "/documents", strings.NewReader("a=b"))
	if _, err := web.ParseUpload(httptest.NewRecorder(), r, 100, all); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("a form without files: %v", err)
	}
}

func FuzzParseUpload(f *testing.F) {
	f.Add("--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\nc\r\n--x--\r\n")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		if _, err := web.ParseUpload(httptest.NewRecorder(), r, 100, all); err != nil && errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%q: %v", body, err)
		}
	})
}
