package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/test/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; connect-src 'self'"

const goodPage = `<!doctype html><html lang="it"><head><title>Prova</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/good.css"><script src="/good.js" defer></script></head><body><main><h1>Prova</h1>
<form action="/slow" method="post">
<label for="n">Nome</label><input id="n" name="name" required>
<label for="d">Data</label><input id="d" name="date" type="date">
<label for="l">Lingua</label><select id="l" name="lang"><option value="it">Italiano</option><option value="ar">Arabo</option></select>
<fieldset><legend>Canali</legend><label><input type="checkbox" name="via" value="mail"> Posta</label>
<label><input type="checkbox" name="via" value="phone"> Telefono</label></fieldset>
<label for="t">Note</label><textarea id="t" name="notes"></textarea><button>Salva</button></form>
<table><tr><td>Amina</td><td><a href="/row?of=amina">Apri</a></td></tr><tr><td>Bashir</td><td><a href="/row?of=bashir">Apri</a></td></tr></table>
<button type="button" id="more">Altro</button><button type="button" id="wait">Aspetta</button><p id="out"></p><a href="/missing">Manca</a></main></body></html>`

const goodScript = `document.getElementById('more').addEventListener('click', async () => {
	document.getElementById('out').textContent = await (await fetch('/fragment')).text() })
document.getElementById('wait').addEventListener('click', () => { fetch('/never').catch(() => {}); location = '/row?of=nobody' })`

const badPage = `<!doctype html><html lang="it"><head><title>Prova</title></head><body><main><h1>Prova</h1><input name="nameless">
<p style="color: red">rosso</p><pre>` + "1234567890123456789012345678901234567890123456789012345678901234567890" + `</pre>
<script>alert('no')</script><script src="/bad.js"></script></main></body></html>`

// site serves a good page and a bad one.
func site(t *testing.T) string {
	mux := http.NewServeMux()
	send := func(path, kind, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind+"; charset=utf-8")
			w.Header().Set("Content-Security-Policy", policy)
			fmt.Fprint(w, body)
		})
	}
	send("/good", "text/html", goodPage)
	send("/good.js", "text/javascript", goodScript)
	send("/good.css", "text/css", "a { display: inline-block; padding: 1em }")
	send("/bad", "text/html", badPage)
	send("/bad.js", "text/javascript", "console.error('broken', 7); fetch('/gone'); throw new Error('thrown')")
	send("/favicon.ico", "image/x-icon", "")
	mux.HandleFunc("GET /fragment", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(200 * time.Millisecond)
		fmt.Fprint(w, "arrivato")
	})
	mux.HandleFunc("GET /never", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("GET /row", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!doctype html><title>x</title>riga di %s, %s", r.FormValue("of"), r.Header.Get("Accept-Language"))
	})
	mux.HandleFunc("POST /slow", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(300 * time.Millisecond)
		_ = r.ParseForm()
		http.Redirect(w, r, "/done?"+r.PostForm.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("GET /done", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(200 * time.Millisecond)
		_ = r.ParseForm()
		fmt.Fprintf(w, "<!doctype html><title>x</title>%v", r.Form)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestGoodPage(t *testing.T) {
	t.Parallel()
	address := site(t) // before the page, which is closed before it
	p := browser.Start(t).NewPage(t, 360, 800, "ar")
	p.Goto(address + "/good")
	p.Axe(t)
	p.Overflow(t)
	p.Clean(t)

	p.Click("Altro")
	if got := p.Text("#out"); got != "arrivato" {
		t.Errorf("after a fetch the page says %q", got)
	}
	p.Fill("Nome", "Amina O'Neill")
	p.Fill("date", "2024-02-29")
	p.Fill("notes", "una riga\ne un'altra")
	p.Select("lang", "Arabo")
	p.Check("via", "phone")
	p.Check("via", "Posta")
	p.Uncheck("via", "mail")
	p.Submit("Salva")
	p.WaitText("map[date:[2024-02-29] lang:[ar] name:[Amina O'Neill]")
	p.WaitText("via:[phone]]")
	p.Never("via:[mail")

	p.Back()
	p.Within("tr", "Bashir").Click("Apri")
	p.WaitText("riga di bashir, ar")
	if got := p.URL(); !strings.HasSuffix(got, "/row?of=bashir") {
		t.Errorf("the address is %s", got)
	}
	p.Goto("/good")
	p.Click("Aspetta") // what the page before still waits for is not waited for
	p.WaitText("riga di nobody")
	p.Goto("/good")
	p.Expect(http.StatusNotFound)
	p.Click("Manca")
	if p.Status() != http.StatusNotFound {
		t.Errorf("the status is %d", p.Status())
	}
}

func TestKeyboardAndNoScript(t *testing.T) {
	t.Parallel()
	address := site(t) // before the page, which is closed before it
	p := browser.Start(t).NewPage(t, 1280, 800, "it")
	p.NoScript()
	p.Goto(address + "/good")
	p.Press("Tab")
	p.Press("Tab")
	p.Press("Shift+Tab")
	if got := p.Focused(); got != "Nome" {
		t.Errorf("the focus is on %q", got)
	}
	p.Fill("name", "Bashir")
	p.Press("Enter")
	p.WaitText("name:[Bashir]")
}

// recorder is a test that may fail without failing the test that watches it.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Failed() bool              { return false }
func (r *recorder) Logf(string, ...any)       {}
func (r *recorder) Errorf(f string, a ...any) { r.said = append(r.said, fmt.Sprintf(f, a...)) }
func (r *recorder) Fatalf(f string, a ...any) { r.Errorf(f, a...); runtime.Goexit() }

// fatal runs what is meant to end a test, and returns what was said.
func (r *recorder) fatal(do func()) string {
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	<-done
	return r.all()
}

func (r *recorder) all() string {
	said := strings.Join(r.said, "\n")
	r.said = nil
	return said
}

func TestBadPage(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	p := browser.Start(t).NewPage(r, 360, 800, "it")
	address := site(t)
	p.Goto(address + "/bad")
	p.Clean(r)
	contains(t, r.all(), "console: broken 7", "exception: Error: thrown", "answer 404: "+address+"/gone",
		"content security policy: style-src-attr", "content security policy: script-src-elem")
	p.Axe(r)
	contains(t, r.all(), "label: ", `<input name="nameless">`)
	p.Overflow(r)
	contains(t, r.all(), "<pre> 12345")
	p.Clean(r)
	if said := r.all(); said != "" {
		t.Errorf("Clean tells twice: %s", said)
	}

	p.Goto(address + "/good")
	contains(t, r.fatal(func() { p.Submit("Salva") }), "nothing was sent", "name: ")
	other := site(t)
	p.Goto(address + "/good")
	_ = r.fatal(func() { p.Goto(other + "/row"); p.Goto("/nothing") })
	p.Clean(r)
	contains(t, r.all(), "answer 404: "+other+"/nothing")
}

func contains(t *testing.T, said string, want ...string) {
	t.Helper()
	missing := slices.DeleteFunc(want, func(w string) bool { return strings.Contains(said, w) })
	if len(missing) > 0 {
		t.Errorf("not told: %q\ntold: %s", missing, said)
	}
}
