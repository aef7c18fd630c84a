package ui

import (
	"strings"
	"testing"
)

func TestLayoutInBothDirections(t *testing.T) {
	t.Parallel()
	it := render(t, in("it", "/people?q=1"), Layout(full(in("it", "/"))))
	wants(t, it, `<html lang="it" dir="ltr">`, `/assets/app.`, `<title>Nuova segnalazione · Tessuto</title>`,
		`<a class="skip" href="#main">Vai al contenuto</a>`, `<main id="main" tabindex="-1" class="wide">`,
		`action="/language"`, `name="back" value="/people?q=1"`, `action="/sign-out"`, `aria-current="page"`,
		`Consorzio dei Servizi Sociali`, `Assistente sociale`, `nessuna persona reale`, `role="status"`, `Salvato.`)
	wantsNone(t, it, "app.rtl.", "data-exit")
	ar := render(t, in("ar", "/"), Layout(full(in("ar", "/"))))
	wants(t, ar, `<html lang="ar" dir="rtl">`, "/assets/app.rtl.", `<bdi>أمينة Rossi</bdi>`)
}

func TestLayoutWithoutAnybody(t *testing.T) {
	t.Parallel()
	ctx := WithShell(in("it", "/"), Shell{})
	html := render(t, ctx, Layout(Page{Title: "x"}))
	wantsNone(t, html, "/sign-out", "/language", `class="places"`, "dimostrativi", "breadcrumb", "has-places")
}

func TestPublicLanguages(t *testing.T) {
	t.Parallel()
	html := render(t, in("ar", "/ar/services/3?x=1"), Public(Page{Title: "x"}))
	wants(t, html, `href="/it/services/3?x=1" lang="it" hreflang="it" dir="ltr"`, `href="/ar/services/3?x=1" lang="ar"`,
		`href="`+QuickExit+`" rel="noopener noreferrer" data-exit`, "اخرج فورًا", `href="/ar/accessibility"`)
	wantsNone(t, html, "/sign-out", `class="places"`)
	// The sign-in has no language in its address: there the form does it.
	wants(t, render(t, in("it", "/sign-in"), Public(Page{Title: "x"})), `action="/language"`)
}

func TestLangHref(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/it/": "/ar/", "/it": "/ar/", "/it?q=1": "/ar/?q=1", "/it/a/b?q=/it/": "/ar/a/b?q=/it/",
		"/sign-in": "", "/": "", "": "", "/item/3": "",
	} {
		if got, ok := langHref(path, "ar"); got != want || ok != (want != "") {
			t.Errorf("%q gives %q, %v", path, got, ok)
		}
	}
}

func TestBackStaysHere(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/a?b=c": "/a?b=c", "//evil.example": "/", "https://evil.example/": "/", "a": "/", "": "/", "/\\evil.example": "/",
		"/\t/evil.example": "/", "/\n/evil.example": "/", "/%zz": "/", "/a%20b": "/a%20b",
	} {
		if got := local(path); got != want {
			t.Errorf("%q gives %q, want %q", path, got, want)
		}
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	html := render(t, in("it", "/"), with(Form(FormProps{Action: "/people", Once: "t0k3n", Version: 3}),
		Input(Field{Name: "name", Label: "N", Hint: "h", Error: "e", Required: true, Autocomplete: "off", Max: 80}),
		DateInput(Field{Name: "born", Label: "B", Value: "1990-04-02"}),
		Select(Field{Name: "country", Label: "C", Value: "MAR"}, []Option{{Label: "–"}, {Value: "MAR", Label: "Marocco"}}),
		Radios(Field{Name: "sex", Label: "S", Value: "F", Error: "e", Required: true}, []Option{{Value: "F", Label: "F"}, {Value: "M", Label: "M"}}),
		Checks(Field{Name: "langs", Label: "L", Values: []string{"ar"}}, []Option{{Value: "it", Label: "it"}, {Value: "ar", Label: "ar"}}),
		TextArea(Field{Name: "notes", Label: "T", Value: "<b>x</b>", Rows: 3, Lang: "ar", Dir: "rtl"}),
		Input(Field{Name: "file", Label: "F", Type: "file", Value: "never"})))
	wants(t, html, `method="post" novalidate data-guard`, `name="_once" value="t0k3n"`, `name="_version" value="3"`,
		`<label for="f-name">`, `(obbligatorio)`, `id="f-name-hint"`, `id="f-name-error"`,
		`aria-describedby="f-name-hint f-name-error"`, `aria-invalid="true"`, `aria-required="true"`, `maxlength="80"`,
		`type="date" id="f-born" name="born" value="1990-04-02"`, `<option value="MAR" selected>`,
		`<fieldset class="field" aria-describedby="f-sex-error" aria-invalid="true" aria-required="true" role="radiogroup">`,
		`type="radio" id="f-sex" name="sex" value="F" checked`, `id="f-sex-1"`,
		`type="checkbox" id="f-langs-1" name="langs" value="ar" checked`, `lang="ar"`, `dir="rtl"`,
		`&lt;b&gt;x&lt;/b&gt;</textarea>`)
	wantsNone(t, html, "never", "<b>x</b>")
	plain := render(t, in("it", "/"), Input(Field{Name: "a", Label: "A"}))
	wants(t, plain, `type="text"`)
	wantsNone(t, plain, "aria-describedby", "aria-invalid", "aria-required", "obbligatorio")
	wantsNone(t, render(t, in("it", "/"), Input(Field{Name: "p", Label: "P", Type: "password", Value: "secret"})), "secret")
	get := render(t, in("it", "/"), Form(FormProps{Action: "/x", Method: "GET", Files: true}))
	wants(t, get, `method="get"`, `enctype="multipart/form-data"`)
	wantsNone(t, get, "data-guard", "_once", "_version")
}

