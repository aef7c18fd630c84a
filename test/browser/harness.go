// Package browser drives a real Chromium through the pages, as a person would:
// it clicks what can be seen, waits for what follows, and notices what a person
// behind the screen would not: a broken policy, an error in the console, a call
// to somebody else's server, a label that a screen reader cannot find.
//
// A test binary starts one Chromium; each page is a private window of it.
//
//	func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }
//
//	func TestLogin(t *testing.T) {
//		p := browser.Start(t).NewPage(t, 1280, 900, "it")
//		p.Goto(server.URL + "/accesso")
//		p.Fill("email", "sportello@demo.tessuto.example")
//		p.Submit("Entra")
//		p.WaitText("Da fare oggi")
//		p.Axe(t)
//	}
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Patience is how long an action waits for what it needs before it fails the
// test. Machines that run tests are slow and shared.
const Patience = time.Minute

// Browser is the Chromium of this test binary.
type Browser struct {
	ctx       context.Context
	cancel    context.CancelFunc
	userAgent string
	pages     atomic.Int64
}

var shared struct {
	sync.Mutex
	*Browser
}

// Start returns the Chromium of this test binary, started the first time. A
// test is skipped where there is no Chromium, and fails instead when CI says
// that all tests must run.
func Start(t testing.TB) *Browser {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.Browser != nil && shared.Browser.ctx.Err() == nil {
		return shared.Browser
	}
	path := chromium()
	if path == "" && os.Getenv("CI") != "" {
		t.Fatal("no Chromium, and CI is set: install it (make deps)")
	}
	if path == "" {
		t.Skip("no Chromium: install it to run this test (make deps)")
	}
	b, err := launch(path)
	if err != nil {
		t.Fatalf("Chromium (%s) did not start: %v", path, err)
	}
	shared.Browser = b
	return b
}

// Main runs the tests of a package and closes its Chromium. Without it the
// browser ends with the process all the same, but leaves its profile behind.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.Browser != nil {
		shared.Browser.stop()
		shared.Browser = nil
	}
	return code
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func launch(path string) (*Browser, error) {
	// A root without a sandbox is the rule in containers, and these pages are
	// ours. The rest keeps Chromium from calling home, which a closed network
	// refuses many times a minute.
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithErrorf(func(string, ...any) {}))
	b := &Browser{ctx: ctx, cancel: func() { cancel(); cancelAlloc() }}
	version, err := chromedp.CallBrowser(ctx, cdpbrowser.GetVersion, cdp.Empty{})
	if err != nil {
		b.cancel()
		return nil, err
	}
	b.userAgent = version.UserAgent
	return b, nil
}

func (b *Browser) stop() {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	_ = chromedp.Cancel(ctx) // gently, so that the profile is removed; then by force
	b.cancel()
}

// Page is a window of the browser, with cookies of its own. Its methods fail
// the test they were made for, and wait until what they started has ended.
type Page struct {
	t     testing.TB
	ctx   context.Context
	watch *watch
	base  string // the address that paths are added to
	id    int64
	scope []within
}

// NewPage opens a window of this size, in which the person prefers lang. When
// the test ends, the page must be clean (see Clean); when it fails, a picture
// of the page and its HTML are left in test/out.
func (b *Browser) NewPage(t testing.TB, width, height int, lang string) *Page {
	t.Helper()
	w := newWatch()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(w.event))
	p := &Page{t: t, ctx: ctx, watch: w, id: b.pages.Add(1)}
	t.Cleanup(func() {
		if !t.Failed() {
			p.Clean(t)
		}
		if t.Failed() {
			p.keep(t)
		}
		cancel()
	})
	if err := p.prepare(b.userAgent, width, height, lang); err != nil {
		t.Fatalf("new page: %v", err)
	}
	return p
}

// prepare sets up what must hold before the first document loads.
func (p *Page) prepare(userAgent string, width, height int, lang string) error {
	if err := chromedp.Do(p.ctx, chromedp.EmulateViewport(int64(width), int64(height))); err != nil {
		return err
	}
	p.watch.open(p.ctx)
	_, err := chromedp.Call(p.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: userAgent, AcceptLanguage: lang,
	})
	if err != nil {
		return err
	}
	// Movement only makes tests slow and pictures differ.
	_, err = chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if err != nil {
		return err
	}
	// Several windows are open at once; each must believe that it is in front.
	_, err = chromedp.Call(p.ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	if err != nil {
		return err
	}
	if _, err = chromedp.Call(p.ctx, runtime.AddBinding, runtime.AddBindingParams{Name: reportBinding}); err != nil {
		return err
	}
	_, err = chromedp.Call(p.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: reportScript})
	return err
}

// repository returns a path in the repository, wherever the test runs.
func repository(elem ...string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(append([]string{dir}, elem...)...), nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
	}
}
