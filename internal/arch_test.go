// Package internal_test holds the rules of the house as code: who may import
// whom (design, decision 12), where SQL and the clock are read, how long a file
// may be. A rule that is broken says why it is there.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport says which areas an area may use. It is the reading order too: a row
// names no area below it. Areas that do not exist yet have their row.
var mayImport = map[string][]string{
	"network":       {},
	"outreach":      {"network"}, // the portal shows what was published, never records
	"people":        {"network"},
	"programme":     {"network", "people"}, // permits, eligibility
	"governance":    {"network", "programme"},
	"access":        {"network", "people", "programme", "outreach"},
	"cases":         {"network", "people", "programme", "access", "governance"},
	"housing":       {"network", "people", "programme", "cases", "outreach"},
	"school":        {"network", "people", "programme", "cases", "outreach"},
	"training":      {"network", "programme", "outreach"},
	"participation": {"network", "programme", "governance", "outreach"}, // citizens are not people in care
	"evaluation":    {"network", "programme"},                           // counted measures, never records
}

var (
	core     = []string{"ledger", "attendance", "stats", "disclosure", "disclosure/disclosuretest", "linkage"}
	platform = []string{"errs", "config", "db", "db/dbtest", "auth", "policy", "audit", "backup", "crypto", "storage", "jobs", "mail", "mail/mailtest", "i18n",
		"web", "web/webtest", "api", "ui", "table", "exchange", "task", "comment", "codelist", "pdf"}
	files    = []string{"assets", "codes", "locales", "migrations", "packs", "schemas"} // packages that only hold files
	forTests = []string{"internal/app", "internal/app/apptest", "internal/platform/db/dbtest", "internal/platform/web/webtest",
		"internal/platform/mail/mailtest", "internal/disclosure/disclosuretest"}
)

// source is a Go file of the repository.
type source struct {
	path, dir string // from the root, with /
	test      bool
	generated bool
	fset      *token.FileSet
	ast       *ast.File
}

func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(n.Pos()).Line)
}

// walk calls fn for each file under the folders of ours, from the root.
func walk(t *testing.T, fn func(path string)) {
	t.Helper()
	for _, top := range append([]string{"internal", "cmd", "test"}, files...) {
		err := filepath.WalkDir(filepath.Join("..", top), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				path, err = filepath.Rel("..", path)
				fn(filepath.ToSlash(path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// sources parses every Go file of ours.
func sources(t *testing.T) (out []source) {
	t.Helper()
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".go") {
			return
		}
		text, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			t.Fatal(err)
		}
		s := source{path: path, dir: filepath.ToSlash(filepath.Dir(path)), test: strings.HasSuffix(path, "_test.go"), fset: token.NewFileSet()}
		if s.ast, err = parser.ParseFile(s.fset, path, text, parser.ParseComments); err != nil {
			t.Fatal(err)
		}
		s.generated = ast.IsGenerated(s.ast)
		out = append(out, s)
	})
	if len(out) < 100 {
		t.Fatalf("only %d files were found", len(out))
	}
	return out
}

// layer names the layer of a package of ours, and its name there: "area",
// "core", "platform", "app", "files", "cmd", "test"; "" when it is not listed.
func layer(dir string) (string, string) {
	name, inside := strings.CutPrefix(dir, "internal/")
	under, isPlatform := strings.CutPrefix(name, "platform/")
	_, isArea := mayImport[name]
	switch {
	case isPlatform && inside && slices.Contains(platform, under):
		return "platform", under
	case isArea && inside:
		return "area", name
	case inside && slices.Contains(core, name):
		return "core", name
	case name == "app" || name == "app/apptest":
		return "app", name
	case slices.Contains(files, dir):
		return "files", dir
	case dir == "cmd/tessuto":
		return "cmd", dir
	case dir == "internal" || strings.HasPrefix(dir, "test/"):
		return "test", dir
	}
	return "", dir
}

// refuse returns why from may not import to, or "".
func refuse(from, to string) string {
	fromLayer, fromName := layer(from)
	toLayer, toName := layer(to)
	switch {
	case from == to, toLayer == "files":
		return ""
	case fromLayer == "" || toLayer == "":
		return "the package is not listed: say in design.md, decision 12, and here where it belongs"
	case toLayer == "app" && fromLayer != "cmd" && fromLayer != "app" && fromLayer != "test":
		return "only cmd/tessuto knows app: what app knows would be known everywhere"
	case fromLayer == "cmd", fromLayer == "app", fromLayer == "test":
		return "" // the command line checks packs without a database
	case fromLayer == "files":
		return "a package of files knows nothing"
	case fromLayer == "platform" && toLayer != "platform":
		return "platform knows neither area nor core, so that every area can use it"
	case fromLayer == "core" && toLayer == "area":
		return "core knows no area: an area posts into the ledger, the ledger asks nobody"
	case fromLayer == "area" && toLayer == "area" && !slices.Contains(mayImport[fromName], toName):
		return fromName + " may use " + strings.Join(mayImport[fromName], ", ") +
			": a lower area declares a slot and app fills it (design, decision 12)"
	}
	return ""
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if l, _ := layer(s.dir); l == "" {
			t.Errorf("%s: the package is not listed: say in design.md, decision 12, and here where it belongs", s.path)
		}
		for _, spec := range s.ast.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(path, "database/sql") && !strings.HasPrefix(s.dir, "internal/platform/db") {
				t.Errorf("%s imports %s: only platform/db speaks with an engine", s.at(spec), path)
			}
			to, ours := strings.CutPrefix(path, "tessuto/")
			switch {
			case !ours, s.test && strings.HasSuffix(s.ast.Name.Name, "_test") && slices.Contains(forTests, to):
				continue // a story is told from outside, with the whole program
			case slices.Contains(forTests[1:], to) && !s.test && s.dir != "internal/app/apptest" && !strings.HasPrefix(s.dir, "test/"):
				t.Errorf("%s imports %s, which is for tests", s.at(spec), path)
			}
			if why := refuse(s.dir, to); why != "" {
				t.Errorf("%s imports %s: %s", s.at(spec), to, why)
			}
		}
	}
}

