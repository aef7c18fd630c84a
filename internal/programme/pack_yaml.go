package programme

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	maxPackBytes  = 1 << 20 // the six are under 32 KiB
	maxPackTokens = 50_000  // the six have under 3 000; parsing takes time that grows with the square
	maxPackDepth  = 40      // a logframe of every kind needs 12
	maxPackIndent = 400     // columns before a value: block nesting is indentation
)

// readTree reads YAML into maps, lists and scalars, and notes where each stands.
// It refuses what a pack has no use for and what could make it explode: anchors,
// aliases, merge keys, tags, several documents, deep nesting. When it reports a
// problem the tree is incomplete and must not be used.
func (r *packReport) readTree(src []byte) any {
	start := packPoint{1, 1}
	switch {
	case len(src) > maxPackBytes:
		r.addAt(start, "", "pack.too_big", map[string]any{"limit": maxPackBytes})
		return nil
	case !utf8.Valid(src):
		r.addAt(start, "", "pack.yaml.encoding", nil)
		return nil
	}
	file, err := parseYAML(src, r)
	if err != nil {
		r.addSyntax(err)
		return nil
	}
	if len(r.problems) > 0 {
		return nil
	}
	var bodies []*ast.DocumentNode
	for _, d := range file.Docs {
		if d.Body != nil {
			bodies = append(bodies, d)
		}
	}
	switch len(bodies) {
	case 0:
		r.addAt(start, "", "pack.yaml.empty", nil)
		return nil
	case 1:
		r.values[""] = start
		return r.value(bodies[0].Body, "")
	}
	r.addAt(pointOf(bodies[1].Body.GetToken()), "", "pack.yaml.documents", nil)
	return nil
}

// parseYAML runs the YAML parser. It is recursive and written by others, so its
// input is first measured for depth, and a panic in it is a syntax error.
func parseYAML(src []byte, r *packReport) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			file, err = nil, fmt.Errorf("%v", p)
		}
	}()
	tokens := lexer.Tokenize(string(src))
	if t, key := refusedToken(tokens); t != nil {
		r.addAt(pointOf(t), "", key, map[string]any{"feature": refusedTokens[t.Type]})
		return nil, nil
	}
	if len(tokens) > maxPackTokens {
		r.addAt(packPoint{1, 1}, "", "pack.yaml.size", map[string]any{"limit": maxPackTokens})
		return nil, nil
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // repeated keys are ours to report
}

// refusedTokens are the marks of YAML that a pack does without.
var refusedTokens = map[token.Type]string{
	token.AnchorType:     "an anchor (&)",
	token.AliasType:      "an alias (*)",
	token.MergeKeyType:   "a merge key (<<)",
	token.TagType:        "a tag (!)",
	token.DirectiveType:  "a directive (%)",
	token.MappingKeyType: "a complex key (?)",
}

// refusedToken returns the first token that a pack may not have and the key of
// the reason, or nil.
func refusedToken(tokens token.Tokens) (t *token.Token, key string) {
	flow, dashes, line, headers := 0, 0, 0, 0
	for _, t := range tokens {
		if t.Position == nil {
			continue
		}
		if t.Position.Line != line {
			line, dashes = t.Position.Line, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType:
			dashes++
		case token.DocumentHeaderType:
			headers++
		}
		_, refused := refusedTokens[t.Type]
		deepBlock := t.Position.Column > maxPackIndent && t.Type == token.SequenceEntryType
		switch {
		case refused:
			return t, "pack.yaml.feature"
		case headers > 1:
			return t, "pack.yaml.documents"
		case deepBlock || flow > maxPackDepth || dashes > maxPackDepth:
			return t, "pack.yaml.depth"
		}
	}
	return nil, ""
}

// addSyntax reports what the YAML parser said, at the place it named.
func (r *packReport) addSyntax(err error) {
	at, detail := packPoint{1, 1}, err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		at, detail = pointOf(syntax.GetToken()), syntax.GetMessage()
	}
	r.addAt(at, "", "pack.yaml.syntax", map[string]any{"detail": short(detail)})
}

func pointOf(t *token.Token) packPoint {
	if t == nil || t.Position == nil {
		return packPoint{1, 1}
	}
	return packPoint{t.Position.Line, t.Position.Column}
}

// value turns a node into a plain value and notes its place.
func (r *packReport) value(n ast.Node, pointer string) any {
	switch n := n.(type) {
	case *ast.MappingNode:
		return r.mapping(n.Values, pointer)
	case *ast.MappingValueNode:
		return r.mapping([]*ast.MappingValueNode{n}, pointer)
	case *ast.SequenceNode:
		return r.sequence(n, pointer)
	}
	r.values[pointer] = pointOf(n.GetToken())
	switch n := n.(type) {
	case *ast.NullNode:
		return nil
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.BoolNode:
		return n.Value
	case *ast.IntegerNode:
		if v, ok := n.Value.(int64); ok {
			return v
		}
		if v, ok := n.Value.(uint64); ok {
			return v
		}
	case *ast.FloatNode:
		if !math.IsInf(n.Value, 0) && !math.IsNaN(n.Value) {
			return n.Value
		}
	}
	r.add(pointer, "pack.yaml.feature", map[string]any{"feature": n.Type().String()})
	return nil
}

func (r *packReport) sequence(n *ast.SequenceNode, pointer string) any {
	if _, ok := r.values[pointer]; !ok {
		r.values[pointer] = pointOf(n.GetToken())
	}
	out := make([]any, 0, len(n.Values))
	for i, item := range n.Values {
		out = append(out, r.value(item, pointer+"/"+strconv.Itoa(i)))
	}
	return out
}

func (r *packReport) mapping(pairs []*ast.MappingValueNode, pointer string) any {
	out := make(map[string]any, len(pairs))
	for _, pair := range pairs {
		tk := pair.Key.GetToken()
		at, name := pointOf(tk), tk.Value
		if _, ok := r.values[pointer]; !ok {
			r.values[pointer] = at // an item of a list begins at its first key
		}
		child := pointer + pointerStep(name)
		if first, twice := r.keys[child]; twice {
			r.addAt(at, child, "pack.field.repeated", map[string]any{"field": name, "line": first.line})
			continue
		}
		r.keys[child] = at
		switch pair.Value.(type) {
		case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.NullNode:
			r.values[child] = at
		}
		out[name] = r.value(pair.Value, child)
	}
	return out
}
