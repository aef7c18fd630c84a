// Package look holds the pages against what every page must be: both themes,
// narrow and magnified, by keyboard alone, on paper.
package look

import (
	"os"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/i18n"
	"tessuto/test/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// signedIn opens a window in which somebody of the demo is signed in.
func signedIn(t *testing.T, base, who, lang string, width, height int) *browser.Page {
	t.Helper()
	p := browser.Start(t).NewPage(t, width, height, lang)
	p.Goto(base + "/sign-in")
	p.Fill("email", apptest.Mail(who))
	p.Fill("password", apptest.Password)
	p.Submit(i18n.T(i18n.With(t.Context(), lang), "signin.do"))
	return p
}
