package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"

	"tessuto/internal/platform/errs"
)

// Upload is a file that a form carries, as it arrives.
type Upload struct {
	Field   string // of the form
	Name    string // as the sender calls it
	Content io.Reader
}

// ParseUpload reads a form that carries files of at most so many bytes together.
// Each is given to take as it arrives: none stands whole in memory, or on a disk
// in clear. What take finds wrong with a file is noted beside its field. Among
// the values is the digest of each file, so that Sent knows one from another.
func ParseUpload(w http.ResponseWriter, r *http.Request, most int64, take func(Upload) error) (*Form, error) {
	r.Body = http.MaxBytesReader(w, r.Body, most+MaxForm)
	f := &Form{Values: url.Values{}, Problem: errs.Check{}, path: r.URL.Path}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errs.New(errs.Invalid, "error.form_unreadable")
	}
	for left := int64(MaxForm); ; {
		part, err := parts.NextPart()
		if err == io.EOF {
			return f, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		name, content := part.FormName(), arriving{part}
		if part.FileName() != "" {
			if err := f.take(Upload{name, part.FileName(), content}, take); err != nil {
				return nil, err
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(content, left+1))
		if left -= int64(len(text)); left < 0 || err != nil {
			return nil, errs.New(errs.Invalid, "error.form_unreadable")
		}
		f.Values.Add(name, string(text))
	}
}

// take hands a file on, and notes what is wrong with it; what follows in the
// form is read all the same.
func (f *Form) take(u Upload, take func(Upload) error) error {
	digest := sha256.New()
	u.Content = io.TeeReader(u.Content, digest)
	err := take(u)
	var refused *errs.Error
	if errors.As(err, &refused) && refused.Code == errs.Invalid {
		f.Problem.That(false, u.Field, refused.Key)
		err = nil
	}
	f.Values.Add(u.Field, u.Name+" "+hex.EncodeToString(digest.Sum(nil)))
	return err
}

// arriving says in words why a form stops arriving.
type arriving struct{ io.Reader }

func (a arriving) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = unreadable(err)
	}
	return n, err
}

func unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return errs.New(errs.Invalid, "file.too_large")
	}
	return errs.New(errs.Invalid, "error.form_unreadable")
}
