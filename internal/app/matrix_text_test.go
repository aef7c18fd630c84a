package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/policy"
)

// wereSent are the pages that show what a body was sent of somebody.
var wereSent = []string{"/home", "/referrals", "/api/v1/referrals"}

// An empty scope is empty: who works where nobody was met finds, on every page
// and in every answer of the API that a role may ask for, the name, phone or
// birth date of nobody; also when asking for them. Whom the body beside was asked
// to help stands where it answers, and nowhere else.
func TestEmptyScopeIsEmpty(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		secrets := needlesOf(secretsOf(t, a))
		m := newMatrix(t, a)
		given, surname, _ := strings.Cut(m.family.name, " ")
		asked, heard := 0, 0
		for _, c := range cast(t, a) {
			if c.team || c.token == "" || c.seat == works && c.role.Holds(policy.PersonRead) {
				continue
			}
			for _, rt := range a.Routes() {
				if rt.Method != http.MethodGet || rt.Record != "" || c.want(rt) != open || c.sees(policy.Referral) && slices.Contains(wereSent, rt.Pattern) {
					continue
				}
				path := m.path(t, rt.Pattern, never)
				asked++
				body := m.get(t, c, http.MethodGet, path).Body.String()
				heard += len(body)
				for _, s := range secrets.in([]byte(body)) {
					t.Errorf("%s: GET %s says %q", c.name, path, s)
				}
				if found := m.get(t, c, http.MethodGet, path+"?q="+given); strings.Contains(found.Body.String(), surname) {
					t.Errorf("%s: GET %s?q=%s finds %s", c.name, path, given, surname)
				}
			}
		}
		t.Logf("%d pages and answers of %d bytes hold none of %d names, phones and dates", asked, heard, len(secrets.all))
		if asked < 300 || heard < 1_000_000 {
			t.Errorf("only %d pages, %d bytes", asked, heard)
		}
	})
}

// Evaluators see pseudonyms, the region and the lead see figures: no name is in
// what they may open, records behind figures included (design, idea 4).
func TestFiguresNameNobody(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		secrets := needlesOf(secretsOf(t, a))
		for _, who := range []string{"valutatore", "capofila", "regione", "dpo"} {
			ask, records := asker(t, a, who), 0
			ctx := as(t, a, who)
			for _, code := range []string{"reboot", "weita"} {
				p, err := a.Programmes.Programme(ctx, code)
				if err != nil {
					t.Fatal(err)
				}
				for _, in := range p.Pack.Indicators {
					for _, path := range []string{"/programmes/" + code + "/indicators/" + in.Code,
						"/api/v1/programmes/" + code + "/indicators/" + in.Code + "/records?limit=200"} {
						body := ask(http.MethodGet, path, nil).Body.String()
						records += strings.Count(body, "<tr") + strings.Count(body, `"source"`)
						for _, s := range secrets.in([]byte(body)) {
							t.Errorf("%s: %s says %q", who, path, s)
						}
					}
				}
			}
			if records == 0 {
				t.Errorf("%s: nothing was shown", who)
			}
		}
	})
}
