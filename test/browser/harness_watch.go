package browser

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// calm is how long nothing must move before a page counts as settled.
const calm = 60 * time.Millisecond

// watch hears everything the browser says about one page. It answers whether
// the page has settled, and remembers what should not have happened.
type watch struct {
	mu       sync.Mutex
	ctx      context.Context
	frame    string                     // the page's own frame
	hosts    []string                   // servers that the test asked for itself
	pending  map[network.RequestID]wait // documents and fetches under way
	loader   cdp.LoaderID               // of the document that is shown
	started  int                        // how many there have ever been
	moved    time.Time                  // when one last started or ended
	status   int                        // of the last document
	findings []finding
	expected []int
}

// wait is a request under way, and the document that asked for it.
type wait struct {
	address string
	loader  cdp.LoaderID
	fetch   bool
}

// finding is something that a clean page does not do.
type finding struct {
	what   string
	status int // of the answer it is about, or 0
}

func newWatch() *watch { return &watch{pending: map[network.RequestID]wait{}} }

// open tells the watch which page it watches.
func (w *watch) open(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ctx, w.frame = ctx, string(chromedp.FromContext(ctx).Target.TargetID)
}

// event runs in the loop that reads the browser's messages: it must be quick
// and may not ask the browser anything.
func (w *watch) event(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		w.request(e)
	case *network.EventResponseReceived:
		w.response(e)
	case *network.EventLoadingFinished:
		w.end(e.RequestID)
	case *network.EventLoadingFailed:
		if !e.Canceled && e.ErrorText != "net::ERR_ABORTED" {
			w.find(0, "request failed: %s %s", e.ErrorText, w.pending[e.RequestID].address)
		}
		w.end(e.RequestID)
	case *page.EventFrameNavigated:
		if string(e.Frame.ID) == w.frame {
			w.loader = e.Frame.LoaderID
		}
	case *runtime.EventBindingCalled:
		if e.Name == reportBinding {
			w.find(0, "content security policy: %s", e.Payload)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			w.find(0, "console: %s", consoleText(e.Args))
		}
	case *runtime.EventExceptionThrown:
		w.find(0, "exception: %s", exceptionText(e.ExceptionDetails))
	case *log.EventEntryAdded:
		// What the network did is known better from its own events.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			w.find(0, "%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *page.EventJavascriptDialogOpening:
		// People say yes to what they asked for.
		go func() {
			_, _ = chromedp.Call(w.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

func (w *watch) request(e *network.EventRequestWillBeSent) {
	if u, err := url.Parse(e.Request.URL); err == nil && strings.HasPrefix(u.Scheme, "http") && !slices.Contains(w.hosts, u.Host) {
		w.find(0, "request to another server: %s", e.Request.URL)
	}
	switch e.Type {
	case network.ResourceTypeDocument, network.ResourceTypeXHR, network.ResourceTypeFetch:
		if _, redirected := w.pending[e.RequestID]; !redirected {
			w.started++
		}
		w.pending[e.RequestID] = wait{e.Request.URL, e.LoaderID, e.Type != network.ResourceTypeDocument}
		w.moved = time.Now()
	}
}

func (w *watch) response(e *network.EventResponseReceived) {
	status := int(e.Response.Status)
	if e.Type == network.ResourceTypeDocument && string(e.FrameID) == w.frame {
		w.status = status
	}
	if status >= 400 {
		w.find(status, "answer %d: %s", status, e.Response.URL)
	}
}

func (w *watch) end(id network.RequestID) {
	if _, ok := w.pending[id]; ok {
		delete(w.pending, id)
		w.moved = time.Now()
	}
}

func (w *watch) find(status int, format string, args ...any) {
	w.findings = append(w.findings, finding{what: strings.TrimSpace(fmt.Sprintf(format, args...)), status: status})
}

func consoleText(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		if s := strings.Trim(string(a.Value), `"`); s != "" {
			words = append(words, s)
		} else {
			words = append(words, a.Description)
		}
	}
	return strings.Join(words, " ")
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

// allow adds the server of an address that the test itself asked for.
func (w *watch) allow(address string) {
	u, err := url.Parse(address)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && !slices.Contains(w.hosts, u.Host) {
		w.hosts = append(w.hosts, u.Host)
	}
}

// requests returns how many documents and fetches were ever started.
func (w *watch) requests() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.started
}

// quiet says whether nothing is under way; otherwise what is.
func (w *watch) quiet() (bool, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pending {
		if p.fetch && p.loader != w.loader {
			continue // the browser drops it with its document, and does not always say so
		}
		return false, "still waiting for " + p.address
	}
	return time.Since(w.moved) >= calm, "requests follow each other"
}

// take returns what was found and not expected, and forgets both.
func (w *watch) take() []finding {
	w.mu.Lock()
	defer w.mu.Unlock()
	var rest []finding
	for _, f := range w.findings {
		if !w.isExpected(f) {
			rest = append(rest, f)
		}
	}
	w.findings, w.expected = nil, nil
	return rest
}

// isExpected: htmx writes to the console as well that an answer was no success.
func (w *watch) isExpected(f finding) bool {
	return slices.ContainsFunc(w.expected, func(status int) bool {
		return f.status == status || strings.Contains(f.what, fmt.Sprintf("Status Error Code %d", status))
	})
}

// Expect says that answers with these statuses are part of the story, until the
// next Clean.
func (p *Page) Expect(status ...int) {
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	p.watch.expected = append(p.watch.expected, status...)
}

// Status returns the HTTP status of the document that is shown.
func (p *Page) Status() int {
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	return p.watch.status
}

// Clean fails the test for everything since the last Clean that a good page
// does not do: a violated policy, an error in the console, an exception, a
// failed request, a call to another server. NewPage calls it when a test ends.
func (p *Page) Clean(t testing.TB) {
	t.Helper()
	// Reports of the page are queued behind what caused them: a round trip and a
	// turn of the page's own queue bring them here.
	_, _ = p.evaluate("settled", nil)
	time.Sleep(calm / 2)
	_, _ = p.evaluate("settled", nil)
	for _, f := range p.watch.take() {
		t.Errorf("the page is not clean: %s", f.what)
	}
}

// settle waits until nothing is under way and the document is whole. Before
// that, when a request is expected, it waits for one that was started after the
// given count; it returns false when none came.
func (p *Page) settle(what string, expectAfter int) bool {
	p.t.Helper()
	if expectAfter >= 0 {
		for late := time.Now().Add(3 * time.Second); p.watch.requests() <= expectAfter; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(late) {
				return false
			}
		}
	}
	why := ""
	for late := time.Now().Add(Patience); time.Now().Before(late); time.Sleep(10 * time.Millisecond) {
		var quiet bool
		if quiet, why = p.watch.quiet(); !quiet {
			continue
		}
		a, err := p.evaluate("settled", nil)
		if err != nil {
			why = err.Error()
			continue
		}
		if why = a.Why; a.OK {
			if quiet, why = p.watch.quiet(); quiet {
				return true
			}
		}
	}
	p.t.Fatalf("%s: the page did not settle within %s: %s", what, Patience, why)
	return false
}
