package internal_test

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

// unaudited are the functions that write and leave no trace in the audit, with
// the reason. A new line here is read in review.
var unaudited = map[string]string{
	"app.Found":         "network.Found, which it calls, writes the entry",
	"app.askForgotten":  "nobody is known yet: the job, which finds the account, writes account.forgotten",
	"app.found":         "the demo's network, before anybody could be said to have acted",
	"app.foundBeside":   "the demo's second network, as the first",
	"network.onAccount": "runs what its caller gives it, and the caller writes the entry",

	"network.AttachAgreement": "the document is written as file.add by storage",
	"network.DetachAgreement": "the document that goes is written as file.remove by storage",

	"platform/exchange.begin":       "the file that waits is written as file.add by storage",
	"platform/exchange.saveMapping": "says how columns are read; nothing comes in yet",
	"platform/exchange.run":         "asks for the job, which writes what came in",
	"platform/exchange.runWhole":    "asks for the job, which writes what came in",
	"platform/exchange.undo":        "asks for the job, which writes what was taken out",
	"platform/exchange.workCheck":   "the report is written as file.add by storage; nothing comes in yet",
	"people.stage":                  "nobody sees it yet: the exchange kit writes import when all is shown",
	"people.nightly":                "asks for the job, which writes network.compare",
	"people.linkSome":               "nothing counts yet: Link writes network.compare when all is compared",
	"people.takeOut":                "the exchange kit writes import.undo; of what nobody saw there is nothing to say",
	"platform/exchange.drop":        "the file that goes is written as file.remove by storage",
}

// fn is what one function of a package does and calls, by name.
type fn struct {
	at             string
	writes, audits bool
	calls          map[string]bool
}

// Who changes a record leaves an entry in the audit, in the same transaction
// (design, decision 4): a function of an area, of app or of a kit that opens a
// writing transaction reaches audit.Record through its own package.
func TestWritesAreAudited(t *testing.T) {
	t.Parallel()
	packages := map[string]map[string]*fn{}
	for _, s := range sources(t) {
		name := strings.TrimPrefix(s.dir, "internal/")
		_, area := mayImport[name]
		kit := slices.Contains([]string{"app", "platform/task", "platform/comment", "platform/codelist", "platform/exchange"}, name)
		if s.test || s.generated || !area && !kit {
			continue
		}
		if packages[name] == nil {
			packages[name] = map[string]*fn{}
		}
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				packages[name][f.Name.Name] = merge(packages[name][f.Name.Name], read(s, f))
			}
		}
	}
	writers := 0
	for dir, functions := range packages {
		for name, f := range functions {
			if !f.writes {
				continue
			}
			writers++
			key := dir + "." + name
			if reaches(functions, name, map[string]bool{}) == (unaudited[key] != "") {
				t.Errorf("%s: %s writes and leaves no entry in the audit, or is in the list for nothing", f.at, key)
			}
			delete(unaudited, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(unaudited)) {
		t.Errorf("%s writes nothing: take it out of the list", key)
	}
	if writers < 40 {
		t.Errorf("only %d functions write", writers)
	}
}

// read gathers what a function does, with the functions written in it. What it
// calls are functions by their name, and methods of what it holds itself: those
// of a field belong to another package.
func read(s source, f *ast.FuncDecl) *fn {
	out := &fn{at: s.at(f), calls: map[string]bool{}}
	imported := map[string]bool{}
	for _, spec := range s.ast.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		imported[path[strings.LastIndex(path, "/")+1:]] = true
	}
	called := func(e ast.Expr) {
		switch e := e.(type) {
		case *ast.Ident:
			out.calls[e.Name] = true
		case *ast.SelectorExpr:
			if x, ok := e.X.(*ast.Ident); ok && !imported[x.Name] {
				out.calls[e.Sel.Name] = true
			}
		}
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			on := strings.ToLower(last(n.X))
			out.writes = out.writes || on == "db" && n.Sel.Name == "Write"
			out.audits = out.audits || (on == "audit" || on == "log") && (n.Sel.Name == "Record" || n.Sel.Name == "Append")
		case *ast.CallExpr:
			called(n.Fun)
			for _, arg := range n.Args {
				called(arg) // a function that is handed on is called too
			}
		}
		return true
	})
	return out
}

// last is the name at the end of an expression: db of m.db.
func last(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// merge joins methods of one name on several types.
func merge(a, b *fn) *fn {
	if a == nil {
		return b
	}
	a.writes, a.audits = a.writes || b.writes, a.audits || b.audits
	maps.Copy(a.calls, b.calls)
	return a
}

func reaches(all map[string]*fn, name string, seen map[string]bool) bool {
	f := all[name]
	if f == nil || seen[name] {
		return false
	}
	seen[name] = true
	if f.audits {
		return true
	}
	for call := range f.calls {
		if reaches(all, call, seen) {
			return true
		}
	}
	return false
}
