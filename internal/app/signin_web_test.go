package app

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/web"
)

func credentials(email, password string) url.Values {
	return url.Values{"email": {email}, "password": {password}, "to": {"/cases?stage=plan"}}
}

// Nobody learns from a refusal whether an address has an account.
func TestRefusalsAreTheSame(t *testing.T) {
	onPublic(t, false, func(t *testing.T, v visit) {
		for _, lang := range i18n.Staff {
			var first string
			for _, email := range []string{visitorEmail, "nessuno@rete.example", "bruno@rete.example"} {
				password := visitorPassword
				if email == visitorEmail {
					password = "non questa, no"
				}
				w := v.post("/sign-in", credentials(email, password), "Accept-Language", lang)
				page := w.Body.String()
				refused := html.EscapeString(i18n.T(i18n.With(t.Context(), lang), "signin.refused"))
				for _, want := range []string{`value="` + email + `"`, refused, "data-error-summary", `href="#f-email"`, `value="/cases?stage=plan"`} {
					if !strings.Contains(page, want) {
						t.Errorf("%s, %s: no %s", lang, email, want)
					}
				}
				if strings.Contains(page, password) || w.Code != http.StatusUnprocessableEntity || len(w.Result().Cookies()) > 0 {
					t.Errorf("%s, %s: %d, cookies %v, or the password is on the page", lang, email, w.Code, w.Result().Cookies())
				}
				if page = strings.ReplaceAll(page, email, "E-MAIL"); first == "" {
					first = page
				}
				if page != first {
					t.Errorf("%s: the page for %s differs from that for a wrong password", lang, email)
				}
			}
		}
	})
}

// visitCookie returns a cookie that an answer sets, or an empty one.
func visitCookie(w *httptest.ResponseRecorder, name string) *http.Cookie {
	for _, c := range w.Result().Cookies() {
		if c.Name == name {
			return c
		}
	}
	return &http.Cookie{}
}

func TestSignInAndOut(t *testing.T) {
	onPublic(t, false, func(t *testing.T, v visit) {
		w := v.post("/sign-in", credentials(" Anna@Rete.example ", visitorPassword))
		wantGo(t, w, "/cases?stage=plan")
		c := visitCookie(w, web.SessionCookie)
		if c.Value == "" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 0 {
			t.Errorf("the session cookie is %v", c)
		}
		session := web.SessionCookie + "=" + c.Value
		wantGo(t, v.get("/sign-in?to=/people", "Cookie", session), "/people")
		wantGo(t, v.get("/sign-in?to=//elsewhere.example", "Cookie", session), "/home")

		w = v.post("/sign-out", nil, "Cookie", session)
		wantGo(t, w, "/it/")
		if c := visitCookie(w, web.SessionCookie); c.MaxAge >= 0 || c.Value != "" {
			t.Errorf("signing out leaves the cookie %v", c)
		}
		wantGo(t, v.get("/", "Cookie", session, "Accept-Language", "en"), "/en/")
		wantGo(t, v.post("/sign-out", nil, "Cookie", session), "/it/")

		w = v.post("/sign-in", credentials(visitorEmail, visitorPassword), "Sec-Fetch-Site", "cross-site")
		if w.Code != http.StatusForbidden || visitCookie(w, web.SessionCookie).Value != "" {
			t.Errorf("a form of another site signs in: %d", w.Code)
		}
	})
}

func TestDemoAccountsAreOfferedInTheDemoOnly(t *testing.T) {
	t.Parallel()
	t.Run("demo", func(t *testing.T) {
		onPublic(t, true, func(t *testing.T, v visit) {
			page := v.get("/sign-in?to=/programmes").Body.String()
			if strings.Count(page, auth.DemoPassword) != 3 || strings.Count(page, `value="/programmes"`) != 4 {
				t.Error("not every account has its form, or a form forgets where to go on")
			}
			at := -1
			for _, want := range []string{"Sara Sportello", "Operatore di sportello", "Ada Admin", "Alba Altra"} {
				next := strings.Index(page, want)
				if next <= at {
					t.Errorf("%q is missing, or not in the order of the groups", want)
				}
				at = next
			}
			if bare := bareKey.FindString(page); bare != "" {
				t.Errorf("key without a message: %s", bare)
			}
		})
	})
	t.Run("in earnest", func(t *testing.T) {
		onPublic(t, false, func(t *testing.T, v visit) {
			if page := v.get("/sign-in").Body.String(); strings.Contains(page, auth.DemoPassword) || strings.Contains(page, "demo.tessuto.example") {
				t.Error("the accounts of the demo are offered outside it")
			}
		})
	})
}

func TestLanguage(t *testing.T) {
	onPublic(t, false, func(t *testing.T, v visit) {
		w := v.post("/language", url.Values{"lang": {"en"}, "back": {"/sign-in?to=%2Fcases"}})
		wantGo(t, w, "/sign-in?to=%2Fcases")
		kept := visitCookie(w, "tessuto_language")
		if page := v.get("/sign-in", "Cookie", kept.Name+"="+kept.Value).Body.String(); !strings.Contains(page, `<html lang="en"`) {
			t.Error("the language is not kept")
		}
		wantGo(t, v.post("/language", url.Values{"lang": {"it"}, "back": {"//elsewhere.example"}}), "/home")
		for _, lang := range []string{"ar", "xx", ""} {
			if w := v.post("/language", url.Values{"lang": {lang}}); w.Code != http.StatusUnprocessableEntity || len(w.Result().Cookies()) > 0 {
				t.Errorf("language %q: %d", lang, w.Code)
			}
		}
		w = v.get("/sign-in?lang=en&to=/cases")
		wantGo(t, w, "/sign-in?to=%2Fcases")
		if visitCookie(w, "tessuto_language").Value != "en" {
			t.Error("the language of the start page is lost at the sign-in")
		}

		token, err := v.auth.SignIn(t.Context(), visitorEmail, visitorPassword)
		if err != nil {
			t.Fatal(err)
		}
		v.post("/language", url.Values{"lang": {"en"}}, "Cookie", web.SessionCookie+"="+token)
		if _, lang, err := v.auth.BySession(t.Context(), token); lang != "en" || err != nil {
			t.Errorf("the account reads in %q (%v)", lang, err)
		}
	})
}
