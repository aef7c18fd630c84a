package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// within narrows what a page's methods look at.
type within struct{ Selector, Text string }

// answer is what pageScript says.
type answer struct {
	OK   bool
	Why  string
	Text string
	List []string
	X, Y float64
	Asks bool
}

// evaluate asks the page once. An error means that it could not be asked, as
// happens while one document gives way to another.
func (p *Page) evaluate(op string, arg any) (answer, error) {
	scope := p.scope
	if scope == nil || op == "settled" {
		scope = []within{}
	}
	in, err := json.Marshal([]any{op, scope, arg})
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[answer](pageScript+"(..."+string(in)+")"))
}

// ask asks until the page agrees, and fails the test when it never does.
func (p *Page) ask(what, op string, arg any) answer {
	p.t.Helper()
	a, why := p.try(op, arg, Patience)
	if why != "" {
		p.t.Fatalf("%s, on %s: %s", what, p.where(), why)
	}
	return a
}

// try asks until the page agrees or the time is over; then it says why not.
func (p *Page) try(op string, arg any, patience time.Duration) (answer, string) {
	var why string
	for late := time.Now().Add(patience); ; time.Sleep(15 * time.Millisecond) {
		a, err := p.evaluate(op, arg)
		switch {
		case err != nil:
			why = err.Error()
		case a.OK:
			return a, ""
		default:
			why = a.Why
		}
		if time.Now().After(late) {
			return answer{}, why
		}
	}
}

func (p *Page) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

func (p *Page) where() string {
	ctx, cancel := context.WithTimeout(p.ctx, 2*time.Second)
	defer cancel()
	address, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "an unknown page"
	}
	return address
}

// Within returns the page narrowed to the first element that the CSS selector
// matches and that contains the text, if one is given: p.Within("tr", "Amina").
func (p *Page) Within(selector string, text ...string) *Page {
	narrow := *p
	narrow.scope = append(append([]within{}, p.scope...), within{selector, strings.Join(text, " ")})
	return &narrow
}

// Goto opens an address, or a path on the server opened before.
func (p *Page) Goto(address string) {
	p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.base + address
	} else if scheme, rest, ok := strings.Cut(address, "://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		p.base = scheme + "://" + host
	}
	p.watch.allow(address)
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	result, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: address})
	if err != nil {
		p.t.Fatalf("go to %s: %v", address, err)
	}
	if result.ErrorText != "" && result.ErrorText != "net::ERR_ABORTED" {
		p.t.Fatalf("go to %s: %s", address, result.ErrorText)
	}
	p.settle("go to "+address, -1)
}

// Reload opens the page's address again.
func (p *Page) Reload() {
	p.t.Helper()
	before := p.watch.requests()
	p.do("reload", func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, page.Reload, page.ReloadParams{})
		return chromedp.Void{}, err
	})
	p.settle("reload", before)
}

// Back goes to the page before, as the browser's button does. The page may come
// from memory, without a request and without a load: what tells is the history.
func (p *Page) Back() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	history, err := chromedp.Run(ctx, chromedp.NavigationEntries())
	if err != nil || history.CurrentIndex == 0 {
		p.t.Fatalf("back: there is no page before %s (%v)", p.where(), err)
	}
	to := history.CurrentIndex - 1
	_, err = chromedp.Call(ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[to].ID})
	for err == nil && history.CurrentIndex != to {
		time.Sleep(10 * time.Millisecond)
		history, err = chromedp.Run(ctx, chromedp.NavigationEntries())
	}
	if err != nil {
		p.t.Fatalf("back: %v", err)
	}
	p.settle("back", -1)
}

// Click clicks what says this: a link, a button, a tab, a summary, a label. A
// text that begins with # . or [ is a CSS selector instead. When a click asks
// the server for something, Click waits until that is on the page.
func (p *Page) Click(what string) {
	p.t.Helper()
	p.press("click", what)
}

// Submit clicks the button with this text and fails when no request follows,
// naming the fields that the browser found wrong.
func (p *Page) Submit(button string) {
	p.t.Helper()
	if p.press("submit", button) {
		return
	}
	invalid, _ := p.evaluate("invalid", nil)
	p.t.Fatalf("submit %q, on %s: nothing was sent. Fields that the browser refuses: %s", button, p.where(), invalid.Text)
}

// press clicks in the middle of what was found, once it keeps still; it returns
// false when a request was due and none came.
func (p *Page) press(op, what string) bool {
	p.t.Helper()
	label := fmt.Sprintf("%s %q", op, what)
	arg := struct{ What string }{what}
	at := p.ask(label, op, arg)
	for try := 0; try < 50; try++ {
		time.Sleep(15 * time.Millisecond)
		again := p.ask(label, op, arg)
		still := again.X == at.X && again.Y == at.Y
		if at = again; still {
			break
		}
	}
	before := p.watch.requests()
	p.do(label, chromedp.MouseClickXY(at.X, at.Y))
	expect := -1
	if at.Asks || op == "submit" {
		expect = before
	}
	return p.settle(label, expect)
}

