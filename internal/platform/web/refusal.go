package web

import (
	"context"
	"errors"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
)

func refusal(err error) (*errs.Error, bool) {
	var e *errs.Error
	ok := errors.As(err, &e)
	return e, ok
}

// Problems returns the field problems of err as sentences, by field; nil when
// there are none. The summary above a form is under the empty name.
func Problems(ctx context.Context, err error) map[string]string {
	e, ok := refusal(err)
	if !ok {
		return nil
	}
	out := make(map[string]string, len(e.Fields)+1)
	for field, key := range e.Fields {
		out[field] = i18n.T(ctx, key)
	}
	if len(e.Fields) == 0 {
		out[""] = i18n.M(ctx, e.Key, e.Args)
	}
	return out
}

// Fixable tells whether the person can mend err in the form, which is then
// shown again with what was typed.
func Fixable(err error) bool {
	c := errs.CodeOf(err)
	return c == errs.Invalid || c == errs.Conflict || c == errs.Busy
}
