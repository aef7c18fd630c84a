package programme

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tessuto/internal/platform/i18n"
)

// maxPackProblems is how many problems of a pack are told at once: a person
// mends some and reads the file again.
const maxPackProblems = 50

// PackProblem is one thing wrong in a pack, at a place of its file.
type PackProblem struct {
	Line   int            // from 1
	Column int            // from 1, in characters
	Path   string         // such as indicators[3].unit; empty for the file as a whole
	Key    string         // message key, stable; one of PackProblemKeys
	Args   map[string]any // values for the message
}

// In says what is wrong in the language of ctx.
func (p PackProblem) In(ctx context.Context) string { return i18n.M(ctx, p.Key, p.Args) }

// String says where, and in English what, for the command line.
func (p PackProblem) String() string {
	where := p.Path
	if where != "" {
		where += ": "
	}
	return fmt.Sprintf("%d:%d: %s%s", p.Line, p.Column, where, p.In(i18n.With(context.Background(), "en")))
}

// packKeys are those of the messages of all problems.
var packKeys = []string{
	"pack.too_big", "pack.yaml.encoding", "pack.yaml.syntax", "pack.yaml.empty", "pack.yaml.documents",
	"pack.yaml.feature", "pack.yaml.size", "pack.yaml.depth", "pack.field.unknown", "pack.field.missing",
	"pack.field.repeated", "pack.field.with", "pack.language.missing", "pack.version", "pack.type", "pack.type.quotes",
	"pack.value.unknown", "pack.value.form", "pack.value.date", "pack.value.empty", "pack.value.long",
	"pack.value.range", "pack.list.empty", "pack.list.repeated", "pack.invalid", "pack.code.repeated",
	"pack.organisation.unknown", "pack.territory.unknown", "pack.activity.unknown", "pack.activity.kind",
	"pack.node.unknown", "pack.node.order", "pack.node.planned", "pack.lead", "pack.period.inverted",
	"pack.measure.unknown", "pack.measure.unit", "pack.measure.class", "pack.indicator.source", "pack.indicator.declared",
	"pack.indicator.ratio", "pack.indicator.cross", "pack.indicator.breakdown", "pack.recipient.number",
}

// PackProblemKeys returns every key that a PackProblem can have, sorted.
func PackProblemKeys() []string { return slices.Sorted(slices.Values(packKeys)) }

// packPoint is a place in the file, from 1.
type packPoint struct{ line, column int }

// packReport gathers the problems of one file, and knows where each value of
// the file stands. Values are named by JSON pointer.
type packReport struct {
	values   map[string]packPoint // where the value begins; for a value under a key that holds others, where the key is
	keys     map[string]packPoint // where the key of the value is
	problems []PackProblem
}

// add reports a problem with the value at a pointer, or with the nearest value
// around it that has a place.
func (r *packReport) add(pointer, key string, args map[string]any) {
	at, ok := r.values[pointer]
	for up := pointer; !ok && up != ""; {
		up = up[:strings.LastIndexByte(up, '/')]
		at, ok = r.values[up]
	}
	r.addAt(at, pointer, key, args)
}

// addKey reports a problem with the key itself.
func (r *packReport) addKey(pointer, key string, args map[string]any) {
	if at, ok := r.keys[pointer]; ok {
		r.addAt(at, pointer, key, args)
		return
	}
	r.add(pointer, key, args)
}

func (r *packReport) addAt(at packPoint, pointer, key string, args map[string]any) {
	r.problems = append(r.problems, PackProblem{
		Line: max(at.line, 1), Column: max(at.column, 1),
		Path: readablePath(pointer), Key: key, Args: args,
	})
}

// sorted returns the problems in the order of the file, without repetitions and
// not too many.
func (r *packReport) sorted() []PackProblem {
	slices.SortStableFunc(r.problems, func(a, b PackProblem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
	out := slices.CompactFunc(r.problems, func(a, b PackProblem) bool {
		return a.Line == b.Line && a.Column == b.Column && a.Path == b.Path && a.Key == b.Key && maps.Equal(a.Args, b.Args)
	})
	return out[:min(len(out), maxPackProblems)]
}

// pointerStep is one key or index as a part of a JSON pointer.
func pointerStep(step string) string {
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step)
}

// readablePath turns a JSON pointer into the form people read.
func readablePath(pointer string) string {
	var b strings.Builder
	for i, step := range strings.Split(pointer, "/") {
		if i == 0 {
			continue // what stands before the first slash
		}
		if _, err := strconv.Atoi(step); err == nil {
			b.WriteString("[" + step + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
	}
	return b.String()
}
