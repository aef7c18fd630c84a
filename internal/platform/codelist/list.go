package codelist

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"tessuto/codes"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
)

// Entry is a code and what it is called, from a day to a day.
type Entry struct {
	Code       string            `yaml:"code" json:"code"`
	Label      map[string]string `yaml:"label" json:"label"` // by language; Italian is always there
	From       db.Date           `yaml:"from,omitempty" json:"from,omitempty"`
	To         db.Date           `yaml:"to,omitempty" json:"to,omitempty"` // the last day on which it is offered
	Parent     string            `yaml:"parent,omitempty" json:"parent,omitempty"`
	ReplacedBy string            `yaml:"replaced_by,omitempty" json:"replaced_by,omitempty"`
	Note       string            `yaml:"note,omitempty" json:"note,omitempty"`
	Fixed      bool              `yaml:"fixed,omitempty" json:"fixed,omitempty"` // rules speak of it: it is never ended

	Local   bool `yaml:"-" json:"-"` // the network's own
	Version int  `yaml:"-" json:"-"` // how often the network has edited it
}

// In returns the label in a language, or else in Italian.
func (e *Entry) In(lang string) string {
	if l := e.Label[lang]; l != "" {
		return l
	}
	return e.Label["it"]
}

// Holds tells whether the code is offered on a day; on no day in particular,
// whether it was not ended.
func (e *Entry) Holds(day db.Date) bool {
	if day == "" {
		return e.To == ""
	}
	return e.From <= day && (e.To == "" || day <= e.To)
}

// Source is where a list comes from.
type Source struct {
	Text string `yaml:"text" json:"text"`
	URL  string `yaml:"url,omitempty" json:"url,omitempty"`
}

// List is a list of codes, in the order in which forms offer them.
type List struct {
	Format  int               `yaml:"tessuto_codes" json:"tessuto_codes"`
	Key     string            `yaml:"key" json:"key"`
	Version string            `yaml:"version" json:"version"`
	Title   map[string]string `yaml:"title" json:"title"`
	Source  Source            `yaml:"source" json:"source"`
	State   string            `yaml:"state" json:"state"` // "verified", or "unverified": to be held against its source
	Entries []Entry           `yaml:"entries" json:"entries"`
}

// Entry returns the entry of a code, or nil.
func (l *List) Entry(code string) *Entry {
	for i := range l.Entries {
		if l.Entries[i].Code == code {
			return &l.Entries[i]
		}
	}
	return nil
}

// Set is all lists as one network has them. It never changes.
type Set struct{ lists map[string]*List }

// Shipped returns the lists as they ship. A file that is wrong stops the
// program: tests read every one.
var Shipped = sync.OnceValue(func() *Set {
	s := &Set{map[string]*List{}}
	names, err := codes.FS.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".yaml") {
			continue
		}
		src, err := codes.FS.ReadFile(n.Name())
		if err != nil {
			panic(err)
		}
		l, err := Read(src)
		if err == nil && l.Key+".yaml" != n.Name() {
			err = fmt.Errorf("the key is %q", l.Key)
		}
		if err != nil {
			panic(fmt.Errorf("codes/%s: %w", n.Name(), err))
		}
		s.lists[l.Key] = l
	}
	return s
})

// List returns the list of a key, or nil.
func (s *Set) List(key string) *List { return s.lists[key] }

// Keys lists the keys, sorted.
func (s *Set) Keys() []string { return slices.Sorted(maps.Keys(s.lists)) }

type inContext struct{}

type carried struct {
	set   *Set
	today db.Date
}

// With returns ctx with the lists of the reader's network, and the day it is.
func With(ctx context.Context, s *Set, today db.Date) context.Context {
	return context.WithValue(ctx, inContext{}, carried{s, today})
}

// in returns what With put there, or the lists as they ship.
func in(ctx context.Context) carried {
	if c, ok := ctx.Value(inContext{}).(carried); ok {
		return c
	}
	return carried{set: Shipped()}
}

// Codes lists the codes that a list offers on a day, today when it is empty.
func Codes(ctx context.Context, key string, day db.Date) (out []string) {
	c := in(ctx)
	if day == "" {
		day = c.today
	}
	l := c.set.List(key)
	if l == nil {
		return nil
	}
	for _, e := range l.Entries {
		if e.Holds(day) {
			out = append(out, e.Code)
		}
	}
	return out
}

// Valid tells whether a code could be chosen on a day: the date of service of
// what is recorded.
func Valid(ctx context.Context, key, code string, day db.Date) bool {
	return slices.Contains(Codes(ctx, key, day), code)
}

// Word is what a code is called in the reader's language, ended or not; a code
// that nobody knows shows itself.
func Word(ctx context.Context, key, code string) string {
	if l := in(ctx).set.List(key); l != nil {
		if e := l.Entry(code); e != nil {
			return e.In(i18n.Lang(ctx))
		}
	}
	return code
}

// Options are the answers of a form on a day, today when it is empty: the codes
// that hold then, and those that the record has already.
func Options(ctx context.Context, key string, day db.Date, has ...string) []ui.Option {
	list := Codes(ctx, key, day)
	for _, code := range has {
		if code != "" && !slices.Contains(list, code) && in(ctx).set.List(key).Entry(code) != nil {
			list = append(list, code)
		}
	}
	out := make([]ui.Option, len(list))
	for i, code := range list {
		out[i] = ui.Option{Value: code, Label: Word(ctx, key, code)}
	}
	return out
}
