// Package manual takes the pictures of the manual from the demo, and holds the
// manual against the program: each picture is taken by a step that works, each
// word in bold stands on the screen.
package manual

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/locales"
	"tessuto/test/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

const (
	folder  = "../../docs/manual"
	maxSize = 80 << 10 // of a picture, in bytes
)

// step is a picture: who looks at which page, and what is done there first.
type step struct {
	name, who, path string
	do              func(p *browser.Page)
}

// steps are the pictures of the manual. A form that is filled is the last of whoever
// fills it: the page asks before it is left.
var steps = []step{
	{"signin", "", "/sign-in", nil},
	{"people", "sportello", "/people?q=Fatima", nil},
	{"desk", "sportello", "/desk", func(p *browser.Page) {
		p.Check("requests", "housing")
		p.Check("requests", "school")
	}},
	{"home", "assistente", "/home", nil},
	{"case", "assistente", "/cases", openFirst("/cases/")},
	{"intervention", "assistente", "/cases", func(p *browser.Page) {
		openFirst("/cases/")(p)
		p.Goto(p.URL() + "/interventions/new")
	}},
	{"appointments", "mediatore", "/appointments", nil},
	{"programme", "capofila", "/programmes/reboot#logframe", nil},
	{"indicator", "capofila", "/programmes/reboot/indicators/3.2-nuclei", nil},
	{"body", "capofila", "/bodies?programme=fasi", openFirst("/bodies/")},
	{"presence", "pistoia.responsabile", "/meetings?show=minutes", func(p *browser.Page) {
		openFirst("/meetings/")(p)
		p.Goto(p.URL() + "/presence")
	}},
	{"audit", "dpo", "/audit", nil},
	{"accounts", "admin", "/accounts", nil},
}

// openFirst follows the first link in the page to something under a path.
func openFirst(under string) func(p *browser.Page) {
	return func(p *browser.Page) {
		m := regexp.MustCompile(`<main.*?href="(` + under + `[0-9a-z][^"/?]*)"`).FindStringSubmatch(strings.ReplaceAll(strings.ReplaceAll(p.HTML(), "\n", " "), under+"new", ""))
		if m == nil {
			p.WaitText("a link to something under " + under)
			return
		}
		base, _, _ := strings.Cut(strings.TrimPrefix(p.URL(), "http://"), "/")
		p.Goto("http://" + base + m[1])
	}
}

// TestPictures takes every picture. With MANUAL=write (make manual) they go into
// the manual; otherwise the steps are only walked.
func TestPictures(t *testing.T) {
	t.Parallel()
	base := apptest.Serve(t, apptest.Demo(t, "sqlite"))
	pages := map[string]*browser.Page{}
	for _, s := range steps {
		p := pages[s.who]
		if p == nil {
			p = browser.Start(t).NewPage(t, 1100, 760, "it")
			if pages[s.who] = p; s.who != "" {
				p.Goto(base + "/sign-in")
				p.Fill("email", apptest.Mail(s.who))
				p.Fill("password", apptest.Password)
				p.Submit("Accedi")
				p.WaitText("La mia giornata")
			}
		}
		p.Goto(base + s.path)
		if s.do != nil {
			s.do(p)
		}
		if p.Status() != 200 {
			t.Errorf("%s: %d", s.name, p.Status())
		}
		picture := small(t, p.Picture())
		if len(picture) > maxSize {
			t.Errorf("%s has %d bytes", s.name, len(picture))
		}
		if os.Getenv("MANUAL") != "write" {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, "img", s.name+".png"), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// texts reads the manual.
func texts(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(folder + "/it/*.md")
	if err != nil || len(files) < 8 {
		t.Fatal(err, files)
	}
	out := map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(file)] = string(content)
	}
	return out
}

var (
	picture = regexp.MustCompile(`!\[([^\]]*)\]\(\.\./img/([^)]*)\.png\)`)
	bold    = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	link    = regexp.MustCompile(`\]\(([^)]+\.md)\)`)
)

// Every picture that the manual names is taken, is there and is small; none is
// taken for nothing.
func TestEveryPictureHasAStep(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for file, text := range texts(t) {
		for _, m := range picture.FindAllStringSubmatch(text, -1) {
			shown[m[2]] = true
			if m[1] == "" {
				t.Errorf("%s: the picture %s says nothing to who does not see it", file, m[2])
			}
			if !slices.ContainsFunc(steps, func(s step) bool { return s.name == m[2] }) {
				t.Errorf("%s: no step takes the picture %s", file, m[2])
			}
			info, err := os.Stat(filepath.Join(folder, "img", m[2]+".png"))
			if err != nil || info.Size() > maxSize {
				t.Errorf("%s: the picture %s is not there, or too large: make manual (%v)", file, m[2], err)
			}
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(folder, "it", m[1])); err != nil {
				t.Errorf("%s leads nowhere: %v", file, err)
			}
		}
	}
	for _, s := range steps {
		if !shown[s.name] {
			t.Errorf("no page shows the picture %s", s.name)
		}
	}
}

// Every word in bold is one that the program says.
func TestEveryLabelIsOnTheScreen(t *testing.T) {
	t.Parallel()
	said := labels(t)
	for file, text := range texts(t) {
		for _, m := range bold.FindAllStringSubmatch(text, -1) {
			if !said[m[1]] && m[1] != "grassetto" {
				t.Errorf("%s: %q is not what the program says", file, m[1])
			}
		}
	}
}

// labels are the values of the Italian catalogue.
func labels(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	files, err := fs.Glob(locales.FS, "*.it.json")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		content, err := fs.ReadFile(locales.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]any
		if err := json.Unmarshal(content, &all); err != nil {
			t.Fatal(file, err)
		}
		for _, v := range all {
			if text, ok := v.(string); ok {
				out[text] = true
			}
		}
	}
	return out
}

// Each address that the table of the social record names is a page of the program.
func TestEveryAddressIsAPage(t *testing.T) {
	t.Parallel()
	pages, named := map[string]bool{}, regexp.MustCompile("`(/[^`]*)`").FindAllStringSubmatch(texts(t)["cartella-sociale.md"], -1)
	for _, rt := range apptest.Demo(t, "sqlite").Routes() {
		pages[rt.Pattern] = pages[rt.Pattern] || rt.Method == http.MethodGet
	}
	for _, m := range named {
		if !pages[m[1]] {
			t.Errorf("%s is no page", m[1])
		}
	}
	if len(named) < 40 {
		t.Errorf("only %d addresses are named", len(named))
	}
}
