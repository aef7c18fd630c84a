// Package pdf prints a page that the program made into a PDF, with the Chromium
// of this machine. The page is handed over in memory and carries its styles in
// itself: Chromium opens no address, asks nobody anything, runs no script of the
// page, and keeps its own files in a folder that is removed with it.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// ErrMissing is returned where there is no Chromium.
var ErrMissing = errors.New("pdf: no Chromium on this machine")

// within is how long a page may take, waiting for the one before it included.
const within = 30 * time.Second

// An A4 sheet, in inches.
const a4Width, a4Height = 210 / 25.4, 297 / 25.4

// Printer prints one page at a time: a Chromium takes more memory than the rest of
// the program.
type Printer struct {
	chromium string
	turn     chan struct{}
}

// New returns a printer that uses the Chromium at that path; empty is one that the
// PATH leads to.
func New(chromium string) *Printer {
	names := []string{chromium}
	if chromium == "" {
		names = []string{"chromium", "chromium-browser", "google-chrome"}
	}
	p := &Printer{turn: make(chan struct{}, 1)}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			p.chromium = path
			break
		}
	}
	return p
}

// Available tells whether there is a Chromium. Whether it starts is known by
// Print only.
func (p *Printer) Available() bool { return p.chromium != "" }

// Print returns a whole HTML document as a tagged PDF, on A4 unless its
// styles name another paper. What the document refers to outside itself is left out. It returns
// ErrMissing, or why Chromium did not print within half a minute.
func (p *Printer) Print(ctx context.Context, html []byte) (out []byte, err error) {
	if !p.Available() {
		return nil, ErrMissing
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	folder, err := os.MkdirTemp("", "tessuto-pdf-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if out, err = print(ctx, p.chromium, folder, string(html)); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return out, nil
}

// print starts a Chromium that keeps what it writes in the folder, and ends it.
// Chromium keeps its sandbox, which only root cannot have. It sees none of the
// program's environment, where secrets are.
func print(ctx context.Context, chromium, folder, html string) ([]byte, error) {
	ctx, end := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium),
		chromedp.DisableGPU,
		chromedp.UserDataDir(filepath.Join(folder, "profile")),
		chromedp.NoInheritEnv,
		chromedp.Env("PATH="+os.Getenv("PATH"), "HOME="+folder, "TMPDIR="+folder),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
	)...)
	defer end() // and wait until it has ended
	quiet := func(string, ...any) {}
	ctx, cancel := chromedp.NewContext(ctx, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))
	defer cancel()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		return nil, err
	}
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: html}); err != nil {
		return nil, err
	}
	yes := true
	printed, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{
		GenerateTaggedPDF: &yes, GenerateDocumentOutline: &yes, PreferCSSPageSize: &yes, PrintBackground: &yes,
		PaperWidth: a4Width, PaperHeight: a4Height,
	})
	return printed.Data, err
}
