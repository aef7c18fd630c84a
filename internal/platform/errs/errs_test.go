package errs_test

import (
	"errors"
	"fmt"
	"testing"

	"tessuto/internal/platform/errs"
)

func TestCodeOf(t *testing.T) {
	t.Parallel()
	busy := errs.New(errs.Busy, "error.busy")
	for _, c := range []struct {
		err  error
		want errs.Code
	}{
		{busy, errs.Busy}, {fmt.Errorf("save: %w", busy), errs.Busy}, {errors.Join(errors.New("x"), busy), errs.Busy},
		{errs.Missing(), errs.NotFound}, {errors.New("disk full"), errs.Internal}, {errs.Check{"a": "b"}.Err(), errs.Invalid},
	} {
		if got := errs.CodeOf(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}

// With gives a copy: one refusal, told to two people, does not mix their values.
func TestWith(t *testing.T) {
	t.Parallel()
	base := errs.New(errs.Conflict, "error.version")
	one := base.With("Name", "Ada")
	two := one.With("Name", "Eva").With("N", 2)
	if len(base.Args) != 0 || one.Args["Name"] != "Ada" || two.Args["Name"] != "Eva" || len(one.Args) != 1 || len(two.Args) != 2 {
		t.Errorf("%v %v %v", base.Args, one.Args, two.Args)
	}
	if two.Code != errs.Conflict || two.Key != "error.version" {
		t.Errorf("%+v", two)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	c := errs.Check{}
	c.That(true, "name", "never")
	if c.Err() != nil {
		t.Errorf("nothing is wrong: %v", c.Err())
	}
	c.That(false, "name", "first")
	c.That(false, "name", "second")
	c.That(true, "name", "third")
	c.That(false, "date", "other")
	fields := errs.FieldsOf(fmt.Errorf("save: %w", c.Err()))
	if len(fields) != 2 || fields["name"] != "first" || fields["date"] != "other" {
		t.Errorf("%v", fields)
	}
	if errs.FieldsOf(errors.New("x")) != nil || errs.FieldsOf(errs.Missing()) != nil {
		t.Error("fields of an error that has none")
	}
}

func TestFitsCountsCharacters(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"": true, "abcde": true, "àèìòù": true, "محمدي": true, "abcdef": false, "àèìòùà": false} {
		if got := errs.Fits(text, 5); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
