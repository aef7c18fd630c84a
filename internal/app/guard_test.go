package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"

	"tessuto/assets"
	"tessuto/test/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// A page with a form of two buttons, and others that press both, or the same
// twice, as a hurried hand does.
const hurried = `<!doctype html><html lang="it"><head><title>Prova</title><script src="%s" defer></script></head><body><main><h1>Prova</h1>
<form id="f" method="post" action="/sent" data-guard><label for="n">Nome</label><input id="n" name="n">
<button name="go" value="first">Primo</button><button name="go" value="second">Secondo</button></form>
<form id="q" method="get" action="/asked"><button>Cerca</button></form>
<button type="button" id="twice">Due volte</button><button type="button" id="both">Tutti e due</button></main>
<script>
const f = document.getElementById('f'), [a, b] = f.querySelectorAll('button')
document.getElementById('twice').onclick = () => { f.requestSubmit(a); f.requestSubmit(a) }
document.getElementById('both').onclick = () => { f.requestSubmit(b); f.requestSubmit(a) }
</script></body></html>`

// Two presses send once, with the button pressed first; a page come back to can
// be sent again.
func TestTwoPressesSendOnce(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var sent []string
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", assets.Handler())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, hurried, assets.Path("app.js")) })
	mux.HandleFunc("GET /favicon.ico", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /sent", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		sent = append(sent, r.FormValue("go"))
		mu.Unlock()
		fmt.Fprint(w, "<!doctype html><title>x</title>arrivato")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	p := browser.Start(t).NewPage(t, 800, 600, "it")
	p.Goto(s.URL + "/")
	p.Click("Due volte")
	p.WaitText("arrivato")
	p.Back()
	p.Click("Tutti e due")
	p.WaitText("arrivato")
	p.Back()
	p.Submit("Primo")
	p.WaitText("arrivato")
	mu.Lock()
	defer mu.Unlock()
	if !slices.Equal(sent, []string{"first", "second", "first"}) {
		t.Errorf("sent %v", sent)
	}
}
