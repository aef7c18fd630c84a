package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// words are the flags, the variables and the commands that the program knows.
func words(t *testing.T) (flags, envs, commands []string) {
	t.Helper()
	k, err := kong.New(&cli, kong.Vars{"version": "0"}, kong.BindTo(t.Context(), (*context.Context)(nil)))
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n *kong.Node, path string)
	walk = func(n *kong.Node, path string) {
		if path != "" {
			commands = append(commands, path)
		}
		for _, f := range n.Flags {
			flags, envs = append(flags, f.Name), append(envs, f.Envs...)
		}
		for _, c := range n.Children {
			walk(c, strings.TrimSpace(path+" "+c.Name))
		}
	}
	walk(k.Model.Node, "")
	return flags, envs, commands
}

var (
	flagWord    = regexp.MustCompile(`(?:^|[\s\x60"])--([a-z][a-z-]+)`)
	envWord     = regexp.MustCompile(`TESSUTO_[A-Z_]+`)
	commandWord = regexp.MustCompile(`(?:^|[\x60/( ])tessuto ((?:backup|restore|serve|demo|migrate|user|token|pack|keys|verify|openapi|health)(?: (?:rewrap|backup|restore|check|load)\b)?)`)
	// others are flags of other programs in those files.
	others = []string{"now", "prefix", "ignore-scripts", "no-audit", "no-fund", "no-install-recommends", "from", "chown", "chmod", "interval", "timeout",
		"start-period", "help"}
)

// What the files for operation and the README name is there.
func TestWhatIsNamedExists(t *testing.T) {
	t.Parallel()
	flags, envs, commands := words(t)
	var files []string
	for _, pattern := range []string{"../../deploy/*", "../../README.md", "../../docs/manual/it/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	named := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		check := func(what string, exp *regexp.Regexp, known []string) {
			for _, m := range exp.FindAllStringSubmatch(text, -1) {
				word := m[len(m)-1]
				if named++; !slices.Contains(known, word) {
					t.Errorf("%s names the %s %s, which there is not", file, what, word)
				}
			}
		}
		check("flag", flagWord, append(others, flags...))
		check("variable", envWord, append([]string{"TESSUTO_TEST_S3", "TESSUTO_TEST_PG"}, envs...))
		check("command", commandWord, commands)
	}
	if named < 30 {
		t.Errorf("only %d names were found", named)
	}
}

// Each setting has its row in the README.
func TestSettingsAreInTheReadme(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, envs, _ := words(t)
	for _, env := range envs {
		if !strings.Contains(string(content), "`"+env+"`") {
			t.Errorf("the table of settings has no row for %s", env)
		}
	}
}

// systemd understands the unit.
func TestUnit(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze")
	}
	content, err := os.ReadFile("../../deploy/tessuto.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "tessuto.service")
	text := strings.ReplaceAll(string(content), "/usr/local/bin/tessuto", "/bin/true") // it is not installed here
	if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(analyze, "verify", "--man=no", unit).CombinedOutput()
	if err != nil || strings.Contains(string(out), "tessuto.service") {
		t.Errorf("%v\n%s", err, out)
	}
}