// The table itself is an order: no two areas may use each other, even through
// a third.
func TestAreasHaveAnOrder(t *testing.T) {
	t.Parallel()
	var reaches func(from, to string, steps int) bool
	reaches = func(from, to string, steps int) bool {
		return steps < len(mayImport) && slices.ContainsFunc(mayImport[from], func(next string) bool {
			return next == to || reaches(next, to, steps+1)
		})
	}
	for area, row := range mayImport {
		if reaches(area, area, 0) {
			t.Errorf("%s would import itself", area)
		}
		for _, used := range row {
			if _, ok := mayImport[used]; !ok {
				t.Errorf("%s may use %s, which is no area", area, used)
			}
		}
	}
}

// The rules refuse what they are there for.
func TestRulesRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		refused  bool
	}{
		{"internal/outreach", "internal/people", true},
		{"internal/people", "internal/cases", true},
		{"internal/cases", "internal/people", false},
		{"internal/training", "internal/people", true},
		{"internal/platform/web", "internal/people", true},
		{"internal/platform/web", "internal/ledger", true},
		{"internal/ledger", "internal/cases", true},
		{"internal/ledger", "internal/platform/db", false},
		{"internal/cases", "internal/app", true},
		{"internal/app", "internal/cases", false},
		{"cmd/tessuto", "internal/app", false},
		{"internal/cases", "internal/util", true},
		{"migrations", "internal/platform/db", true},
	} {
		if why := refuse(c.from, c.to); (why != "") != c.refused {
			t.Errorf("%s imports %s: %q", c.from, c.to, why)
		}
	}
}

var sqlText = regexp.MustCompile(`(?is)^\s*(select\s.*|insert\s+into\s.*|update\s+\w+\s+set\s.*|delete\s+from\s.*|with\s+\w+\s+as\s*\(.*|` +
	`(create|alter|drop)\s+(unique\s+)?(table|index|schema|database)\b.*|pragma\s.*|` +
	`(and|or|where|having)\s+[\w.]+\s*(=|<|>|in\b|is\b|like\b).*|(order|group)\s+by\s.*|(left\s+)?join\s+\w+\s.*\son\s.*)$`)

// SQL stands in _store.go files and in platform/db: who looks for a query knows
// where, and use cases stay free of it.
func TestSQLStandsInStores(t *testing.T) {
	t.Parallel()
	stores := 0
	for _, s := range sources(t) {
		isStore := strings.HasSuffix(s.path, "_store.go")
		if s.test || s.generated || strings.HasPrefix(s.dir, "internal/platform/db") || strings.HasPrefix(s.dir, "test/") {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			switch {
			case err != nil || !sqlText.MatchString(text):
			case isStore:
				stores++
			default:
				t.Errorf("%s: SQL outside a _store.go: %.50q", s.at(lit), text)
			}
			return true
		})
	}
	if stores < 50 {
		t.Errorf("only %d queries were found in stores: the rule does not see them", stores)
	}
}

