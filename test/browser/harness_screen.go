package browser

import (
	"context"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Dark makes the person's machine prefer a dark screen, or a light one.
func (p *Page) Dark(on bool) {
	p.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}, {Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		p.t.Fatalf("dark: %v", err)
	}
}

// Zoom shows the page as the browser's own zoom does: a window of that many
// screen pixels in which each pixel of the page is that many of the screen. At 4
// a window of 1280 by 1024 has room for 320 by 256.
func (p *Page) Zoom(width, height int, factor float64) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(float64(width) / factor), Height: int64(float64(height) / factor), DeviceScaleFactor: factor,
	})
	if err != nil {
		p.t.Fatalf("zoom: %v", err)
	}
}

// PDF prints the page as its reader would, tagged, and returns the file.
func (p *Page) PDF() []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	yes := true
	result, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{
		GenerateTaggedPDF: &yes, GenerateDocumentOutline: &yes, PreferCSSPageSize: &yes, PrintBackground: &yes,
	})
	if err != nil {
		p.t.Fatalf("print: %v", err)
	}
	return result.Data
}

// Eval runs a script of the test in the page and returns the text it comes to.
func (p *Page) Eval(script string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
	if err != nil {
		p.t.Fatalf("script: %v", err)
	}
	return text
}

// Tab presses the key and does not wait for what may follow: a walk through a
// page asks for nothing.
func (p *Page) Tab() {
	p.t.Helper()
	p.do("Tab", chromedp.KeyEvent(kb.Tab))
}

// WaitURL waits until the address of the page holds the text.
func (p *Page) WaitURL(text string) {
	p.t.Helper()
	for late := time.Now().Add(Patience); !strings.Contains(p.URL(), text); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			p.t.Fatalf("the address is %s, without %s", p.URL(), text)
		}
	}
	p.settle("go to "+text, -1)
}

// Paper shows the page as it would be printed, on a machine that prefers dark.
func (p *Page) Paper() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	if err != nil {
		p.t.Fatalf("paper: %v", err)
	}
}
