package codelist

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tessuto/codes"
	"tessuto/internal/platform/errs"
)

const (
	maxBytes  = 256 << 10 // the longest that ships is under 4 KiB
	maxTokens = 50_000
	maxDepth  = 12 // a list needs 4
	maxColumn = 400
)

// schema is the published schema, compiled once.
var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	src, err := codes.FS.ReadFile("schema.json")
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat() // a date is checked, not only announced
	const name = "urn:tessuto:schema:codes:1"
	if err := c.AddResource(name, doc); err != nil {
		return nil, err
	}
	return c.Compile(name)
})

// Read reads a list from YAML and checks it against the schema and itself. What
// is wrong comes back as an Invalid error, with the detail in English.
func Read(src []byte) (*List, error) {
	tree, err := parse(src)
	if err != nil {
		return nil, wrong(err)
	}
	s, err := schema()
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(tree)
	if err != nil {
		return nil, wrong(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err == nil {
		err = s.Validate(doc)
	}
	if err != nil {
		return nil, wrong(err)
	}
	var l List
	if err := json.Unmarshal(plain, &l); err != nil {
		return nil, wrong(err)
	}
	return &l, l.check()
}

func wrong(err error) error {
	detail := err.Error()
	if r := []rune(detail); len(r) > 300 {
		detail = string(r[:300]) + "..."
	}
	return errs.New(errs.Invalid, "codelist.file_wrong").With("Detail", detail)
}

// check reports what a schema cannot say.
func (l *List) check() error {
	seen := map[string]bool{}
	for _, e := range l.Entries {
		if seen[e.Code] {
			return wrong(fmt.Errorf("code %q stands twice", e.Code))
		}
		seen[e.Code] = true
		if e.To != "" && (e.To < e.From || e.Fixed) {
			return wrong(fmt.Errorf("code %q ends before it begins, or never may", e.Code))
		}
	}
	for _, e := range l.Entries {
		if e.Parent != "" && !seen[e.Parent] || e.ReplacedBy != "" && !seen[e.ReplacedBy] || e.Parent == e.Code || e.ReplacedBy == e.Code {
			return wrong(fmt.Errorf("code %q names another that is not in the list", e.Code))
		}
	}
	return nil
}

// parse turns YAML into maps, lists and scalars. The parser is recursive and
// written by others, so what it is given is measured first, and a panic in it is
// a mistake in the file.
func parse(src []byte) (tree any, err error) {
	defer func() {
		if p := recover(); p != nil {
			tree, err = nil, fmt.Errorf("not YAML: %v", p)
		}
	}()
	switch {
	case len(src) > maxBytes:
		return nil, fmt.Errorf("more than %d bytes", maxBytes)
	case !utf8.Valid(src):
		return nil, errors.New("not UTF-8")
	}
	if err := measure(lexer.Tokenize(string(src))); err != nil {
		return nil, err
	}
	err = yaml.Unmarshal(src, &tree)
	return tree, err
}

// measure refuses what a list has no use for and what could make a parser
// explode.
func measure(tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return fmt.Errorf("more than %d words", maxTokens)
	}
	flow, dashes, line, begun, second := 0, 0, 0, false, false
	for _, t := range tokens {
		if t.Position == nil {
			continue
		}
		if t.Position.Line != line {
			line, dashes = t.Position.Line, 0
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType, token.DirectiveType, token.MappingKeyType:
			return fmt.Errorf("line %d: a list does without %s", t.Position.Line, t.Type)
		case token.DocumentHeaderType:
			second = begun
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType:
			dashes++
		}
		deep := t.Type == token.SequenceEntryType && t.Position.Column > maxColumn
		if deep || flow > maxDepth || dashes > maxDepth || second {
			return fmt.Errorf("line %d: too deep, or a second document", t.Position.Line)
		}
		begun = begun || t.Type != token.CommentType
	}
	return nil
}

// Write writes a list as YAML, as Read reads it.
func Write(l *List) ([]byte, error) { return yaml.Marshal(l) }