// readsClock are the files where the time of day comes in. Elsewhere it is
// tx.Now, which tests and the demo replace, or the DB's clock.
var readsClock = []string{"internal/platform/db/", "internal/platform/mail/mailtest/", "internal/platform/web/seen.go", "internal/app/apptest/", "cmd/", "test/"}

func TestTheClock(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		ast.Inspect(s.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok || pkg.Name != "time" {
				return true
			}
			if sel.Sel.Name == "Sleep" && s.dir != "internal/platform/db" && strings.HasPrefix(s.dir, "internal/") {
				t.Errorf("%s: time.Sleep: wait for what is awaited, not for a while", s.at(n))
			}
			isClock := slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name)
			allowed := slices.ContainsFunc(readsClock, func(p string) bool { return strings.HasPrefix(s.path, p) })
			if isClock && !allowed && !s.test {
				t.Errorf("%s: time.%s: take tx.Now, or the clock of the DB", s.at(n), sel.Sel.Name)
			}
			return true
		})
	}
}

const maxFile, maxFunc = 400, 60 // lines

func TestSize(t *testing.T) {
	t.Parallel()
	walk(t, func(path string) {
		text, err := os.ReadFile(filepath.Join("..", path))
		written := strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, ".sql")
		if n := strings.Count(string(text), "\n"); err == nil && written && !strings.HasSuffix(path, "_templ.go") && n > maxFile {
			t.Errorf("%s has %d lines, more than %d: split it by thing, not by layer", path, n, maxFile)
		}
	})
	for _, s := range sources(t) {
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || s.generated || s.test {
				continue // a test holds its table
			}
			if n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1; n > maxFunc {
				t.Errorf("%s: %s has %d lines, more than %d", s.at(f), f.Name.Name, n, maxFunc)
			}
		}
	}
}

var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "misc", "shared", "base", "lib"}

func TestPackageNames(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		name := strings.TrimSuffix(s.ast.Name.Name, "_test")
		if slices.Contains(emptyNames, name) {
			t.Errorf("%s: package %s says nothing of what it is about", s.path, name)
		}
		if dir := filepath.Base(s.dir); name != dir && name != "main" && s.dir != "migrations" {
			t.Errorf("%s: package %s in a folder called %s", s.path, name, dir)
		}
	}
}

var component = regexp.MustCompile(`(?m)^(.*)\ntempl ([A-Z]\w*)\(`)

// Every name that other packages can use says what it is.
func TestExportedNamesHaveAComment(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || s.generated || !strings.HasPrefix(s.dir, "internal/") {
			continue
		}
		for _, d := range s.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Doc == nil && d.Name.IsExported() && !wellKnown(d) {
					t.Errorf("%s: %s has no comment", s.at(d), d.Name.Name)
				}
			case *ast.GenDecl:
				undocumented(d, func(name *ast.Ident) { t.Errorf("%s: %s has no comment", s.at(name), name.Name) })
			}
		}
	}
	walk(t, func(path string) {
		text, err := os.ReadFile(filepath.Join("..", path))
		if err != nil || !strings.HasSuffix(path, ".templ") {
			return
		}
		for _, m := range component.FindAllSubmatch(text, -1) {
			if !strings.HasPrefix(string(m[1]), "//") {
				t.Errorf("%s: component %s has no comment", path, m[2])
			}
		}
	})
}

// wellKnown tells whether a method is one that everybody knows, or of a type
// that nobody else sees.
func wellKnown(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return false
	}
	receiver := f.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && !name.IsExported() || f.Name.Name == "Error" || f.Name.Name == "String"
}

// undocumented finds exported names without a comment on the group, above the
// name or behind it.
func undocumented(d *ast.GenDecl, found func(*ast.Ident)) {
	for _, spec := range d.Specs {
		var names []*ast.Ident
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Doc == nil {
				names = []*ast.Ident{spec.Name}
			}
		case *ast.ValueSpec:
			if spec.Doc == nil && spec.Comment == nil {
				names = spec.Names
			}
		}
		for _, name := range names {
			if name.IsExported() && d.Doc == nil {
				found(name)
			}
		}
	}
}
