// Package errs holds the one error type that crosses package borders.
//
// An area returns an *Error when the person at the screen can act on it, and a
// plain wrapped error when only the operator of the installation can.
package errs

import (
	"errors"
	"maps"
	"unicode/utf8"
)

// Code says what kind of refusal an error is. Package web maps it to a status.
type Code string

// The closed list of refusals.
const (
	Invalid   Code = "invalid"   // what was sent cannot be accepted as it is
	SignIn    Code = "sign_in"   // nobody is signed in
	Forbidden Code = "forbidden" // a thing one can see, an act one may not do
	NotFound  Code = "not_found" // it does not exist, or not for this actor
	Conflict  Code = "conflict"  // somebody else was first
	Busy      Code = "busy"      // nothing was lost; the same again will do
	Internal  Code = "internal"  // ours to mend
)

// Error is a refusal. Key is a message key, never a sentence: it is translated
// where it is shown, with Args. Fields holds message keys by form field.
type Error struct {
	Code   Code
	Key    string
	Args   map[string]any
	Fields map[string]string
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Key
	for f, k := range e.Fields {
		s += " [" + f + ": " + k + "]"
	}
	return s
}

// New returns an error of the given code with a message key.
func New(code Code, key string) *Error { return &Error{Code: code, Key: key} }

// With returns a copy of e that also carries a value for the message.
func (e *Error) With(name string, value any) *Error {
	out := *e
	out.Args = maps.Clone(e.Args)
	if out.Args == nil {
		out.Args = map[string]any{}
	}
	out.Args[name] = value
	return &out
}

// CodeOf returns the code of err, and Internal for any error that is not ours.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// FieldsOf returns the message keys by form field that err carries, or nil.
func FieldsOf(err error) map[string]string {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

// Missing is the answer for what does not exist, and for what exists but not
// for this actor: nobody can tell the two apart.
func Missing() *Error { return New(NotFound, "error.not_found") }

// Fits tells whether a text has at most n characters; bytes are not counted.
func Fits(text string, n int) bool { return utf8.RuneCountInString(text) <= n }

// Check gathers field problems. Its Err is nil when there are none.
type Check map[string]string

// That records key for field unless ok. The first problem of a field stays.
func (c Check) That(ok bool, field, key string) {
	if !ok && c[field] == "" {
		c[field] = key
	}
}

// Err returns the problems as one Invalid error.
func (c Check) Err() error {
	if len(c) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Key: "error.form_invalid", Fields: c}
}

// Stale is the refusal of a form that was filled before somebody else saved: a
// Conflict that carries what they wrote, so that it can be shown beside what
// was typed. Nothing of either is lost.
type Stale[T any] struct {
	Theirs T
	error
}

// Changed returns the conflict with what somebody else saved meanwhile.
func Changed[T any](theirs T) *Stale[T] {
	return &Stale[T]{Theirs: theirs, error: New(Conflict, "error.version")}
}

// Unwrap gives the refusal that the conflict is.
func (s *Stale[T]) Unwrap() error { return s.error }

// TheirsOf returns what somebody else saved meanwhile when err is a Stale[T],
// and nil when it is not.
func TheirsOf[T any](err error) *T {
	var s *Stale[T]
	if errors.As(err, &s) {
		return &s.Theirs
	}
	return nil
}