// Press presses a key where the focus is: Tab, Shift+Tab, Enter, Escape, Space,
// ArrowUp, ArrowDown, ArrowLeft, ArrowRight, Home, End, a character, or a
// character with Ctrl+ before it.
func (p *Page) Press(key string) {
	p.t.Helper()
	name, shifted := strings.CutPrefix(key, "Shift+")
	codes := map[string]string{
		"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ", "Home": kb.Home, "End": kb.End,
		"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
	}
	code, ok := codes[name]
	name, held := strings.CutPrefix(name, "Ctrl+")
	switch {
	case name == "Enter":
		p.do("press "+key, stroke(kb.Enter, false))
	case ok && shifted:
		p.do("press "+key, chromedp.KeyEvent(code, chromedp.KeyModifiers(chromedp.ModifierShift)))
	case ok:
		p.do("press "+key, chromedp.KeyEvent(code))
	default:
		p.do("press "+key, stroke(name, held))
	}
	time.Sleep(calm / 2) // a request that a key causes starts a moment later
	p.settle("press "+key, -1)
}

// stroke presses a character as a keyboard does: the letter is written only when
// the page did not take the key for itself, which a letter sent apart would not
// notice.
func stroke(character string, ctrl bool) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		key := kb.Encode([]rune(character)[0])[0]
		if ctrl {
			key.Modifiers |= int64(chromedp.ModifierCtrl)
		} else {
			key.Text = character
		}
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, *key)
		if err == nil {
			key.Type, key.Text = kb.KeyUp, ""
			_, err = chromedp.Call(ctx, input.DispatchKeyEvent, *key)
		}
		return chromedp.Void{}, err
	}
}

// Focused returns what has the focus, by the name that a person would give it.
func (p *Page) Focused() string {
	p.t.Helper()
	return p.ask("focused", "focused", nil).Text
}

// Fill types a value into the field with this name, id or label.
func (p *Page) Fill(name, value string) {
	p.t.Helper()
	what := fmt.Sprintf("fill %q", name)
	if !p.ask(what, "type", struct{ Name, Value string }{name, value}).Asks {
		return
	}
	p.do(what, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: value})
		return chromedp.Void{}, err
	})
	if a, err := p.evaluate("typed", struct{ Value string }{value}); err == nil && !a.OK {
		p.t.Fatalf("%s with %q, on %s: %s", what, value, p.where(), a.Why)
	}
}

// Select chooses the option with this value or text.
func (p *Page) Select(name, value string) {
	p.t.Helper()
	p.ask(fmt.Sprintf("select %q", name), "select", struct{ Name, Value string }{name, value})
	p.settle("select "+name, -1)
}

// Check ticks the box, or chooses the radio button, with this name (or id, or
// label) and this value (or label); an empty value takes the first.
func (p *Page) Check(name, value string) { p.t.Helper(); p.check(name, value, true) }

// Uncheck unticks a box.
func (p *Page) Uncheck(name, value string) { p.t.Helper(); p.check(name, value, false) }

func (p *Page) check(name, value string, on bool) {
	p.t.Helper()
	p.ask(fmt.Sprintf("check %q", name), "check", struct {
		Name, Value string
		On          bool
	}{name, value, on})
	p.settle("check "+name, -1)
}

// Upload puts files of this machine into a file field.
func (p *Page) Upload(name string, files ...string) {
	p.t.Helper()
	p.do("upload "+name, chromedp.SetUploadFiles(chromedp.CSS(fmt.Sprintf("input[type=file][name=%q]", name)), files))
}

// Text returns the text of the first element that the CSS selector matches.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return p.ask("text of "+selector, "text", struct{ Selector string }{selector}).Text
}

// Texts returns the texts of all elements that the CSS selector matches now.
func (p *Page) Texts(selector string) []string {
	p.t.Helper()
	return p.ask("texts of "+selector, "texts", struct{ Selector string }{selector}).List
}

// Attr returns an attribute of the first element that the CSS selector matches.
func (p *Page) Attr(selector, name string) string {
	p.t.Helper()
	return p.ask(name+" of "+selector, "attr", struct{ Selector, Name string }{selector, name}).Text
}

// Value returns what the field with this name, id or label holds.
func (p *Page) Value(name string) string {
	p.t.Helper()
	return p.ask("value of "+name, "value", struct{ Name string }{name}).Text
}

// WaitText waits until the page shows the text, in small or capital letters.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	p.ask(fmt.Sprintf("wait for %q", text), "says", struct{ Text string }{text})
}

// Says tells whether the page shows the text now.
func (p *Page) Says(text string) bool {
	p.t.Helper()
	a, err := p.evaluate("says", struct{ Text string }{text})
	if err != nil {
		p.t.Fatalf("says %q: %v", text, err)
	}
	return a.OK
}

// Never fails the test when any of the texts is in the page's HTML, seen or
// not: that is where what must not be known leaks.
func (p *Page) Never(texts ...string) {
	p.t.Helper()
	html := p.HTML()
	for _, text := range texts {
		if at := strings.Index(html, text); at >= 0 {
			p.t.Errorf("%s holds %q: ...%s...", p.where(), text, html[max(0, at-80):min(len(html), at+len(text)+80)])
		}
	}
}

// HTML returns the document as it stands.
func (p *Page) HTML() string {
	p.t.Helper()
	return p.ask("html", "html", nil).Text
}

// URL returns the address of the page.
func (p *Page) URL() string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	address, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		p.t.Fatalf("url: %v", err)
	}
	return address
}

// NoScript turns the page's own scripts off, from the next document on.
func (p *Page) NoScript() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	if err != nil {
		p.t.Fatalf("no script: %v", err)
	}
}

// Picture returns what the window shows, as PNG.
func (p *Page) Picture() []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("picture: %v", err)
	}
	return png
}
