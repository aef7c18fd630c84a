package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeSource reads axe-core once; it comes with the npm packages of web/.
var axeSource = sync.OnceValues(func() (string, error) {
	path, err := repository("web", "node_modules", "axe-core", "axe.min.js")
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(path)
	return string(b), err
})

type violation struct {
	ID    string
	Help  string
	Nodes []struct{ Target, HTML, Why string }
}

// Axe fails the test for every violation of WCAG 2.2, levels A and AA, that
// axe-core finds on the page: the rule, and where.
func (p *Page) Axe(t testing.TB) {
	t.Helper()
	source, err := axeSource()
	if err != nil {
		t.Fatalf("axe-core is missing (make deps): %v", err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, 2*Patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void]("window.axe ? undefined : (() => {"+source+"})()")); err != nil {
		t.Fatalf("axe: %v", err)
	}
	violations, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](axeScript, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("axe: %v", err)
	}
	for _, v := range violations {
		t.Errorf("axe, on %s: %s", p.where(), v)
	}
}

// String names the rule, then at most eight places where it is broken.
func (v violation) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %s", v.ID, v.Help)
	for i, n := range v.Nodes {
		if i == 8 {
			fmt.Fprintf(&s, "\n  and %d more", len(v.Nodes)-i)
			break
		}
		why := strings.Join(strings.Fields(n.Why), " ")
		fmt.Fprintf(&s, "\n  %s\n    %s\n    %s", n.Target, n.HTML, why)
	}
	return s.String()
}

// Overflow fails the test when the page is wider than its window, so that a
// person on a phone would have to scroll sideways; it names what sticks out.
func (p *Page) Overflow(t testing.TB) {
	t.Helper()
	a, err := p.evaluate("wide", nil)
	if err != nil {
		t.Fatalf("overflow: %v", err)
	}
	if !a.OK {
		t.Errorf("%s: %s", p.where(), a.Why)
	}
}

// Screenshot writes a picture of the whole page to test/out/NAME.png, for who asks to
// look at it: PICTURES=1. Where nobody looks it takes longer than all that is tested.
func (p *Page) Screenshot(t testing.TB, name string) {
	if os.Getenv("PICTURES") != "" {
		p.screenshot(t, name)
	}
}

func (p *Page) screenshot(t testing.TB, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Errorf("screenshot: %v", err)
		return
	}
	p.write(t, name+".png", png)
}

// keep leaves the page behind as it was when its test failed.
func (p *Page) keep(t testing.TB) {
	name := fmt.Sprintf("failed-%s-%d", t.Name(), p.id)
	p.screenshot(t, name)
	if a, err := p.evaluate("html", nil); err == nil {
		p.write(t, name+".html", []byte(a.Text))
	}
}

var notInNames = regexp.MustCompile(`[^\p{L}\p{N}._-]+`)

func (p *Page) write(t testing.TB, name string, content []byte) {
	path, err := repository("test", "out", notInNames.ReplaceAllString(name, "-"))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, content, 0o644)
	}
	if err != nil {
		t.Errorf("screenshot: %v", err)
		return
	}
	t.Logf("see %s", path)
}