func TestErrorSummaryFollowsThePage(t *testing.T) {
	t.Parallel()
	errs := map[string]string{"a": "1", "z": "2", "m": "3"}
	html := render(t, in("it", "/"), ErrorSummary("x", errs, "z"))
	wants(t, html, `role="alert" tabindex="-1" data-error-summary`)
	z, a, m := strings.Index(html, `"#f-z"`), strings.Index(html, `"#f-a"`), strings.Index(html, `"#f-m"`)
	if z < 0 || z > a || a > m {
		t.Errorf("order z %d, a %d, m %d", z, a, m)
	}
	if got := render(t, in("it", "/"), ErrorSummary("x", nil)); got != "" {
		t.Errorf("an empty summary shows %q", got)
	}
}

func TestMeterTurnsWithTheLanguage(t *testing.T) {
	t.Parallel()
	m := Meter(MeterProps{Value: 30, Target: 120, Label: "L"})
	wants(t, render(t, in("it", "/"), m), `x="0" width="25.0"`, "30 su 120", `aria-hidden="true"`)
	wants(t, render(t, in("ar", "/"), m), `x="75.0" width="25.0"`, `direction="ltr"`)
	over := render(t, in("it", "/"), Meter(MeterProps{Value: 1500, Target: 1000, Label: "L"}))
	wants(t, over, "meter-full", `width="100.0"`, "1.500 su 1.000")
	wantsNone(t, render(t, in("it", "/"), Meter(MeterProps{Value: 3, Label: "L"})), "<svg")
}

func TestStagesSayTheirState(t *testing.T) {
	t.Parallel()
	html := render(t, in("it", "/"), Stages([]Stage{{"A", Done}, {"B", Current}, {"C", Next}}))
	wants(t, html, `class="is-done"`, "concluso", `class="is-current" aria-current="step"`, "in corso", `class="is-next"`, "da fare")
}

func TestTableIsAReachableRegion(t *testing.T) {
	t.Parallel()
	html := render(t, in("it", "/"), sampleTable())
	wants(t, html, `role="region" tabindex="0" aria-label="Persone prese in carico"`, `<caption`, `<th scope="col" class="num">`, "Azioni")
	wants(t, render(t, in("it", "/"), Table(TableProps{Caption: "c", Hidden: true})), `<caption class="visually-hidden">`)
}

func TestTreeNestsAndCountsItsColumns(t *testing.T) {
	t.Parallel()
	html := render(t, in("it", "/"), Tree("Quadro logico", sampleNodes(in("it", "/"))))
	wants(t, html, `<div class="tree-4">`, `<ul class="tree" aria-label="Quadro logico">`, `<bdi class="code">A1.2</bdi>`, "Obiettivo", `href="#tree"`)
	if n := strings.Count(html, "<li>"); n != 9 {
		t.Errorf("%d nodes", n)
	}
}

func TestAlertsAndBadgesSpeak(t *testing.T) {
	t.Parallel()
	wants(t, render(t, in("it", "/"), Alert(Danger, "No")), "k-danger", "Errore:", "No")
	wants(t, render(t, in("it", "/"), Alert("unheard-of", "x")), "k-neutral", "Informazione:")
	wants(t, render(t, in("it", "/"), Badge("unheard-of", "x")), "k-neutral")
	if got := render(t, in("it", "/"), Badge(Info, "")); got != "" {
		t.Errorf("an empty badge shows %q", got)
	}
}

func TestSmallParts(t *testing.T) {
	t.Parallel()
	ctx := in("it", "/")
	wants(t, render(t, ctx, Facts([]Pair{{Label: "L"}})), "<dt>L</dt>", "Non indicato")
	wants(t, render(t, ctx, Search(SearchProps{Name: "q", Label: "L", Action: "/p", Target: "#list"})),
		`role="search" method="get" action="/p"`, `hx-get="/p"`, `hx-target="#list"`, `<label for="f-q">`, `type="submit"`)
	wants(t, render(t, ctx, Confirm(ConfirmProps{Label: "Chiudi", Question: "Chiudere?"})), "<details", "<summary", "Chiudere?")
	wants(t, render(t, ctx, Card(CardProps{Title: "T", Href: "/t", Level: 3})), `<h3 class="card-title">`, `href="/t"`)
	wants(t, render(t, ctx, LinkButton("x", "javascript:alert(1)", "primary")), `href="about:invalid`)
	wants(t, render(t, ctx, ErrorPage(503, "T", "x", nil)), "k-danger", "503")
	if got := render(t, ctx, Pager("")); got != "" {
		t.Errorf("a pager without a next page shows %q", got)
	}
}
