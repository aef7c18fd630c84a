package look

import (
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/test/browser"
)

// focus says what has the focus and whether it can be seen: "" at the end of the
// page; else its number among what can be focused, and what is wrong with it.
const focus = `(() => {
	const e = document.activeElement
	if (!e || e === document.body) return ''
	const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
	const style = getComputedStyle(e), r = e.getBoundingClientRect(), wrong = []
	if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push('no ring')
	if (r.bottom <= 0 || r.top >= innerHeight || r.right <= 0 || r.left >= innerWidth) wrong.push('off the screen')
	else {
		const x = Math.min(Math.max(r.left + r.width / 2, 1), innerWidth - 2), y = Math.min(Math.max(r.top + Math.min(r.height / 2, 12), 1), innerHeight - 2)
		const top = document.elementFromPoint(x, y)
		if (top && top !== e && !e.contains(top) && !top.contains(e) && !top.closest('label, fieldset')) wrong.push('covered by ' + top.tagName + '.' + top.className)
	}
	return all.indexOf(e) + '\t' + wrong.join(', ') + '\t' + e.tagName + ' ' + (e.id || e.innerText || e.name || '').slice(0, 40)
})()`

// Tab walks through the whole page in its order, sees each stop and leaves at the
// end; at 1280 and where the bar of a phone could cover what has the focus.
func TestTabWalksThroughEverything(t *testing.T) {
	t.Parallel()
	base := apptest.Serve(t, apptest.Demo(t, "sqlite"))
	for _, path := range []string{"/it/catalogue?frame=staff", "/ar/catalogue"} {
		for _, width := range []int{1280, 360} {
			p := browser.Start(t).NewPage(t, width, 700, "it")
			p.Goto(base + path)
			last, stops := "", 0
			for stops < 200 {
				p.Tab()
				at := p.Eval(focus)
				if at == "" {
					break
				}
				number, rest, _ := strings.Cut(at, "\t")
				wrong, what, _ := strings.Cut(rest, "\t")
				if wrong != "" {
					t.Errorf("%s at %d: %s: %s", path, width, what, wrong)
				}
				if less(number, last) {
					t.Errorf("%s at %d: %s comes after what follows it", path, width, what)
				}
				last, stops = number, stops+1
			}
			if stops < 50 || stops == 200 {
				t.Errorf("%s at %d: %d stops: is the walk whole, or trapped?", path, width, stops)
			}
		}
	}
}

func less(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }

// What opens is opened and closed by keys, and gives the focus back.
func TestWhatOpensObeysKeys(t *testing.T) {
	t.Parallel()
	base := apptest.Serve(t, apptest.Demo(t, "sqlite"))
	p := browser.Start(t).NewPage(t, 1280, 900, "it")
	p.Goto(base + "/it/catalogue?frame=staff")
	for _, c := range []struct{ opener, open string }{
		{".menu > summary", "details.menu[open]"},
		{"[data-dialog=sample-dialog]", "#sample-dialog[open]"},
		{".foot [data-dialog=keys]", "#keys[open]"},
	} {
		p.Eval(`document.querySelector('` + c.opener + `').focus(); ''`)
		p.Press("Enter")
		if p.Eval(`String(!!document.querySelector('`+c.open+`'))`) != "true" {
			t.Errorf("Enter on %s opens nothing", c.opener)
		}
		p.Press("Escape")
		if p.Eval(`String(!document.querySelector('`+c.open+`') && document.activeElement.matches('`+c.opener+`'))`) != "true" {
			t.Errorf("Escape does not close %s, or loses the focus", c.open)
		}
	}
	p.Eval(`document.querySelector('.confirm > summary').focus(); ''`)
	p.Press("Space")
	p.Press("Tab")
	if got := p.Focused(); got != "Elimina" {
		t.Errorf("after the question the focus is on %q", got)
	}
	// On a phone the places open above the bar.
	p.Zoom(360, 700, 1)
	p.Eval(`document.querySelector('[popovertarget]').focus(); ''`)
	p.Press("Enter")
	if p.Eval(`String(document.querySelector('#places').matches(':popover-open'))`) != "true" {
		t.Error("the menu does not open")
	}
	p.Axe(t)
	p.Press("Escape")
	if p.Eval(`String(document.activeElement.matches('[popovertarget]'))`) != "true" {
		t.Error("the menu does not give the focus back")
	}
}

// A search by keys: the slash opens it, what is typed finds, the arrows choose,
// Enter goes there. No key acts while one writes, and all can be turned off.
func TestKeysLeadOn(t *testing.T) {
	t.Parallel()
	base := apptest.Serve(t, apptest.Demo(t, "sqlite"))
	p := signedIn(t, base, "assistente", "it", 1280, 900)
	p.Press("/")
	if p.Value("find-q") != "" {
		t.Error("the key that opens the search is written in it")
	}
	p.Fill("find-q", "okafor")
	p.Within("#find-options").WaitText("Okafor")
	p.Axe(t)
	if said := p.Eval(`document.getElementById('find-said').textContent`); !strings.Contains(said, "risultati") {
		t.Errorf("what was found is said as %q", said)
	}
	first := p.Attr("#find-q", "aria-activedescendant")
	p.Press("ArrowDown")
	if second := p.Attr("#find-q", "aria-activedescendant"); first == "" || second == first || p.Attr("#"+second, "aria-selected") != "true" {
		t.Errorf("the arrow goes from %q to %q", first, second)
	}
	p.Press("Enter")
	p.WaitURL("/cases/")
	p.Press("g")
	p.Press("p")
	p.WaitURL("/people")
	p.Eval(`document.getElementById('f-q').focus(); ''`)
	p.Press("?")
	if p.Eval(`String(!!document.querySelector('dialog[open]'))`) == "true" || p.Value("q") != "?" {
		t.Error("a key acts while one writes")
	}
	p.Press("Ctrl+k")
	if p.Eval(`String(document.getElementById('find').open)`) != "true" {
		t.Error("Ctrl+K does not search")
	}
	p.Press("Escape")
	p.Goto(base + "/account")
	p.Uncheck("keys", "on")
	p.Submit("Salva le scelte")
	p.Press("?")
	if p.Eval(`String(!!document.querySelector('dialog[open]'))`) == "true" {
		t.Error("the keys were turned off and still act")
	}
}
