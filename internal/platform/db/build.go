package db

import (
	"math/bits"
	"strconv"
	"strings"
)

// Build gathers the text of a query from the conditions in use. Each piece is
// written with ? for its values; SQL numbers them.
type Build struct {
	text strings.Builder
	args []any
}

// NewBuild starts a query.
func NewBuild(text string, args ...any) *Build { return new(Build).Add(text, args...) }

// Add appends a piece of text and its values.
func (b *Build) Add(text string, args ...any) *Build {
	for i, part := range strings.Split(text, "?") {
		if i > 0 {
			b.text.WriteByte('$')
			b.text.WriteString(strconv.Itoa(len(b.args) + i))
		}
		b.text.WriteString(part)
	}
	b.args = append(b.args, args...)
	b.text.WriteByte('\n')
	return b
}

// In appends "column in (…)" for the given values; no value matches no row. The last
// value is repeated until there are 1, 2, 4, 8... of them: an engine understands a
// text once, so there had better be few.
func (b *Build) In(column string, values []string) *Build {
	return b.in(column, len(values), func(i int) any { return values[i] })
}

// InNumbers is In for numbers.
func (b *Build) InNumbers(column string, values []int64) *Build {
	return b.in(column, len(values), func(i int) any { return values[i] })
}

func (b *Build) in(column string, n int, value func(i int) any) *Build {
	if n == 0 {
		return b.Add("1 = 0")
	}
	args := make([]any, 1<<bits.Len(uint(n-1)))
	for i := range args {
		args[i] = value(min(i, n-1))
	}
	return b.Add(column+" in ("+strings.Repeat("?, ", len(args)-1)+"?)", args...)
}

// SQL returns the text with $1 placeholders.
func (b *Build) SQL() string { return b.text.String() }

// Args returns the values, in the order of their placeholders.
func (b *Build) Args() []any { return b.args }
