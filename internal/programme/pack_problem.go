package programme

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
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
	Reason string         // the message in English, for the command line
}

func (p PackProblem) String() string {
	where := p.Path
	if where != "" {
		where += ": "
	}
	return fmt.Sprintf("%d:%d: %s%s", p.Line, p.Column, where, p.Reason)
}

// packReasons is every message of a problem in English. The placeholders are
// those of the message files, so that a sentence can be moved there as it is.
var packReasons = map[string]string{
	"pack.too_big":              "the file is larger than {{.limit}} bytes",
	"pack.yaml.encoding":        "the file is not UTF-8 text",
	"pack.yaml.syntax":          "not valid YAML: {{.detail}}",
	"pack.yaml.empty":           "the file is empty",
	"pack.yaml.documents":       "a pack is one YAML document, here there are more",
	"pack.yaml.feature":         "{{.feature}} is not allowed in a pack",
	"pack.yaml.size":            "more than {{.limit}} words and marks",
	"pack.yaml.depth":           "nested too deeply",
	"pack.field.unknown":        "unknown field {{.field}}",
	"pack.field.missing":        "missing field {{.field}}",
	"pack.field.repeated":       "field {{.field}} is given twice, first on line {{.line}}",
	"pack.field.with":           "{{.field}} makes sense only together with {{.with}}",
	"pack.language.missing":     "the text in language {{.lang}} is missing",
	"pack.version":              "this program reads tessuto_pack: 1",
	"pack.type":                 "{{.got}} found where {{.want}} is needed",
	"pack.type.quotes":          "put it between quotes: a text is needed, and YAML reads a number",
	"pack.value.unknown":        "{{.got}} is not one of: {{.want}}",
	"pack.value.form":           "{{.got}} does not have the right form ({{.want}})",
	"pack.value.date":           "{{.got}} is not a date in the form YYYY-MM-DD",
	"pack.value.empty":          "this must not be empty",
	"pack.value.long":           "longer than {{.limit}} characters",
	"pack.value.range":          "must be a whole number between 1 and {{.limit}}",
	"pack.list.empty":           "the list must not be empty",
	"pack.list.repeated":        "the list says the same thing twice",
	"pack.invalid":              "not as the format wants it: {{.detail}}",
	"pack.code.repeated":        "code {{.code}} is already used on line {{.line}}",
	"pack.organisation.unknown": "no organisation has the code {{.code}}",
	"pack.territory.unknown":    "no territory has the code {{.code}}",
	"pack.activity.unknown":     "no activity of the logframe has the code {{.code}}",
	"pack.activity.kind":        "{{.code}} is not an activity but another kind of node: {{.kind}}",
	"pack.node.unknown":         "no node of the logframe has the code {{.code}}",
	"pack.node.order":           "{{.kind}} cannot stand below {{.above}}",
	"pack.node.planned":         "{{.field}} is of activities, and this is another kind of node: {{.kind}}",
	"pack.lead":                 "exactly one organisation has the role lead, here {{.number}}",
	"pack.period.inverted":      "the end {{.to}} comes before the start {{.from}}",
	"pack.measure.unknown":      "no area declares the measure {{.measure}}",
	"pack.measure.unit":         "the measure {{.measure}} cannot count {{.unit}}",
	"pack.indicator.source":     "an indicator is fed by exactly one of: measure; numerator and denominator; feeds_from; declared",
	"pack.indicator.declared":   "a declared figure has no {{.field}}: nobody counts it",
	"pack.indicator.ratio":      "a numerator and a denominator need the unit ratio, and a ratio needs both",
	"pack.indicator.cross":      "a table has two breakdowns of its indicator, which no other of its tables has: not {{.by}}",
	"pack.indicator.breakdown":  "{{.unit}} cannot be broken down by {{.by}}",
	"pack.recipient.number":     "a number is either approximate or a minimum, not both",
}

// PackProblemKeys returns every key that a PackProblem can have, sorted.
func PackProblemKeys() []string { return slices.Sorted(maps.Keys(packReasons)) }

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
		Path: readablePath(pointer), Key: key, Args: args, Reason: packReason(key, args),
	})
}

// sorted returns the problems in the order of the file, without repetitions and
// not too many.
func (r *packReport) sorted() []PackProblem {
	slices.SortStableFunc(r.problems, func(a, b PackProblem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
	out := slices.CompactFunc(r.problems, func(a, b PackProblem) bool {
		return a.Line == b.Line && a.Column == b.Column && a.Path == b.Path && a.Reason == b.Reason
	})
	return out[:min(len(out), maxPackProblems)]
}

// packReason writes the English message of a key.
func packReason(key string, args map[string]any) string {
	var pairs []string
	for name, v := range args {
		pairs = append(pairs, "{{."+name+"}}", fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(packReasons[key])
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
