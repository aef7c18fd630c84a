package policy_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

var update = flag.Bool("update", false, "write testdata/matrix.golden from the code")

// constants reads the values of the constants of a type from permission.go, so
// that a new one cannot be left out of a test.
func constants(t *testing.T, typeName string) (out []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "permission.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		g, ok := decl.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			if name, ok := v.Type.(*ast.Ident); !ok || name.Name != typeName {
				continue
			}
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, text)
		}
	}
	return out
}

// Who may do what is a table that is read in review: go test -update writes it.
func TestMatrix(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# role x permission; go test ./internal/platform/policy -update writes it\n")
	for _, p := range constants(t, "Permission") {
		fmt.Fprintf(&b, "%-20s", p)
		for _, r := range policy.Roles {
			if (policy.Actor{AccountID: "a", Role: r}).May(policy.Permission(p)) {
				b.WriteString(" " + string(r))
			}
		}
		b.WriteString("\n")
	}
	got := strings.ReplaceAll(b.String(), " \n", "\n")
	const path = "testdata/matrix.golden"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("rights changed; if that is meant, run with -update and read the diff\ngot:\n%s\nwant:\n%s", got, want)
	}
}

func TestRolesListsEveryRole(t *testing.T) {
	t.Parallel()
	var listed []string
	for _, r := range policy.Roles {
		listed = append(listed, string(r))
	}
	if all := constants(t, "Role"); !slices.Equal(all, listed) || len(all) < 12 {
		t.Errorf("Roles is %v, the constants are %v", listed, all)
	}
}

func TestCaseSectionsListsEverySectionOfACase(t *testing.T) {
	t.Parallel()
	for _, s := range constants(t, "Section") {
		section := policy.Section(s)
		other := section == policy.Any || section == policy.Identity || section == policy.Whole
		if slices.Contains(policy.CaseSections, section) == other {
			t.Errorf("%q: in CaseSections %v", s, !other)
		}
	}
	if len(policy.Areas) != 6 {
		t.Errorf("%d areas", len(policy.Areas))
	}
}

func TestEveryKindHasAReadingPermission(t *testing.T) {
	t.Parallel()
	kinds := constants(t, "Kind")
	for _, k := range kinds {
		if p := policy.Reading(policy.Kind(k)); p == "" || p == policy.Public || p == policy.Home {
			t.Errorf("reading a %s needs %q", k, p)
		}
	}
	if len(kinds) < 5 || policy.Reading("nothing") != "" {
		t.Error("kinds", kinds)
	}
}

// Nobody holds anything but what is public; a role that is not in the table
// holds nothing but a home.
func TestMay(t *testing.T) {
	t.Parallel()
	for _, p := range constants(t, "Permission") {
		perm := policy.Permission(p)
		if (policy.Actor{Role: policy.SocialWorker}).May(perm) != (perm == policy.Public) {
			t.Errorf("nobody, %s", p)
		}
		unknown := policy.Actor{AccountID: "a", Role: "owner"}
		if unknown.May(perm) != (perm == policy.Public || perm == policy.Home) {
			t.Errorf("an unknown role, %s", p)
		}
	}
	if (policy.Actor{AccountID: "a", Role: policy.Admin}).May("") {
		t.Error("a route without a permission is open")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		actor policy.Actor
		ask   policy.Permission
		want  errs.Code
	}{
		{policy.Actor{}, policy.CaseRead, errs.SignIn},
		{policy.Actor{AccountID: "a", Role: policy.Mediator}, policy.CaseRead, errs.Forbidden},
		{policy.Actor{AccountID: "a", Role: policy.SocialWorker}, policy.CaseRead, ""},
	} {
		got, err := policy.Check(policy.With(t.Context(), c.actor), c.ask)
		if c.want == "" && err != nil || c.want != "" && errs.CodeOf(err) != c.want || got != c.actor {
			t.Errorf("%+v: %v, want %q", c.actor, err, c.want)
		}
	}
	if a := policy.From(t.Context()); a.SignedIn() {
		t.Error("an empty context has an actor")
	}
}

// Those who run the house see nobody's record, and nobody's figures in full.
func TestWhoNeverSeesRecords(t *testing.T) {
	t.Parallel()
	for _, role := range []policy.Role{policy.Admin, policy.Regional, policy.ProgrammeLead, policy.Evaluator, policy.DPO, policy.Trainer} {
		for _, kind := range constants(t, "Kind") {
			if kind == string(policy.Body) {
				continue // what a table says of the programme is nobody's record
			}
			if role.Holds(policy.Reading(policy.Kind(kind))) {
				t.Errorf("%s reads a %s", role, kind)
			}
		}
	}
	if policy.Regional.Holds(policy.RecordsRead) || policy.Regional.Holds(policy.FiguresInFull) {
		t.Error("the region sees aggregates only")
	}
}
